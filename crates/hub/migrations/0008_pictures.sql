-- Counts for the dashboard and for lists, and a search by parts of a name: none of them reads all records.
-- A day is a number: days since 1970-01-01 in western Indonesian time (UTC+7), (ms + 25200000) / 86400000.

ALTER TABLE record ADD COLUMN covered_from INTEGER;  -- a day; of who is or was covered, stays when the cover has ended
ALTER TABLE record ADD COLUMN covered_until INTEGER; -- the same
WITH cover (id, state_json) AS (
    SELECT id, CASE WHEN state = 'active' THEN state_json ELSE (SELECT change.state_json FROM change
        WHERE change.record_id = record.id AND json_extract(change.state_json, '$.state') = 'active'
        ORDER BY seq DESC LIMIT 1) END
    FROM record WHERE state IN ('active', 'ended', 'waiting_list', 'placed', 'withdrawn'))
UPDATE record SET covered_from = CAST(julianday(json_extract(cover.state_json, '$.from')) - 2440587.5 AS INTEGER),
        covered_until = CAST(julianday(json_extract(cover.state_json, '$.until')) - 2440587.5 AS INTEGER)
    FROM cover WHERE cover.id = record.id AND cover.state_json IS NOT NULL;

-- A list goes through one state after the other, the oldest first, and goes on behind the last row that was shown. Name and
-- NIK are in the index, so that a search that finds many is answered from it alone: the rows themselves lie far apart.
DROP INDEX record_by_state;
CREATE INDEX record_by_state ON record (state, received_at, id, name, nik);
DROP INDEX record_by_village;
CREATE INDEX record_by_village ON record (village, state, received_at, id, name, nik);
CREATE INDEX record_by_cover ON record (state, covered_until) WHERE covered_until IS NOT NULL;

-- How many records of a village stand in each state.
CREATE TABLE standing (
    village TEXT    NOT NULL,
    state   TEXT    NOT NULL,
    records INTEGER NOT NULL,
    PRIMARY KEY (village, state)
) STRICT, WITHOUT ROWID;
INSERT INTO standing (village, state, records) SELECT village, state, count(*) FROM record GROUP BY village, state;

-- How many came first in which week.
CREATE TABLE enrolled_week (
    village TEXT    NOT NULL,
    week    INTEGER NOT NULL, -- from Monday on: (day + 3) / 7
    records INTEGER NOT NULL,
    PRIMARY KEY (village, week)
) STRICT, WITHOUT ROWID;
INSERT INTO enrolled_week (village, week, records)
    SELECT village, ((received_at + 25200000) / 86400000 + 3) / 7, count(*) FROM record GROUP BY 1, 2;

-- After how many days whoever is or was covered came to be so.
CREATE TABLE cover_wait (
    village TEXT    NOT NULL,
    days    INTEGER NOT NULL, -- from the day on which the hub heard of them; 0 for who was covered before that
    records INTEGER NOT NULL,
    PRIMARY KEY (village, days)
) STRICT, WITHOUT ROWID;
INSERT INTO cover_wait (village, days, records)
    SELECT village, CASE WHEN covered_from > (received_at + 25200000) / 86400000
        THEN covered_from - (received_at + 25200000) / 86400000 ELSE 0 END, count(*)
    FROM record WHERE covered_from IS NOT NULL GROUP BY 1, 2;

-- On which day how many covers end.
CREATE TABLE cover_end (
    village TEXT    NOT NULL,
    until   INTEGER NOT NULL, -- a day, the last one
    records INTEGER NOT NULL,
    PRIMARY KEY (village, until)
) STRICT, WITHOUT ROWID;
INSERT INTO cover_end (village, until, records)
    SELECT village, covered_until, count(*) FROM record WHERE state = 'active' GROUP BY 1, 2;

