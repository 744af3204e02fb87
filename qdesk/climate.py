"""The climate of the stores: what was read, within which limits it has to stay (R041, R042), and what was done otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from qdesk.bins import STORE, stores_of
from qdesk.clock import moment, start_of, time_text
from qdesk.database import Cursor
from qdesk.errors import Refused
from qdesk.people import find_session
from qdesk.scan import THOUSAND, format_quantity, parse_measure, visible
from qdesk.site import Site
from qdesk.words import Words

Json = dict[str, Any]
QUALITY = "quality"
"""The desk that is told of a reading outside the limits."""
DAYS = 14
"""Days of a chart."""
MOST_ROWS = 200
COLDEST, HOTTEST, WETTEST = -100 * THOUSAND, 100 * THOUSAND, 100 * THOUSAND
"""What no thermometer and no hygrometer of a store says: somebody has mistyped."""
LATEST = """SELECT place, at, temperature, humidity, outside, measures FROM readings r
  WHERE place = ? ORDER BY at DESC, act DESC, number DESC LIMIT 1"""
READ = """SELECT r.act, r.place, r.at, r.temperature, r.humidity, r.outside, r.measures, p.name, r.noted_at, n.name
  FROM readings r JOIN acts a ON a.seq = r.act LEFT JOIN persons p ON p.id = a.person LEFT JOIN persons n ON n.id = r.noted_by
  WHERE r.place = ? ORDER BY r.at DESC, r.act DESC, r.number DESC LIMIT ?"""
UNNOTED = "SELECT act, number, place, at FROM readings WHERE outside = 1 AND noted_at IS NULL ORDER BY at, act, number"
DAILY = "SELECT at, temperature, humidity FROM readings WHERE place = ? AND at >= ? ORDER BY at"


class Limits(NamedTuple):
    """What a store's climate may be: degrees from and to, and at most so much relative humidity, all in thousandths."""

    lowest: int
    highest: int
    humidity: int

    def outside(self, temperature: int, humidity: int) -> bool:
        """Tell whether a reading is outside the limits; what is just on one of them is within (R041, R042)."""
        return not self.lowest <= temperature <= self.highest or humidity > self.humidity


def limits_of(site: Site) -> Limits:
    """Return the limits that hold at this site."""
    names = ("climate_lowest", "climate_highest", "climate_humidity")
    return Limits(*(site.config.number(name) * THOUSAND for name in names))


def limits_told(site: Site, name: str) -> tuple[str, str]:
    """Return between which values a reading has to be, as a question says it."""
    limits = limits_of(site)
    told = (limits.lowest, limits.highest) if name == "temperature" else (0, limits.humidity)
    return format_quantity(told[0]), format_quantity(told[1])


def read_degrees(raw: object) -> int:
    """Read a temperature in ℃. Raises Refused: number_unreadable, reading_impossible."""
    return thousandths(raw, COLDEST, HOTTEST)


def read_humidity(raw: object) -> int:
    """Read a relative humidity in percent. Raises Refused: number_unreadable, reading_impossible."""
    return thousandths(raw, 0, WETTEST)


def thousandths(raw: object, least: int, most: int) -> int:
    """Read a measured value as thousandths, between what an instrument can say at all."""
    value = parse_measure(raw) * THOUSAND
    if value != value.to_integral_value() or not least <= value <= most:
        raise Refused("reading_impossible", text=visible(raw), least=format_quantity(least), most=format_quantity(most))
    return int(value)


def told_reading(temperature: int, humidity: int) -> str:
    """Return a reading in one word: 18.5 ℃ 55 %."""
    return f"{format_quantity(temperature)} ℃  {format_quantity(humidity)} %"


def limits_text(limits: Limits) -> str:
    """Return the limits in one word: 15-25 ℃, 60 %."""
    return f"{format_quantity(limits.lowest)}-{format_quantity(limits.highest)} ℃, ≤ {format_quantity(limits.humidity)} %"


