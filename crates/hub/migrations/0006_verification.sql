-- The verification queue: who looks at which record, decisions that are held back for a moment, and approvals in bulk.

-- Where a kader stood, out of the held revision: other records of a village say where its middle is.
ALTER TABLE record ADD COLUMN latitude REAL;
ALTER TABLE record ADD COLUMN longitude REAL;
-- Of an undecided one: 0 nothing speaks against it, 1 something does, 2 nobody has looked. For the queue's filters; a page
-- looks anew.
ALTER TABLE record ADD COLUMN concerns INTEGER NOT NULL DEFAULT 2;
CREATE INDEX record_undecided ON record (received_at, id) WHERE state IN ('received', 'corrected');
CREATE INDEX record_undecided_by_concerns ON record (concerns, received_at, id) WHERE state IN ('received', 'corrected');
CREATE INDEX record_undecided_in_village ON record (village, received_at, id, concerns)
    WHERE state IN ('received', 'corrected');
CREATE INDEX record_with_position ON record (village, received_at, latitude, longitude) WHERE latitude IS NOT NULL;

-- The rules by which `concerns` was found; other ones in the programmes' files, and undecided records are looked at anew.
CREATE TABLE concern_rule (
    rule TEXT NOT NULL PRIMARY KEY -- SHA-256 of JSON, in hex; one row
) STRICT, WITHOUT ROWID;

-- Who has a record before them. Nobody else decides on it meanwhile.
CREATE TABLE claim (
    record_id  TEXT    NOT NULL PRIMARY KEY REFERENCES record (id),
    user_name  TEXT    NOT NULL,
    since      INTEGER NOT NULL,
    until      INTEGER NOT NULL,           -- renewed while the page is open; then anybody may take the record
    is_ahead   INTEGER NOT NULL,           -- 1: not opened yet, the next one for this person
    view       INTEGER NOT NULL DEFAULT 0, -- counts how often its page was drawn: an older page gives nothing back
    is_fetched INTEGER NOT NULL DEFAULT 0  -- 1: a photo was sent ahead of the page
) STRICT;
CREATE INDEX claim_by_user ON claim (user_name);

-- What somebody has put aside; for everybody else it waits as before.
CREATE TABLE skipped (
    user_name TEXT    NOT NULL,
    record_id TEXT    NOT NULL REFERENCES record (id),
    at        INTEGER NOT NULL,
    PRIMARY KEY (user_name, record_id)
) STRICT, WITHOUT ROWID;

-- Which part of the queue somebody works on.
CREATE TABLE desk (
    user_name TEXT NOT NULL PRIMARY KEY,
    village   TEXT NOT NULL, -- empty: all
    kind      TEXT NOT NULL  -- clean, concerns or empty for both
) STRICT, WITHOUT ROWID;

-- What verifiers said. Held back until `due_at`, and until then it can be taken back without a trace on the record.
CREATE TABLE verdict (
    record_id  TEXT    NOT NULL REFERENCES record (id),
    decided_at INTEGER NOT NULL,
    user_name  TEXT    NOT NULL,
    act        TEXT    NOT NULL, -- approve, return or reject
    what       TEXT    NOT NULL, -- JSON of the verdict; emptied when it has taken effect
    seen       INTEGER NOT NULL, -- record.change_seq that it was said of
    opened_at  INTEGER NOT NULL, -- when the page was opened
    due_at     INTEGER NOT NULL,
    applied_at INTEGER,
    PRIMARY KEY (record_id, decided_at)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX verdict_held ON verdict (record_id) WHERE applied_at IS NULL;
CREATE INDEX verdict_due ON verdict (due_at) WHERE applied_at IS NULL;
CREATE INDEX verdict_by_time ON verdict (decided_at, opened_at);
CREATE INDEX verdict_by_user ON verdict (user_name, decided_at, opened_at);

-- Records without any warning that somebody wants to approve together.
CREATE TABLE batch (
    id        TEXT    NOT NULL PRIMARY KEY, -- 16 random bytes in hex
    user_name TEXT    NOT NULL,
    village   TEXT    NOT NULL,             -- empty: of all
    made_at   INTEGER NOT NULL,
    stage     TEXT    NOT NULL CHECK (stage IN ('looking', 'running', 'done', 'given_up'))
) STRICT, WITHOUT ROWID;
CREATE INDEX batch_by_user ON batch (user_name, made_at);
CREATE TABLE batch_record (
    batch_id  TEXT    NOT NULL REFERENCES batch (id),
    position  INTEGER NOT NULL,            -- from 1; the sample first
    record_id TEXT    NOT NULL REFERENCES record (id),
    seen      INTEGER NOT NULL,            -- record.change_seq when the batch was made
    is_sample INTEGER NOT NULL,
    looked_at INTEGER,                     -- a sample, found good
    outcome   TEXT    NOT NULL DEFAULT '', -- a state's key, or why it was left out
    PRIMARY KEY (batch_id, position)
) STRICT, WITHOUT ROWID;
