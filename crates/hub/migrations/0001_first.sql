-- The hub's first schema. Times are Unix milliseconds by the hub's clock unless a comment says otherwise.
-- Add-only: a migration that has shipped is never edited.

CREATE TABLE village (
    code       TEXT    NOT NULL PRIMARY KEY, -- Kemendagri, 35.22.28.2004
    name       TEXT    NOT NULL,
    district   TEXT    NOT NULL,
    regency    TEXT    NOT NULL,
    programme  TEXT    NOT NULL,             -- a programme's id
    added_at   INTEGER NOT NULL
) STRICT;

CREATE TABLE device (
    id           TEXT    NOT NULL PRIMARY KEY, -- 16 random bytes in hex
    token_hash   TEXT    NOT NULL UNIQUE,      -- SHA-256 in hex; the token itself is on the phone alone
    village      TEXT    NOT NULL REFERENCES village (code),
    name         TEXT    NOT NULL,             -- as the phone calls itself
    kader_name   TEXT    NOT NULL,
    paired_at    INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    blocked_at   INTEGER                       -- set: its token is worth nothing
) STRICT;
CREATE INDEX device_by_village ON device (village);

CREATE TABLE pairing_code (
    hash       TEXT    NOT NULL PRIMARY KEY, -- SHA-256 of the code without hyphen, in hex
    village    TEXT    NOT NULL REFERENCES village (code),
    kader_name TEXT    NOT NULL,
    made_at    INTEGER NOT NULL,
    made_by    TEXT    NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER,
    device_id  TEXT REFERENCES device (id),
    nonce_hash TEXT                          -- of the call that used it: the same call again is answered again
) STRICT;

