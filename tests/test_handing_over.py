"""What a shift leaves behind: work, paper, goods in the workshop, prints, drafts, and what each person stamped."""

from __future__ import annotations

import dataclasses
from datetime import datetime

import pytest
from factory_audit import contents
from factory_floor import DAY, MINUTE, P01, WITH_PARTS, Floor, FloorMaker, Json

from qdesk import handing_over
from qdesk.drafts import keep_draft
from qdesk.errors import Refused
from qdesk.handing_over import first_since, handover, late_or_lost, my_stamps, on_the_floor
from qdesk.words import Words

# What a person stamped


def test_a_person_sees_what_he_signed_and_stamped_today_and_nobody_elses(floor: Floor, words: Words) -> None:
    floor.play("inspect")
    (stamp,) = my_stamps(floor.site, floor.token("I1"), words)
    assert (stamp["kind"], stamp["stamp"], stamp["case"], stamp["step"], stamp["outcome"], stamp["lapsed"]) == (
        "stamp", "07", floor.case, "inspect", "pass", False,
    )  # fmt: skip
    assert stamp["title"] == {"zh": "检验：合格", "en": "Inspect: pass"}[words.language]
    assert stamp["serial"] == floor.case
    assert my_stamps(floor.site, floor.token("I2"), words) == []
    assert [row["step"] for row in my_stamps(floor.site, floor.token("R1"), words)] == ["rework", "draw"]


def test_a_stamp_that_was_taken_back_shows_as_lapsed(floor: Floor) -> None:
    floor.play("rework")
    token = floor.token("I1")
    floor.step("inspect", token=token)
    floor.do("I1", "reverse", token=token)
    assert [row["lapsed"] for row in my_stamps(floor.site, token, floor.site.words)] == [True]


def test_yesterdays_stamps_are_told_only_when_the_week_is_asked_for(floor: Floor) -> None:
    floor.play("inspect")
    floor.clock.advance(DAY)
    token = floor.token("I1")
    assert my_stamps(floor.site, token, floor.site.words) == []
    assert len(my_stamps(floor.site, token, floor.site.words, since_midnight=False)) == 1
    floor.clock.advance(8 * DAY)
    assert my_stamps(floor.site, floor.token("I1"), floor.site.words, since_midnight=False) == []


def test_halving_finds_the_first_entry_of_any_moment(floor: Floor) -> None:
    floor.play("hand_out")
    times = floor.rows("SELECT seq, at FROM journal ORDER BY seq")
    moments = sorted({at + more for _, at in times for more in (-1, 0, 1)})
    with floor.site.database.reading() as cursor:
        for moment in moments:
            expected = next((seq for seq, at in times if at >= moment), times[-1][0] + 1)
            assert first_since(cursor, moment) == expected


# What lies in the workshop


def test_the_floor_tells_what_was_drawn_what_was_used_and_what_is_to_come_back(floor: Floor, words: Words) -> None:
    floor.play("rework", WITH_PARTS)
    told = on_the_floor(floor.site, floor.token("R1"), words)
    (case,) = told["cases"]
    assert (case["case"], case["customer"], case["procedure"], told["next"]) == (floor.case, "Acme", P01, None)
    lies = {(row["place"], row["item"], row["quantity"], row["hold"]) for row in case["floor"]}
    assert lies == {
        ("workshop_converted", "V-200", "10", "to_be_inspected"), ("workshop_parts", "NEW-PART", "2", None),
        ("workshop_parts", "OLD-PART", "10", "replaced_part"),
    }  # fmt: skip
    names = ("drawn", "used", "to_return")
    assert {name: [(row["place"], row["item"], row["quantity"]) for row in case[name]] for name in names} == {
        "drawn": [("workshop_parts", "NEW-PART", "12"), ("workshop_product", "V-100", "10")],
        "used": [("workshop_parts", "NEW-PART", "10"), ("workshop_product", "V-100", "10")],
        "to_return": [("workshop_parts", "NEW-PART", "2"), ("workshop_parts", "OLD-PART", "10")],
    }
    assert {row["title"] for row in case["to_return"]} == {{"zh": "车间零件", "en": "workshop, parts"}[words.language]}
    drawn_at = floor.rows("SELECT MIN(at) FROM moves WHERE in_case = ?", floor.case)[0][0]
    assert datetime.fromisoformat(case["since"]).timestamp() * 1_000_000 == drawn_at


