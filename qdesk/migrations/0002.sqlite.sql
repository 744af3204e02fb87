-- qdesk schema 2, SQLite: drafts, and what a hand-over looks for.

-- Operational: what was typed at a desk and not yet done. Never in the journal, never compared; a PIN is never in it.
CREATE TABLE drafts(
  desk TEXT NOT NULL, person INTEGER NOT NULL, subject TEXT NOT NULL, contents TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY(desk, person, subject)) STRICT, WITHOUT ROWID;

-- Void paper and lost copies, of which there are always few.
CREATE INDEX pieces_void ON pieces(void_at) WHERE void_at IS NOT NULL;
CREATE INDEX copies_lost ON copies(lost_at) WHERE lost_at IS NOT NULL;

-- Paper that lies where it is not due: what a desk has to send on, among all that has its place there.
DROP INDEX copies_seen;
CREATE INDEX copies_astray ON copies(seen, seen_since) WHERE filed_at IS NULL AND due <> seen;
