-- qdesk schema 10, SQLite: goods move from bin to bin of one store; what was done about a climate reading; what lies in a store.

CREATE TABLE moves_by_bin(
  act INTEGER NOT NULL, number INTEGER NOT NULL, in_case TEXT NOT NULL, item TEXT NOT NULL REFERENCES items(code),
  lot TEXT NOT NULL REFERENCES lots(code), quantity INTEGER NOT NULL CHECK(quantity > 0), source TEXT NOT NULL,
  target TEXT NOT NULL, at INTEGER NOT NULL, voucher TEXT NOT NULL DEFAULT '', round INTEGER NOT NULL DEFAULT 0,
  bin TEXT NOT NULL DEFAULT '', to_bin TEXT NOT NULL DEFAULT '', PRIMARY KEY(act, number),
  CHECK(source <> target OR bin <> to_bin)) STRICT, WITHOUT ROWID;
INSERT INTO moves_by_bin SELECT act, number, in_case, item, lot, quantity, source, target, at, voucher, round, bin, to_bin FROM moves;
DROP TABLE moves;
ALTER TABLE moves_by_bin RENAME TO moves;
CREATE INDEX moves_of_item ON moves(item, at);
CREATE INDEX moves_of_lot ON moves(lot, at);
CREATE INDEX moves_of_case ON moves(in_case);
CREATE TRIGGER moves_changed BEFORE UPDATE ON moves BEGIN SELECT RAISE(ABORT, 'moves are append-only'); END;
CREATE TRIGGER moves_deleted BEFORE DELETE ON moves BEGIN SELECT RAISE(ABORT, 'moves are append-only'); END;

-- What lies in a store now, however much went through it: few rows, of which the lists of a store are made.
CREATE INDEX balances_in_stock ON balances(place, item, lot) WHERE counter = 0 AND in_case = '' AND quantity > 0;

-- What was done about a reading outside the limits, and who in quality has taken note of it.
ALTER TABLE readings ADD COLUMN outside INTEGER NOT NULL DEFAULT 0 CHECK(outside IN (0, 1));
ALTER TABLE readings ADD COLUMN measures TEXT NOT NULL DEFAULT '';
ALTER TABLE readings ADD COLUMN noted_at INTEGER;
ALTER TABLE readings ADD COLUMN noted_by INTEGER REFERENCES persons(id);
CREATE INDEX readings_unnoted ON readings(at) WHERE outside = 1 AND noted_at IS NULL;
