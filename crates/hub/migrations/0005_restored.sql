-- A hub that was put back to a backup tells its phones: they send again what it may have lost.
CREATE TABLE restoration (
    at INTEGER NOT NULL PRIMARY KEY -- unix milliseconds: when the backup became the hub's database
) STRICT;
