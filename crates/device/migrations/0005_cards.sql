-- Cards of the village, and which cards were ended.
CREATE TABLE card ( -- signed cards of this village's people, as the hub told them; of other phones' records as well
    record_id  TEXT NOT NULL PRIMARY KEY, -- RecordId; perhaps of no record of this phone
    number     TEXT NOT NULL,             -- CardNumber
    body       TEXT NOT NULL,             -- the text of its code; what follows is said in it
    name       TEXT NOT NULL,             -- as on the card, for the search
    nik_masked TEXT NOT NULL,             -- 352228••••••9999
    kpj        TEXT NOT NULL,             -- BPJS's number
    from_day   TEXT NOT NULL,             -- 2026-12-01
    until_day  TEXT NOT NULL              -- the last day of cover
) STRICT;
CREATE INDEX card_by_number ON card (number);

CREATE TABLE ended_card ( -- of the whole hub, whoever they belong to
    number TEXT NOT NULL PRIMARY KEY -- CardNumber of one that was ended before its last day
) STRICT, WITHOUT ROWID;
