-- What a kader told of a visit to somebody on a list whom she did not enrol.
ALTER TABLE candidate ADD COLUMN outcome TEXT NOT NULL DEFAULT ''; -- wire::Outcome's key; empty: nobody has told anything
ALTER TABLE candidate ADD COLUMN outcome_at INTEGER;               -- Unix milliseconds by the hub's clock
ALTER TABLE candidate ADD COLUMN outcome_by TEXT NOT NULL DEFAULT ''; -- the phone
