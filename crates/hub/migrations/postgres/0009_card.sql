-- SQLite's of the same name, for PostgreSQL.
-- The worker's card. Times are Unix milliseconds.

-- What opens a worker's card; a record has another one for each phone that drew one.
CREATE TABLE worker_key (
    hash      TEXT COLLATE "C"    NOT NULL PRIMARY KEY, -- WorkerKeyHash
    number    TEXT COLLATE "C"    NOT NULL,             -- ReceiptNumber, as printed
    record_id TEXT COLLATE "C"    NOT NULL REFERENCES record (id),
    made_at   BIGINT NOT NULL
);
CREATE INDEX worker_key_by_number ON worker_key (number);
CREATE INDEX worker_key_by_record ON worker_key (record_id);

-- Cards that were signed. A record whose cover changes gets another one, and the former is ended.
CREATE TABLE card (
    number    TEXT COLLATE "C"    NOT NULL PRIMARY KEY, -- CardNumber
    record_id TEXT COLLATE "C"    NOT NULL REFERENCES record (id),
    body      TEXT COLLATE "C"    NOT NULL,             -- the text of its code
    from_day  TEXT COLLATE "C"    NOT NULL,             -- 2026-12-01
    until_day TEXT COLLATE "C"    NOT NULL,
    signed_at BIGINT NOT NULL,
    ended_at  BIGINT,                      -- before its last day
    ended_seq BIGINT UNIQUE                -- phones have heard of the ended ones up to a number
);
CREATE INDEX card_by_record ON card (record_id);