CREATE TRIGGER record_stands AFTER INSERT ON record BEGIN
    INSERT INTO standing (village, state, records) VALUES (NEW.village, NEW.state, 1)
        ON CONFLICT (village, state) DO UPDATE SET records = records + 1;
    INSERT INTO enrolled_week (village, week, records)
        VALUES (NEW.village, ((NEW.received_at + 25200000) / 86400000 + 3) / 7, 1)
        ON CONFLICT (village, week) DO UPDATE SET records = records + 1;
END;
CREATE TRIGGER record_stands_elsewhere AFTER UPDATE OF state ON record WHEN OLD.state <> NEW.state BEGIN
    UPDATE standing SET records = records - 1 WHERE village = OLD.village AND state = OLD.state;
    INSERT INTO standing (village, state, records) VALUES (NEW.village, NEW.state, 1)
        ON CONFLICT (village, state) DO UPDATE SET records = records + 1;
END;
CREATE TRIGGER cover_begins AFTER UPDATE OF covered_from ON record WHEN OLD.covered_from IS NOT NEW.covered_from BEGIN
    UPDATE cover_wait SET records = records - 1 WHERE village = OLD.village AND days =
        CASE WHEN OLD.covered_from > (OLD.received_at + 25200000) / 86400000
            THEN OLD.covered_from - (OLD.received_at + 25200000) / 86400000 ELSE 0 END
        AND OLD.covered_from IS NOT NULL;
    INSERT INTO cover_wait (village, days, records)
        SELECT NEW.village, CASE WHEN NEW.covered_from > (NEW.received_at + 25200000) / 86400000
            THEN NEW.covered_from - (NEW.received_at + 25200000) / 86400000 ELSE 0 END, 1
        WHERE NEW.covered_from IS NOT NULL
        ON CONFLICT (village, days) DO UPDATE SET records = records + 1;
END;
CREATE TRIGGER cover_is_counted AFTER UPDATE OF state, covered_until ON record
    WHEN (OLD.state = 'active') <> (NEW.state = 'active') OR OLD.covered_until IS NOT NEW.covered_until BEGIN
    UPDATE cover_end SET records = records - 1
        WHERE village = OLD.village AND until = OLD.covered_until AND OLD.state = 'active';
    INSERT INTO cover_end (village, until, records)
        SELECT NEW.village, NEW.covered_until, 1 WHERE NEW.state = 'active' AND NEW.covered_until IS NOT NULL
        ON CONFLICT (village, until) DO UPDATE SET records = records + 1;
END;

-- Names as they are searched: two blanks before each word, so that a trigram holds the first one or two letters of a word.
CREATE TABLE person_name (
    number    INTEGER NOT NULL PRIMARY KEY,
    record_id TEXT    NOT NULL UNIQUE,
    words     TEXT    NOT NULL
) STRICT;
INSERT INTO person_name (record_id, words) SELECT id, '  ' || replace(upper(name), ' ', '  ') FROM record;
CREATE VIRTUAL TABLE person_name_part USING fts5 (words, content = 'person_name', content_rowid = 'number',
    tokenize = 'trigram');
INSERT INTO person_name_part (person_name_part) VALUES ('rebuild');
CREATE TRIGGER person_is_named AFTER INSERT ON person_name BEGIN
    INSERT INTO person_name_part (rowid, words) VALUES (NEW.number, NEW.words);
END;
CREATE TRIGGER person_is_renamed AFTER UPDATE ON person_name BEGIN
    INSERT INTO person_name_part (person_name_part, rowid, words) VALUES ('delete', OLD.number, OLD.words);
    INSERT INTO person_name_part (rowid, words) VALUES (NEW.number, NEW.words);
END;
CREATE TRIGGER record_is_named AFTER INSERT ON record BEGIN
    INSERT INTO person_name (record_id, words) VALUES (NEW.id, '  ' || replace(upper(NEW.name), ' ', '  '));
END;
CREATE TRIGGER record_is_renamed AFTER UPDATE OF name ON record WHEN OLD.name <> NEW.name BEGIN
    UPDATE person_name SET words = '  ' || replace(upper(NEW.name), ' ', '  ') WHERE record_id = NEW.id;
END;
