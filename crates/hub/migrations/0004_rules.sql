-- The order of those who wait, quotas that the office changes, and what lists say about people.

ALTER TABLE record ADD COLUMN line BLOB;       -- of one that waits: its turn by the programme's rule, smaller first
ALTER TABLE record ADD COLUMN told_at INTEGER; -- when the person heard of the place that is still promised or given
ALTER TABLE record ADD COLUMN lost_at INTEGER; -- when a smaller quota took a place away; nothing once there is one again
UPDATE record SET told_at = changed_at WHERE state IN ('placed', 'active');
UPDATE record SET told_at = received_at WHERE id IN (SELECT record_id FROM lease WHERE record_id IS NOT NULL);
-- `rank` is what was told last; who comes next is read off `line`.
DROP INDEX record_by_rank;
DROP INDEX record_by_rank_in_village;
CREATE INDEX record_by_line ON record (programme, line, village) WHERE line IS NOT NULL;
CREATE INDEX record_by_line_in_village ON record (programme, village, line) WHERE line IS NOT NULL;

-- The rule by which `line` was written; another one in the programme's file, and it is written anew.
CREATE TABLE line_rule (
    programme TEXT NOT NULL PRIMARY KEY,
    rule      TEXT NOT NULL -- JSON of the programme's criteria and sources
) STRICT, WITHOUT ROWID;

-- Whether phones know their people's ranks: told anew when `told` is not the count of the places they share.
CREATE TABLE line_change (
    programme TEXT    NOT NULL,
    village   TEXT    NOT NULL,           -- empty: of all villages together
    changes   INTEGER NOT NULL DEFAULT 0, -- how often somebody joined or left the line
    told      INTEGER NOT NULL DEFAULT 0, -- the count when this village's phones were told
    PRIMARY KEY (programme, village)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER line_is_counted AFTER UPDATE OF line ON record WHEN OLD.line IS NOT NEW.line BEGIN
    INSERT INTO line_change (programme, village, changes) VALUES (NEW.programme, NEW.village, 1), (NEW.programme, '', 1)
        ON CONFLICT DO UPDATE SET changes = changes + 1;
END;

-- What a list brings about a person. Health and welfare are never asked at the door.
CREATE TABLE list_entry (
    programme      TEXT    NOT NULL,
    source         TEXT    NOT NULL, -- one of the programme's sources
    nik            TEXT    NOT NULL,
    decile         INTEGER CHECK (decile BETWEEN 1 AND 10),        -- of welfare; nothing where the list does not say
    has_disability INTEGER CHECK (has_disability IN (0, 1)),       -- the same
    added_at       INTEGER NOT NULL,
    PRIMARY KEY (programme, nik, source)
) STRICT, WITHOUT ROWID;

-- The last one of a programme counts instead of its file's number.
CREATE TABLE quota_change (
    seq       INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    programme TEXT    NOT NULL,
    places    INTEGER NOT NULL, -- in each village, or in all, as the programme counts
    was       INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    actor     TEXT    NOT NULL,
    reason    TEXT    NOT NULL, -- the office's words; no personal data
    gained    INTEGER NOT NULL, -- people who got a place by it
    lost      INTEGER NOT NULL, -- people who lost one, the covered among them
    covered   INTEGER NOT NULL,
    digest    TEXT    NOT NULL  -- of the preview that was agreed to
) STRICT;
CREATE INDEX quota_change_by_programme ON quota_change (programme, seq);
CREATE TRIGGER quota_change_keeps_rows BEFORE DELETE ON quota_change BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER quota_change_keeps_text BEFORE UPDATE ON quota_change BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER quota_change_replaces_nothing BEFORE INSERT ON quota_change
    WHEN EXISTS (SELECT 1 FROM quota_change WHERE seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'append-only'); END;
