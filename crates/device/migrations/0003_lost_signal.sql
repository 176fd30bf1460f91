-- Places that this phone may promise, the order of its saves, and photos that go without Wi-Fi.
ALTER TABLE record ADD COLUMN place INTEGER;                        -- of the quota: promised here, then kept by the hub
ALTER TABLE outbox ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0;  -- counts the saves on this phone
ALTER TABLE outbox ADD COLUMN is_urgent INTEGER NOT NULL DEFAULT 0; -- 1: its photos go at any price
