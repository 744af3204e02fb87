-- qdesk schema 1, SQLite. Times: integer microseconds UTC. Quantities: integer thousandths of the item's unit.
-- Keys are the names people use (serial, badge, lot, piece number); what has no name of its own is (act, number).

-- The journal: the truth. One row an act; everything below it until "derived" can be rebuilt from it.
CREATE TABLE journal(
  seq INTEGER PRIMARY KEY CHECK(seq > 0), at INTEGER NOT NULL CHECK(at > 0),
  body TEXT NOT NULL, hash TEXT NOT NULL CHECK(length(hash) = 64)) STRICT;
CREATE TRIGGER journal_order BEFORE INSERT ON journal WHEN NEW.seq <> COALESCE((SELECT MAX(seq) FROM journal), 0) + 1
  BEGIN SELECT RAISE(ABORT, 'the journal only grows at its end'); END;
CREATE TRIGGER journal_changed BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_deleted BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

-- Replayed: rebuilt from the journal and compared by `qdesk verify --replay`.
CREATE TABLE site(
  code TEXT PRIMARY KEY, name TEXT NOT NULL, epoch INTEGER NOT NULL CHECK(epoch > 0),
  clock_confirmed INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
CREATE TABLE persons(
  id INTEGER PRIMARY KEY CHECK(id > 0), badge TEXT NOT NULL UNIQUE, name TEXT NOT NULL, since INTEGER NOT NULL,
  left_at INTEGER) STRICT;
CREATE TABLE roles_held(
  act INTEGER NOT NULL, number INTEGER NOT NULL, person INTEGER NOT NULL REFERENCES persons(id), role TEXT NOT NULL,
  since INTEGER NOT NULL, until INTEGER, deputy_for INTEGER REFERENCES persons(id), ended_at INTEGER,
  PRIMARY KEY(act, number)) STRICT, WITHOUT ROWID;
CREATE INDEX roles_of_person ON roles_held(person) WHERE ended_at IS NULL;
CREATE TABLE stamps(
  number TEXT PRIMARY KEY, person INTEGER NOT NULL REFERENCES persons(id), since INTEGER NOT NULL,
  withdrawn_at INTEGER) STRICT, WITHOUT ROWID;
CREATE TABLE items(
  code TEXT PRIMARY KEY, name TEXT NOT NULL, spec TEXT NOT NULL DEFAULT '', model TEXT NOT NULL DEFAULT '',
  unit TEXT NOT NULL, decimals INTEGER NOT NULL DEFAULT 0 CHECK(decimals BETWEEN 0 AND 3),
  serialised INTEGER NOT NULL DEFAULT 0 CHECK(serialised IN (0, 1)),
  certified INTEGER NOT NULL DEFAULT 0 CHECK(certified IN (0, 1))) STRICT, WITHOUT ROWID;
CREATE TABLE lots(
  code TEXT PRIMARY KEY, item TEXT NOT NULL REFERENCES items(code), serial TEXT, origin TEXT NOT NULL,
  made_from TEXT REFERENCES lots(code), owner TEXT NOT NULL DEFAULT '', expires_at INTEGER,
  hold TEXT NOT NULL DEFAULT '', since INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX lots_of_item ON lots(item, expires_at);
CREATE UNIQUE INDEX lot_of_serial ON lots(item, serial) WHERE serial IS NOT NULL;
CREATE INDEX lots_of_origin ON lots(origin);
CREATE TABLE procedure_texts(
  digest TEXT PRIMARY KEY, procedure TEXT NOT NULL, text TEXT NOT NULL, settings TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE cases(
  code TEXT PRIMARY KEY, procedure TEXT NOT NULL, digest TEXT NOT NULL REFERENCES procedure_texts(digest),
  opened_at INTEGER NOT NULL, opened_by INTEGER NOT NULL REFERENCES persons(id), last_act INTEGER NOT NULL,
  ended TEXT NOT NULL DEFAULT '', ended_at INTEGER) STRICT, WITHOUT ROWID;
CREATE TABLE done(
  in_case TEXT NOT NULL REFERENCES cases(code), step TEXT NOT NULL, times INTEGER NOT NULL CHECK(times >= 0),
  at INTEGER NOT NULL, PRIMARY KEY(in_case, step)) STRICT, WITHOUT ROWID;
CREATE TABLE documents(
  serial TEXT PRIMARY KEY, in_case TEXT NOT NULL REFERENCES cases(code), form TEXT NOT NULL,
  round INTEGER NOT NULL DEFAULT 0, revision INTEGER NOT NULL DEFAULT 1 CHECK(revision > 0), fields TEXT NOT NULL,
  opened_at INTEGER NOT NULL, void_at INTEGER) STRICT, WITHOUT ROWID;
CREATE INDEX documents_of_case ON documents(in_case);
CREATE INDEX documents_of_form ON documents(form, opened_at);
CREATE TABLE lines(
  serial TEXT NOT NULL REFERENCES documents(serial), revision INTEGER NOT NULL, number INTEGER NOT NULL,
  item TEXT NOT NULL REFERENCES items(code), quantity INTEGER NOT NULL CHECK(quantity > 0), other TEXT NOT NULL,
  PRIMARY KEY(serial, revision, number)) STRICT, WITHOUT ROWID;
CREATE INDEX lines_of_item ON lines(item, serial);
CREATE TABLE copies(
  name TEXT PRIMARY KEY, serial TEXT NOT NULL REFERENCES documents(serial), number INTEGER NOT NULL CHECK(number > 0),
  in_case TEXT NOT NULL REFERENCES cases(code), due TEXT NOT NULL, due_since INTEGER NOT NULL, seen TEXT NOT NULL,
  seen_since INTEGER NOT NULL, piece TEXT NOT NULL, lost_at INTEGER, filed_at INTEGER) STRICT, WITHOUT ROWID;
CREATE INDEX copies_of_case ON copies(in_case);
CREATE INDEX copies_due ON copies(due, due_since) WHERE filed_at IS NULL;
CREATE INDEX copies_seen ON copies(seen, seen_since) WHERE filed_at IS NULL;
CREATE TABLE pieces(
  number TEXT PRIMARY KEY CHECK(length(number) = 18), copy TEXT NOT NULL REFERENCES copies(name),
  print_count INTEGER NOT NULL CHECK(print_count > 0), made_at INTEGER NOT NULL, void_at INTEGER,
  void_because TEXT NOT NULL DEFAULT '', replaced_by TEXT) STRICT, WITHOUT ROWID;
CREATE INDEX pieces_of_copy ON pieces(copy);
CREATE TABLE acts(
  seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, in_case TEXT REFERENCES cases(code), step TEXT NOT NULL,
  outcome TEXT NOT NULL, person INTEGER REFERENCES persons(id), desk TEXT NOT NULL, behalf TEXT NOT NULL DEFAULT '',
  request_key TEXT UNIQUE, request TEXT NOT NULL, reverses INTEGER REFERENCES acts(seq)) STRICT;
CREATE UNIQUE INDEX reversed_once ON acts(reverses) WHERE reverses IS NOT NULL;
CREATE INDEX acts_of_case ON acts(in_case, seq) WHERE in_case IS NOT NULL;
CREATE TABLE signatures(
  act INTEGER NOT NULL, number INTEGER NOT NULL, in_case TEXT NOT NULL REFERENCES cases(code), serial TEXT, step TEXT NOT NULL,
  role TEXT NOT NULL, kind TEXT NOT NULL CHECK(kind IN ('sign', 'stamp', 'paper')), person INTEGER REFERENCES persons(id),
  name TEXT NOT NULL, stamp TEXT REFERENCES stamps(number), deputy_for INTEGER REFERENCES persons(id), copy TEXT,
  digest TEXT NOT NULL CHECK(length(digest) = 64), at INTEGER NOT NULL, lapsed_at INTEGER, PRIMARY KEY(act, number),
  CHECK((kind = 'stamp') = (stamp IS NOT NULL)), CHECK((kind = 'paper') = (person IS NULL))) STRICT, WITHOUT ROWID;
CREATE INDEX signatures_of_case ON signatures(in_case);
CREATE TABLE moves(
  act INTEGER NOT NULL, number INTEGER NOT NULL, in_case TEXT NOT NULL, item TEXT NOT NULL REFERENCES items(code),
  lot TEXT NOT NULL REFERENCES lots(code), quantity INTEGER NOT NULL CHECK(quantity > 0), source TEXT NOT NULL,
  target TEXT NOT NULL, at INTEGER NOT NULL, voucher TEXT NOT NULL DEFAULT '', PRIMARY KEY(act, number), CHECK(source <> target)) STRICT, WITHOUT ROWID;
CREATE INDEX moves_of_item ON moves(item, at);
CREATE INDEX moves_of_lot ON moves(lot, at);
CREATE INDEX moves_of_case ON moves(in_case);
CREATE TRIGGER moves_changed BEFORE UPDATE ON moves BEGIN SELECT RAISE(ABORT, 'moves are append-only'); END;
CREATE TRIGGER moves_deleted BEFORE DELETE ON moves BEGIN SELECT RAISE(ABORT, 'moves are append-only'); END;
CREATE TABLE reservations(
  in_case TEXT NOT NULL REFERENCES cases(code), item TEXT NOT NULL REFERENCES items(code), place TEXT NOT NULL,
  quantity INTEGER NOT NULL CHECK(quantity >= 0), PRIMARY KEY(item, place, in_case)) STRICT, WITHOUT ROWID;
CREATE TABLE notices(
  act INTEGER NOT NULL, number INTEGER NOT NULL, in_case TEXT NOT NULL REFERENCES cases(code), desk TEXT NOT NULL,
  step TEXT NOT NULL, at INTEGER NOT NULL, read_at INTEGER, read_by INTEGER REFERENCES persons(id),
  withdrawn_at INTEGER, PRIMARY KEY(act, number)) STRICT, WITHOUT ROWID;
CREATE INDEX notices_unread ON notices(desk, at) WHERE read_at IS NULL AND withdrawn_at IS NULL;
CREATE INDEX notices_of_case ON notices(in_case);
CREATE TABLE counters(name TEXT PRIMARY KEY, next INTEGER NOT NULL CHECK(next > 0)) STRICT, WITHOUT ROWID;

-- Derived: computed from the replayed tables, and compared.
CREATE TABLE balances(
  place TEXT NOT NULL, in_case TEXT NOT NULL, item TEXT NOT NULL, lot TEXT NOT NULL, quantity INTEGER NOT NULL,
  counter INTEGER NOT NULL CHECK(counter IN (0, 1)), PRIMARY KEY(item, place, lot, in_case),
  CHECK(quantity >= 0 OR counter = 1)) STRICT, WITHOUT ROWID;
CREATE INDEX balances_of_case ON balances(in_case, place) WHERE in_case <> '' AND quantity <> 0;
CREATE TABLE waiting(
  in_case TEXT NOT NULL, step TEXT NOT NULL, desk TEXT NOT NULL, since INTEGER NOT NULL,
  PRIMARY KEY(in_case, step)) STRICT, WITHOUT ROWID;
CREATE INDEX waiting_at_desk ON waiting(desk, since, in_case, step);
CREATE INDEX waiting_for_step ON waiting(desk, step, since);

-- Operational: lives beside the truth; never in the journal, never compared.
CREATE TABLE credentials(
  person INTEGER PRIMARY KEY, pin_hash TEXT NOT NULL, failures INTEGER NOT NULL DEFAULT 0,
  locked_until INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE terminals(
  name TEXT PRIMARY KEY, failures INTEGER NOT NULL DEFAULT 0, not_before INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
CREATE TABLE sessions(
  token_digest TEXT PRIMARY KEY, person INTEGER NOT NULL, desk TEXT NOT NULL, opened_at INTEGER NOT NULL,
  used_at INTEGER NOT NULL, pin_at INTEGER NOT NULL, ended_at INTEGER) STRICT, WITHOUT ROWID;
CREATE TABLE attempts(
  id INTEGER PRIMARY KEY, at INTEGER NOT NULL, last_at INTEGER NOT NULL, desk TEXT NOT NULL, person INTEGER, verb TEXT NOT NULL,
  code TEXT NOT NULL, detail TEXT NOT NULL, times INTEGER NOT NULL DEFAULT 1) STRICT;
CREATE INDEX attempts_by_time ON attempts(last_at);
CREATE TABLE prints(
  act INTEGER NOT NULL, number INTEGER NOT NULL, piece TEXT NOT NULL, form TEXT NOT NULL, desk TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'waiting' CHECK(state IN ('waiting', 'sent', 'done', 'failed', 'cancelled')),
  at INTEGER NOT NULL, PRIMARY KEY(act, number)) STRICT, WITHOUT ROWID;
CREATE INDEX prints_waiting ON prints(state, at) WHERE state IN ('waiting', 'sent', 'failed');
CREATE TABLE verdicts(digest TEXT PRIMARY KEY, proved INTEGER NOT NULL CHECK(proved IN (0, 1)), at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
