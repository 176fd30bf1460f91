-- SQLite's of the same name, for PostgreSQL; comments are there.
ALTER TABLE candidate ADD COLUMN outcome TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE candidate ADD COLUMN outcome_at BIGINT;
ALTER TABLE candidate ADD COLUMN outcome_by TEXT COLLATE "C" NOT NULL DEFAULT '';
