-- SQLite's of the same name, for PostgreSQL.
-- Lists that come in, files that go to BPJS and come back, and what a report counts by. Times are Unix milliseconds.

-- Files as they came or went, in pieces: a hub that is killed goes on with them, another process too, and a backup has them.
CREATE TABLE file (
    id      TEXT COLLATE "C"    NOT NULL PRIMARY KEY, -- 16 random bytes in hex
    bytes   BIGINT NOT NULL,
    sha256  TEXT COLLATE "C"    NOT NULL,             -- in hex
    made_at BIGINT NOT NULL
);
CREATE TABLE file_piece (
    file_id TEXT COLLATE "C"    NOT NULL REFERENCES file (id),
    number  BIGINT NOT NULL,             -- from 0; all but the last have the same size
    bytes   BYTEA    NOT NULL,
    PRIMARY KEY (file_id, number)
);

-- Files for BPJS. `number` counts those of a programme.
CREATE TABLE export (
    id            TEXT COLLATE "C"    NOT NULL PRIMARY KEY, -- 8 random bytes in hex
    programme     TEXT COLLATE "C"    NOT NULL,
    number        BIGINT NOT NULL,
    made_at       BIGINT NOT NULL,
    made_by       TEXT COLLATE "C"    NOT NULL,             -- user:<name>
    template      TEXT COLLATE "C"    NOT NULL,             -- the columns, as assets/exports had them then
    state         TEXT COLLATE "C"    NOT NULL CHECK (state IN ('gathering', 'writing', 'ready', 'empty', 'failed')),
    done_village  TEXT COLLATE "C"    NOT NULL DEFAULT '',  -- the last one whose people are in it
    people        BIGINT NOT NULL DEFAULT 0,
    xlsx          TEXT COLLATE "C" REFERENCES file (id),
    csv           TEXT COLLATE "C" REFERENCES file (id),
    claimed_until BIGINT NOT NULL DEFAULT 0,   -- a process works on it
    tries         BIGINT NOT NULL DEFAULT 0,
    UNIQUE (programme, number)
);

-- Who is in which file, and what BPJS has said. A revision never changes, and so its row of the file does not either.
CREATE TABLE export_row (
    export_id TEXT COLLATE "C"    NOT NULL REFERENCES export (id),
    position  BIGINT NOT NULL, -- from 1
    record_id TEXT COLLATE "C"    NOT NULL REFERENCES record (id),
    revision  BIGINT NOT NULL,
    nik       TEXT COLLATE "C"    NOT NULL,
    state     TEXT COLLATE "C"    NOT NULL CHECK (state IN ('open', 'covered', 'refused', 'settled')), -- settled: the office has dealt with it
    reason    TEXT COLLATE "C"    NOT NULL DEFAULT '', -- of a refusal, in the words of BPJS
    answered_at BIGINT,
    PRIMARY KEY (export_id, position)
);
CREATE INDEX export_row_by_nik ON export_row (export_id, nik);
CREATE INDEX export_row_by_state ON export_row (export_id, state);
CREATE INDEX export_row_by_record ON export_row (record_id);
-- Nobody is in two files at once.
CREATE UNIQUE INDEX export_row_once ON export_row (record_id) WHERE state IN ('open', 'refused');

-- What BPJS has given: the number of the membership and its first and last day.
CREATE TABLE cover (
    record_id  TEXT COLLATE "C"    NOT NULL PRIMARY KEY REFERENCES record (id),
    export_id  TEXT COLLATE "C"    NOT NULL REFERENCES export (id),
    kpj        TEXT COLLATE "C"    NOT NULL, -- 11 of 0-9 A-Z
    from_day   TEXT COLLATE "C"    NOT NULL, -- 2026-12-01
    until_day  TEXT COLLATE "C"    NOT NULL,
    told_at    BIGINT NOT NULL
);
CREATE INDEX cover_by_kpj ON cover (kpj);

