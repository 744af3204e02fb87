-- qdesk schema 10, SQLite: what lies in a store, and what was done about a climate reading.

-- What lies in a store now, however much went through it: few rows, of which the lists of a store are made.
CREATE INDEX balances_in_stock ON balances(place, item, lot) WHERE counter = 0 AND in_case = '' AND quantity > 0;

-- What was done about a reading outside the limits, and who in quality has taken note of it.
ALTER TABLE readings ADD COLUMN outside INTEGER NOT NULL DEFAULT 0 CHECK(outside IN (0, 1));
ALTER TABLE readings ADD COLUMN measures TEXT NOT NULL DEFAULT '';
ALTER TABLE readings ADD COLUMN noted_at INTEGER;
ALTER TABLE readings ADD COLUMN noted_by INTEGER REFERENCES persons(id);
CREATE INDEX readings_unnoted ON readings(at) WHERE outside = 1 AND noted_at IS NULL;
