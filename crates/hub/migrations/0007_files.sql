-- Lists that come in, files that go to BPJS and come back, and what a report counts by. Times are Unix milliseconds.

-- Files as they came or went, in pieces: a hub that is killed goes on with them, another process too, and a backup has them.
CREATE TABLE file (
    id      TEXT    NOT NULL PRIMARY KEY, -- 16 random bytes in hex
    bytes   INTEGER NOT NULL,
    sha256  TEXT    NOT NULL,             -- in hex
    made_at INTEGER NOT NULL
) STRICT;
CREATE TABLE file_piece (
    file_id TEXT    NOT NULL REFERENCES file (id),
    number  INTEGER NOT NULL,             -- from 0; all but the last have the same size
    bytes   BLOB    NOT NULL,
    PRIMARY KEY (file_id, number)
) STRICT;

-- Files for BPJS. `number` counts those of a programme.
CREATE TABLE export (
    id            TEXT    NOT NULL PRIMARY KEY, -- 8 random bytes in hex
    programme     TEXT    NOT NULL,
    number        INTEGER NOT NULL,
    made_at       INTEGER NOT NULL,
    made_by       TEXT    NOT NULL,             -- user:<name>
    template      TEXT    NOT NULL,             -- the columns, as assets/exports had them then
    state         TEXT    NOT NULL CHECK (state IN ('gathering', 'writing', 'ready', 'empty', 'failed')),
    done_village  TEXT    NOT NULL DEFAULT '',  -- the last one whose people are in it
    people        INTEGER NOT NULL DEFAULT 0,
    xlsx          TEXT REFERENCES file (id),
    csv           TEXT REFERENCES file (id),
    claimed_until INTEGER NOT NULL DEFAULT 0,   -- a process works on it
    tries         INTEGER NOT NULL DEFAULT 0,
    UNIQUE (programme, number)
) STRICT;

-- Who is in which file, and what BPJS has said. A revision never changes, and so its row of the file does not either.
CREATE TABLE export_row (
    export_id TEXT    NOT NULL REFERENCES export (id),
    position  INTEGER NOT NULL, -- from 1
    record_id TEXT    NOT NULL REFERENCES record (id),
    revision  INTEGER NOT NULL,
    nik       TEXT    NOT NULL,
    state     TEXT    NOT NULL CHECK (state IN ('open', 'covered', 'refused', 'settled')), -- settled: the office has dealt with it
    reason    TEXT    NOT NULL DEFAULT '', -- of a refusal, in the words of BPJS
    answered_at INTEGER,
    PRIMARY KEY (export_id, position)
) STRICT;
CREATE INDEX export_row_by_nik ON export_row (export_id, nik);
CREATE INDEX export_row_by_state ON export_row (export_id, state);
CREATE INDEX export_row_by_record ON export_row (record_id);
-- Nobody is in two files at once.
CREATE UNIQUE INDEX export_row_once ON export_row (record_id) WHERE state IN ('open', 'refused');

