"""Delivery monitoring (R105, R106): the figures of a month, its statistics, and measures that are followed until they work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import openpyxl
import pypdfium2
import pytest
from delivery_floor import Yard
from factory_floor import DAY, Json

from qdesk.desk import Done
from qdesk.desk.proposing import propose
from qdesk.errors import Refused
from qdesk.monitored import export_month
from qdesk.on_time import LATE, ON_TIME, OPEN, Delivery, deliveries, figures_of, percent
from qdesk.periods import later, month_of
from qdesk.slips.formats import FORMATS
from qdesk.slips.monitoring_sheet import monitoring_sheet
from qdesk.slips.queue import ask_for
from qdesk.slips.typesetting import typesetter

MONITORING = "delivery_monitoring"
MARCH = "2026-03"


@dataclass
class Office:
    """The office that keeps the statistics of a yard."""

    yard: Yard

    def counted(self, month: str = MARCH, today: str = "2026-04-01") -> list[Delivery]:
        """The deliveries of a month as they are counted on a day."""
        with self.yard.floor.site.database.reading() as cursor:
            return deliveries(cursor, month_of(month), later(month_of(month), 1), date.fromisoformat(today))

    def states(self, **asked: str) -> list[tuple[str, str, int]]:
        """How each delivery of a month came, whether in time, and how many days late."""
        today = date.fromisoformat(asked.get("today", "2026-04-01"))
        return [(each.how, each.state, each.days_late(today)) for each in self.counted(**asked)]

    def wait(self, days: int) -> None:
        """Let days pass."""
        self.yard.floor.clock.advance(days * DAY)

    def draw_up(self, outcome: str = "some_late", month: str = MARCH) -> Done:
        """Draw up the statistics of a month; they are the case played from now on."""
        done = self.yard.do("GA1", "draw_up", case="", procedure=MONITORING, outcome=outcome, fields={"month": month})
        self.yard.note = self.yard.floor.case = done.case or ""
        return done

    def sheet(self) -> Json:
        """The statistics as their card tells them."""
        card: Json = self.yard.floor.card("GA1", self.yard.floor.case)["document"]
        return card

    def measures(self, *rows: Json, who: str = "GA1") -> Done:
        """Write causes and measures."""
        return self.yard.do(who, "measures", [f"{self.yard.note}/2"], procedure=MONITORING, measures=list(rows))

    def verify(self, outcome: str, effect: str = "看过了", who: str = "Q1") -> Done:
        """Verify the effect."""
        return self.yard.do(who, "verify", [f"{self.yard.note}/2"], outcome, procedure=MONITORING, effect=effect)

    def case_waits_for(self) -> list[tuple[str, str]]:
        """What the statistics wait for, and at which desk."""
        return self.yard.floor.rows("SELECT step, desk FROM waiting WHERE in_case = ?", self.yard.note)


@pytest.fixture
def office(yard: Yard) -> Office:
    """A yard from which one vehicle has left, wanted by the fourth of March."""
    yard.ready()
    yard.release()
    return Office(yard)


def late_by(office: Office, days: int, **told: str) -> None:
    """The vehicle arrives so many days after it was wanted."""
    office.wait(days + 2)
    told = told or {"customer_told": "已致电王工", "late_cause": "雪天封路"}
    office.yard.arrive(1, f"2026-03-{4 + days:02d}", **told)


def measure(**more: Any) -> Json:
    """The measures for the only vehicle."""
    written = {"cause": "雪天封路", "correction": "改走国道", "prevention": "冬季提前一天发车"}
    return {"line": 1, **written, **more}


# Figures


def test_a_vehicle_that_arrived_on_the_day_it_was_wanted_was_on_time(office: Office) -> None:
    office.wait(2)
    office.yard.arrive(on="2026-03-04")
    assert office.states() == [("arrived", ON_TIME, 0)]
    assert figures_of(office.counted()).rate == "100.00"


def test_a_vehicle_that_arrived_a_day_later_was_late_with_the_cause_that_was_told(office: Office) -> None:
    late_by(office, 1)
    assert office.states() == [("arrived", LATE, 1)]
    [late] = office.counted()
    assert (late.name, late.customer, late.cause) == (office.yard.serials["slip#1"], "海河机械", "雪天封路")
    assert dict(late.items or {}) == {"V-100": 10_000}


def test_a_vehicle_on_the_road_is_open_until_the_day_it_was_wanted_has_passed(office: Office) -> None:
    assert office.states(today="2026-03-04") == [("on_its_way", OPEN, 0)]
    assert office.states(today="2026-03-05") == [("on_its_way", LATE, 1)]


def test_a_vehicle_that_never_arrived_is_late_for_the_reason_that_was_reported(office: Office) -> None:
    office.yard.do("S2", "never_arrived#1", reason="翻车")
    assert office.states(today="2026-03-03") == [("never", LATE, 0)]
    assert office.counted()[0].cause == "翻车"


def test_an_arrival_that_was_taken_back_does_not_count(office: Office) -> None:
    done = office.yard.arrive()
    office.yard.do("S1", "reverse", act=done.act)
    assert office.states(today="2026-03-03") == [("on_its_way", OPEN, 0)]


def test_each_vehicle_of_a_note_is_counted_by_itself_and_what_is_on_none_once_more(yard: Yard) -> None:
    yard.announce()
    yard.write()
    yard.do("S2", "approve")
    office = Office(yard)
    assert office.states(today="2026-03-05") == [("not_sent", LATE, 1)]
    yard.pick()
    yard.to_the_gate(1, "4")
    yard.release()
    yard.arrive(1)
    yard.start(2, "3")
    assert sorted(office.states(today="2026-03-05")) == [("arrived", ON_TIME, 0), ("not_sent", LATE, 1), ("on_its_way", LATE, 1)]
    rest = next(each for each in office.counted() if each.how == "not_sent")
    assert (rest.name, dict(rest.items or {})) == (yard.note, {"V-100": 3_000})


def test_a_rest_that_was_cancelled_is_no_delivery(yard: Yard) -> None:
    yard.announce()
    yard.write()
    yard.do("S2", "approve")
    yard.pick()
    yard.to_the_gate(1, "4")
    yard.release()
    yard.arrive(1)
    yard.do("DP1", "all_loaded", [f"{yard.note}/4"], "rest_cancelled", reason="客户不要了")
    assert Office(yard).states() == [("arrived", ON_TIME, 0)]


def test_a_note_that_was_withdrawn_is_no_delivery(yard: Yard) -> None:
    yard.announce()
    yard.write()
    yard.do("S2", "withdraw", reason="客户取消")
    assert Office(yard).counted() == []


def test_a_vehicle_sent_away_empty_is_no_delivery_of_its_own(yard: Yard) -> None:
    yard.announce()
    yard.write()
    yard.do("S2", "approve")
    yard.pick()
    yard.start()
    yard.do("DL1", "cancel_vehicle#1", reason="车坏了")
    assert Office(yard).states() == [("not_sent", LATE, 28)]


def test_a_delivery_counts_in_the_month_it_was_wanted_in_and_in_no_other(office: Office) -> None:
    office.wait(40)
    office.yard.arrive(on="2026-04-02", customer_told="已告知")
    assert [len(office.counted(month, "2026-06-01")) for month in ("2026-02", MARCH, "2026-04")] == [0, 1, 0]


def test_a_note_written_long_before_counts_in_the_month_it_is_wanted_in(yard: Yard) -> None:
    yard.announce()
    yard.write(wanted_by="2026-04-10")
    office = Office(yard)
    assert [len(office.counted(month, "2026-06-01")) for month in (MARCH, "2026-04", "2026-05")] == [0, 1, 0]


def test_a_note_written_after_the_month_it_was_wanted_in_counts_when_it_was_written(yard: Yard) -> None:
    yard.announce()
    yard.write(wanted_by="2026-02-27")
    office = Office(yard)
    assert office.counted("2026-02") == []
    assert office.states() == [("not_sent", LATE, 33)]


@pytest.mark.parametrize(
    ("part", "whole", "rate"),
    [
        (0, 0, ""), (0, 3, "0.00"), (1, 3, "33.33"), (2, 3, "66.66"), (23, 24, "95.83"), (7, 7, "100.00"),
        (9_999_999, 10_000_000, "99.99"),
    ],
)  # fmt: skip
def test_a_rate_is_never_rounded_up_to_all(part: int, whole: int, rate: str) -> None:
    assert percent(part, whole) == rate


@pytest.mark.parametrize("text", ["", "2026", "2026-3", "2026-13", "2026-00", "03-2026", "2026-03-01", "0000-01", "二〇二六"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        month_of(text)
    assert refused.value.code == "month_unreadable"


def test_the_calendar_ends_somewhere() -> None:
    with pytest.raises(Refused) as refused:
        later(month_of("9999-12"), 1)
    assert refused.value.code == "month_unreadable"


# Statistics


def test_the_statistics_are_written_by_the_desk_and_copy_2_stays_for_the_measures(office: Office) -> None:
    late_by(office, 1)
    office.wait(30)
    done = office.draw_up()
    sheet = office.sheet()
    assert sheet["fields"] == {"month": MARCH, "deliveries": "1", "on_time": "0", "late": "1", "rate": "0/1 = 0.00%"}
    assert sheet["lines"] == [
        {
            "line": 1, "item": "V-100", "quantity": "10", "delivery": office.yard.serials["slip#1"], "customer": "海河机械",
            "wanted_by": "2026-03-04", "arrived_on": "2026-03-05", "cause": "雪天封路",
        }
    ]  # fmt: skip
    assert (done.ended, len(done.prints)) == (None, 2)
    assert office.case_waits_for() == [("measures", "general_affairs")]


def test_a_month_in_which_all_was_on_time_ends_without_measures(office: Office) -> None:
    office.yard.arrive()
    office.wait(31)
    with office.yard.floor.refused("rule_forbids"):
        office.draw_up("some_late")
    assert office.draw_up("all_on_time").ended == "on_time"
    assert office.sheet()["fields"]["rate"] == "1/1 = 100.00%"
    assert office.sheet()["lines"] == []


def test_a_month_without_deliveries_ends_without_measures_and_without_a_rate(yard: Yard) -> None:
    office = Office(yard)
    assert office.draw_up("all_on_time", "2026-02").ended == "on_time"
    assert office.sheet()["fields"] == {"month": "2026-02", "deliveries": "0", "on_time": "0", "late": "0"}


def test_a_month_with_something_late_cannot_be_filed_as_on_time(office: Office) -> None:
    office.wait(31)
    with office.yard.floor.refused("rule_forbids") as refused:
        office.draw_up("all_on_time")
    assert [reason.code for reason in refused[0].because] == ["none_late"]


def test_a_month_is_drawn_up_after_it_has_ended(office: Office) -> None:
    for month in (MARCH, "2026-04"):
        with office.yard.floor.refused("rule_forbids") as refused:
            office.draw_up("all_on_time", month)
        assert "month_over" in [reason.code for reason in refused[0].because]
    with office.yard.floor.refused("month_unreadable"):
        office.draw_up("all_on_time", "March")


def test_a_month_is_drawn_up_once_as_long_as_what_was_drawn_up_is_not_void(office: Office) -> None:
    office.wait(31)
    first = office.draw_up().case
    with office.yard.floor.refused("rule_forbids") as refused:
        office.draw_up()
    assert [(reason.code, reason.arguments["serial"]) for reason in refused[0].because] == [("month_once", first)]
    office.yard.do("GA1", "withdraw", procedure=MONITORING, reason="到货确认迟了")
    assert office.yard.ended() == "withdrawn"
    assert office.draw_up().case != first


def test_nobody_types_a_figure(office: Office) -> None:
    office.wait(31)
    with office.yard.floor.refused("field_unknown"):
        office.yard.do(
            "GA1", "draw_up", case="", procedure=MONITORING, outcome="all_on_time", fields={"month": MARCH, "on_time": "1"}
        )


def test_only_the_office_draws_up_statistics(office: Office) -> None:
    office.wait(31)
    with office.yard.floor.refused("wrong_desk"):
        office.yard.do("S1", "draw_up", case="", procedure=MONITORING, outcome="some_late", fields={"month": MARCH})


# Measures


def test_a_late_delivery_needs_cause_correction_and_prevention(office: Office) -> None:
    late_by(office, 1)
    office.wait(30)
    office.draw_up()
    for rows in ([], [{"line": 1, "cause": "雪天封路"}], [measure(prevention="")]):
        with office.yard.floor.refused("answer_missing") as refused:
            office.measures(*rows)
        assert [reason.arguments["delivery"] for reason in refused[0].because] == [office.yard.serials["slip#1"]]
    office.measures(measure())
    assert {name: office.sheet()["lines"][0][name] for name in ("cause", "correction", "prevention")} == {
        "cause": "雪天封路", "correction": "改走国道", "prevention": "冬季提前一天发车",
    }  # fmt: skip
    assert office.case_waits_for() == [("verify", "quality")]


def test_measures_are_written_for_what_was_late_and_once_each(office: Office) -> None:
    late_by(office, 1)
    office.wait(30)
    office.draw_up()
    for rows in ([measure(line=2)], [measure(line="1")], [measure(line=None)], [measure(), measure()]):
        with office.yard.floor.refused("line_unknown"):
            office.measures(*rows)
    with office.yard.floor.refused("field_unknown"):
        office.measures({**measure(), "rate": "100%"})


def test_the_cause_that_was_told_is_proposed_and_later_the_measures_before(office: Office) -> None:
    late_by(office, 1)
    office.wait(30)
    office.draw_up()
    floor = office.yard.floor
    told = {"line": 1, "serial": office.yard.serials["slip#1"], "cause": "雪天封路", "correction": "", "prevention": ""}
    assert propose(floor.site, floor.token("GA1"), floor.case, "measures")["measures"] == [told]
    office.measures(measure())
    office.verify("not_effective", "又迟到")
    assert propose(floor.site, floor.token("GA1"), floor.case, "measures")["measures"] == [{**told, **measure()}]


def test_measures_go_round_until_somebody_else_has_found_that_they_work(office: Office) -> None:
    office.wait(31)
    office.draw_up()
    for number in range(3):
        office.measures(measure(correction=f"第 {number} 次"))
        office.verify("not_effective", "又迟到")
        assert not office.yard.ended()
        assert office.case_waits_for() == [("measures", "general_affairs")]
    office.measures(measure(correction="换承运人"))
    assert office.verify("effective", "四月全部按时").ended == "closed"
    assert office.sheet()["fields"]["effect"] == "四月全部按时"
    assert office.sheet()["lines"][0]["correction"] == "换承运人"
    causes = "SELECT COUNT(*) FROM acts WHERE in_case = ? AND step = 'measures'"
    assert office.yard.floor.rows(causes, office.yard.note) == [(4,)]


def test_whoever_wrote_the_measures_does_not_verify_them(office: Office) -> None:
    office.wait(31)
    office.draw_up()
    office.measures(measure(), who="X1@general_affairs")
    with office.yard.floor.refused("own_work"):
        office.verify("effective", who="X1@quality")
    assert office.verify("effective").ended == "closed"


def test_measures_taken_back_leave_the_lines_as_they_were(office: Office) -> None:
    office.wait(31)
    office.draw_up()
    before = office.sheet()["lines"]
    done = office.measures(measure())
    office.yard.do("GA1", "reverse", procedure=MONITORING, act=done.act)
    assert office.sheet()["lines"] == before
    office.measures(measure())
    assert office.verify("effective").ended == "closed"


def test_statistics_taken_back_may_be_drawn_up_anew(office: Office) -> None:
    office.wait(31)
    done = office.draw_up()
    office.yard.do("GA1", "reverse", procedure=MONITORING, act=done.act)
    assert office.yard.ended() == "reversed"
    assert office.draw_up().case != done.case


def test_amending_counts_anew_and_begins_the_measures_again(office: Office) -> None:
    office.wait(31)
    office.draw_up()
    office.measures(measure())
    office.yard.do("GA1", "amend", procedure=MONITORING, fields={"month": MARCH})
    assert office.sheet()["revision"] == 2
    assert "cause" not in office.sheet()["lines"][0]
    assert office.case_waits_for() == [("measures", "general_affairs")]
    pieces = office.yard.floor.rows("SELECT name, piece FROM copies WHERE serial = ?", office.yard.note)
    office.yard.pieces |= dict(pieces)
    office.measures(measure())
    assert office.verify("effective").ended == "closed"


def test_the_statistics_stay_as_they_were_drawn_up(office: Office) -> None:
    office.wait(31)
    office.draw_up()
    sheet: Any = office.sheet()
    note, office.yard.note = office.yard.note, office.yard.floor.rows("SELECT in_case FROM documents WHERE form = 'slip'")[0][0]
    office.yard.arrive(on="2026-03-04")
    office.yard.note = office.yard.floor.case = note
    assert office.states() == [("arrived", ON_TIME, 0)]
    assert office.sheet()["fields"] == sheet["fields"]


def test_a_file_has_each_delivery_once_and_as_it_was_drawn_up(office: Office) -> None:
    office.wait(31)
    office.draw_up()
    office.yard.note = office.yard.floor.rows("SELECT in_case FROM documents WHERE form = 'slip'")[0][0]
    office.yard.arrive(on="2026-03-04")
    site = office.yard.floor.site
    path = export_month(site, office.yard.floor.token("GA1"), MARCH, site.languages["en"])
    rows = list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))
    named = [row for row in rows if row[0] == office.yard.serials["slip#1"]]
    assert [row[rows[0].index("In time")] for row in named] == ["Late"]
    assert export_month(site, office.yard.floor.token("GA1"), MARCH, site.languages["en"]) != path


# On paper


def told_on_paper(office: Office, month: str = MARCH, language: str = "en") -> Json:
    """What stands on the sheet of a month."""
    site = office.yard.floor.site
    with site.database.reading() as cursor:
        return monitoring_sheet(site, cursor, month, site.languages[language])


def test_the_sheet_of_a_month_has_its_figures_twelve_months_and_what_was_late_with_its_measures(office: Office) -> None:
    late_by(office, 1)
    office.wait(30)
    assert told_on_paper(office)["state"] == "Not drawn up yet: these are the figures as they are known today."
    office.draw_up()
    office.measures(measure())
    told = told_on_paper(office)
    assert told["figures"] == [["Deliveries", "1"], ["On time", "0"], ["Late", "1"]]
    assert told["rate"] == ["On-time rate", "0.00%"]
    assert [month for month, *_ in told["year"]] == [f"2025-{n:02d}" for n in range(4, 13)] + ["2026-01", "2026-02", MARCH]
    assert told["year"][-1] == [MARCH, "0.00", "0/1"]
    assert told["year"][0] == ["2025-04", "", "0/0"]
    slip = office.yard.serials["slip#1"]
    days = ["2026-03-04", "2026-03-05", "1"]
    assert told["rows"] == [[slip, "海河机械", "V-100 10", *days, "雪天封路", "改走国道", "冬季提前一天发车"]]
    assert told["state"] == "JK26-000001  waits for: Verify the effect (Quality)"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("lines", [0, 1, 120])
def test_the_sheet_goes_on_as_many_pages_as_it_takes(office: Office, language: str, lines: int) -> None:
    told = told_on_paper(office, language=language)
    told["rows"] = [[f"第 {number} 行" + text for text in ["", *["很长的原因" * 9] * 8]] for number in range(lines)]
    rates = ["100.00", "0.00", "99.99", ""] * 3
    told["year"] = [[month, rate, "1/1"] for (month, *_), rate in zip(told["year"], rates, strict=True)]
    with typesetter(office.yard.floor.site.config.folder) as setter:
        pages = pypdfium2.PdfDocument(setter.pdf("monitoring", told, FORMATS["a4"]))
    text = [page.get_textpage().get_text_range() for page in pages]
    assert all("2026-03" in each for each in text)
    assert sum(each.count("第") for each in text) >= lines
    assert (len(pages) == 1) == (lines < 2)


def test_a_month_that_is_none_has_no_sheet(office: Office) -> None:
    with pytest.raises(Refused) as refused:
        ask_for(office.yard.floor.site, office.yard.floor.token("GA1"), "monitoring", "yesterday")
    assert refused.value.code == "month_unreadable"