def test_what_was_taken_back_was_neither_drawn_nor_used(floor: Floor) -> None:
    floor.play("hand_out")
    store, token = floor.token("K1"), floor.token("R1")
    floor.step("draw", token=store)
    floor.do("K1", "reverse", token=store)
    floor.step("draw", token=store)
    floor.step("rework", token=token)
    floor.do("R1", "reverse", token=token)
    (case,) = on_the_floor(floor.site, token, floor.site.words)["cases"]
    assert ([row["quantity"] for row in case["drawn"]], case["used"]) == (["10"], [])


def test_a_product_dismantled_again_was_not_used_and_a_case_with_an_empty_floor_is_not_told(floor: Floor) -> None:
    floor.play("rework", WITH_PARTS)
    floor.do("W1@valve_shop", "abandon", [5], reason="取消")
    floor.do("R1", "dismantle", [5], installed=[{"item": "OLD-PART", "quantity": "10"}])
    (case,) = on_the_floor(floor.site, floor.token("R1"), floor.site.words)["cases"]
    assert [(row["item"], row["quantity"]) for row in case["used"]] == [("NEW-PART", "10")]
    floor.apply()
    floor.play("return_closing_copy")
    assert [each["case"] for each in on_the_floor(floor.site, floor.token("R1"), floor.site.words)["cases"]] == [case["case"]]


def test_many_cases_on_the_floor_come_a_page_at_a_time_the_oldest_first(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handing_over, "MOST_CASES", 2)
    cases = []
    for _ in range(5):
        cases.append(floor.apply(quantity="1"))
        floor.play("draw")
    found, after, token = [], None, floor.token("R1")
    while True:
        told = on_the_floor(floor.site, token, floor.site.words, after)
        found += [each["case"] for each in told["cases"]]
        after = told["next"]
        if after is None:
            break
    assert found == cases
    with pytest.raises(Refused) as refused:
        on_the_floor(floor.site, token, floor.site.words, ["x"])
    assert refused.value.code == "request_unreadable"


# What a shift hands over


def test_a_hand_over_tells_what_waits_and_since_when(floor: Floor) -> None:
    token = floor.token("P1")
    assert handover(floor.site, token, floor.site.words)["work"] == {"count": 0, "oldest": None}
    floor.play("authorise")
    floor.apply(quantity="1")
    floor.play("authorise")
    told = handover(floor.site, token, floor.site.words)
    oldest = floor.rows("SELECT MIN(since) FROM waiting WHERE desk = 'planning'")[0][0]
    assert told["work"]["count"] == 2
    assert datetime.fromisoformat(told["work"]["oldest"]).timestamp() * 1_000_000 == oldest
    assert (told["desk"], told["person"]) == ("planning", "人P1")


def test_a_hand_over_asks_for_void_paper_and_names_what_replaced_it(floor: Floor, words: Words) -> None:
    floor.play("authorise")
    old = floor.code(2)
    floor.card("P1", 2)
    floor.do("P1", "reprint", [2], reason="torn")
    (row,) = handover(floor.site, floor.token("P1"), words)["void"]
    assert (row["piece"], row["copy"], row["because"], row["replaced_by"]) == (old, f"{floor.case}/2", "damaged", floor.code(2))
    assert row["why"] == words.say("void.damaged")
    assert handover(floor.site, floor.token("K1"), words)["void"] == []
    floor.clock.advance(9 * DAY)
    assert handover(floor.site, floor.token("P1"), words)["void"] == []


def test_the_paper_of_a_withdrawn_case_is_asked_for_where_it_was_seen_and_where_it_was_due(floor: Floor) -> None:
    floor.play("plan")
    floor.do("S2", "withdraw", reason="changed their mind")
    at_planning, at_sales = (handover(floor.site, floor.token(who), floor.site.words) for who in ("P1", "S1"))
    at_the_shop = handover(floor.site, floor.token("D1"), floor.site.words)

    def copies(told: Json) -> list[tuple[int, str, str]]:
        return [(int(row["copy"][-1]), row["seen"], row["due"]) for row in told["void"]]

    on_their_way = [(number, "sales", "shop_dispatch") for number in (3, 4, 5, 6)]
    assert copies(at_planning) == [(2, "planning", "planning")]
    assert copies(at_the_shop) == on_their_way
    assert copies(at_sales) == [(1, "sales", "sales"), *on_their_way]
    assert at_sales["astray"] == []


