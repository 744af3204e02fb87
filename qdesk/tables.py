"""The tables as peewee sees them, in the order in which they refer to each other; the SQL in ``migrations`` makes them.

Hot paths write with statements derived once from these models, since building a query costs more than running it.
"""

from __future__ import annotations

from typing import Any

import peewee

from qdesk.tables_of_paper import BlankPieces, Blanks, Copies, Documents, GateChecks, Lines, Pieces, Sightings
from qdesk.tables_of_paper import Table as Table
from qdesk.tables_of_stores import Bins, Instruments, Parties, Readings, StampLimits


class Journal(Table):
    """The truth: one hash-chained row an act."""

    seq = peewee.IntegerField(primary_key=True)
    at = peewee.IntegerField()
    body = peewee.TextField()
    hash = peewee.TextField()


class Site(Table):
    """Which site this file belongs to."""

    code = peewee.TextField(primary_key=True)
    name = peewee.TextField()
    epoch = peewee.IntegerField()
    clock_confirmed = peewee.IntegerField()


class Persons(Table):
    """People, for ever; a badge is a name, not a secret."""

    id = peewee.IntegerField(primary_key=True)
    badge = peewee.TextField(unique=True)
    name = peewee.TextField()
    since = peewee.IntegerField()
    left_at = peewee.IntegerField(null=True)


class RolesHeld(Table):
    """Who holds a role from when to when, and as whose deputy."""

    act = peewee.IntegerField()
    number = peewee.IntegerField()
    person = peewee.IntegerField()
    role = peewee.TextField()
    since = peewee.IntegerField()
    until = peewee.IntegerField(null=True)
    deputy_for = peewee.IntegerField(null=True)
    ended_at = peewee.IntegerField(null=True)
    class Meta:
        primary_key = peewee.CompositeKey("act", "number")


class Stamps(Table):
    """Inspection stamps; a number is never given twice."""

    number = peewee.TextField(primary_key=True)
    person = peewee.IntegerField()
    since = peewee.IntegerField()
    withdrawn_at = peewee.IntegerField(null=True)


class Items(Table):
    """What is kept in stock."""

    code = peewee.TextField(primary_key=True)
    name = peewee.TextField()
    spec = peewee.TextField()
    model = peewee.TextField()
    unit = peewee.TextField()
    decimals = peewee.IntegerField()
    serialised = peewee.IntegerField()
    certified = peewee.IntegerField()
    pack = peewee.IntegerField()
    shelf_days = peewee.IntegerField()
    storage = peewee.TextField()
    purchased = peewee.IntegerField()
    least = peewee.IntegerField()
    closed_at = peewee.IntegerField(null=True)


class Lots(Table):
    """Traceable quantities of an item."""

    code = peewee.TextField(primary_key=True)
    item = peewee.TextField()
    serial = peewee.TextField(null=True)
    origin = peewee.TextField()
    made_from = peewee.TextField(null=True)
    owner = peewee.TextField()
    expires_at = peewee.IntegerField(null=True)
    hold = peewee.TextField()
    since = peewee.IntegerField()
    batch = peewee.TextField()
    party = peewee.TextField()
    made_at = peewee.IntegerField(null=True)
    opened_at = peewee.IntegerField(null=True)


class ProcedureTexts(Table):
    """The exact procedures that cases run under."""

    digest = peewee.TextField(primary_key=True)
    procedure = peewee.TextField()
    text = peewee.TextField()
    settings = peewee.TextField()


class Cases(Table):
    """Runs of a procedure."""

    code = peewee.TextField(primary_key=True)
    procedure = peewee.TextField()
    digest = peewee.TextField()
    opened_at = peewee.IntegerField()
    opened_by = peewee.IntegerField()
    last_act = peewee.IntegerField()
    ended = peewee.TextField()
    ended_at = peewee.IntegerField(null=True)


class Done(Table):
    """How often each step of a case counts as done."""

    in_case = peewee.TextField()
    step = peewee.TextField()
    times = peewee.IntegerField()
    at = peewee.IntegerField()
    class Meta:
        primary_key = peewee.CompositeKey("in_case", "step")


