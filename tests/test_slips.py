"""What a slip says: which paper it is, the way it goes, who has signed, and which print it is."""

from __future__ import annotations

import pytest
from factory_floor import WITH_PARTS, Floor, FloorMaker, description
from slips_at_hand import Json, signed, slip, text_of
from slips_at_hand import setter as setter

from data import SHIPPED
from qdesk.desk.book import in_force, known_of
from qdesk.desk.standing import stand
from qdesk.errors import Refused
from qdesk.factory import load_factory
from qdesk.procedure import combinations, load
from qdesk.slips.contents import copy_told, slip_contents
from qdesk.slips.typesetting import Typesetter
from qdesk.slips.way import Course, desks_of, signing_of
from qdesk.verify import check_slip
from qdesk.words import Words


def boxes(contents: Json) -> list[tuple[str, str, list[str]]]:
    """The boxes: step, role, and who signed."""
    return [(box["step"], box["role"], [mark["name"] for mark in box["marks"]]) for box in contents["boxes"]]


def test_a_slip_says_which_copy_it_is_who_keeps_it_and_the_way_it_goes(floor: Floor) -> None:
    said = slip(signed(floor), 4, "en")
    assert (said["site"], said["title"]) == ("试验厂", "Product modification application")
    assert (said["form"], said["serial"], said["copies"], said["purpose"]) == (
        "XS-72-98", floor.case, "Copy 4 of 6", "issue voucher",
    )  # fmt: skip
    assert said["kept"]["value"] == "Finished goods store"
    assert said["way"]["value"] == [
        "Sales (components group)", "Planning", "Valve shop dispatch group", "Valve shop", "Finished goods store",
    ]  # fmt: skip
    assert said["digits"].replace(" ", "") == said["piece"] == floor.code(4)
    assert said["count"] == "print 1"
    assert (said["again"], said["void"], said["replaces"], said["case"], said["reprinted"]) == ("", "", "", "", False)


@pytest.mark.parametrize("file", sorted(each.name for each in (SHIPPED / "procedures").glob("*.toml")))
def test_no_copy_is_the_third_of_two_whatever_a_site_chooses(file: str) -> None:
    text, known, words = (SHIPPED / "procedures" / file).read_text(encoding="utf-8"), known_of(load_factory()), Words.load("en")
    for chosen in combinations(text, file):
        for form in load(text, file, known, chosen).forms.values():
            of = "1, 2, 4" if form.id == "note" and chosen["note_copies"] == "3" else len(form.copies)
            assert [copy_told(form, copy.number, words) for copy in form.copies] == [
                f"Copy {copy.number} of {of}" for copy in form.copies
            ]  # fmt: skip
            assert str(form.copies[-1].number) == str(of)[-1], (form.id, chosen)


def test_fields_and_lines_stand_on_it_with_titles_names_and_units(floors: FloorMaker) -> None:
    described = description()
    next(item for item in described["items"] if item["code"] == "V-100").update(name="截止阀", spec="DN50")
    floor = signed(floors(described=described), customer="Acme")
    said = slip(floor, 5)
    assert [(field["title"], field["value"]) for field in said["fields"]] == [
        ("客户", "Acme"), ("合同号", ""), ("改型原因", ""), ("需用日期", ""),
    ]  # fmt: skip
    assert [column["title"] for column in said["columns"]] == ["序号", "原型号", "改后型号", "数量", "产品编号"]
    assert said["lines"] == [["1", "V-100 截止阀 DN50", "V-200", "10 台", ""]]


def test_a_choice_is_shown_by_its_title_and_a_second_form_names_its_case(floor: Floor) -> None:
    signed(floor)
    floor.play("open_parts", WITH_PARTS)
    said = slip(floor, f"{floor.parts}/2", "en")
    assert said["lines"] == [["1", "NEW-PART", "12 件", "issue", ""]]
    assert said["case"] == f"case {floor.case}"
    assert said["way"]["value"] == ["Valve shop", "Valve shop parts store", "Valve shop dispatch group"]
    assert [(step, role) for step, role, _ in boxes(said)] == [
        ("Draw parts", "parts storekeeper"), ("Draw parts", "rework worker"),
        ("Return parts", "parts storekeeper"), ("Return parts", "rework worker"),
    ]  # fmt: skip


def test_marks_given_before_the_print_stand_in_their_boxes_and_the_others_have_room_for_ink(floor: Floor) -> None:
    said = slip(signed(floor), 5)
    assert boxes(said) == [
        ("主管领导签字", "销售领导", ["人S2"]), ("车间主管领导审批", "车间领导", []), ("改型", "改型工人", []),
        ("检验", "检验员", []), ("改型产品入库", "保管员", []),
    ]  # fmt: skip
    assert [box["ink"] for box in said["boxes"] if box["stamp"]] == ["盖章、日期"]
    assert said["boxes"][0]["marks"][0]["at"] == "2026-03-02 08:01"


