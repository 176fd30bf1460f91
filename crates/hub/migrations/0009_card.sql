-- The worker's card. Times are Unix milliseconds.

-- What opens a worker's card; a record has another one for each phone that drew one.
CREATE TABLE worker_key (
    hash      TEXT    NOT NULL PRIMARY KEY, -- WorkerKeyHash
    number    TEXT    NOT NULL,             -- ReceiptNumber, as printed
    record_id TEXT    NOT NULL REFERENCES record (id),
    made_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX worker_key_by_number ON worker_key (number);
CREATE INDEX worker_key_by_record ON worker_key (record_id);

-- Cards that were signed. A record whose cover changes gets another one, and the former is ended.
CREATE TABLE card (
    number    TEXT    NOT NULL PRIMARY KEY, -- CardNumber
    record_id TEXT    NOT NULL REFERENCES record (id),
    body      TEXT    NOT NULL,             -- the text of its code
    from_day  TEXT    NOT NULL,             -- 2026-12-01
    until_day TEXT    NOT NULL,
    signed_at INTEGER NOT NULL,
    ended_at  INTEGER,                      -- before its last day
    ended_seq INTEGER UNIQUE                -- phones have heard of the ended ones up to a number
) STRICT;
CREATE INDEX card_by_record ON card (record_id);
