-- qdesk schema 6, SQLite: registers of every form, narrowed to a customer, an item or a vehicle.

-- Computed from the fields of a document and so never in the journal: for whom it is, and on which vehicle.
-- Fields that are no object of texts, such as those of a damaged file, name nobody.
ALTER TABLE documents ADD COLUMN customer TEXT GENERATED ALWAYS AS (
  CASE WHEN json_valid(fields) THEN CAST(json_extract(fields, '$.customer') AS TEXT) END) VIRTUAL;
ALTER TABLE documents ADD COLUMN plate TEXT GENERATED ALWAYS AS (
  CASE WHEN json_valid(fields) THEN CAST(json_extract(fields, '$.plate') AS TEXT) END) VIRTUAL;
CREATE INDEX documents_of_customer ON documents(customer, in_case) WHERE customer IS NOT NULL;
CREATE INDEX documents_of_plate ON documents(plate, in_case, round) WHERE plate IS NOT NULL;

-- Whom a case is for and which vehicles it has, for its documents that do not say so themselves.
CREATE INDEX names_of_case ON documents(in_case, round, customer, plate) WHERE customer IS NOT NULL OR plate IS NOT NULL;

-- What a line makes of its item, such as the new model of a modification: a register of an item holds both.
ALTER TABLE lines ADD COLUMN becomes TEXT GENERATED ALWAYS AS (
  CASE WHEN json_valid(other) THEN CAST(json_extract(other, '$.becomes') AS TEXT) END) VIRTUAL;
CREATE INDEX lines_becoming ON lines(becomes, serial) WHERE becomes IS NOT NULL;

-- For whom a single line is: a shipping notice tells of a day's customers, line by line.
ALTER TABLE lines ADD COLUMN customer TEXT GENERATED ALWAYS AS (
  CASE WHEN json_valid(other) THEN CAST(json_extract(other, '$.customer') AS TEXT) END) VIRTUAL;
CREATE INDEX lines_for_customer ON lines(customer, serial) WHERE customer IS NOT NULL;
CREATE INDEX customers_on_lines ON lines(serial, revision, customer) WHERE customer IS NOT NULL;
