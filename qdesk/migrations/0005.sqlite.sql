-- qdesk schema 5, SQLite: rounds of a case (one for each vehicle), and what was shown and seen at the gates.

-- In which round of its case goods moved; 0 where there is none.
ALTER TABLE moves ADD COLUMN round INTEGER NOT NULL DEFAULT 0;

-- Replayed: every vehicle checked at a gate (R068), let out or not.
CREATE TABLE gate_checks(
  act INTEGER PRIMARY KEY, at INTEGER NOT NULL, desk TEXT NOT NULL, person INTEGER NOT NULL REFERENCES persons(id),
  piece TEXT NOT NULL, pass_serial TEXT NOT NULL, in_case TEXT NOT NULL, round INTEGER NOT NULL CHECK(round >= 0),
  verdict TEXT NOT NULL CHECK(verdict IN ('release', 'stop', 'hold', 'emergency', 'confirmed')), kind TEXT NOT NULL,
  plate TEXT NOT NULL, count TEXT NOT NULL, seal TEXT NOT NULL, emergency TEXT NOT NULL) STRICT;
CREATE INDEX gate_checks_of_pass ON gate_checks(pass_serial, act);
CREATE INDEX gate_checks_at ON gate_checks(at);
-- A vehicle is let out once on a pass, whatever a program may do.
CREATE UNIQUE INDEX let_out_once ON gate_checks(pass_serial) WHERE verdict = 'release';
-- One emergency release answers for one pass that is written afterwards.
CREATE UNIQUE INDEX answered_for_once ON gate_checks(emergency) WHERE emergency <> '';
-- When a backup was put in place of the house's file: passes that are older are frozen, and every pass shown asks for it.
CREATE INDEX acts_of_restoring ON acts(seq, at) WHERE step = 'restore';
-- What a shift at the gate leaves to the next one, and the vehicles under way, without reading all there ever was.
CREATE INDEX waiting_for_answers ON waiting(since) WHERE step GLOB 'answer_hold*';
CREATE INDEX waiting_for_review ON waiting(since) WHERE step = 'review_exit';
CREATE INDEX cases_open ON cases(opened_at) WHERE ended = '';
