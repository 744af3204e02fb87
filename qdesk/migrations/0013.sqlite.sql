-- qdesk schema 13, SQLite: the stock ledger, and indices for all that is looked up among a million moves.

-- Nothing is ever booked into the past: a move comes behind all others, by its act and by its time.
CREATE TRIGGER moves_in_order BEFORE INSERT ON moves
  WHEN EXISTS(SELECT 1 FROM (SELECT act, at FROM moves ORDER BY act DESC, number DESC LIMIT 1) l WHERE NEW.act < l.act OR NEW.at < l.at)
  BEGIN SELECT RAISE(ABORT, 'moves only grow at their end'); END;

-- Derived: two rows a move, one for each of its places (side 0 went, 1 came), with all that had come by then and what lay there:
-- of the item, of the lot, and in the bin where one was named. What went is the difference; what only goes from bin to bin neither
-- comes to its store nor goes. A page, a period and the balance as of any moment are found by one seek each.
CREATE TABLE postings(
  item TEXT NOT NULL, place TEXT NOT NULL, at INTEGER NOT NULL, act INTEGER NOT NULL, number INTEGER NOT NULL,
  side INTEGER NOT NULL CHECK(side IN (0, 1)), lot TEXT NOT NULL, bin TEXT NOT NULL,
  came INTEGER NOT NULL, lay INTEGER NOT NULL, lot_came INTEGER NOT NULL, lot_lay INTEGER NOT NULL,
  bin_came INTEGER NOT NULL, bin_lay INTEGER NOT NULL,
  PRIMARY KEY(item, place, at, act, number, side)) STRICT, WITHOUT ROWID;
INSERT INTO postings
  SELECT item, place, at, act, number, side, lot, bin, SUM(new) OVER whole, SUM(came - went) OVER whole,
    SUM(new) OVER of_lot, SUM(came - went) OVER of_lot,
    CASE WHEN bin = '' THEN 0 ELSE SUM(came) OVER in_bin END, CASE WHEN bin = '' THEN 0 ELSE SUM(came - went) OVER in_bin END
  FROM (SELECT item, source AS place, at, act, number, 0 AS side, lot, bin, 0 AS came, 0 AS new, quantity AS went FROM moves
        UNION ALL SELECT item, target, at, act, number, 1, lot, to_bin, quantity,
          CASE WHEN source = target THEN 0 ELSE quantity END, 0 FROM moves)
  WINDOW whole AS (PARTITION BY item, place ORDER BY at, act, number, side),
    of_lot AS (PARTITION BY lot, place ORDER BY at, act, number, side),
    in_bin AS (PARTITION BY item, place, bin ORDER BY at, act, number, side);
CREATE INDEX postings_of_lot ON postings(lot, place, at, act, number, side);
CREATE INDEX postings_in_bin ON postings(item, place, bin, at, act, number, side) WHERE bin <> '';
CREATE TRIGGER moves_posted AFTER INSERT ON moves BEGIN
  INSERT INTO postings SELECT NEW.item, NEW.source, NEW.at, NEW.act, NEW.number, 0, NEW.lot, NEW.bin,
      COALESCE(i.came, 0), COALESCE(i.lay, 0) - NEW.quantity, COALESCE(l.lot_came, 0), COALESCE(l.lot_lay, 0) - NEW.quantity,
      COALESCE(b.bin_came, 0), CASE WHEN NEW.bin = '' THEN 0 ELSE COALESCE(b.bin_lay, 0) - NEW.quantity END
    FROM (SELECT 1)
    LEFT JOIN (SELECT came, lay FROM postings WHERE item = NEW.item AND place = NEW.source
      ORDER BY at DESC, act DESC, number DESC, side DESC LIMIT 1) i
    LEFT JOIN (SELECT lot_came, lot_lay FROM postings WHERE lot = NEW.lot AND place = NEW.source
      ORDER BY at DESC, act DESC, number DESC, side DESC LIMIT 1) l
    LEFT JOIN (SELECT bin_came, bin_lay FROM postings WHERE item = NEW.item AND place = NEW.source AND bin = NEW.bin AND bin <> ''
      ORDER BY at DESC, act DESC, number DESC, side DESC LIMIT 1) b;
  INSERT INTO postings SELECT NEW.item, NEW.target, NEW.at, NEW.act, NEW.number, 1, NEW.lot, NEW.to_bin,
      COALESCE(i.came, 0) + CASE WHEN NEW.source = NEW.target THEN 0 ELSE NEW.quantity END, COALESCE(i.lay, 0) + NEW.quantity,
      COALESCE(l.lot_came, 0) + CASE WHEN NEW.source = NEW.target THEN 0 ELSE NEW.quantity END,
      COALESCE(l.lot_lay, 0) + NEW.quantity,
      CASE WHEN NEW.to_bin = '' THEN 0 ELSE COALESCE(b.bin_came, 0) + NEW.quantity END,
      CASE WHEN NEW.to_bin = '' THEN 0 ELSE COALESCE(b.bin_lay, 0) + NEW.quantity END
    FROM (SELECT 1)
    LEFT JOIN (SELECT came, lay FROM postings WHERE item = NEW.item AND place = NEW.target
      ORDER BY at DESC, act DESC, number DESC, side DESC LIMIT 1) i
    LEFT JOIN (SELECT lot_came, lot_lay FROM postings WHERE lot = NEW.lot AND place = NEW.target
      ORDER BY at DESC, act DESC, number DESC, side DESC LIMIT 1) l
    LEFT JOIN (SELECT bin_came, bin_lay FROM postings WHERE item = NEW.item AND place = NEW.target AND bin = NEW.to_bin AND bin <> ''
      ORDER BY at DESC, act DESC, number DESC, side DESC LIMIT 1) b;
END;

-- What lies anywhere, among all that ever lay: by item, by place, and of one lot.
CREATE INDEX balances_lying ON balances(item, place, lot, in_case, bin) WHERE quantity <> 0 AND counter = 0;
CREATE INDEX balances_at_place ON balances(place, item, lot, in_case, bin) WHERE quantity <> 0;
CREATE INDEX balances_of_lot ON balances(lot, place) WHERE quantity <> 0;
-- A piece by its number alone, whatever item it is now.
CREATE INDEX lots_of_serial ON lots(serial, code) WHERE serial IS NOT NULL;
-- What is still promised, among all that ever was.
CREATE INDEX reservations_open ON reservations(item, place, in_case, quantity) WHERE quantity > 0;
-- By which vehicle and on which pass the goods of a round went out.
CREATE INDEX gate_checks_of_case ON gate_checks(in_case, round);