def latest(cursor: Cursor, place: str) -> Json | None:
    """Return the newest reading of a store, None where there is none."""
    cursor.execute(LATEST, (place,))
    for place_, at, temperature, humidity, outside, measures in cursor.fetchall():
        return {"place": place_, "at": at, "reading": told_reading(temperature, humidity), "outside": bool(outside),
                "measures": measures}  # fmt: skip
    return None


def unnoted(cursor: Cursor) -> list[tuple[int, int, str, int]]:
    """Return the readings outside the limits that nobody in quality has taken note of: act, number, place, time."""
    cursor.execute(UNNOTED)
    return [(act, number, place, at) for act, number, place, at in cursor.fetchall()]


def places_read(site: Site, desk: str) -> list[str]:
    """Return the stores whose climate is shown at a desk: its own first, elsewhere every store that a desk keeps."""
    desks, own = site.factory.desks, list(stores_of(site, desk))
    return own or [name for name in site.factory.places if name in desks and desks[name].kind == STORE]


def climate_page(site: Site, token: object, words: Words, place: str = "") -> Json:
    """Return the readings of one store, the newest first, and what the last days were like. Raises Refused("place_unknown")."""
    with site.database.reading() as cursor:
        session = find_session(site, cursor, token)
        places = places_read(site, session.desk)
        alarms = [of for _, _, of, _ in unnoted(cursor) if of in places]
        own = bool(stores_of(site, session.desk))  # its keeper sees the own store first, quality the one with an alarm
        shown = place or next(iter([*([] if own else alarms), *places]), "")
        if shown not in site.factory.places:
            raise Refused("place_unknown", place=visible(shown))
        cursor.execute(READ, (shown, MOST_ROWS))
        rows = [read_row(row) for row in cursor.fetchall()]
        days = days_of(cursor, shown, moment(site.clock.now()).date(), limits_of(site))
        waiting = sum(of == shown for _, _, of, _ in unnoted(cursor))
    title = site.factory.places[shown].title.in_(words.language)
    return {"place": shown, "title": title, "places": places, "rows": rows, "days": days, "unnoted": waiting,
            "limits": limits_text(limits_of(site))}  # fmt: skip


def read_row(row: Sequence[Any]) -> Json:
    """Return one reading as a list shows it."""
    act, place, at, temperature, humidity, outside, measures, person, noted_at, noted_by = row
    return {
        "act": act, "place": place, "at": time_text(at), "temperature": format_quantity(temperature),
        "humidity": format_quantity(humidity), "outside": bool(outside), "measures": measures, "person": person or "",
        "noted": time_text(noted_at) if noted_at else None, "noted_by": noted_by or "",
    }  # fmt: skip


def days_of(cursor: Cursor, place: str, today: date, limits: Limits) -> list[Json]:
    """Return the lowest and highest temperature and the highest humidity of each of the last days; a day without is empty."""
    first = today - timedelta(days=DAYS - 1)
    cursor.execute(DAILY, (place, start_of(first)))
    by_day: dict[date, list[tuple[int, int]]] = {}
    for at, temperature, humidity in cursor.fetchall():
        by_day.setdefault(moment(at).date(), []).append((temperature, humidity))
    return [day_told(day, by_day.get(day, []), limits) for day in (first + timedelta(days=number) for number in range(DAYS))]


def day_told(day: date, read: Sequence[tuple[int, int]], limits: Limits) -> Json:
    """Return one day of the chart."""
    if not read:
        return {"day": day.isoformat(), "read": 0, "outside": False}
    degrees, humidity = [each for each, _ in read], max(each for _, each in read)
    outside = any(limits.outside(*each) for each in read)
    return {"day": day.isoformat(), "read": len(read), "outside": outside, "lowest": format_quantity(min(degrees)),
            "highest": format_quantity(max(degrees)), "humidity": format_quantity(humidity)}  # fmt: skip


def as_degrees(told: Mapping[str, Any], name: str) -> Decimal:
    """Return a figure of a day as a number, for a chart."""
    return Decimal(str(told[name]))
