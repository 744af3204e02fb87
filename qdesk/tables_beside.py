"""The tables beside the truth: derived ones, computed and compared, and operational ones, never in the journal."""

from __future__ import annotations

import peewee

from qdesk.tables import Kinds, Table


class Balances(Table):
    """What lies where, kept beside the moves."""

    place = peewee.TextField()
    in_case = peewee.TextField()
    bin = peewee.TextField()
    item = peewee.TextField()
    lot = peewee.TextField()
    quantity = peewee.IntegerField()
    counter = peewee.IntegerField()

    class Meta:
        primary_key = peewee.CompositeKey("item", "place", "lot", "in_case", "bin")


class Waiting(Table):
    """What waits where, kept beside the marking of each case."""

    in_case = peewee.TextField()
    step = peewee.TextField()
    desk = peewee.TextField()
    since = peewee.IntegerField()

    class Meta:
        primary_key = peewee.CompositeKey("in_case", "step")


class Credentials(Table):
    """PIN hashes and failures of persons."""

    person = peewee.IntegerField(primary_key=True)
    pin_hash = peewee.TextField()
    failures = peewee.IntegerField()
    locked_until = peewee.IntegerField()


class Terminals(Table):
    """Failures of terminals, which are only ever delayed."""

    name = peewee.TextField(primary_key=True)
    failures = peewee.IntegerField()
    not_before = peewee.IntegerField()


class Sessions(Table):
    """Who works at which desk, under the digest of a secret token."""

    token_digest = peewee.TextField(primary_key=True)
    person = peewee.IntegerField()
    desk = peewee.TextField()
    opened_at = peewee.IntegerField()
    used_at = peewee.IntegerField()
    pin_at = peewee.IntegerField()
    ended_at = peewee.IntegerField(null=True)


class Attempts(Table):
    """Refused scans, acts and logins; bursts folded."""

    id = peewee.IntegerField(primary_key=True)
    at = peewee.IntegerField()
    last_at = peewee.IntegerField()
    desk = peewee.TextField()
    person = peewee.IntegerField(null=True)
    verb = peewee.TextField()
    code = peewee.TextField()
    detail = peewee.TextField()
    times = peewee.IntegerField()


class Prints(Table):
    """The spool: a slip is a row before it is paper."""

    id = peewee.IntegerField(primary_key=True)
    act = peewee.IntegerField(null=True)
    number = peewee.IntegerField(null=True)
    kind = peewee.TextField()
    subject = peewee.TextField()
    form = peewee.TextField()
    desk = peewee.TextField()
    printer = peewee.TextField()
    state = peewee.TextField()
    at = peewee.IntegerField()
    changed_at = peewee.IntegerField()
    tries = peewee.IntegerField()
    maybe = peewee.IntegerField()
    job = peewee.TextField()
    why = peewee.TextField()


class Verdicts(Table):
    """Which procedure texts were proved."""

    digest = peewee.TextField(primary_key=True)
    proved = peewee.IntegerField()
    at = peewee.IntegerField()


class Drafts(Table):
    """What was typed and not yet done, by desk, person and what it is about."""

    desk = peewee.TextField()
    person = peewee.IntegerField()
    subject = peewee.TextField()
    contents = peewee.TextField()
    at = peewee.IntegerField()

    class Meta:
        primary_key = peewee.CompositeKey("desk", "person", "subject")


DERIVED: Kinds = (Balances, Waiting)
OPERATIONAL: Kinds = (Credentials, Terminals, Sessions, Attempts, Prints, Verdicts, Drafts)
