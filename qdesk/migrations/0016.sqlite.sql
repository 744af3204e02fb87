-- qdesk schema 16, SQLite: the first-pass yield is what passed of the quantity inspected first, out of the results; acts are not counted.

DROP INDEX inspections;
DROP INDEX inspections_of_case;
DROP INDEX verdicts_at;
-- The inspections of a month, and of a case at a step. Whole in the indices, their own conditions too: else the table is read.
CREATE INDEX inspected_in ON results(at, in_case, step, act, inspected, passed, point, void_at)
  WHERE point = '' AND void_at IS NULL AND step GLOB 'inspect*';
CREATE INDEX inspected_of ON results(in_case, step, act, point, void_at)
  WHERE point = '' AND void_at IS NULL AND step GLOB 'inspect*';