def test_a_hand_over_tells_paper_that_is_due_elsewhere_and_paper_that_is_lost(floor: Floor) -> None:
    floor.play("authorise")
    floor.do("K1", "found_here", [2])
    floor.do("S1", "report_lost", [1], reason="gone")
    store, sales = (handover(floor.site, floor.token(who), floor.site.words) for who in ("K1", "S1"))
    assert [row["copy"] for row in store["astray"]] == [f"{floor.case}/2"]
    assert [row["copy"] for row in sales["lost"]] == [f"{floor.case}/1"]
    assert (store["lost"], [row["state"] for row in sales["lost"]]) == ([], ["lost"])


def test_a_hand_over_tells_the_prints_of_its_own_desk_that_are_not_paper_yet(floor: Floor) -> None:
    floor.play("authorise")
    prints = handover(floor.site, floor.token("S1"), floor.site.words)["prints"]
    assert [(row["copy"], row["state"]) for row in prints] == [(f"{floor.case}/{n}", "waiting") for n in range(1, 7)]
    with floor.site.database.writing() as cursor:
        cursor.execute("UPDATE prints SET state = CASE WHEN number < 6 THEN 'done' ELSE 'failed' END")
    assert [row["state"] for row in handover(floor.site, floor.token("S1"), floor.site.words)["prints"]] == ["failed"]
    assert handover(floor.site, floor.token("P1"), floor.site.words)["prints"] == []


def test_a_hand_over_tells_whose_drafts_are_open_and_the_head_of_the_books(floor: Floor) -> None:
    keep_draft(floor.site, floor.token("S2"), "apply", {"fields": {}, "lines": [1]})
    told = handover(floor.site, floor.token("S1"), floor.site.words)
    assert [(row["subject"], row["person"]) for row in told["drafts"]] == [("apply", "人S2")]
    seq, head = floor.rows("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1")[0]
    assert told["head"]["seq"] == seq
    assert head.startswith(told["head"]["hash"])
    assert handover(floor.site, floor.token("P1"), floor.site.words)["drafts"] == []


def test_handing_over_only_reads(floor: Floor) -> None:
    floor.play("rework", WITH_PARTS)
    token = floor.token("R1")
    before = contents(floor.site), floor.rows("SELECT * FROM sessions")
    for ask in (handover, on_the_floor, my_stamps):
        ask(floor.site, token, floor.site.words)
    late_or_lost(floor.site, floor.site.words)
    assert (contents(floor.site), floor.rows("SELECT * FROM sessions")) == before


# What is late or lost


def test_what_is_late_is_told_of_one_desk_or_of_all_and_the_oldest_first(floors: FloorMaker) -> None:
    floor = floors()
    first = floor.apply(quantity="1")
    floor.play("authorise")
    floor.clock.advance(DAY)
    second = floor.apply(quantity="1")
    floor.clock.advance(3 * DAY)
    assert late_or_lost(floor.site, floor.site.words)["late"] == []
    floor.site.config = dataclasses.replace(floor.site.config, within={f"{P01}.plan": DAY, f"{P01}.authorise": DAY})
    told = late_or_lost(floor.site, floor.site.words)
    assert [(row["case"], row["desk"]) for row in told["late"]] == [(first, "planning"), (second, "sales")]
    assert told["more"] is False
    assert [row["case"] for row in late_or_lost(floor.site, floor.site.words, "sales")["late"]] == [second]


def test_what_is_lost_is_told_until_it_is_found_or_reissued(floor: Floor) -> None:
    floor.play("authorise")
    floor.do("S1", "report_lost", [1], reason="gone")
    floor.do("P1", "report_lost", [2], reason="gone")
    lost = late_or_lost(floor.site, floor.site.words)["lost"]
    assert [row["copy"] for row in lost] == [f"{floor.case}/1", f"{floor.case}/2"]
    assert [row["copy"] for row in late_or_lost(floor.site, floor.site.words, "planning")["lost"]] == [f"{floor.case}/2"]
    floor.do("S1", "found_here", [1])
    assert [row["copy"] for row in late_or_lost(floor.site, floor.site.words)["lost"]] == [f"{floor.case}/2"]


def test_more_than_is_looked_through_is_said(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handing_over, "MOST_WAITING", 1)
    floor.apply(quantity="1")
    assert late_or_lost(floor.site, floor.site.words)["more"] is False
    floor.apply(quantity="1")
    floor.clock.advance(MINUTE)
    assert late_or_lost(floor.site, floor.site.words)["more"] is True
    with pytest.raises(Refused) as refused:
        late_or_lost(floor.site, floor.site.words, "nowhere")
    assert refused.value.code == "desk_unknown"
