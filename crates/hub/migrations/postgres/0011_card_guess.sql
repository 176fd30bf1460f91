-- SQLite's of the same name, for PostgreSQL.
-- Wrong tries to open a worker's card by its number. Times are Unix milliseconds.
CREATE TABLE card_guess (
    subject  TEXT COLLATE "C" NOT NULL PRIMARY KEY, -- whose tries: a number (as a hash that only this hub makes), an address, all
    wrong    BIGINT NOT NULL,
    until_at BIGINT NOT NULL                        -- then they are forgotten
);
CREATE INDEX card_guess_until ON card_guess (until_at);
