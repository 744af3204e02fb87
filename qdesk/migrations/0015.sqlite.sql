-- The inspections of a month and of a case, for the part that passed at the first try: few of all acts are one.
CREATE INDEX inspections ON acts(seq, in_case, step, outcome) WHERE step GLOB 'inspect*' AND reverses IS NULL;
CREATE INDEX inspections_of_case ON acts(in_case, step, seq) WHERE step GLOB 'inspect*' AND reverses IS NULL;
