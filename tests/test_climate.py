"""The climate of the stores: read, judged by the limits, and where it is outside told to quality with what was done."""

from __future__ import annotations

from typing import Any

import pytest
from factory_floor import DAY, Floor, FloorMaker

from qdesk.climate import DAYS, climate_page


def read(floor: Floor, temperature: Any, humidity: Any, who: str = "RK1", place: str = "raw_store", **more: Any) -> Any:
    return floor.do(who, "read_climate", case="", place=place, temperature=temperature, humidity=humidity, **more)


def page(floor: Floor, who: str = "RK1", place: str = "") -> dict[str, Any]:
    return climate_page(floor.site, floor.token(who), floor.site.words, place)


@pytest.mark.parametrize("temperature,humidity", [("15", "60"), ("25", "0"), ("20.5", "59.999")])
def test_what_is_just_on_a_limit_is_within_R041_R042(floor: Floor, temperature: str, humidity: str) -> None:
    read(floor, temperature, humidity)
    assert [row["outside"] for row in page(floor)["rows"]] == [False]


@pytest.mark.parametrize("temperature,humidity", [("14.999", "50"), ("25.001", "50"), ("20", "60.001"), ("-3", "50")])
def test_outside_the_limits_needs_what_was_done_about_it(floor: Floor, temperature: str, humidity: str) -> None:
    with floor.refused("measures_needed"):
        read(floor, temperature, humidity)
    read(floor, temperature, humidity, climate_measures="开窗通风")
    (row,) = page(floor)["rows"]
    assert (row["outside"], row["measures"], row["temperature"]) == (True, "开窗通风", temperature)


def test_the_limits_are_settings(floors: FloorMaker) -> None:
    floor = floors({"climate_lowest": "5", "climate_highest": "30", "climate_humidity": "70"})
    read(floor, "6", "69")
    with floor.refused("measures_needed"):
        read(floor, "31", "69")


@pytest.mark.parametrize("temperature,humidity", [("200", "50"), ("20", "101"), ("20", "-1"), ("20.1234", "50"), ("warm", "50"),
                                                  ("", "50"), (None, "50"), ("20", 50)])  # fmt: skip
def test_what_is_no_reading_is_refused(floor: Floor, temperature: Any, humidity: Any) -> None:
    with floor.refused("reading_impossible", "number_unreadable"):
        read(floor, temperature, humidity)


def test_a_keeper_reads_the_own_store_at_the_own_desk(floor: Floor) -> None:
    with floor.refused("place_not_kept"):
        read(floor, "20", "50", place="finished_store")
    with floor.refused("place_not_kept"):
        read(floor, "20", "50", who="X1@quality")
    with floor.refused("wrong_person"):
        read(floor, "20", "50", who="I1")


def test_quality_takes_note_of_what_was_shown_and_of_no_more(floor: Floor) -> None:
    with floor.refused("nothing_to_note"):
        floor.do("Q1", "note_climate", case="")
    read(floor, "20", "50")
    first = read(floor, "30", "50", climate_measures="通风").act
    read(floor, "31", "50", climate_measures="再通风")
    read(floor, "9", "50", who="K1", place="finished_store", climate_measures="加热")
    with floor.refused("wrong_person"):
        floor.do("RK1", "note_climate", case="")
    for wrong in (0, -1, "3", True, 10**9):
        with floor.refused("number_unreadable"):
            floor.do("Q1", "note_climate", case="", upto=wrong)
    with floor.refused("nothing_to_note"):
        floor.do("Q1", "note_climate", case="", upto=first, place="finished_store")
    floor.do("Q1", "note_climate", case="", upto=first, place="raw_store")
    told = page(floor, "Q1", "raw_store")
    assert told["unnoted"] == 1
    assert [row["noted_by"] for row in told["rows"]] == ["", "人Q1", ""]
    floor.do("Q1", "note_climate", case="")
    assert page(floor, "Q1", "raw_store")["unnoted"] == 0


def test_a_day_of_the_chart_has_its_lowest_and_highest(floor: Floor) -> None:
    floor.clock.advance(DAY)
    read(floor, "16", "40")
    read(floor, "21.5", "55")
    floor.clock.advance(2 * DAY)
    read(floor, "27", "50", climate_measures="通风")
    days = page(floor)["days"]
    assert len(days) == DAYS
    assert [(day["lowest"], day["highest"], day["humidity"], day["outside"]) for day in days if day["read"]] == [
        ("16", "21.5", "55", False), ("27", "27", "50", True),
    ]  # fmt: skip
    assert [day["read"] for day in days][-3:] == [2, 0, 1]


def test_a_keeper_sees_the_own_store_first_and_quality_all_stores(floor: Floor) -> None:
    assert page(floor)["place"] == "raw_store"
    assert page(floor, "Q1")["places"] == ["finished_store", "parts_store", "raw_store"]
    with pytest.raises(Exception, match="place_unknown"):
        page(floor, "Q1", "cellar")
