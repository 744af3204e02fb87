-- What is set apart and has no report yet is looked for on the screen of every inspector (R058).
CREATE INDEX balances_set_apart ON balances(lot) WHERE place = 'quarantine' AND quantity <> 0;
