-- Reports that something is not as it should be: from any phone, without a name if so wished. Times are Unix milliseconds.
-- Nothing here says which phone or address a report came from, and nobody of a village ever reads this table.
CREATE TABLE irregularity (
    id          TEXT    NOT NULL PRIMARY KEY, -- 16 random bytes in hex that the phone drew
    kind        TEXT    NOT NULL,             -- of domain::irregularity::Kind
    village     TEXT    NOT NULL DEFAULT '',  -- Kemendagri code, where it was said; need not be one that is served
    words       TEXT    NOT NULL,
    contact     TEXT    NOT NULL DEFAULT '',  -- how to reach whoever reports, if they wish
    received_at INTEGER NOT NULL,
    state       TEXT    NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'looking', 'closed')),
    handled_by  TEXT    NOT NULL DEFAULT '',  -- user:<name>, who changed the state last
    changed_at  INTEGER NOT NULL,
    closing     TEXT    NOT NULL DEFAULT ''   -- the office's words when it was closed
) STRICT;
CREATE INDEX irregularity_by_state ON irregularity (state, received_at);
