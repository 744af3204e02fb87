-- What is set apart and has no report yet is looked for on the screen of every inspector (R058).
CREATE INDEX balances_set_apart ON balances(lot) WHERE place = 'quarantine' AND quantity <> 0;
-- The inspections of a month and of a case, for the part that passed at the first try: few of all acts are one.
CREATE INDEX inspections ON acts(seq, in_case, step, outcome) WHERE step GLOB 'inspect*' AND reverses IS NULL;
CREATE INDEX inspections_of_case ON acts(in_case, step, seq) WHERE step GLOB 'inspect*' AND reverses IS NULL;
