"""The tables of paper as peewee sees them, and what every table is; :mod:`qdesk.tables` puts all of them together."""

from __future__ import annotations

import peewee


class Table(peewee.Model):
    """A table bound to whichever database the site has open."""

    class Meta:
        legacy_table_names = False


class Documents(Table):
    """Filled-in forms."""

    serial = peewee.TextField(primary_key=True)
    in_case = peewee.TextField()
    form = peewee.TextField()
    round = peewee.IntegerField()
    revision = peewee.IntegerField()
    fields = peewee.TextField()
    opened_at = peewee.IntegerField()
    void_at = peewee.IntegerField(null=True)
    filled_at = peewee.IntegerField(null=True)


class Lines(Table):
    """The lines of a document, by revision."""

    serial = peewee.TextField()
    revision = peewee.IntegerField()
    number = peewee.IntegerField()
    item = peewee.TextField()
    quantity = peewee.IntegerField()
    other = peewee.TextField()
    class Meta:
        primary_key = peewee.CompositeKey("serial", "revision", "number")


class Copies(Table):
    """The copies of a document: where each is due, and where it was last seen."""

    name = peewee.TextField(primary_key=True)
    serial = peewee.TextField()
    number = peewee.IntegerField()
    in_case = peewee.TextField()
    due = peewee.TextField()
    due_since = peewee.IntegerField()
    seen = peewee.TextField()
    seen_since = peewee.IntegerField()
    piece = peewee.TextField()
    lost_at = peewee.IntegerField(null=True)
    filed_at = peewee.IntegerField(null=True)


class Pieces(Table):
    """Printed pieces of paper, each with its own 18 digits."""

    number = peewee.TextField(primary_key=True)
    copy = peewee.TextField()
    print_count = peewee.IntegerField()
    made_at = peewee.IntegerField()
    void_at = peewee.IntegerField(null=True)
    void_because = peewee.TextField()
    replaced_by = peewee.TextField(null=True)


class Sightings(Table):
    """Void pieces that turned up: where, when, and who scanned them."""

    act = peewee.IntegerField(primary_key=True)
    piece = peewee.TextField()
    desk = peewee.TextField()
    person = peewee.IntegerField()
    at = peewee.IntegerField()


class Blanks(Table):
    """Blank numbered forms for the hour without power; each is used once, or void."""

    serial = peewee.TextField(primary_key=True)
    procedure = peewee.TextField()
    form = peewee.TextField()
    desk = peewee.TextField()
    issued_at = peewee.IntegerField()
    used_at = peewee.IntegerField(null=True)
    void_at = peewee.IntegerField(null=True)


class GateChecks(Table):
    """What was shown and seen at a gate, and what was said to it."""

    act = peewee.IntegerField(primary_key=True)
    at = peewee.IntegerField()
    desk = peewee.TextField()
    person = peewee.IntegerField()
    piece = peewee.TextField()
    pass_serial = peewee.TextField()
    in_case = peewee.TextField()
    round = peewee.IntegerField()
    verdict = peewee.TextField()
    kind = peewee.TextField()
    plate = peewee.TextField()
    count = peewee.TextField()
    seal = peewee.TextField()
    emergency = peewee.TextField()


class BlankPieces(Table):
    """The pieces of paper of each blank form, by copy."""

    number = peewee.TextField(primary_key=True)
    serial = peewee.TextField()
    copy = peewee.IntegerField()
