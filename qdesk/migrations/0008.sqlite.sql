-- qdesk schema 8, SQLite: what was received under a production task (R027, R028), whichever batch it came with.

-- Computed from the fields of a document as the customer is (schema 6), and so never in the journal.
ALTER TABLE documents ADD COLUMN task TEXT GENERATED ALWAYS AS (
  CASE WHEN instr(plain_fields, '"task":"') > 0 THEN replace(replace(
    substr(plain_fields, instr(plain_fields, '"task":"') + 8,
      instr(substr(plain_fields, instr(plain_fields, '"task":"') + 8), '"') - 1),
    char(2), '"'), char(1), '\') END) VIRTUAL;
CREATE INDEX documents_of_task ON documents(task, in_case) WHERE task IS NOT NULL;
