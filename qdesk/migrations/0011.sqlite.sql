-- qdesk schema 11, SQLite: a line may say what lies there and not how much: on a list that is counted blind (R047).
CREATE TABLE lines_of_any_quantity(
  serial TEXT NOT NULL REFERENCES documents(serial), revision INTEGER NOT NULL, number INTEGER NOT NULL,
  item TEXT NOT NULL REFERENCES items(code), quantity INTEGER NOT NULL CHECK(quantity >= 0), other TEXT NOT NULL,
  plain_other TEXT GENERATED ALWAYS AS (
    replace(replace(replace(other, '\\', char(1)), '\"', char(2)), '": "', '":"')) VIRTUAL,
  becomes TEXT GENERATED ALWAYS AS (
    CASE WHEN instr(plain_other, '"becomes":"') > 0 THEN replace(replace(
      substr(plain_other, instr(plain_other, '"becomes":"') + 11,
        instr(substr(plain_other, instr(plain_other, '"becomes":"') + 11), '"') - 1),
      char(2), '"'), char(1), '\') END) VIRTUAL,
  customer TEXT GENERATED ALWAYS AS (
    CASE WHEN instr(plain_other, '"customer":"') > 0 THEN replace(replace(
      substr(plain_other, instr(plain_other, '"customer":"') + 12,
        instr(substr(plain_other, instr(plain_other, '"customer":"') + 12), '"') - 1),
      char(2), '"'), char(1), '\') END) VIRTUAL,
  PRIMARY KEY(serial, revision, number)) STRICT, WITHOUT ROWID;
INSERT INTO lines_of_any_quantity(serial, revision, number, item, quantity, other)
  SELECT serial, revision, number, item, quantity, other FROM lines;
DROP TABLE lines;
ALTER TABLE lines_of_any_quantity RENAME TO lines;
CREATE INDEX lines_of_item ON lines(item, serial);
CREATE INDEX lines_becoming ON lines(becomes, serial) WHERE becomes IS NOT NULL;
CREATE INDEX lines_for_customer ON lines(customer, serial) WHERE customer IS NOT NULL;
CREATE INDEX customers_on_lines ON lines(serial, revision, customer) WHERE customer IS NOT NULL;