-- What BPJS has given: the number of the membership and its first and last day.
CREATE TABLE cover (
    record_id  TEXT    NOT NULL PRIMARY KEY REFERENCES record (id),
    export_id  TEXT    NOT NULL REFERENCES export (id),
    kpj        TEXT    NOT NULL, -- 11 of 0-9 A-Z
    from_day   TEXT    NOT NULL, -- 2026-12-01
    until_day  TEXT    NOT NULL,
    told_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX cover_by_kpj ON cover (kpj);

-- Files that come in: a list of people, or an answer of BPJS.
CREATE TABLE import (
    id            TEXT    NOT NULL PRIMARY KEY, -- 8 random bytes in hex
    kind          TEXT    NOT NULL CHECK (kind IN ('list', 'answer')),
    programme     TEXT    NOT NULL,
    source        TEXT    NOT NULL DEFAULT '',  -- of a list: one of the programme's
    export_id     TEXT REFERENCES export (id),  -- of an answer
    village       TEXT    NOT NULL DEFAULT '',  -- of a list that a village brings: its own, and no other
    file_id       TEXT REFERENCES file (id),    -- nothing once it is not needed any more
    name          TEXT    NOT NULL,             -- of the file at the person's computer
    sha256        TEXT    NOT NULL,
    added_by      TEXT    NOT NULL,             -- user:<name>
    added_at      INTEGER NOT NULL,
    state         TEXT    NOT NULL CHECK (state IN ('columns', 'checking', 'checked', 'taking', 'taken', 'failed', 'dropped')),
    head          TEXT    NOT NULL,             -- JSON: where the headings are, and the first rows; emptied at the end
    plan          TEXT    NOT NULL DEFAULT '',  -- JSON: what each column is
    counts        TEXT    NOT NULL DEFAULT '{}', -- JSON: how many rows were what
    done_rows     INTEGER NOT NULL DEFAULT 0,
    total_rows    INTEGER NOT NULL DEFAULT 0,
    failure       TEXT    NOT NULL DEFAULT '',  -- why it can't be read
    claimed_until INTEGER NOT NULL DEFAULT 0,
    tries         INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX import_by_time ON import (kind, added_at);

-- Rows of a file that can't be taken as they are.
CREATE TABLE import_problem (
    import_id TEXT    NOT NULL REFERENCES import (id),
    number    INTEGER NOT NULL, -- from 1, in the order of the file
    line      INTEGER NOT NULL, -- as a spreadsheet counts
    heading   TEXT    NOT NULL, -- of the column
    found     TEXT    NOT NULL, -- what stands there
    problem   TEXT    NOT NULL, -- Problem::key
    detail    TEXT    NOT NULL,
    PRIMARY KEY (import_id, number)
) STRICT;

-- What the columns of such a file were the last time.
CREATE TABLE import_plan (
    kind     TEXT    NOT NULL,
    scope    TEXT    NOT NULL, -- programme and source, or programme
    headings TEXT    NOT NULL, -- SHA-256 of the headings in hex
    plan     TEXT    NOT NULL,
    used_at  INTEGER NOT NULL,
    PRIMARY KEY (kind, scope, headings)
) STRICT;

-- Whom a list names, for the village's phones to visit.
CREATE TABLE candidate (
    programme TEXT    NOT NULL,
    nik       TEXT    NOT NULL,
    village   TEXT    NOT NULL, -- a code; it may not be served yet
    source    TEXT    NOT NULL, -- the list that named them last
    name      TEXT    NOT NULL,
    address   TEXT    NOT NULL DEFAULT '',
    rt        INTEGER,
    rw        INTEGER,
    added_at  INTEGER NOT NULL,
    PRIMARY KEY (programme, nik)
) STRICT;
CREATE INDEX candidate_by_village ON candidate (village, programme, name, nik);

-- What reports count by. The JSON of the held revision says the same.
ALTER TABLE record ADD COLUMN occupation TEXT NOT NULL DEFAULT ''; -- an id of the programme's, or empty
ALTER TABLE record ADD COLUMN role TEXT NOT NULL DEFAULT '';       -- the same
ALTER TABLE record ADD COLUMN sex TEXT NOT NULL DEFAULT '';        -- male or female
ALTER TABLE record ADD COLUMN birth_date TEXT NOT NULL DEFAULT ''; -- 1984-05-12
UPDATE record SET
    occupation = coalesce((SELECT body ->> '$.work.occupation' FROM revision WHERE record_id = id AND revision = record.revision), ''),
    role = coalesce((SELECT body ->> '$.work.role' FROM revision WHERE record_id = id AND revision = record.revision), ''),
    sex = coalesce((SELECT body ->> '$.identity.sex' FROM revision WHERE record_id = id AND revision = record.revision), ''),
    birth_date = coalesce((SELECT body ->> '$.identity.birth_date' FROM revision WHERE record_id = id AND revision = record.revision), '');
-- One index answers every report without reading the rows.
CREATE INDEX record_for_reports ON record (programme, village, state, occupation, role, sex, birth_date);
