-- The phone's database as it is in use, made by crates/device/migrations and held true by a test of crates/device.
-- The hub's is in crates/hub/migrations, that of a worker's own phone in crates/device/migrations/wallet.

CREATE TABLE setting (
    name  TEXT NOT NULL PRIMARY KEY, -- pairing, village, cursor, route, …: see store/setting.rs
    value TEXT NOT NULL              -- JSON
) STRICT, WITHOUT ROWID;

CREATE TABLE record (
    number     INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, -- order on this phone; clocks may be wrong
    id         TEXT NOT NULL UNIQUE,            -- RecordId, 32 hex digits
    state      TEXT NOT NULL,                   -- domain State as JSON: the last one that phone and hub agree on
    revision   INTEGER NOT NULL DEFAULT 0,      -- the last one saved; 0 = never saved
    enrolment  TEXT,                            -- JSON of that revision, byte for byte as it is sent
    nik        TEXT NOT NULL DEFAULT '',        -- for the search and for duplicates
    name       TEXT NOT NULL DEFAULT '',        -- for the list and the search
    is_editing INTEGER NOT NULL DEFAULT 0,      -- 1: draft_field holds unsaved changes
    touched_at TEXT NOT NULL,                   -- RFC 3339, by this phone's clock
    place      INTEGER,                         -- of the quota: promised here, then kept by the hub
    worker_key TEXT NOT NULL DEFAULT ''         -- WorkerKey, 32 hex digits, on the worker's receipt and never sent; empty: none was drawn here
) STRICT;
CREATE INDEX record_nik ON record (nik);

CREATE TABLE draft_field (
    record_number INTEGER NOT NULL REFERENCES record (number) ON DELETE CASCADE,
    field         TEXT NOT NULL, -- Field key
    value         TEXT NOT NULL, -- as typed
    PRIMARY KEY (record_number, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE photo (
    record_number INTEGER NOT NULL REFERENCES record (number) ON DELETE CASCADE,
    sha256        TEXT NOT NULL,            -- PhotoHash of jpeg
    kind          TEXT NOT NULL,            -- PhotoKind key
    in_draft      INTEGER NOT NULL,           -- 1: the open draft shows it
    in_record     INTEGER NOT NULL DEFAULT 0, -- 1: the saved revision names it
    is_held       INTEGER NOT NULL DEFAULT 0, -- 1: a signed receipt lists it
    upload_url    TEXT NOT NULL DEFAULT '', -- tus address of a started upload, to go on where it broke off
    thumbnail     BLOB NOT NULL,              -- a small JPEG for lists
    faults        TEXT NOT NULL DEFAULT '[]', -- JSON array of PhotoFault keys: what the phone found fault with
    jpeg          BLOB NOT NULL,              -- upright, small, without metadata; behind all but faults, which came later
    PRIMARY KEY (record_number, sha256)
) STRICT;

CREATE TABLE outbox ( -- one row per record that the hub does not hold whole: the newest revision replaces the older
    record_number INTEGER NOT NULL PRIMARY KEY REFERENCES record (number),
    revision      INTEGER NOT NULL,           -- the one to send: record.revision
    saved_at      TEXT NOT NULL,              -- RFC 3339, by this phone's clock
    lease_until   TEXT NOT NULL DEFAULT '',   -- RFC 3339: being sent until then; empty: not being sent
    is_text_held  INTEGER NOT NULL DEFAULT 0, -- 1: receipted but for its photos
    refusal       TEXT NOT NULL DEFAULT '',   -- RefusalReason as JSON: set aside until it is mended
    sequence      INTEGER NOT NULL DEFAULT 0, -- counts the saves on this phone; 0 = from before they were counted
    is_urgent     INTEGER NOT NULL DEFAULT 0  -- 1: its photos go at any price
) STRICT;

CREATE TABLE sent ( -- revisions that have left the phone; older ones go when a newer one is receipted
    record_number INTEGER NOT NULL REFERENCES record (number) ON DELETE CASCADE,
    revision      INTEGER NOT NULL, -- the hub may hold it, also when its answer was lost
    enrolment     TEXT NOT NULL,    -- JSON, byte for byte as it was sent
    PRIMARY KEY (record_number, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE theirs ( -- what the hub holds of a record that was changed here and elsewhere; goes when the two are one
    record_number INTEGER NOT NULL PRIMARY KEY REFERENCES record (number) ON DELETE CASCADE,
    revision      INTEGER NOT NULL, -- the hub's
    enrolment     TEXT NOT NULL     -- JSON of that revision
) STRICT;

CREATE TABLE event ( -- the timeline of a record
    number        INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, -- order on this phone
    record_number INTEGER NOT NULL REFERENCES record (number) ON DELETE CASCADE,
    at            TEXT NOT NULL, -- RFC 3339; the hub's clock where the hub decided
    revision      INTEGER NOT NULL, -- which one it is about
    state         TEXT NOT NULL  -- domain State as JSON
) STRICT;
CREATE INDEX event_record ON event (record_number, number);

CREATE TABLE sync_journal (
    number  INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, -- the last hundred are kept
    at      TEXT NOT NULL, -- RFC 3339, by this phone's clock
    outcome TEXT NOT NULL  -- sync Report as JSON
) STRICT;

CREATE TABLE carried ( -- parcels of other phones, sealed to the hub: this phone can't read them
    digest    TEXT NOT NULL PRIMARY KEY,        -- ContentHash of sealed
    answer    TEXT NOT NULL DEFAULT '',         -- the hub's, byte for byte as it was signed; empty: not delivered
    signature TEXT NOT NULL DEFAULT '',         -- base64
    refused   INTEGER NOT NULL DEFAULT 0,       -- 1: the hub can't take it, now or later
    sealed    BLOB NOT NULL                     -- emptied when it is delivered
) STRICT;

CREATE TABLE card ( -- signed cards of this village's people, as the hub told them; of other phones' records as well
    record_id  TEXT NOT NULL PRIMARY KEY, -- RecordId; perhaps of no record of this phone
    number     TEXT NOT NULL,             -- CardNumber
    body       TEXT NOT NULL,             -- the text of its code; what follows is said in it
    name       TEXT NOT NULL,             -- as on the card, for the search
    nik_masked TEXT NOT NULL,             -- 352228••••••9999
    kpj        TEXT NOT NULL,             -- BPJS's number
    from_day   TEXT NOT NULL,             -- 2026-12-01
    until_day  TEXT NOT NULL              -- the last day of cover
) STRICT;
CREATE INDEX card_by_number ON card (number);

CREATE TABLE ended_card ( -- of the whole hub, whoever they belong to
    number TEXT NOT NULL PRIMARY KEY -- CardNumber of one that was ended before its last day
) STRICT, WITHOUT ROWID;
