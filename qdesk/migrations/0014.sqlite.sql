-- qdesk schema 14, SQLite: kinds of instruments, and what inspections found.

ALTER TABLE instruments ADD COLUMN kind TEXT NOT NULL DEFAULT '';

-- Replayed. A row for each point that was answered, and one with an empty point for each verdict, with quantities in thousandths.
-- The limits are kept as they were when it was judged: a plan may change. What was reversed is void.
CREATE TABLE results(
  act INTEGER NOT NULL, number INTEGER NOT NULL, in_case TEXT NOT NULL, procedure TEXT NOT NULL, step TEXT NOT NULL,
  item TEXT NOT NULL, lot TEXT NOT NULL, point TEXT NOT NULL, title_zh TEXT NOT NULL, title_en TEXT NOT NULL,
  value TEXT NOT NULL, limits TEXT NOT NULL, sample INTEGER NOT NULL, accepted INTEGER NOT NULL,
  verdict TEXT NOT NULL CHECK(verdict IN ('pass', 'part', 'fail')), instrument TEXT NOT NULL, stamp TEXT NOT NULL,
  inspected INTEGER NOT NULL, passed INTEGER NOT NULL, rejected INTEGER NOT NULL, cause TEXT NOT NULL, at INTEGER NOT NULL,
  void_at INTEGER, PRIMARY KEY(act, number)) STRICT, WITHOUT ROWID;
CREATE INDEX results_of_case ON results(in_case, act);
CREATE INDEX verdicts_at ON results(at, item) WHERE point = '';
-- How often a stamp was used, and when last: the stamp register says so of each.
CREATE INDEX signatures_of_stamp ON signatures(stamp, lapsed_at, at) WHERE stamp IS NOT NULL;
