"""The tables of what stores and inspectors work with: bins, parties, instruments, limits of stamps, climate readings."""

from __future__ import annotations

import peewee

from qdesk.tables_of_paper import Table


class Bins(Table):
    """Where in a store goods may lie."""

    code = peewee.TextField(primary_key=True)
    place = peewee.TextField()
    zone = peewee.TextField()
    since = peewee.IntegerField()
    closed_at = peewee.IntegerField(null=True)


class Parties(Table):
    """Customers and suppliers."""

    code = peewee.TextField(primary_key=True)
    kind = peewee.TextField()
    name = peewee.TextField()
    address = peewee.TextField()
    telephone = peewee.TextField()
    since = peewee.IntegerField()
    closed_at = peewee.IntegerField(null=True)


class Instruments(Table):
    """What is measured with, and until when its calibration holds (R127)."""

    code = peewee.TextField(primary_key=True)
    name = peewee.TextField()
    due_at = peewee.IntegerField()
    since = peewee.IntegerField()
    closed_at = peewee.IntegerField(null=True)
    kind = peewee.TextField()


class StampLimits(Table):
    """For which item and step a stamp may be used; '' is any."""

    act = peewee.IntegerField()
    number = peewee.IntegerField()
    stamp = peewee.TextField()
    item = peewee.TextField()
    step = peewee.TextField()
    trained_at = peewee.IntegerField(null=True)
    ended_at = peewee.IntegerField(null=True)
    class Meta:
        primary_key = peewee.CompositeKey("act", "number")


class Readings(Table):
    """Temperature and humidity of a store, in thousandths (R041, R042)."""

    act = peewee.IntegerField()
    number = peewee.IntegerField()
    place = peewee.TextField()
    at = peewee.IntegerField()
    temperature = peewee.IntegerField()
    humidity = peewee.IntegerField()
    outside = peewee.IntegerField()
    measures = peewee.TextField()
    noted_at = peewee.IntegerField(null=True)
    noted_by = peewee.IntegerField(null=True)
    class Meta:
        primary_key = peewee.CompositeKey("act", "number")


class Results(Table):
    """What an inspection found: a row for each point, and one with an empty point for each verdict."""

    act = peewee.IntegerField()
    number = peewee.IntegerField()
    in_case = peewee.TextField()
    procedure = peewee.TextField()
    step = peewee.TextField()
    item = peewee.TextField()
    lot = peewee.TextField()
    point = peewee.TextField()
    title_zh = peewee.TextField()
    title_en = peewee.TextField()
    value = peewee.TextField()
    limits = peewee.TextField()
    sample = peewee.IntegerField()
    accepted = peewee.IntegerField()
    verdict = peewee.TextField()
    instrument = peewee.TextField()
    stamp = peewee.TextField()
    inspected = peewee.IntegerField()
    passed = peewee.IntegerField()
    rejected = peewee.IntegerField()
    cause = peewee.TextField()
    at = peewee.IntegerField()
    void_at = peewee.IntegerField(null=True)
    class Meta:
        primary_key = peewee.CompositeKey("act", "number")
