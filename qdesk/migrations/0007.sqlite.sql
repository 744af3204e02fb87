-- qdesk schema 7, SQLite: bins in stores, what is known of items and lots, parties, instruments, limits of stamps, climate readings.

-- Derived: what lies where, now by bin, too; '' where a store has none or nobody named one.
CREATE TABLE balances_by_bin(
  place TEXT NOT NULL, in_case TEXT NOT NULL, bin TEXT NOT NULL, item TEXT NOT NULL, lot TEXT NOT NULL, quantity INTEGER NOT NULL,
  counter INTEGER NOT NULL CHECK(counter IN (0, 1)), PRIMARY KEY(item, place, lot, in_case, bin),
  CHECK(quantity >= 0 OR counter = 1)) STRICT, WITHOUT ROWID;
INSERT INTO balances_by_bin SELECT place, in_case, '', item, lot, quantity, counter FROM balances;
DROP TABLE balances;
ALTER TABLE balances_by_bin RENAME TO balances;
CREATE INDEX balances_of_case ON balances(in_case, place) WHERE in_case <> '' AND quantity <> 0;
CREATE INDEX balances_in_bin ON balances(bin) WHERE bin <> '' AND quantity <> 0;
-- The bin that goods left and the one they were put into.
ALTER TABLE moves ADD COLUMN bin TEXT NOT NULL DEFAULT '';
ALTER TABLE moves ADD COLUMN to_bin TEXT NOT NULL DEFAULT '';

-- Quantities in thousandths of the unit, 0 where nobody said any: in one pack, and below which to replenish. Shelf life in days.
ALTER TABLE items ADD COLUMN pack INTEGER NOT NULL DEFAULT 0 CHECK(pack >= 0);
ALTER TABLE items ADD COLUMN shelf_days INTEGER NOT NULL DEFAULT 0 CHECK(shelf_days >= 0);
ALTER TABLE items ADD COLUMN storage TEXT NOT NULL DEFAULT '';
ALTER TABLE items ADD COLUMN purchased INTEGER NOT NULL DEFAULT 0 CHECK(purchased IN (0, 1));
ALTER TABLE items ADD COLUMN least INTEGER NOT NULL DEFAULT 0 CHECK(least >= 0);
ALTER TABLE items ADD COLUMN closed_at INTEGER;
-- The maker's own batch, who delivered or made it, when it was made, and when a pack of it was opened (R044).
ALTER TABLE lots ADD COLUMN batch TEXT NOT NULL DEFAULT '';
ALTER TABLE lots ADD COLUMN party TEXT NOT NULL DEFAULT '';
ALTER TABLE lots ADD COLUMN made_at INTEGER;
ALTER TABLE lots ADD COLUMN opened_at INTEGER;

-- Replayed, as all the rest.
CREATE TABLE bins(
  code TEXT PRIMARY KEY, place TEXT NOT NULL, zone TEXT NOT NULL, since INTEGER NOT NULL, closed_at INTEGER) STRICT, WITHOUT ROWID;
CREATE INDEX bins_of_place ON bins(place, code);
CREATE TABLE parties(
  code TEXT PRIMARY KEY, kind TEXT NOT NULL CHECK(kind IN ('customer', 'supplier')), name TEXT NOT NULL, address TEXT NOT NULL,
  telephone TEXT NOT NULL, since INTEGER NOT NULL, closed_at INTEGER) STRICT, WITHOUT ROWID;
CREATE TABLE instruments(
  code TEXT PRIMARY KEY, name TEXT NOT NULL, due_at INTEGER NOT NULL, since INTEGER NOT NULL,
  closed_at INTEGER) STRICT, WITHOUT ROWID;
CREATE TABLE stamp_limits(
  act INTEGER NOT NULL, number INTEGER NOT NULL, stamp TEXT NOT NULL REFERENCES stamps(number), item TEXT NOT NULL,
  step TEXT NOT NULL, trained_at INTEGER, ended_at INTEGER, PRIMARY KEY(act, number)) STRICT, WITHOUT ROWID;
CREATE INDEX stamp_limits_of ON stamp_limits(stamp) WHERE ended_at IS NULL;
CREATE TABLE readings(
  act INTEGER NOT NULL, number INTEGER NOT NULL, place TEXT NOT NULL, at INTEGER NOT NULL, temperature INTEGER NOT NULL,
  humidity INTEGER NOT NULL, PRIMARY KEY(act, number)) STRICT, WITHOUT ROWID;
CREATE INDEX readings_at ON readings(place, at);
