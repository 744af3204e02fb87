-- qdesk schema 4, SQLite: void paper that turned up, and blank forms for the hour without power.

-- Replayed: a void piece scanned where it was not found last (R172).
CREATE TABLE sightings(
  act INTEGER PRIMARY KEY, piece TEXT NOT NULL REFERENCES pieces(number), desk TEXT NOT NULL,
  person INTEGER NOT NULL REFERENCES persons(id), at INTEGER NOT NULL) STRICT;
CREATE INDEX sightings_of_piece ON sightings(piece, act);
CREATE INDEX sightings_at_desk ON sightings(desk, at);

-- Replayed: blank numbered forms and their pieces of paper; each is written out once, or void.
CREATE TABLE blanks(
  serial TEXT PRIMARY KEY, procedure TEXT NOT NULL, form TEXT NOT NULL, desk TEXT NOT NULL, issued_at INTEGER NOT NULL,
  used_at INTEGER, void_at INTEGER, CHECK(used_at IS NULL OR void_at IS NULL)) STRICT, WITHOUT ROWID;
CREATE INDEX blanks_unused ON blanks(issued_at, serial) WHERE used_at IS NULL AND void_at IS NULL;
CREATE TABLE blank_pieces(
  number TEXT PRIMARY KEY CHECK(length(number) = 18), serial TEXT NOT NULL REFERENCES blanks(serial),
  copy INTEGER NOT NULL CHECK(copy > 0)) STRICT, WITHOUT ROWID;
CREATE INDEX pieces_of_blank ON blank_pieces(serial, copy);

-- When a document was filled in by hand on such a blank; empty for all that were opened at a desk.
ALTER TABLE documents ADD COLUMN filled_at INTEGER;