def test_a_stamp_stands_with_its_number_and_the_way_taken_is_ticked(floor: Floor) -> None:
    floor.play("inspect")
    said = slip(floor, 5, "en")
    assert ("Draw the product", "rework worker", ["人R1"]) in boxes(said)  # signed on another copy of the same document
    inspected = next(box for box in said["boxes"] if box["step"] == "Inspect")
    assert [mark["note"] for mark in inspected["marks"]] == ["stamp 07"]
    assert [(way["title"], way["taken"]) for way in inspected["ways"]] == [("pass", True), ("fail", False)]


def test_a_mark_that_lapsed_is_not_printed(floor: Floor) -> None:
    floor.play("inspect", outcome="fail", reason="泄漏", quantity_passed="0")
    reworked = next(box for box in slip(floor, 5)["boxes"] if box["step"] == "改型")
    assert reworked["marks"] == []


def test_what_only_happens_when_things_go_wrong_has_no_box_and_is_not_on_the_way(floor: Floor) -> None:
    signed(floor)
    with floor.site.database.reading() as cursor:
        procedure = stand(floor.site, cursor, floor.case).running.procedure
    steps = {step.id for copy in procedure.copies.values() for step, _ in signing_of(procedure, copy)}
    assert steps == {"authorise", "consent", "draw", "rework", "inspect", "receive", "draw_parts", "return_parts"}
    assert desks_of(procedure, procedure.copies["application.6"]) == [
        "sales", "planning", "shop_dispatch", "valve_shop", "inspection", "valve_shop", "finished_store", "valve_shop",
        "shop_dispatch",
    ]  # fmt: skip


def test_on_the_way_to_a_form_is_whatever_had_to_be_done_for_it(floor: Floor) -> None:
    procedure = in_force(floor.site)["customer_property"].procedure
    assert desks_of(procedure, procedure.copies["pass.2"]) == ["finished_store", "gate"]
    assert [(step.id, role) for step, role in signing_of(procedure, procedure.copies["pass.2"])] == [("issue_pass", "keeper")]
    assert [role for _, role in signing_of(procedure, procedure.copies["carry.2"])] == ["keeper", "dispatcher", "paper:driver"]


def test_what_was_not_expected_has_its_boxes_once_it_has_come(floor: Floor) -> None:
    procedure = in_force(floor.site)["stocktake"].procedure
    known = [step.id for step, _ in signing_of(procedure, procedure.copies["count_result.1"])]
    differs = Course(went={"list": "", "count": "whole", "conclude": "differs"})
    assert known == ["conclude"]
    assert [step.id for step, _ in signing_of(procedure, procedure.copies["count_result.1"], differs)] == ["conclude", "approve"]


def test_a_new_piece_says_which_print_it_is_and_what_it_replaces_R171(floor: Floor, setter: Typesetter) -> None:
    old = signed(floor).code(4)
    floor.do("S2", "reprint", copies=[4], reason="油污")
    said = slip(floor, 4, "en")
    assert (said["count"], said["reprinted"]) == ("print 2", True)
    assert said["replaces"].replace(" ", "") == f"replaces{old}"
    assert text_of(setter, said)[0].count("print 2") == 2  # large in the head, small at the foot
    with floor.site.database.reading() as cursor:
        gone = slip_contents(floor.site, cursor, old, floor.site.languages["en"])
    assert (gone["void"], gone["count"]) == ("VOID", "print 1")
    assert "VOID" in text_of(setter, gone)[0]


def test_a_document_entered_from_an_emergency_form_stays_marked_so(floor: Floor, setter: Typesetter) -> None:
    [blank] = floor.do("A1", "issue_blanks", case="", form="product_modification.application", number=1).prints
    floor.apply(emergency=blank["subject"], filled_at="2026-03-02 08:01")
    said = slip(floor, 4, "en")
    assert said["emergency"] == "EMERGENCY 2026-03-02 08:01"
    assert said["emergency"] in text_of(setter, said)[0]


@pytest.mark.parametrize("paper", ["a5", "a4"])
def test_paper_that_may_have_come_out_before_says_so_in_large_letters(floor: Floor, setter: Typesetter, paper: str) -> None:
    signed(floor)
    assert "重打 REPRINT" in text_of(setter, slip(floor, 1, again=True), paper)[0]
    assert "REPRINT" not in text_of(setter, slip(floor, 1), paper)[0]


def test_what_is_printed_of_the_journal_is_what_verify_takes(floor: Floor, setter: Typesetter) -> None:
    said = slip(signed(floor), 1, "en")
    line = next(line for line in text_of(setter, said)[0].splitlines() if "journal" in line)
    seq, head = line.partition("journal ")[2].split()[:2]
    assert check_slip(floor.site, seq, head) == []
    assert [found.code for found in check_slip(floor.site, seq, "0" * len(head))] == ["slip_differs"]


def test_a_number_that_is_in_no_book_has_no_slip(floor: Floor) -> None:
    with floor.site.database.reading() as cursor, pytest.raises(Refused) as refused:
        slip_contents(floor.site, cursor, "102600000046442282", floor.site.words)
    assert refused.value.code == "piece_unknown"
