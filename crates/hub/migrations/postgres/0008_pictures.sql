-- What SQLite's 0008 makes, for PostgreSQL; comments are there. Names are searched without an index of their parts: pg_trgm would be an
-- extension, which not every role may make.

ALTER TABLE record ADD COLUMN covered_from BIGINT, ADD COLUMN covered_until BIGINT;
UPDATE record SET covered_from = CAST(json_extract(cover.state_json, '$.from') AS DATE) - DATE '1970-01-01',
        covered_until = CAST(json_extract(cover.state_json, '$.until') AS DATE) - DATE '1970-01-01'
    FROM (SELECT id, CASE WHEN state = 'active' THEN state_json ELSE (SELECT change.state_json FROM change
            WHERE change.record_id = record.id AND json_extract(change.state_json, '$.state') = 'active'
            ORDER BY seq DESC LIMIT 1) END AS state_json
        FROM record WHERE state IN ('active', 'ended', 'waiting_list', 'placed', 'withdrawn')) AS cover
    WHERE cover.id = record.id AND cover.state_json IS NOT NULL;

DROP INDEX record_by_state;
CREATE INDEX record_by_state ON record (state, received_at, id, name, nik);
DROP INDEX record_by_village;
CREATE INDEX record_by_village ON record (village, state, received_at, id, name, nik);
CREATE INDEX record_by_cover ON record (state, covered_until) WHERE covered_until IS NOT NULL;

CREATE TABLE standing (
    village TEXT COLLATE "C" NOT NULL,
    state   TEXT COLLATE "C" NOT NULL,
    records BIGINT NOT NULL,
    PRIMARY KEY (village, state)
) WITH (fillfactor = 50);
INSERT INTO standing (village, state, records) SELECT village, state, count(*) FROM record GROUP BY village, state;

CREATE TABLE enrolled_week (
    village TEXT COLLATE "C" NOT NULL,
    week    BIGINT NOT NULL,
    records BIGINT NOT NULL,
    PRIMARY KEY (village, week)
) WITH (fillfactor = 50);
INSERT INTO enrolled_week (village, week, records)
    SELECT village, ((received_at + 25200000) / 86400000 + 3) / 7, count(*) FROM record GROUP BY 1, 2;

CREATE TABLE cover_wait (
    village TEXT COLLATE "C" NOT NULL,
    days    BIGINT NOT NULL,
    records BIGINT NOT NULL,
    PRIMARY KEY (village, days)
);
INSERT INTO cover_wait (village, days, records)
    SELECT village, greatest(covered_from - (received_at + 25200000) / 86400000, 0), count(*)
    FROM record WHERE covered_from IS NOT NULL GROUP BY 1, 2;

CREATE TABLE cover_end (
    village TEXT COLLATE "C" NOT NULL,
    until   BIGINT NOT NULL,
    records BIGINT NOT NULL,
    PRIMARY KEY (village, until)
);
INSERT INTO cover_end (village, until, records)
    SELECT village, covered_until, count(*) FROM record
    WHERE state = 'active' AND covered_until IS NOT NULL GROUP BY 1, 2;

CREATE FUNCTION record_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        UPDATE standing SET records = records - 1 WHERE village = OLD.village AND state = OLD.state;
    ELSE
        INSERT INTO enrolled_week (village, week, records)
            VALUES (NEW.village, ((NEW.received_at + 25200000) / 86400000 + 3) / 7, 1)
            ON CONFLICT (village, week) DO UPDATE SET records = enrolled_week.records + 1;
    END IF;
    INSERT INTO standing (village, state, records) VALUES (NEW.village, NEW.state, 1)
        ON CONFLICT (village, state) DO UPDATE SET records = standing.records + 1;
    RETURN NULL;
END $$;
CREATE TRIGGER record_stands AFTER INSERT ON record FOR EACH ROW EXECUTE FUNCTION record_stands();
CREATE TRIGGER record_stands_elsewhere AFTER UPDATE OF state ON record FOR EACH ROW
    WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION record_stands();

CREATE FUNCTION cover_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE cover_wait SET records = records - 1 WHERE village = OLD.village AND OLD.covered_from IS NOT NULL
        AND days = greatest(OLD.covered_from - (OLD.received_at + 25200000) / 86400000, 0);
    IF NEW.covered_from IS NOT NULL THEN
        INSERT INTO cover_wait (village, days, records)
            VALUES (NEW.village, greatest(NEW.covered_from - (NEW.received_at + 25200000) / 86400000, 0), 1)
            ON CONFLICT (village, days) DO UPDATE SET records = cover_wait.records + 1;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER cover_begins AFTER UPDATE OF covered_from ON record FOR EACH ROW
    WHEN (OLD.covered_from IS DISTINCT FROM NEW.covered_from) EXECUTE FUNCTION cover_begins();

CREATE FUNCTION cover_is_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE cover_end SET records = records - 1
        WHERE village = OLD.village AND until = OLD.covered_until AND OLD.state = 'active';
    IF NEW.state = 'active' AND NEW.covered_until IS NOT NULL THEN
        INSERT INTO cover_end (village, until, records) VALUES (NEW.village, NEW.covered_until, 1)
            ON CONFLICT (village, until) DO UPDATE SET records = cover_end.records + 1;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER cover_is_counted AFTER UPDATE OF state, covered_until ON record FOR EACH ROW
    WHEN ((OLD.state = 'active') <> (NEW.state = 'active') OR OLD.covered_until IS DISTINCT FROM NEW.covered_until)
    EXECUTE FUNCTION cover_is_counted();

CREATE TABLE person_name (
    number    BIGINT NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
    record_id TEXT COLLATE "C" NOT NULL UNIQUE,
    words     TEXT COLLATE "C" NOT NULL
);
INSERT INTO person_name (record_id, words) SELECT id, '  ' || replace(upper(name), ' ', '  ') FROM record;

CREATE FUNCTION record_is_named() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO person_name (record_id, words) VALUES (NEW.id, '  ' || replace(upper(NEW.name), ' ', '  '))
        ON CONFLICT (record_id) DO UPDATE SET words = excluded.words;
    RETURN NULL;
END $$;
CREATE TRIGGER record_is_named AFTER INSERT ON record FOR EACH ROW EXECUTE FUNCTION record_is_named();
CREATE TRIGGER record_is_renamed AFTER UPDATE OF name ON record FOR EACH ROW
    WHEN (OLD.name <> NEW.name) EXECUTE FUNCTION record_is_named();
