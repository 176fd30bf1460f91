-- People with roles, second factors and sessions that can be ended, and an audit whose entries are chained.

-- Whoever could sign in so far could do everything, and still can.
ALTER TABLE office_user ADD COLUMN role TEXT NOT NULL DEFAULT 'admin'
    CHECK (role IN ('admin', 'verifier', 'village', 'auditor'));
-- The one village that a village's head or operator sees; of others nothing.
ALTER TABLE office_user ADD COLUMN village TEXT REFERENCES village (code) CHECK ((role = 'village') = (village IS NOT NULL));
ALTER TABLE office_user ADD COLUMN disabled_at INTEGER;                     -- set: may not sign in
ALTER TABLE office_user ADD COLUMN must_change INTEGER NOT NULL DEFAULT 0;  -- the password came from somebody else
ALTER TABLE office_user ADD COLUMN totp_nonce TEXT;    -- the second factor's secret is made of this and hub.key
ALTER TABLE office_user ADD COLUMN totp_pending TEXT;  -- the same of one that no code has confirmed yet
ALTER TABLE office_user ADD COLUMN totp_step INTEGER NOT NULL DEFAULT 0; -- of the last code: it and older ones are used up

ALTER TABLE session ADD COLUMN caller TEXT NOT NULL DEFAULT '';  -- an IPv4 address, or of IPv6 the /64
ALTER TABLE session ADD COLUMN browser TEXT NOT NULL DEFAULT ''; -- Chrome, Android
ALTER TABLE session ADD COLUMN seen_at INTEGER NOT NULL DEFAULT 0; -- of its last call, give or take five minutes
ALTER TABLE session ADD COLUMN waits_for_code INTEGER NOT NULL DEFAULT 0; -- the password was right, the code is still to come
UPDATE session SET seen_at = made_at;
CREATE INDEX session_by_user ON session (user_name);

-- How many more passwords an address may try, for every process on this database: a bucket that fills up with time.
CREATE TABLE sign_in_bucket (
    caller TEXT    NOT NULL PRIMARY KEY, -- an IPv4 address, or of IPv6 the /64
    tries  REAL    NOT NULL,             -- left at that time
    at     INTEGER NOT NULL
) STRICT;

-- For whoever sees one village only.
CREATE INDEX record_by_village ON record (village, state, received_at);

-- The entries so far wait here until they are chained, which SQL alone can't do: store/audit.rs does it before this
-- transaction ends, and removes the table.
DROP TRIGGER audit_keeps_rows;
DROP TRIGGER audit_keeps_text;
DROP TRIGGER audit_replaces_nothing;
ALTER TABLE audit RENAME TO audit_unchained;

-- Who did what and when, and what it changed. Subjects are ids; no personal data of those who enrol.
CREATE TABLE audit (
    seq     INTEGER NOT NULL PRIMARY KEY, -- from 1, without a gap
    at      INTEGER NOT NULL,
    actor   TEXT    NOT NULL,
    act     TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    before  TEXT    NOT NULL,             -- empty where nothing was
    after   TEXT    NOT NULL,
    hash    TEXT    NOT NULL              -- SHA-256 in hex over the hash before it and this entry; see store/audit.rs
) STRICT;
CREATE INDEX audit_by_subject ON audit (subject, seq);
CREATE INDEX audit_by_actor ON audit (actor, seq);
CREATE TRIGGER audit_keeps_rows BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER audit_keeps_text BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'append-only'); END;
-- Neither a gap nor another entry in place of one: INSERT OR REPLACE removes a row without its DELETE trigger.
CREATE TRIGGER audit_follows BEFORE INSERT ON audit
    WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM audit)
    BEGIN SELECT RAISE(ABORT, 'append-only'); END;