-- Files that come in: a list of people, or an answer of BPJS.
CREATE TABLE import (
    id            TEXT COLLATE "C"    NOT NULL PRIMARY KEY, -- 8 random bytes in hex
    kind          TEXT COLLATE "C"    NOT NULL CHECK (kind IN ('list', 'answer')),
    programme     TEXT COLLATE "C"    NOT NULL,
    source        TEXT COLLATE "C"    NOT NULL DEFAULT '',  -- of a list: one of the programme's
    export_id     TEXT COLLATE "C" REFERENCES export (id),  -- of an answer
    village       TEXT COLLATE "C"    NOT NULL DEFAULT '',  -- of a list that a village brings: its own, and no other
    file_id       TEXT COLLATE "C" REFERENCES file (id),    -- nothing once it is not needed any more
    name          TEXT COLLATE "C"    NOT NULL,             -- of the file at the person's computer
    sha256        TEXT COLLATE "C"    NOT NULL,
    added_by      TEXT COLLATE "C"    NOT NULL,             -- user:<name>
    added_at      BIGINT NOT NULL,
    state         TEXT COLLATE "C"    NOT NULL CHECK (state IN ('columns', 'checking', 'checked', 'taking', 'taken', 'failed', 'dropped')),
    head          TEXT COLLATE "C"    NOT NULL,             -- JSON: where the headings are, and the first rows; emptied at the end
    plan          TEXT COLLATE "C"    NOT NULL DEFAULT '',  -- JSON: what each column is
    counts        TEXT COLLATE "C"    NOT NULL DEFAULT '{}', -- JSON: how many rows were what
    done_rows     BIGINT NOT NULL DEFAULT 0,
    total_rows    BIGINT NOT NULL DEFAULT 0,
    failure       TEXT COLLATE "C"    NOT NULL DEFAULT '',  -- why it can't be read
    claimed_until BIGINT NOT NULL DEFAULT 0,
    tries         BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX import_by_time ON import (kind, added_at);

-- Rows of a file that can't be taken as they are.
CREATE TABLE import_problem (
    import_id TEXT COLLATE "C"    NOT NULL REFERENCES import (id),
    number    BIGINT NOT NULL, -- from 1, in the order of the file
    line      BIGINT NOT NULL, -- as a spreadsheet counts
    heading   TEXT COLLATE "C"    NOT NULL, -- of the column
    found     TEXT COLLATE "C"    NOT NULL, -- what stands there
    problem   TEXT COLLATE "C"    NOT NULL, -- Problem::key
    detail    TEXT COLLATE "C"    NOT NULL,
    PRIMARY KEY (import_id, number)
);

-- What the columns of such a file were the last time.
CREATE TABLE import_plan (
    kind     TEXT COLLATE "C"    NOT NULL,
    scope    TEXT COLLATE "C"    NOT NULL, -- programme and source, or programme
    headings TEXT COLLATE "C"    NOT NULL, -- SHA-256 of the headings in hex
    plan     TEXT COLLATE "C"    NOT NULL,
    used_at  BIGINT NOT NULL,
    PRIMARY KEY (kind, scope, headings)
);

-- Whom a list names, for the village's phones to visit.
CREATE TABLE candidate (
    programme TEXT COLLATE "C"    NOT NULL,
    nik       TEXT COLLATE "C"    NOT NULL,
    village   TEXT COLLATE "C"    NOT NULL, -- a code; it may not be served yet
    source    TEXT COLLATE "C"    NOT NULL, -- the list that named them last
    name      TEXT COLLATE "C"    NOT NULL,
    address   TEXT COLLATE "C"    NOT NULL DEFAULT '',
    rt        BIGINT,
    rw        BIGINT,
    added_at  BIGINT NOT NULL,
    PRIMARY KEY (programme, nik)
);
CREATE INDEX candidate_by_village ON candidate (village, programme, name, nik);

-- What reports count by. The JSON of the held revision says the same.
ALTER TABLE record ADD COLUMN occupation TEXT COLLATE "C" NOT NULL DEFAULT ''; -- an id of the programme's, or empty
ALTER TABLE record ADD COLUMN role TEXT COLLATE "C" NOT NULL DEFAULT '';       -- the same
ALTER TABLE record ADD COLUMN sex TEXT COLLATE "C" NOT NULL DEFAULT '';        -- male or female
ALTER TABLE record ADD COLUMN birth_date TEXT COLLATE "C" NOT NULL DEFAULT ''; -- 1984-05-12
UPDATE record SET
    occupation = coalesce((SELECT json_extract(body, '$.work.occupation') FROM revision WHERE record_id = id AND revision = record.revision), ''),
    role = coalesce((SELECT json_extract(body, '$.work.role') FROM revision WHERE record_id = id AND revision = record.revision), ''),
    sex = coalesce((SELECT json_extract(body, '$.identity.sex') FROM revision WHERE record_id = id AND revision = record.revision), ''),
    birth_date = coalesce((SELECT json_extract(body, '$.identity.birth_date') FROM revision WHERE record_id = id AND revision = record.revision), '');
-- One index answers every report without reading the rows.
CREATE INDEX record_for_reports ON record (programme, village, state, occupation, role, sex, birth_date);
