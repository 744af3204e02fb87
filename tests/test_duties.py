"""Duties: what is due again and again at a desk, when it is done, and when it is late."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from delivery_floor import Yard
from factory_floor import DAY, Floor, FloorMaker, Json

from qdesk.clock import moment
from qdesk.desk import Done
from qdesk.desk.book import in_force
from qdesk.duties import duties
from qdesk.errors import Refused
from qdesk.factory import load_factory
from qdesk.periods import DutyOf, before, period_of
from qdesk.words import Title

STATISTICS = "delivery_statistics"
OWN = """
[duties.walk]
title = {{ zh = "巡查", en = "round" }}
desk = "quality"
role = "quality_manager"
done_by = "emergency_exit.let_out"
{more}
"""


def told(floor: Floor, who: str) -> list[tuple[str, str, str, bool, bool]]:
    """The duties of a desk: which, of which period, due when, whether late, whether done."""
    rows = duties(floor.site, floor.token(who), floor.site.languages["en"])
    return [(row["duty"], row["period"], row["due"], row["late"], row["done_at"] is not None) for row in rows]


def go_to(floor: Floor, day: str) -> None:
    """Let days pass until one of them."""
    floor.clock.advance((date.fromisoformat(day) - moment(floor.clock.now()).date()).days * DAY)


def announce(floor: Floor, day: str) -> Done:
    """Write the shipping notice of a day."""
    lines = [{"item": "V-100", "quantity": "1", "customer": "海河机械"}]
    return Yard(floor).do("S1", "announce", procedure="shipping_notice", fields={"day": day}, lines=lines)


def draw_up(floor: Floor, month: str) -> Done:
    """Draw up the statistics of a month without deliveries."""
    return Yard(floor).do("GA1", "draw_up", outcome="all_on_time", procedure="delivery_monitoring", fields={"month": month})


def test_the_statistics_of_a_month_are_due_from_the_first_to_the_fifth_of_the_next_and_late_after_that(floor: Floor) -> None:
    assert told(floor, "GA1") == []
    for day, late in (("2026-04-01", False), ("2026-04-05", False), ("2026-04-06", True), ("2026-04-30", True)):
        go_to(floor, day)
        assert told(floor, "GA1") == [(STATISTICS, "2026-03", "2026-04-05", late, False)]


def test_statistics_drawn_up_are_done_and_stay_so_in_the_list_of_their_month(floor: Floor) -> None:
    go_to(floor, "2026-04-07")
    draw_up(floor, "2026-03")
    assert told(floor, "GA1") == [(STATISTICS, "2026-03", "2026-04-05", False, True)]


def test_statistics_of_another_month_do_not_do(floor: Floor) -> None:
    go_to(floor, "2026-04-03")
    draw_up(floor, "2026-02")
    assert told(floor, "GA1") == [(STATISTICS, "2026-03", "2026-04-05", False, False)]


def test_statistics_that_were_taken_back_are_due_again(floor: Floor) -> None:
    go_to(floor, "2026-04-03")
    done = draw_up(floor, "2026-03")
    Yard(floor).do("GA1", "reverse", case=done.case, act=done.act)
    assert told(floor, "GA1")[0][-1] is False


def test_months_gone_by_stay_due_until_they_are_done_and_the_late_ones_come_first(floor: Floor) -> None:
    go_to(floor, "2026-06-02")
    assert [(period, late) for _, period, _, late, _ in told(floor, "GA1")] == [
        ("2026-03", True), ("2026-04", True), ("2026-05", False),
    ]  # fmt: skip
    draw_up(floor, "2026-04")
    assert [period for _, period, *_ in told(floor, "GA1")] == ["2026-03", "2026-05"]


def test_nothing_is_due_of_the_time_before_the_site_began(floor: Floor) -> None:
    go_to(floor, "2026-03-31")
    assert told(floor, "GA1") == []


def test_the_notice_of_the_day_is_due_on_its_day_and_is_not_carried_on(floor: Floor) -> None:
    assert told(floor, "S1") == [("shipping_notice", "2026-03-02", "2026-03-02", False, False)]
    announce(floor, "2026-03-02")
    assert told(floor, "S1")[0][-1] is True
    floor.clock.advance(DAY)
    assert told(floor, "S1") == [("shipping_notice", "2026-03-03", "2026-03-03", False, False)]


def test_a_notice_that_was_written_the_evening_before_does(floor: Floor) -> None:
    announce(floor, "2026-03-03")
    floor.clock.advance(DAY)
    assert told(floor, "S1")[0][-1] is True


def test_a_duty_is_shown_at_its_own_desk_and_nowhere_else(floor: Floor) -> None:
    go_to(floor, "2026-04-02")
    assert [row[0] for row in told(floor, "GA1")] == [STATISTICS]
    assert told(floor, "F1") == told(floor, "Q1") == []


def test_duties_are_told_to_nobody_who_has_not_logged_in(floor: Floor) -> None:
    with pytest.raises(Refused) as refused:
        duties(floor.site, "no session", floor.site.words)
    assert refused.value.code == "session_unknown"


def test_every_shipped_duty_names_a_step_that_opens_a_form_at_its_desk_by_its_role(floor: Floor) -> None:
    for duty in load_factory().duties.values():
        procedure, step = duty.done_by
        known = in_force(floor.site)[procedure].procedure
        opens = known.forms[known.steps[step].outcomes[0].opens[0]]
        assert (known.steps[step].desk, known.steps[step].by) == (duty.desk, duty.role)
        assert duty.names in [column.name for column in opens.fields] if duty.names else duty.off, "a site says how often"


# As a site writes them


def duty(**more: Any) -> DutyOf:
    """A duty with the values that matter to a test."""
    given: Json = {"every": "month", "due": None, "of": "this", "done_by": ("a", "b"), "names": "", **more}
    return DutyOf("d", Title(zh="", en=""), "quality", "quality_manager", **given)


@pytest.mark.parametrize(
    ("every", "day", "first", "end", "name"),
    [
        ("day", "2026-12-31", "2026-12-31", "2027-01-01", "2026-12-31"),
        ("month", "2026-12-31", "2026-12-01", "2027-01-01", "2026-12"),
        ("month", "2028-02-29", "2028-02-01", "2028-03-01", "2028-02"),
        ("quarter", "2026-05-15", "2026-04-01", "2026-07-01", "2026-Q2"),
        ("half_year", "2026-06-30", "2026-01-01", "2026-07-01", "2026-H1"),
        ("half_year", "2026-07-01", "2026-07-01", "2027-01-01", "2026-H2"),
        ("year", "2026-07-01", "2026-01-01", "2027-01-01", "2026"),
    ],
)
def test_a_period_has_its_days_and_its_name(every: str, day: str, first: str, end: str, name: str) -> None:
    assert period_of(every, date.fromisoformat(day)) == (date.fromisoformat(first), date.fromisoformat(end), name)


def test_the_period_before_the_first_of_a_year_is_in_the_year_before() -> None:
    assert before("month", period_of("month", date(2026, 1, 5))).name == "2025-12"
    assert before("half_year", period_of("half_year", date(2026, 1, 5))).name == "2025-H2"


def test_a_duty_is_due_by_its_day_or_by_the_end_of_its_period() -> None:
    february = period_of("month", date(2026, 2, 10))
    assert [duty(due=due).due_on(february).day for due in (1, 5, 31, None)] == [1, 5, 28, 28]


def test_a_site_has_duties_of_its_own_and_does_without_shipped_ones(floors: FloorMaker) -> None:
    more = 'every = "half_year"\n[duties.shipping_notice]\noff = true'
    floor = floors(own=OWN.format(more=more))
    assert told(floor, "Q1") == [("walk", "2026-H1", "2026-06-30", False, False)]
    assert told(floor, "S1") == []


def test_a_duty_without_a_field_is_done_by_a_form_opened_within_the_period(floors: FloorMaker) -> None:
    own = OWN.format(more='every = "month"').replace("emergency_exit.let_out", "product_modification.apply")
    floor = floors(own=own)
    assert told(floor, "Q1")[0][-1] is False
    floor.apply()
    assert told(floor, "Q1")[0][-1] is True
    go_to(floor, "2026-04-01")
    assert told(floor, "Q1")[0][-1] is False


def test_a_duty_whose_step_nobody_knows_is_never_done(floors: FloorMaker) -> None:
    own = OWN.format(more="").replace("emergency_exit.let_out", "emergency_exit.nothing")
    assert told(floors(own=own), "Q1")[0][-1] is False


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ('every = "week"', "not_a_choice"), ("due = 0", "wrong_kind"), ('of = "next"', "not_a_choice"),
        ("wrong = 1", "unknown_key"), ("off = 1", "wrong_kind"),
    ],
)  # fmt: skip
def test_a_duty_written_wrongly_is_named(tmp_path: Path, more: str, code: str) -> None:
    (tmp_path / "factory.toml").write_text(OWN.format(more=more), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load_factory(tmp_path)
    assert f"site.{code}" in [reason.code for reason in refused.value.because]


@pytest.mark.parametrize(
    ("was", "now"), [('quality"', 'nowhere"'), ("quality_manager", "nobody"), ("emergency_exit.let_out", "let_out")]
)
def test_a_duty_names_a_desk_a_role_and_a_step(tmp_path: Path, was: str, now: str) -> None:
    (tmp_path / "factory.toml").write_text(OWN.format(more="").replace(was, now), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load_factory(tmp_path)
    assert "site.bad_value" in [reason.code for reason in refused.value.because]