class Acts(Table):
    """Steps done: who, where, when."""

    seq = peewee.IntegerField(primary_key=True)
    at = peewee.IntegerField()
    in_case = peewee.TextField(null=True)
    step = peewee.TextField()
    outcome = peewee.TextField()
    person = peewee.IntegerField(null=True)
    desk = peewee.TextField()
    behalf = peewee.TextField()
    request_key = peewee.TextField(null=True)
    request = peewee.TextField()
    reverses = peewee.IntegerField(null=True)


class Signatures(Table):
    """Marks of persons, each over the digest of exactly what was shown."""

    act = peewee.IntegerField()
    number = peewee.IntegerField()
    in_case = peewee.TextField()
    serial = peewee.TextField(null=True)
    step = peewee.TextField()
    role = peewee.TextField()
    kind = peewee.TextField()
    person = peewee.IntegerField(null=True)
    name = peewee.TextField()
    stamp = peewee.TextField(null=True)
    deputy_for = peewee.IntegerField(null=True)
    copy = peewee.TextField(null=True)
    digest = peewee.TextField()
    at = peewee.IntegerField()
    lapsed_at = peewee.IntegerField(null=True)
    class Meta:
        primary_key = peewee.CompositeKey("act", "number")


class Moves(Table):
    """Double entry: every quantity goes from one place to another."""

    act = peewee.IntegerField()
    number = peewee.IntegerField()
    in_case = peewee.TextField()
    item = peewee.TextField()
    lot = peewee.TextField()
    quantity = peewee.IntegerField()
    source = peewee.TextField()
    target = peewee.TextField()
    at = peewee.IntegerField()
    voucher = peewee.TextField()
    round = peewee.IntegerField()
    bin = peewee.TextField()
    to_bin = peewee.TextField()
    class Meta:
        primary_key = peewee.CompositeKey("act", "number")


class Reservations(Table):
    """What is promised to a case and not yet moved."""

    in_case = peewee.TextField()
    item = peewee.TextField()
    place = peewee.TextField()
    quantity = peewee.IntegerField()
    class Meta:
        primary_key = peewee.CompositeKey("item", "place", "in_case")


class Notices(Table):
    """What a desk has to be told."""

    act = peewee.IntegerField()
    number = peewee.IntegerField()
    in_case = peewee.TextField()
    desk = peewee.TextField()
    step = peewee.TextField()
    at = peewee.IntegerField()
    read_at = peewee.IntegerField(null=True)
    read_by = peewee.IntegerField(null=True)
    withdrawn_at = peewee.IntegerField(null=True)
    class Meta:
        primary_key = peewee.CompositeKey("act", "number")


class Counters(Table):
    """The next running number of each series."""

    name = peewee.TextField(primary_key=True)
    next = peewee.IntegerField()


Kinds = tuple[type[Table], ...]

REPLAYED: Kinds = (
    Site, Persons, RolesHeld, Stamps, Items, Lots, ProcedureTexts, Cases, Done, Documents, Lines, Copies, Pieces, Acts,
    Signatures, Moves, Reservations, Notices, Counters, Sightings, Blanks, BlankPieces, GateChecks, Bins, Parties, Instruments,
    StampLimits, Readings,
)


def name_of(table: type[Table]) -> str:
    """Return a table's name in the database."""
    return str(table._meta.table_name)


def columns_of(table: type[Table]) -> tuple[str, ...]:
    """Return a table's columns in order."""
    return tuple(field.column_name for field in table._meta.sorted_fields)


def key_of(table: type[Table]) -> tuple[str, ...]:
    """Return the columns that name a row."""
    key: Any = table._meta.primary_key
    return tuple(key.field_names) if isinstance(key, peewee.CompositeKey) else (key.column_name,)


BY_NAME = {name_of(table): table for table in REPLAYED}
KEYS = {name: key_of(table) for name, table in BY_NAME.items()}
