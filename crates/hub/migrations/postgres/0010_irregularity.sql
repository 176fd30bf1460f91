-- SQLite's of the same name, for PostgreSQL; comments are there.
CREATE TABLE irregularity (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind        TEXT COLLATE "C" NOT NULL,
    village     TEXT COLLATE "C" NOT NULL DEFAULT '',
    words       TEXT COLLATE "C" NOT NULL,
    contact     TEXT COLLATE "C" NOT NULL DEFAULT '',
    received_at BIGINT NOT NULL,
    state       TEXT COLLATE "C" NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'looking', 'closed')),
    handled_by  TEXT COLLATE "C" NOT NULL DEFAULT '',
    changed_at  BIGINT NOT NULL,
    closing     TEXT COLLATE "C" NOT NULL DEFAULT ''
);
CREATE INDEX irregularity_by_state ON irregularity (state, received_at);
