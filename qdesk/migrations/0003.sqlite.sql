-- qdesk schema 3, SQLite: the spool tells slips from labels, knows which printer has what, and why something is not on paper.

-- Operational: what is to become paper. `subject` is what it is about, for a slip its piece; `maybe` says that paper may have come
-- out already, so that the next one says REPRINT; `job` is the printer's own number of what was sent; `why` is the last failure.
ALTER TABLE prints RENAME TO prints_before;
CREATE TABLE prints(
  id INTEGER PRIMARY KEY, act INTEGER, number INTEGER, kind TEXT NOT NULL DEFAULT 'slip', subject TEXT NOT NULL,
  form TEXT NOT NULL DEFAULT '', desk TEXT NOT NULL, printer TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL DEFAULT 'waiting' CHECK(state IN ('waiting', 'sent', 'done', 'failed', 'cancelled')),
  at INTEGER NOT NULL, changed_at INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0 CHECK(tries >= 0),
  maybe INTEGER NOT NULL DEFAULT 0 CHECK(maybe IN (0, 1)), job TEXT NOT NULL DEFAULT '', why TEXT NOT NULL DEFAULT '',
  UNIQUE(act, number)) STRICT;
INSERT INTO prints(act, number, subject, form, desk, state, at, changed_at)
  SELECT act, number, piece, form, desk, state, at, at FROM prints_before ORDER BY act, number;
DROP TABLE prints_before;
CREATE INDEX prints_open ON prints(desk, state, id) WHERE state IN ('waiting', 'sent', 'failed');
CREATE INDEX prints_of_subject ON prints(subject);
