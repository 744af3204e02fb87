"""The stock ledger on paper and in files (F040): what stands on it, in the queue as on the page, and from the command line."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest
from factory_floor import Floor
from rich.console import Console
from sheet_reader import pen as pen

from qdesk.errors import Refused
from qdesk.slips import ledger_sheet as sheets
from qdesk.slips.formats import FORMATS
from qdesk.slips.kinds import KINDS
from qdesk.slips.ledger_sheet import ask_for_ledger, read_subject, subject_of, write_pdf
from qdesk.slips.typesetting import Typesetter
from qdesk.telling_ledger import tell_ledger, tell_trace, write_ledger

SHELF = {"item": "V-100", "place": "finished_store"}


def built(floor: Floor, subject: str, language: str = "zh") -> Any:
    with floor.site.database.reading() as cursor:
        return KINDS["ledger"].build(floor.site, cursor, subject, floor.site.languages[language], False)


def text_of(page: Any) -> str:
    return "".join(page.get_textpage().get_text_bounded().replace("\u200b", "").split())


@pytest.mark.parametrize("asked", [SHELF, {"item": "V 100%", "place": "finished_store", "from": "2026-03-01"}, {"lot": "L=1"}])
def test_a_subject_names_which_ledger_it_is(asked: dict[str, str]) -> None:
    assert read_subject(subject_of(asked)) == asked


@pytest.mark.parametrize("subject", ["item=V-100 colour=red", "item=" + "x" * 500])
def test_a_subject_that_names_anything_else_is_refused(subject: str) -> None:
    with pytest.raises(Refused) as refused:
        read_subject(subject)
    assert refused.value.code == "request_unreadable"


def test_the_sheet_has_every_move_with_its_voucher_and_the_turnover_of_its_days(floor: Floor, pen: Typesetter) -> None:
    floor.play("receive")
    contents = built(floor, subject_of(SHELF))
    assert [row[-3:] for row in contents["rows"]] == [["50", "", "50"], ["", "10", "40"]]
    assert contents["rows"][1][1] == f"{floor.case}/4"
    [page] = pypdfium2.PdfDocument(pen.pdf(KINDS["ledger"].template, contents, FORMATS["a4"]))
    said = text_of(page)
    assert "库存物资台账：V-100" in said
    assert "期初0，收入50，发出10，期末40台" in said
    assert f"{floor.case}/4" in said


def test_what_cannot_be_printed_is_not_put_into_the_queue(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    with floor.refused("ledger_empty"):
        ask_for_ledger(floor.site, floor.token("K1"), {**SHELF, "from": "2031-01-01"})
    monkeypatch.setattr(sheets, "MOST_PRINTED", 0)
    with floor.refused("ledger_too_long"):
        ask_for_ledger(floor.site, floor.token("K1"), SHELF)


def test_a_ledger_is_written_to_a_file_of_any_kind_and_says_how_many_moves_it_has(floor: Floor, tmp_path: Path) -> None:
    floor.play("receive")
    words = floor.site.languages["en"]
    assert write_pdf(floor.site, SHELF, tmp_path / "ledger.pdf", words) == 2
    assert write_ledger(floor.site, SHELF, tmp_path / "ledger.xlsx", ".xlsx", words) == 0
    rows = list(openpyxl.load_workbook(tmp_path / "ledger.xlsx").active.iter_rows(values_only=True))
    assert rows[0][-4:] == ("In", "Out", "Balance", "Unit")
    assert [row[-4:] for row in rows[1:]] == [(50, None, 50, "台"), (None, 10, 40, "台")]
    with pytest.raises(Refused) as refused:
        write_ledger(floor.site, {**SHELF, "from": "2031-01-01"}, tmp_path / "none.csv", ".csv", words)
    assert refused.value.code == "ledger_empty"
    with pytest.raises(Refused) as refused:
        write_ledger(floor.site, SHELF, tmp_path / "ledger.xlsx", ".xlsx", words)
    assert refused.value.code == "file_exists"


def test_the_terminal_tells_a_ledger_the_places_of_an_item_and_a_trace(floor: Floor) -> None:
    floor.play("receive")
    [(made,)] = floor.rows("SELECT code FROM lots WHERE item = 'V-200'")
    screen = Console(width=140, record=True, file=io.StringIO())
    words = floor.site.languages["en"]
    tell_ledger(floor.site, SHELF, words, screen)
    tell_ledger(floor.site, {"item": "V-100"}, words, screen)
    tell_trace(floor.site, made, words, screen)
    said = screen.export_text()
    assert f"{floor.case}/4" in said and "opening 0, in 50, out 10, closing 40" in said
    assert "Where V-100 was ever at" in said
    assert "made of L26-000001 V-100  10" in said