-- Where each enrolment stands. The columns below the state repeat the held revision, for search and duplicates.
CREATE TABLE record (
    id          TEXT    NOT NULL PRIMARY KEY, -- RecordId in hex
    village     TEXT    NOT NULL REFERENCES village (code),
    programme   TEXT    NOT NULL,
    device_id   TEXT    NOT NULL REFERENCES device (id),
    revision    INTEGER NOT NULL,             -- the highest one held
    state       TEXT    NOT NULL,             -- State::key
    state_json  TEXT    NOT NULL,             -- the whole State
    place       INTEGER,                      -- of the quota; only of placed and active ones with a quota
    rank        INTEGER,                      -- on the waiting list
    change_seq  INTEGER NOT NULL,             -- the last change; a decision names the one that it saw
    nik         TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    received_at INTEGER NOT NULL,             -- of the first revision
    changed_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX record_by_nik ON record (nik);
CREATE INDEX record_by_state ON record (state, received_at);
-- Covers the counts of places in a village, which every sync needs, and those that an approval needs.
CREATE INDEX record_by_programme ON record (programme, village, state, place, rank);
-- For the places that all villages share: a sync counts by state alone.
CREATE INDEX record_by_programme_state ON record (programme, state);

CREATE TABLE revision (
    record_id   TEXT    NOT NULL REFERENCES record (id),
    revision    INTEGER NOT NULL,
    content     TEXT    NOT NULL, -- ContentHash in hex
    body        TEXT    NOT NULL, -- the JSON byte for byte as received
    saved_at    INTEGER NOT NULL, -- by the phone's clock, which may be wrong
    received_at INTEGER NOT NULL,
    device_id   TEXT    NOT NULL REFERENCES device (id),
    PRIMARY KEY (record_id, revision)
) STRICT;

-- The photos that a revision names, held or not.
CREATE TABLE revision_photo (
    record_id TEXT    NOT NULL,
    revision  INTEGER NOT NULL,
    sha256    TEXT    NOT NULL,
    kind      TEXT    NOT NULL,
    PRIMARY KEY (record_id, revision, sha256),
    FOREIGN KEY (record_id, revision) REFERENCES revision (record_id, revision)
) STRICT;
CREATE INDEX revision_photo_by_hash ON revision_photo (sha256);

-- Photos whose bytes lie complete and synced under DIR/photos.
CREATE TABLE photo (
    sha256    TEXT    NOT NULL PRIMARY KEY,
    bytes     INTEGER NOT NULL,
    stored_at INTEGER NOT NULL,
    device_id TEXT    NOT NULL
) STRICT;
CREATE INDEX photo_by_device ON photo (device_id, stored_at, bytes);

-- Uploads under way; how far one is, is the length of its file under DIR/uploads.
CREATE TABLE upload (
    id         TEXT    NOT NULL PRIMARY KEY,
    device_id  TEXT    NOT NULL REFERENCES device (id),
    sha256     TEXT    NOT NULL,
    length     INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX upload_by_device ON upload (device_id, sha256);

-- What happened to records, in the order in which phones hear of it.
CREATE TABLE change (
    seq        INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    record_id  TEXT    NOT NULL REFERENCES record (id),
    village    TEXT    NOT NULL,
    revision   INTEGER NOT NULL,
    state_json TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    actor      TEXT    NOT NULL -- device:<id>, user:<name> or hub
) STRICT;
CREATE INDEX change_by_village ON change (village, seq);
CREATE INDEX change_by_record ON change (record_id, seq);

CREATE TABLE office_user (
    name          TEXT    NOT NULL PRIMARY KEY,
    password_hash TEXT    NOT NULL, -- argon2id, PHC string
    added_at      INTEGER NOT NULL,
    failures      INTEGER NOT NULL DEFAULT 0, -- wrong passwords in a row, from everywhere
    locked_until  INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Wrong passwords in a row from one address; forgotten after a day.
CREATE TABLE sign_in_failure (
    user_name    TEXT    NOT NULL REFERENCES office_user (name),
    caller       TEXT    NOT NULL, -- an IPv4 address, or of IPv6 the /64
    failures     INTEGER NOT NULL,
    locked_until INTEGER NOT NULL DEFAULT 0,
    failed_at    INTEGER NOT NULL,
    PRIMARY KEY (user_name, caller)
) STRICT;

CREATE TABLE session (
    hash       TEXT    NOT NULL PRIMARY KEY, -- SHA-256 of the cookie, in hex
    user_name  TEXT    NOT NULL REFERENCES office_user (name),
    csrf       TEXT    NOT NULL,
    made_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

-- Who did what and when. Subjects are ids; no personal data.
CREATE TABLE audit (
    seq     INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    actor   TEXT    NOT NULL,
    act     TEXT    NOT NULL,
    subject TEXT    NOT NULL
) STRICT;

CREATE TRIGGER audit_keeps_rows BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER audit_keeps_text BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER change_keeps_rows BEFORE DELETE ON change BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER change_keeps_text BEFORE UPDATE ON change BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER revision_keeps_rows BEFORE DELETE ON revision BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER revision_keeps_text BEFORE UPDATE ON revision BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER revision_photo_keeps_rows BEFORE DELETE ON revision_photo BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER revision_photo_keeps_text BEFORE UPDATE ON revision_photo BEGIN SELECT RAISE(ABORT, 'append-only'); END;

-- INSERT OR REPLACE removes a row without its DELETE trigger.
CREATE TRIGGER audit_replaces_nothing BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq)
    BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER change_replaces_nothing BEFORE INSERT ON change WHEN EXISTS (SELECT 1 FROM change WHERE seq = NEW.seq)
    BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER revision_replaces_nothing BEFORE INSERT ON revision
    WHEN EXISTS (SELECT 1 FROM revision WHERE record_id = NEW.record_id AND revision = NEW.revision)
    BEGIN SELECT RAISE(ABORT, 'append-only'); END;
-- One enrolment may name the same photo twice: the first stays.
CREATE TRIGGER revision_photo_replaces_nothing BEFORE INSERT ON revision_photo
    WHEN EXISTS (SELECT 1 FROM revision_photo
        WHERE record_id = NEW.record_id AND revision = NEW.revision AND sha256 = NEW.sha256)
    BEGIN SELECT RAISE(IGNORE); END;
