-- What a worker's own phone keeps: a file of its own beside the kader's, encrypted under a key of its own.
CREATE TABLE hub (
    id          INTEGER NOT NULL PRIMARY KEY,
    url         TEXT    NOT NULL,           -- where it is called
    key         TEXT    NOT NULL,           -- its public key in hex, as the receipt or its first answer named it
    name        TEXT    NOT NULL DEFAULT '',
    answered_at TEXT,                       -- once it has answered under this address and key its cards are believed
    ended_upto  INTEGER NOT NULL DEFAULT 0, -- how far its list of ended cards was heard
    ended_as_of TEXT,                       -- how old that list is, by the hub's clock
    UNIQUE (url, key)
) STRICT;

CREATE TABLE card (
    id       INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    hub_id   INTEGER NOT NULL REFERENCES hub (id),
    access   TEXT    NOT NULL UNIQUE, -- CardAccess as JSON: what opens it
    receipt  TEXT,                    -- what the receipt says, as JSON; nothing where the number was typed
    answer   TEXT,                    -- CardResponse as JSON: what the hub said last
    is_known INTEGER NOT NULL DEFAULT 1 -- 0: the hub was asked last and knows no such record
) STRICT;

CREATE TABLE ended (
    hub_id INTEGER NOT NULL REFERENCES hub (id) ON DELETE CASCADE,
    number TEXT    NOT NULL, -- CardNumber
    PRIMARY KEY (hub_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE wrong_try (
    at INTEGER NOT NULL -- Unix seconds of a typed number that opened nothing
) STRICT;
