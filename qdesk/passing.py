"""What passes: the vehicles of the deliveries under way, and what a shift at the gate leaves to the next one."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from qdesk.clock import moment, start_of, time_text
from qdesk.compiling import in_round
from qdesk.database import Cursor
from qdesk.gate import MOMENT
from qdesk.people import find_session
from qdesk.site import Site
from qdesk.witness import SHORT
from qdesk.words import Words

Json = dict[str, Any]
MOST_ROWS = 200
# What waits is little and what was ever written is much: each query begins with what waits (CROSS JOIN keeps that order), and
# finds the paper by its case (+form says: not by its form).
AT_THE_GATE = """SELECT d.serial, d.in_case, d.fields, d.opened_at FROM waiting w
  CROSS JOIN documents d ON d.in_case = w.in_case AND +d.form = 'pass' AND d.void_at IS NULL
  WHERE w.desk = 'gate' AND w.step IN ('gate', 'gate#' || d.round) ORDER BY d.opened_at, d.serial LIMIT ?"""
HELD = """SELECT d.serial, d.in_case, d.fields, w.since FROM waiting w
  CROSS JOIN documents d ON d.in_case = w.in_case AND +d.form = 'pass' AND d.void_at IS NULL
  WHERE w.step GLOB 'answer_hold*' AND w.step IN ('answer_hold', 'answer_hold#' || d.round) ORDER BY w.since LIMIT ?"""
WHY_HELD = """SELECT g.kind, g.plate, p.name, json_extract(j.body, '$.gate.arguments.why') FROM gate_checks g
  JOIN persons p ON p.id = g.person JOIN journal j ON j.seq = g.act
  WHERE g.pass_serial = ? AND g.verdict = 'hold' ORDER BY g.act DESC LIMIT 1"""
EMERGENCIES = """SELECT d.serial, d.in_case, d.fields, COALESCE(d.filled_at, d.opened_at), d.filled_at IS NOT NULL FROM waiting w
  JOIN documents d ON d.serial = w.in_case WHERE w.step = 'review_exit' ORDER BY d.opened_at LIMIT ?"""
TODAY = """SELECT g.at, g.desk, g.verdict, g.kind, g.pass_serial, g.plate, p.name
  FROM gate_checks g JOIN persons p ON p.id = g.person
  WHERE g.at >= ? ORDER BY g.at DESC, g.act DESC LIMIT ?"""
ALARMS = """SELECT at, desk, seen FROM (SELECT MAX(g.at) AS at, g.desk, COUNT(*) AS seen,
    MAX(json_extract(j.body, '$.gate.arguments.alarm')) AS alarm
  FROM gate_checks g JOIN journal j ON j.seq = g.act WHERE g.at >= ? AND g.kind IN ('unknown', 'forged') GROUP BY g.desk)
  WHERE alarm IS NOT NULL ORDER BY at DESC"""
HEAD = "SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1"
VEHICLES = """SELECT d.serial, d.in_case, d.round, d.fields, d.opened_at, n.fields FROM cases c
  CROSS JOIN documents d ON d.in_case = c.code CROSS JOIN documents n ON n.serial = c.code
  WHERE c.ended = '' AND +d.form = 'slip' AND d.void_at IS NULL AND d.opened_at >= ? ORDER BY d.opened_at, d.serial LIMIT ?"""
DONE = "SELECT step, at FROM done WHERE in_case = ? AND times > 0"
PASS = "SELECT serial, fields FROM documents WHERE in_case = ? AND +form = 'pass' AND round = ? AND void_at IS NULL"
STATES = (
    ("come_back", "back"), ("never_arrived", "back"), ("gate.release", "out"), ("gate.after_emergency", "out"),
    ("gate.hold", "held"), ("issue_pass", "pass"), ("load", "loaded"), ("start", "begun"),
)  # fmt: skip
"""How it is with a vehicle, by the step that was done last on its way."""
LOOKED_BACK = 100
"""Days after which a vehicle whose case is still open is no longer on the list of the desk."""


def shift_list(site: Site, token: object, words: Words) -> Json:
    """Return what a shift at the gate leaves to the next: open passes, held vehicles, emergencies, verdicts of today, journal."""
    midnight = start_of(moment(site.clock.now()).date())
    with site.database.reading() as cursor:
        find_session(site, cursor, token)
        return {
            "open": [open_pass(site, row) for row in rows(cursor, AT_THE_GATE, MOST_ROWS)],
            "held": [held_vehicle(cursor, row) for row in rows(cursor, HELD, MOST_ROWS)],
            "emergencies": [emergency(row) for row in rows(cursor, EMERGENCIES, MOST_ROWS)],
            "today": [check(site, words, row) for row in rows(cursor, TODAY, midnight, MOST_ROWS)],
            "journal": head(cursor),
        }


def alarms(site: Site, token: object) -> list[Json]:
    """Return where so much unknown paper was shown today that the gate raised its alarm, the newest first, with how much."""
    midnight = start_of(moment(site.clock.now()).date())
    with site.database.reading() as cursor:
        find_session(site, cursor, token)
        found = rows(cursor, ALARMS, midnight)
    return [{"at": time_text(at), "desk": desk, "count": int(count)} for at, desk, count in found]


def rows(cursor: Cursor, sql: str, *arguments: object) -> list[tuple[Any, ...]]:
    """Return all rows of a query."""
    cursor.execute(sql, arguments)
    return cursor.fetchall()


def head(cursor: Cursor) -> Json:
    """Return where the journal stands."""
    [(seq, digest)] = rows(cursor, HEAD) or [(0, "")]
    return {"seq": seq, "head": digest[:SHORT]}


def open_pass(site: Site, row: tuple[Any, ...]) -> Json:
    """Return a pass that has not let its vehicle out yet; nothing that a guard has to see for himself is in it."""
    serial, case, fields, _ = row
    told = json.loads(fields)
    expired = datetime.strptime(told["valid_until"], MOMENT).astimezone().timestamp() + 60 <= site.clock.now() / 1_000_000
    return {"pass": serial, "case": case, "gate": told["gate"], "valid_until": told["valid_until"], "expired": expired}


def held_vehicle(cursor: Cursor, row: tuple[Any, ...]) -> Json:
    """Return a vehicle that waits at the gate for an answer."""
    serial, case, fields, since = row
    kind, plate, person, why = (rows(cursor, WHY_HELD, serial) or [("", "", "", None)])[0]
    plate = plate or json.loads(fields)["plate"]
    return {
        "pass": serial, "case": case, "plate": plate, "since": time_text(since), "kind": kind, "why": why or "", "person": person,
    }  # fmt: skip


def emergency(row: tuple[Any, ...]) -> Json:
    """Return a vehicle that left in an emergency nobody has reviewed yet."""
    serial, case, fields, at, by_hand = row
    told = json.loads(fields)
    return {
        "serial": serial, "case": case, "at": time_text(at), "plate": told["plate"], "reason": told["reason"],
        "by_hand": bool(by_hand), "reviewed": False,
    }  # fmt: skip


def check(site: Site, words: Words, row: tuple[Any, ...]) -> Json:
    """Return one vehicle that was checked."""
    at, desk, verdict, kind, serial, plate, person = row
    known = site.factory.desks.get(desk)
    return {
        "at": time_text(at), "desk": words.show(known.title) if known else desk, "verdict": verdict, "kind": kind, "pass": serial,
        "plate": plate, "person": person,
    }  # fmt: skip


def vehicles(site: Site, token: object, words: Words) -> list[Json]:
    """Return the vehicles of the deliveries under way, the oldest first, each with how far it has come and since when."""
    now = site.clock.now()
    with site.database.reading() as cursor:
        find_session(site, cursor, token)
        since = now - LOOKED_BACK * 24 * 3600 * 1_000_000
        return [vehicle(site, cursor, row) for row in rows(cursor, VEHICLES, since, MOST_ROWS)]


def vehicle(site: Site, cursor: Cursor, row: tuple[Any, ...]) -> Json:
    """Return one vehicle."""
    serial, case, number, fields, opened_at, note = row
    told, ordered = json.loads(fields), json.loads(note)
    done = {step: at for step, at in rows(cursor, DONE, case)}
    state, since = next(
        ((state, done[name]) for step, state in STATES if (name := in_round(step, number)) in done), ("begun", opened_at)
    )
    passes = rows(cursor, PASS, case, number)
    today = moment(site.clock.now()).date().isoformat()
    return {
        "case": case, "note": case, "customer": ordered.get("customer", ""), "round": number, "slip": serial,
        "plate": told.get("plate", ""), "driver": told.get("driver", ""), "carrier": told.get("carrier", ""), "state": state,
        "since": time_text(since), "pass": passes[0][0] if passes else None,
        "valid_until": json.loads(passes[0][1])["valid_until"] if passes else None, "wanted_by": ordered.get("wanted_by", ""),
        "late": state != "back" and f"confirm_arrival#{number}" not in done and ordered.get("wanted_by", today) < today,
    }  # fmt: skip
