-- SQLite's of the same name, for PostgreSQL.
-- The verification queue: who looks at which record, decisions that are held back for a moment, and approvals in bulk.

-- Where a kader stood, out of the held revision: other records of a village say where its middle is.
ALTER TABLE record ADD COLUMN latitude DOUBLE PRECISION;
ALTER TABLE record ADD COLUMN longitude DOUBLE PRECISION;
-- Of an undecided one: 0 nothing speaks against it, 1 something does, 2 nobody has looked. For the queue's filters; a page
-- looks anew.
ALTER TABLE record ADD COLUMN concerns BIGINT NOT NULL DEFAULT 2;
CREATE INDEX record_undecided ON record (received_at, id) WHERE state IN ('received', 'corrected');
CREATE INDEX record_undecided_by_concerns ON record (concerns, received_at, id) WHERE state IN ('received', 'corrected');
CREATE INDEX record_undecided_in_village ON record (village, received_at, id, concerns)
    WHERE state IN ('received', 'corrected');
CREATE INDEX record_with_position ON record (village, received_at, latitude, longitude) WHERE latitude IS NOT NULL;

-- The rules by which `concerns` was found; other ones in the programmes' files, and undecided records are looked at anew.
CREATE TABLE concern_rule (
    rule TEXT COLLATE "C" NOT NULL PRIMARY KEY -- SHA-256 of JSON, in hex; one row
);

-- Who has a record before them. Nobody else decides on it meanwhile.
CREATE TABLE claim (
    record_id  TEXT COLLATE "C"    NOT NULL PRIMARY KEY REFERENCES record (id),
    user_name  TEXT COLLATE "C"    NOT NULL,
    since      BIGINT NOT NULL,
    until      BIGINT NOT NULL,           -- renewed while the page is open; then anybody may take the record
    is_ahead   BIGINT NOT NULL,           -- 1: not opened yet, the next one for this person
    view       BIGINT NOT NULL DEFAULT 0, -- counts how often its page was drawn: an older page gives nothing back
    is_fetched BIGINT NOT NULL DEFAULT 0  -- 1: a photo was sent ahead of the page
);
CREATE INDEX claim_by_user ON claim (user_name);

-- What somebody has put aside; for everybody else it waits as before.
CREATE TABLE skipped (
    user_name TEXT COLLATE "C"    NOT NULL,
    record_id TEXT COLLATE "C"    NOT NULL REFERENCES record (id),
    at        BIGINT NOT NULL,
    PRIMARY KEY (user_name, record_id)
);

-- Which part of the queue somebody works on.
CREATE TABLE desk (
    user_name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    village   TEXT COLLATE "C" NOT NULL, -- empty: all
    kind      TEXT COLLATE "C" NOT NULL  -- clean, concerns or empty for both
);

-- What verifiers said. Held back until `due_at`, and until then it can be taken back without a trace on the record.
CREATE TABLE verdict (
    record_id  TEXT COLLATE "C"    NOT NULL REFERENCES record (id),
    decided_at BIGINT NOT NULL,
    user_name  TEXT COLLATE "C"    NOT NULL,
    act        TEXT COLLATE "C"    NOT NULL, -- approve, return or reject
    what       TEXT COLLATE "C"    NOT NULL, -- JSON of the verdict; emptied when it has taken effect
    seen       BIGINT NOT NULL, -- record.change_seq that it was said of
    opened_at  BIGINT NOT NULL, -- when the page was opened
    due_at     BIGINT NOT NULL,
    applied_at BIGINT,
    PRIMARY KEY (record_id, decided_at)
);
CREATE UNIQUE INDEX verdict_held ON verdict (record_id) WHERE applied_at IS NULL;
CREATE INDEX verdict_due ON verdict (due_at) WHERE applied_at IS NULL;
CREATE INDEX verdict_by_time ON verdict (decided_at, opened_at);
CREATE INDEX verdict_by_user ON verdict (user_name, decided_at, opened_at);

-- Records without any warning that somebody wants to approve together.
CREATE TABLE batch (
    id        TEXT COLLATE "C"    NOT NULL PRIMARY KEY, -- 16 random bytes in hex
    user_name TEXT COLLATE "C"    NOT NULL,
    village   TEXT COLLATE "C"    NOT NULL,             -- empty: of all
    made_at   BIGINT NOT NULL,
    stage     TEXT COLLATE "C"    NOT NULL CHECK (stage IN ('looking', 'running', 'done', 'given_up'))
);
CREATE INDEX batch_by_user ON batch (user_name, made_at);
CREATE TABLE batch_record (
    batch_id  TEXT COLLATE "C"    NOT NULL REFERENCES batch (id),
    position  BIGINT NOT NULL,            -- from 1; the sample first
    record_id TEXT COLLATE "C"    NOT NULL REFERENCES record (id),
    seen      BIGINT NOT NULL,            -- record.change_seq when the batch was made
    is_sample BIGINT NOT NULL,
    looked_at BIGINT,                     -- a sample, found good
    outcome   TEXT COLLATE "C"    NOT NULL DEFAULT '', -- a state's key, or why it was left out
    PRIMARY KEY (batch_id, position)
);
