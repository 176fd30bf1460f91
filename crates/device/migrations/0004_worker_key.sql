-- What opens the worker's card: drawn when the record is first saved, on the receipt, and never sent.
ALTER TABLE record ADD COLUMN worker_key TEXT NOT NULL DEFAULT ''; -- WorkerKey, 32 hex digits; empty: none was drawn here
