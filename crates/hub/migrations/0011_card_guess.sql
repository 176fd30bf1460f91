-- Wrong tries to open a worker's card by its number. Times are Unix milliseconds.
CREATE TABLE card_guess (
    subject  TEXT    NOT NULL PRIMARY KEY, -- whose tries: a number (as a hash that only this hub makes), an address, all
    wrong    INTEGER NOT NULL,
    until_at INTEGER NOT NULL              -- then they are forgotten
) STRICT;
CREATE INDEX card_guess_until ON card_guess (until_at);
