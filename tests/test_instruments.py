"""Instruments: what is measured with is scanned, of the right kind, in use and in calibration (R127)."""

from __future__ import annotations

import pytest
from factory_floor import DAY, Floor, FloorMaker, description
from test_inspection_plans import asked, check, inspect, plan, results, reworked

from qdesk.clock import moment
from qdesk.desk import Done
from qdesk.errors import Refused

WITH_GAUGE = '[instruments.gauge]\ntitle = { zh = "塞尺", en = "feeler gauge" }\n' + (
    '[instruments.caliper]\ntitle = { zh = "卡尺", en = "caliper" }\n'
) + plan(measures=check("gap", ', unit = "mm", to = "0.5", instrument = "gauge"'))


def with_gauge(floors: FloorMaker, days: int = 30) -> Floor:
    floor = reworked(floors, WITH_GAUGE)
    add_instrument(floor, "G-1", "gauge", days)
    return floor


def add_instrument(floor: Floor, code: str, kind: str, days: int) -> Done:
    day = moment(floor.clock.now() + days * DAY).date().isoformat()
    return floor.do("Q1", "add_instrument", case="", code=code, kind=kind, name="0.02-1.00", good_until=day)


def test_a_point_that_names_an_instrument_asks_for_its_code(floors: FloorMaker) -> None:
    floor = with_gauge(floors)
    assert asked(floor)["gap.instrument"]["kind"] == "instrument"
    with floor.refused("instrument_missing"):
        inspect(floor, gap="0.1")
    with floor.refused("instrument_unknown"):
        inspect(floor, gap="0.1", **{"gap.instrument": "G-9"})
    inspect(floor, gap="0.1", **{"gap.instrument": "G-1"})
    assert results(floor, "point, instrument")[0] == ("gap", "G-1")


def test_an_instrument_of_another_kind_or_withdrawn_is_refused(floors: FloorMaker) -> None:
    floor = with_gauge(floors)
    add_instrument(floor, "C-1", "caliper", 30)
    with floor.refused("instrument_of_other_kind"):
        inspect(floor, gap="0.1", **{"gap.instrument": "C-1"})
    floor.do("Q1", "withdraw_instrument", case="", instrument="G-1", reason="摔坏")
    for way in ("pass", "fail"):
        with floor.refused("instrument_withdrawn"):
            inspect(floor, outcome=way, gap="0.1", **{"gap.instrument": "G-1"}, **({"reason": "漏"} if way == "fail" else {}))


def test_an_instrument_out_of_calibration_is_refused_until_it_is_calibrated__R127(floors: FloorMaker) -> None:
    floor = with_gauge(floors, days=1)
    floor.clock.advance(DAY)  # the last day counts
    inspect(floor, outcome="fail", reason="漏", gap="0.6", quantity_passed="", **{"gap.instrument": "G-1"})
    floor.step("rework")
    floor.clock.advance(DAY)
    with floor.refused("instrument_out_of_date"):
        inspect(floor, gap="0.1", **{"gap.instrument": "G-1"})
    floor.do("Q1", "calibrate_instrument", case="", instrument="G-1", good_until="2026-12-31", certificate="JZ-1")
    inspect(floor, gap="0.1", **{"gap.instrument": "G-1"})


def test_a_calibration_that_has_ended_already_is_none(floors: FloorMaker) -> None:
    floor = floors(own=WITH_GAUGE)
    with floor.refused("calibration_past"):
        add_instrument(floor, "G-1", "gauge", -1)
    with floor.refused("choice_unknown"):
        add_instrument(floor, "G-1", "ruler", 30)
    add_instrument(floor, "G-1", "gauge", 0)
    with floor.refused("given_twice"):
        add_instrument(floor, "G-1", "gauge", 30)


AT_FIRST = {"code": "G-1", "kind": "gauge", "name": "0.02-1.00", "good_until": "2026-12-31"}


def test_a_new_site_may_begin_with_its_instruments(floors: FloorMaker) -> None:
    floor = floors(own=WITH_GAUGE, described={**description(), "instruments": [AT_FIRST]})
    assert floor.rows("SELECT code, kind, name FROM instruments") == [("G-1", "gauge", "0.02-1.00")]


@pytest.mark.parametrize("wrong", [{"kind": "ruler"}, {"good_until": "soon"}, {"code": ""}, {"until": "2026-12-31"}])
def test_an_instrument_of_a_new_site_that_is_wrong_is_refused(floors: FloorMaker, wrong: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        floors(own=WITH_GAUGE, described={**description(), "instruments": [{**AT_FIRST, **wrong}]})
    assert refused.value.code == "init_broken"


@pytest.mark.parametrize(
    "step", ["add_instrument", "calibrate_instrument", "withdraw_instrument", "limit_stamp", "end_stamp_limit"]
)
def test_only_the_quality_manager_keeps_instruments_and_stamps_in_order(floor: Floor, step: str) -> None:
    for who in ("I1", "K1", "A1"):
        with floor.refused("wrong_person"):
            floor.do(who, step, case="")


def test_a_new_site_begins_with_no_code_that_means_two_things(floors: FloorMaker) -> None:
    told = description()
    people, items = told["people"], told["items"]
    for group, row in (
        ("items", {**items[0], "code": people[0]["badge"]}), ("people", {**people[1], "badge": "K77", "stamp": "07"}),
        ("instruments", {**AT_FIRST, "code": items[0]["code"]}), ("people", {"badge": "finished_store", "name": "新人"}),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            floors(own=WITH_GAUGE, described={**told, group: [*told.get(group, []), row]})
        assert [each.code for each in refused.value.because] == ["init_row"]


@pytest.mark.parametrize("code", ["V-100", "K1", "finished_store", "G-1"])
def test_an_instrument_is_named_like_nothing_else_and_nothing_else_like_it(floors: FloorMaker, code: str) -> None:
    """A scan of its code is to find it."""
    floor = floors(own=WITH_GAUGE)
    add_instrument(floor, "G-1", "gauge", 30)
    with floor.refused("given_twice" if code == "G-1" else "code_taken"):
        add_instrument(floor, code, "gauge", 30)
    with floor.refused("code_taken"):
        floor.do("A1", "add_item", case="", code="G-1", name="量块", unit="件")
