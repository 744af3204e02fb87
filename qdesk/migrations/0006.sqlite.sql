-- qdesk schema 6, SQLite: registers of every form, narrowed to a customer, an item or a vehicle.

-- Computed from the fields of a document and so never in the journal: for whom it is, and on which vehicle. With functions for
-- text only: SQLite before 3.41 trusts those for JSON in no schema. First a backslash and a quote within a value become char(1)
-- and char(2), which no value has; after that a quote is the end of a text.
ALTER TABLE documents ADD COLUMN plain_fields TEXT GENERATED ALWAYS AS (
  replace(replace(replace(fields, '\\', char(1)), '\"', char(2)), '": "', '":"')) VIRTUAL;
ALTER TABLE documents ADD COLUMN customer TEXT GENERATED ALWAYS AS (
  CASE WHEN instr(plain_fields, '"customer":"') > 0 THEN replace(replace(
    substr(plain_fields, instr(plain_fields, '"customer":"') + 12,
      instr(substr(plain_fields, instr(plain_fields, '"customer":"') + 12), '"') - 1),
    char(2), '"'), char(1), '\') END) VIRTUAL;
ALTER TABLE documents ADD COLUMN plate TEXT GENERATED ALWAYS AS (
  CASE WHEN instr(plain_fields, '"plate":"') > 0 THEN replace(replace(
    substr(plain_fields, instr(plain_fields, '"plate":"') + 9,
      instr(substr(plain_fields, instr(plain_fields, '"plate":"') + 9), '"') - 1),
    char(2), '"'), char(1), '\') END) VIRTUAL;
CREATE INDEX documents_of_customer ON documents(customer, in_case) WHERE customer IS NOT NULL;
CREATE INDEX documents_of_plate ON documents(plate, in_case, round) WHERE plate IS NOT NULL;

-- Whom a case is for and which vehicles it has, for its documents that do not say so themselves.
CREATE INDEX names_of_case ON documents(in_case, round, customer, plate) WHERE customer IS NOT NULL OR plate IS NOT NULL;

-- What a line makes of its item, such as the new model of a modification: a register of an item holds both. And for whom a
-- single line is: a shipping notice tells of a day's customers, line by line.
ALTER TABLE lines ADD COLUMN plain_other TEXT GENERATED ALWAYS AS (
  replace(replace(replace(other, '\\', char(1)), '\"', char(2)), '": "', '":"')) VIRTUAL;
ALTER TABLE lines ADD COLUMN becomes TEXT GENERATED ALWAYS AS (
  CASE WHEN instr(plain_other, '"becomes":"') > 0 THEN replace(replace(
    substr(plain_other, instr(plain_other, '"becomes":"') + 11,
      instr(substr(plain_other, instr(plain_other, '"becomes":"') + 11), '"') - 1),
    char(2), '"'), char(1), '\') END) VIRTUAL;
ALTER TABLE lines ADD COLUMN customer TEXT GENERATED ALWAYS AS (
  CASE WHEN instr(plain_other, '"customer":"') > 0 THEN replace(replace(
    substr(plain_other, instr(plain_other, '"customer":"') + 12,
      instr(substr(plain_other, instr(plain_other, '"customer":"') + 12), '"') - 1),
    char(2), '"'), char(1), '\') END) VIRTUAL;
CREATE INDEX lines_becoming ON lines(becomes, serial) WHERE becomes IS NOT NULL;
CREATE INDEX lines_for_customer ON lines(customer, serial) WHERE customer IS NOT NULL;
CREATE INDEX customers_on_lines ON lines(serial, revision, customer) WHERE customer IS NOT NULL;
