"""The certificate 合格证 and the report 出厂检验报告: made of the recorded results of what passed, and of nothing else."""

from __future__ import annotations

from typing import Any

import pypdfium2
import pytest
from factory_floor import Floor, FloorMaker
from known_names import MODIFICATION_TEXT
from sheet_reader import pen as pen
from test_inspection_plans import inspect, reworked
from test_instruments import WITH_GAUGE, add_instrument

from qdesk.errors import Refused
from qdesk.site import open_site
from qdesk.slips.formats import FORMATS
from qdesk.slips.inspected import packs_of
from qdesk.slips.kinds import KINDS
from qdesk.slips.typesetting import Typesetter

PLAN = WITH_GAUGE + """
[[inspection_plan]]
item = "V-200"
checks = [{ id = "look", title = { zh = "外观", en = "appearance" }, sample = { aql = "4.0" } }]
measures = [{ id = "gap", title = { zh = "间隙", en = "gap" }, unit = "mm", to = "0.5", instrument = "gauge" }]
"""


def built(floor: Floor, kind: str, act: int | str, language: str = "zh") -> dict[str, Any]:
    with floor.site.database.reading() as cursor:
        return KINDS[kind].build(floor.site, cursor, str(act), floor.site.languages[language], False)


def passed(floors: FloorMaker) -> tuple[Floor, int]:
    floor = reworked(floors, PLAN)
    add_instrument(floor, "G-1", "gauge", 30)
    return floor, inspect(floor, look="1", gap="0.25", **{"gap.instrument": "G-1"}).act


def test_the_report_says_what_was_found_with_what_and_who_let_it_pass(floors: FloorMaker) -> None:
    floor, act = passed(floors)
    told = built(floor, "inspection_report", act, "en")
    assert told["rows"] == [
        ["appearance", "", "n 13, Ac 1", "1 defective", "", "pass"], ["gap", "≤ 0.5 mm", "", "0.25", "G-1", "pass"],
    ]  # fmt: skip
    [(lot,)] = floor.rows("SELECT lot FROM balances WHERE item = 'V-200' AND counter = 0 AND quantity > 0")
    assert told["products"] == [["V-200", "50 台", "50 台", "0 台", lot]]
    assert (told["stamp"], told["signed"][0][1], told["number"]) == ("Stamp 07", "人I1", f"{floor.case}-{act}")
    assert ["Customer", "Acme"] in told["about"]


def test_the_certificate_says_product_quantity_inspector_and_stamp(floors: FloorMaker) -> None:
    floor, act = passed(floors)
    [label] = built(floor, "certificate", act)["labels"]
    assert label["title"] == "合格证" and label["head"] == "V-200"
    text = str(label["rows"])
    assert "50 台" in text and "人I1" in text and "07" in text and "2026-03-02" in text


@pytest.mark.parametrize(
    ("quantity", "pack", "packs"),
    [(10_000, 0, [10_000]), (10_000, 4_000, [4_000, 4_000, 2_000]), (8_000, 4_000, [4_000] * 2), (3_000, 4_000, [3_000]),
     (1_000_000, 1_000, [1_000_000])],
)  # fmt: skip
def test_there_is_one_certificate_for_each_pack(quantity: int, pack: int, packs: list[int]) -> None:
    assert packs_of(quantity, pack) == packs


def test_what_was_rejected_taken_back_or_never_inspected_has_neither(floors: FloorMaker) -> None:
    floor = reworked(floors, PLAN)
    add_instrument(floor, "G-1", "gauge", 30)
    failed = inspect(floor, outcome="fail", reason="漏", look="2", quantity_passed="").act
    floor.step("rework")
    reversed_act = inspect(floor, look="0", gap="0.1", **{"gap.instrument": "G-1"}).act
    floor.do("I1", "reverse", act=reversed_act)
    for kind in ("certificate", "inspection_report"):
        for act in (failed, reversed_act, 1, "x", "9" * 20):
            with pytest.raises(Refused) as refused:
                built(floor, kind, act)
            assert refused.value.code == "nothing_passed"


def test_a_stamp_that_has_lapsed_certifies_nothing(floors: FloorMaker) -> None:
    floor, act = passed(floors)
    floor.do("W1@valve_shop", "abandon", [5], reason="取消")
    with pytest.raises(Refused) as refused:
        built(floor, "certificate", act)
    assert refused.value.code == "signature_lapsed"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("paper", ["a4", "a5"])
def test_the_report_is_set_on_paper(pen: Typesetter, floors: FloorMaker, language: str, paper: str) -> None:
    floor, act = passed(floors)
    told = built(floor, "inspection_report", act, language)
    [page] = list(pypdfium2.PdfDocument(pen.pdf("inspected", told, FORMATS[paper])))
    text = "".join(page.get_textpage().get_text_bounded().replace("\u200b", "").split())
    for said in (told["title"], told["number"], "G-1", "0.25", "V-200", told["stamp"], told["conclusion"][1]):
        assert "".join(said.split()) in text, (said, text)


def test_a_procedure_that_says_so_has_both_printed_with_the_pass(floor: Floor) -> None:
    (floor.folder / "procedures").mkdir()
    moves = ('moves = ["lift_hold"]', 'moves = ["lift_hold", "print_certificate", "print_inspection_report"]')
    text = MODIFICATION_TEXT.replace(*moves, 1)
    (floor.folder / "procedures" / "product_modification.toml").write_text(text, encoding="utf-8")
    floor.site.close()
    floor.site = open_site(floor.folder, floor.clock, synchronous="off")
    done = floor.play("inspect")
    assert done is not None
    queued = floor.rows("SELECT kind, subject, desk FROM prints WHERE act = ? ORDER BY number", done.act)
    assert queued == [("certificate", str(done.act), "inspection"), ("inspection_report", str(done.act), "inspection")]
    assert built(floor, "certificate", done.act)["labels"]
