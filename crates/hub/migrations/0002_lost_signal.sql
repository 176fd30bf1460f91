-- Places lent to phones, counts that need no counting, and what a phone's clock said beside what it should have said.

-- How many stand where, kept by the triggers below: every sync tells it, also among a million records.
CREATE TABLE tally (
    programme TEXT    NOT NULL,
    village   TEXT    NOT NULL,           -- empty: of all villages together
    taken     INTEGER NOT NULL DEFAULT 0, -- placed or active
    waiting   INTEGER NOT NULL DEFAULT 0, -- on the waiting list
    undecided INTEGER NOT NULL DEFAULT 0, -- received or corrected
    lent      INTEGER NOT NULL DEFAULT 0, -- rows of lease: lent to phones or kept for records
    kept      INTEGER NOT NULL DEFAULT 0, -- of these, kept for records
    PRIMARY KEY (programme, village)
) STRICT, WITHOUT ROWID;
INSERT INTO tally (programme, village, taken, waiting, undecided)
    SELECT programme, village, sum(state IN ('placed', 'active')), sum(state = 'waiting_list'),
        sum(state IN ('received', 'corrected')) FROM record GROUP BY programme, village
    UNION ALL SELECT programme, '', sum(state IN ('placed', 'active')), sum(state = 'waiting_list'),
        sum(state IN ('received', 'corrected')) FROM record GROUP BY programme;

CREATE TRIGGER record_is_counted AFTER INSERT ON record BEGIN
    INSERT INTO tally (programme, village, taken, waiting, undecided)
    VALUES (NEW.programme, NEW.village, NEW.state IN ('placed', 'active'), NEW.state = 'waiting_list',
            NEW.state IN ('received', 'corrected')),
        (NEW.programme, '', NEW.state IN ('placed', 'active'), NEW.state = 'waiting_list',
            NEW.state IN ('received', 'corrected'))
    ON CONFLICT DO UPDATE SET taken = taken + excluded.taken, waiting = waiting + excluded.waiting,
        undecided = undecided + excluded.undecided;
END;
CREATE TRIGGER record_is_counted_anew AFTER UPDATE OF state, programme ON record
    WHEN OLD.state <> NEW.state OR OLD.programme <> NEW.programme BEGIN
    UPDATE tally SET taken = taken - (OLD.state IN ('placed', 'active')), waiting = waiting - (OLD.state = 'waiting_list'),
        undecided = undecided - (OLD.state IN ('received', 'corrected'))
        WHERE programme = OLD.programme AND village IN (OLD.village, '');
    INSERT INTO tally (programme, village, taken, waiting, undecided)
    VALUES (NEW.programme, NEW.village, NEW.state IN ('placed', 'active'), NEW.state = 'waiting_list',
            NEW.state IN ('received', 'corrected')),
        (NEW.programme, '', NEW.state IN ('placed', 'active'), NEW.state = 'waiting_list',
            NEW.state IN ('received', 'corrected'))
    ON CONFLICT DO UPDATE SET taken = taken + excluded.taken, waiting = waiting + excluded.waiting,
        undecided = undecided + excluded.undecided;
END;

-- Places that nobody else may get: lent to a phone for a while, or kept for a record until the office decides.
CREATE TABLE lease (
    programme  TEXT    NOT NULL,
    village    TEXT    NOT NULL, -- empty where all villages share the places
    place      INTEGER NOT NULL, -- its number, from 1
    device_id  TEXT    NOT NULL REFERENCES device (id),
    record_id  TEXT    UNIQUE REFERENCES record (id), -- for whom it is kept
    expires_at INTEGER,          -- of one that is lent and not kept
    PRIMARY KEY (programme, village, place),
    CHECK ((record_id IS NULL) = (expires_at IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX lease_by_device ON lease (device_id) WHERE record_id IS NULL;
CREATE INDEX lease_by_end ON lease (programme, village, expires_at) WHERE record_id IS NULL;
CREATE TRIGGER lease_is_counted AFTER INSERT ON lease BEGIN
    INSERT OR IGNORE INTO tally (programme, village) VALUES (NEW.programme, NEW.village), (NEW.programme, '');
    UPDATE tally SET lent = lent + 1, kept = kept + (NEW.record_id IS NOT NULL)
        WHERE programme = NEW.programme AND village IN (NEW.village, '');
END;
CREATE TRIGGER lease_is_counted_anew AFTER UPDATE OF record_id ON lease BEGIN
    UPDATE tally SET kept = kept + (NEW.record_id IS NOT NULL) - (OLD.record_id IS NOT NULL)
        WHERE programme = NEW.programme AND village IN (NEW.village, '');
END;
CREATE TRIGGER lease_is_counted_no_more AFTER DELETE ON lease BEGIN
    UPDATE tally SET lent = lent - 1, kept = kept - (OLD.record_id IS NOT NULL)
        WHERE programme = OLD.programme AND village IN (OLD.village, '');
END;

-- The highest place and the ends of the waiting list, without counting.
CREATE UNIQUE INDEX record_by_place ON record (programme, place, village) WHERE place IS NOT NULL;
CREATE INDEX record_by_place_in_village ON record (programme, village, place) WHERE place IS NOT NULL;
CREATE INDEX record_by_rank ON record (programme, rank, village) WHERE rank IS NOT NULL;
CREATE INDEX record_by_rank_in_village ON record (programme, village, rank) WHERE rank IS NOT NULL;
DROP INDEX record_by_programme;
DROP INDEX record_by_programme_state;

ALTER TABLE device ADD COLUMN clock_offset INTEGER;   -- of its last sync: the hub's clock less the phone's, in milliseconds
ALTER TABLE device ADD COLUMN lease_serial INTEGER NOT NULL DEFAULT 0; -- counts what was said to it about places
ALTER TABLE revision ADD COLUMN clock_offset INTEGER; -- the same when this revision came; saved_at + clock_offset is our time
ALTER TABLE revision ADD COLUMN sequence INTEGER;     -- counts the saves on its phone
