-- Places that this phone may promise, the order of its saves, and photos that go without Wi-Fi.
ALTER TABLE record ADD COLUMN place INTEGER;                        -- of the quota: promised here, then kept by the hub
ALTER TABLE outbox ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0;  -- counts the saves on this phone
ALTER TABLE outbox ADD COLUMN is_urgent INTEGER NOT NULL DEFAULT 0; -- 1: its photos go at any price

CREATE TABLE theirs ( -- what the hub holds of a record that was changed here and elsewhere; goes when the two are one
    record_number INTEGER NOT NULL PRIMARY KEY REFERENCES record (number) ON DELETE CASCADE,
    revision      INTEGER NOT NULL, -- the hub's
    enrolment     TEXT NOT NULL     -- JSON of that revision
) STRICT;

CREATE TABLE carried ( -- parcels of other phones, sealed to the hub: this phone can't read them
    digest    TEXT NOT NULL PRIMARY KEY,        -- ContentHash of sealed
    answer    TEXT NOT NULL DEFAULT '',         -- the hub's, byte for byte as it was signed; empty: not delivered
    signature TEXT NOT NULL DEFAULT '',         -- base64
    refused   INTEGER NOT NULL DEFAULT 0,       -- 1: the hub can't take it, now or later
    sealed    BLOB NOT NULL                     -- emptied when it is delivered
) STRICT;
