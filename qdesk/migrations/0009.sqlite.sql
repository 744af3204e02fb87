-- qdesk schema 9, SQLite: what has to be replenished: items for which somebody said how much there should be, and what is promised.

CREATE INDEX items_to_replenish ON items(code) WHERE least > 0 AND closed_at IS NULL;
CREATE INDEX reservations_standing ON reservations(item, quantity) WHERE quantity > 0;
