-- A hub is its key and may move to another address; and the key of a card may stand in the receipts of two hubs, of which one
-- is forged.
ALTER TABLE hub RENAME TO former_hub;
ALTER TABLE card RENAME TO former_card;
ALTER TABLE ended RENAME TO former_ended;

CREATE TABLE hub (
    id          INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, -- never given twice: a late answer of a removed hub is nobody's
    key         TEXT    NOT NULL UNIQUE,    -- its public key in hex, as the receipt or its first answer named it
    url         TEXT    NOT NULL,           -- where it has answered last; before it has, what the first receipt says
    other_url   TEXT,                       -- what the last receipt says, where that is another: asked where url does not answer
    name        TEXT    NOT NULL DEFAULT '',
    answered_at TEXT,                       -- once it has answered under url and key its cards are believed
    ended_upto  INTEGER NOT NULL DEFAULT 0, -- how far its list of ended cards was heard
    ended_as_of TEXT                        -- how old that list is, by the hub's clock
) STRICT;

CREATE TABLE card (
    id       INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    hub_id   INTEGER NOT NULL REFERENCES hub (id),
    access   TEXT    NOT NULL,        -- CardAccess as JSON: what opens it; once by hub and number
    receipt  TEXT,                    -- what the receipt says, as JSON; nothing where the number was typed
    answer   TEXT,                    -- CardResponse as JSON: what the hub said last
    is_known INTEGER NOT NULL DEFAULT 1 -- 0: the hub was asked last and knows no such record
) STRICT;

CREATE TABLE ended (
    hub_id INTEGER NOT NULL REFERENCES hub (id) ON DELETE CASCADE,
    number TEXT    NOT NULL, -- CardNumber
    PRIMARY KEY (hub_id, number)
) STRICT, WITHOUT ROWID;

-- beside a max() SQLite takes the other columns from its row
WITH newest AS (SELECT max(id) AS id, key, url FROM former_hub GROUP BY key),
     believed AS (SELECT max(coalesce(answered_at, '')), key, url, name, answered_at FROM former_hub GROUP BY key)
INSERT INTO hub (id, key, url, other_url, name, answered_at, ended_upto, ended_as_of)
    SELECT newest.id, key, believed.url, nullif(newest.url, believed.url), name, answered_at,
           (SELECT max(ended_upto) FROM former_hub WHERE key = newest.key),
           (SELECT max(ended_as_of) FROM former_hub WHERE key = newest.key)
    FROM newest JOIN believed USING (key);
INSERT INTO card
    SELECT card.id, hub.id, access, receipt, answer, is_known
    FROM former_card AS card JOIN former_hub ON former_hub.id = hub_id JOIN hub USING (key);
-- each list is whole as far as it was heard, so that the longest holds the others
INSERT INTO ended
    SELECT DISTINCT hub.id, number
    FROM former_ended JOIN former_hub ON former_hub.id = hub_id JOIN hub USING (key);

DROP TABLE former_ended;
DROP TABLE former_card;
DROP TABLE former_hub;
