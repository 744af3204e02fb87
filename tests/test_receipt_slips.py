"""The papers of a receipt as they come out: read by eyes and by a scanner (R025, R029, F041, F074, F077, F081, F039)."""

from __future__ import annotations

from typing import Any

import pypdfium2
import zxingcpp
from receipts_floor import Dock
from receipts_floor import dock as dock
from slips_at_hand import pages, text_of
from slips_at_hand import setter as setter

from qdesk.slips.contents import slip_contents
from qdesk.slips.formats import FORMATS
from qdesk.slips.kinds import KINDS
from qdesk.slips.typesetting import Typesetter


def slip_of(dock: Dock, copy: str, language: str = "zh") -> dict[str, Any]:
    """What the slip of a copy says."""
    with dock.floor.site.database.reading() as cursor:
        site = dock.floor.site
        return slip_contents(site, cursor, dock.yard.pieces[copy], site.languages[language], False)


def read_back(setter: Typesetter, dock: Dock, copy: str) -> str:
    """The text of a slip, whose codes are those of its piece."""
    said = slip_of(dock, copy)
    for page in pages(setter, said, FORMATS["a5"], 12):
        assert {code.text for code in zxingcpp.read_barcodes(page)} == {dock.yard.pieces[copy]}
    return " ".join(" ".join(text_of(setter, said)).split())


def printed(dock: Dock) -> list[str]:
    """The copies that were queued to be printed, in their order."""
    rows = dock.floor.rows(
        "SELECT c.name FROM prints p JOIN copies c ON c.piece = p.subject WHERE p.kind = 'slip' ORDER BY p.act, p.number"
    )
    return [name for (name,) in rows]


def test_the_papers_of_product_are_printed_when_they_are_written(dock: Dock, setter: Typesetter) -> None:
    case = dock.hand_over()
    assert printed(dock) == [f"{case}/1", f"{case}/2"]
    text = read_back(setter, dock, f"{case}/2")
    assert all(word in text for word in ("入库登记单", "RW-1", "SG-1", "HG-1", "HT-7", "PCB-1", "50"))
    dock.inspect("part", passed="44", rejected=[{"line": 1, "quantity": "6", "reason": "划伤"}])
    text = read_back(setter, dock, dock.named("checked.1"))
    assert all(word in text for word in ("产品检验单", "PCB-1", "44", "6", "划伤", "检验章 07"))
    dock.receive("44", "short")
    text = read_back(setter, dock, dock.named("receipt.1"))
    assert all(word in text for word in ("产品入库单", "PCB-1", "44", dock.yard.serials["checked"]))


def test_the_papers_of_material_are_printed_when_they_are_written(dock: Dock, setter: Typesetter) -> None:
    case = dock.arrive()
    text = read_back(setter, dock, f"{case}/1")
    assert all(word in text for word in ("收货记录", "北方铸造", "GLUE", "24", "B-7", "2026-02-01"))
    dock.inspect(passed="24")
    dock.receive("24")
    text = read_back(setter, dock, dock.named("slip.1"))
    assert all(word in text for word in ("收料单", "北方铸造", "GLUE", "24", "B-7", "2026-07-31"))


def test_every_lot_that_is_received_gets_a_label_that_a_scanner_reads(dock: Dock, setter: Typesetter) -> None:
    dock.received("53", "50", "whole")
    site = dock.floor.site
    for lot in dock.prints("lot_label"):
        with site.database.reading() as cursor:
            told = KINDS["lot_label"].build(site, cursor, lot, site.words, False)
        [page] = pypdfium2.PdfDocument(setter.pdf(KINDS["lot_label"].template, told, FORMATS["label"]))
        text = page.get_textpage().get_text_range()
        assert "PCB-1" in text and dock.case in text
        read = zxingcpp.read_barcodes(page.render(scale=4).to_pil().convert("L"))
        assert {code.text for code in read} == {lot}
