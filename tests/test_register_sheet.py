"""A register on paper: what stands on it, in the queue as on the page, and how much of it there may be."""

from __future__ import annotations

from typing import Any

import pypdfium2
import pytest
from factory_floor import Floor
from sheet_reader import pen as pen

from qdesk.errors import Refused
from qdesk.slips import register_sheet as sheets
from qdesk.slips.formats import FORMATS, INCH
from qdesk.slips.glyphs import missing_glyphs
from qdesk.slips.kinds import KINDS
from qdesk.slips.queue import queue_rows
from qdesk.slips.register_sheet import ask_for_register, read_subject, subject_of
from qdesk.slips.spool import fonts_of
from qdesk.slips.typesetting import Typesetter

HOSTILE = ("#panic[x]", "$ x $ *bold* _it_", '#eval("1") <label> @ref', "[/b] 喆", "W" * 180, "=1+1")


def built(floor: Floor, subject: str, language: str = "zh", again: bool = False) -> Any:
    with floor.site.database.reading() as cursor:
        return KINDS["register"].build(floor.site, cursor, subject, floor.site.languages[language], again)


def pages_of(pen: Typesetter, contents: Any) -> list[Any]:
    return list(pypdfium2.PdfDocument(pen.pdf(KINDS["register"].template, contents, FORMATS["a4"])))


def text_of(page: Any) -> str:
    return "".join(page.get_textpage().get_text_bounded().replace("\u200b", "").split())


@pytest.mark.parametrize(
    "asked",
    [
        {}, {"from": "2026-03-01", "to": "2026-03-31"}, {"customer": "海河 机械", "item": "V 100%", "filter": "a=b %20 c"},
        {"vehicle": "晋A·12345"}, {"customer": "喆 = + &"},
    ],
)  # fmt: skip
def test_a_subject_names_form_and_filters_without_a_blank_within_a_value(asked: dict[str, str]) -> None:
    subject = subject_of("pass", asked)
    assert read_subject(subject) == ("pass", asked)
    assert len(subject.split(" ")) == 1 + len(asked)


@pytest.mark.parametrize("subject", ["pass nonsense", "pass limit=5", "pass customer=" + "x" * 500])
def test_a_subject_that_names_anything_else_is_refused(subject: str) -> None:
    with pytest.raises(Refused) as refused:
        read_subject(subject)
    assert refused.value.code == "request_unreadable"


def test_it_lies_across_the_paper_and_every_page_has_its_head_and_says_which_of_how_many(floor: Floor, pen: Typesetter) -> None:
    floor.apply()
    contents = built(floor, "application customer=ACME", "en")
    contents["rows"] = contents["rows"] * 90
    pages = pages_of(pen, contents)
    assert len(pages) == 3
    for number, page in enumerate(pages, 1):
        assert (page.get_width() / 72 * INCH, page.get_height() / 72 * INCH) == pytest.approx((297, 210), abs=0.1)
        text = text_of(page)
        assert f"Page{number}of3" in text and "customerACME" in text and "Customer" in text and "XS-72-98" in text
    assert sum(text_of(page).count("GX26-000001") for page in pages) == 90


def test_nothing_in_the_data_is_a_command_and_long_names_stay_on_the_page(floor: Floor, pen: Typesetter) -> None:
    for customer in HOSTILE:
        floor.apply(quantity="1", fields={"customer": customer})
    contents = built(floor, subject_of("application", {"filter": "26"}))
    [page] = pages_of(pen, contents)
    text = text_of(page)
    for customer in HOSTILE:
        assert "".join(customer.split()) in text
    assert missing_glyphs(contents, fonts_of(floor.folder)) == []
    boxes = [page.get_textpage().get_charbox(number) for number in range(page.get_textpage().count_chars())]
    assert max(box[2] for box in boxes) <= page.get_width() - 10 / INCH * 72


def test_a_long_filter_pushes_the_rows_down_instead_of_covering_them(floor: Floor, pen: Typesetter) -> None:
    floor.apply()
    contents = built(floor, "application")
    heights = []
    for filter_text in ("短", "很长的条件" * 70):
        [page] = pages_of(pen, {**contents, "filter": filter_text})
        found = page.get_textpage().search("GX26-000001").get_next()
        heights.append(page.get_textpage().get_charbox(found[0])[1])
    assert heights[0] - heights[1] > 10


def test_a_document_tells_its_items_in_short_and_how_it_ended(floor: Floor) -> None:
    floor.play("return_closing_copy")
    line = {"item": "V-100", "becomes": "V-200", "quantity": "1"}
    floor.apply(lines=[line] * 8)
    floor.do("S2", "withdraw", reason="changed their mind")
    told = built(floor, "application", "en")
    assert [(row[0], row[1], row[2], row[5]) for row in told["rows"]] == [
        ("GX26-000001", "2026-03-02", "Acme", "Completed"), ("GX26-000002", "2026-03-02", "Acme", "void"),
    ]  # fmt: skip
    assert told["rows"][0][4] == "V-100 10 台"
    assert told["rows"][1][4] == "; ".join(["V-100 1 台"] * 6 + ["and 2 more"])
    assert built(floor, "application", "en", again=True)["again"] == "REPRINT"


def test_a_register_goes_to_the_printer_like_any_other_sheet(floor: Floor) -> None:
    floor.apply()
    token = floor.token("S1")
    assert ask_for_register(floor.site, token, "application", {"customer": "acme", "form": "1"}) == 1
    [row] = [row for row in queue_rows(floor.site, "sales", floor.site.languages["en"]) if row["kind"] == "register"]
    assert (row["subject"], row["title"], row["state"]) == ("application customer=acme", "Register", "waiting")


@pytest.mark.parametrize(
    ("form", "asked", "code"),
    [
        ("nonsense", {}, "form_unknown"), ("application", {"customer": "nobody"}, "register_empty"),
        ("application", {"from": "x"}, "date_unreadable"),
        ("application", {"filter": "x" * 150, "customer": "y" * 150, "item": "z" * 150}, "request_unreadable"),
    ],
)  # fmt: skip
def test_what_cannot_be_printed_is_not_put_into_the_queue(floor: Floor, form: str, asked: dict[str, str], code: str) -> None:
    floor.apply()
    before = floor.rows("SELECT COUNT(*) FROM prints")
    with pytest.raises(Refused) as refused:
        ask_for_register(floor.site, floor.token("S1"), form, asked)
    assert refused.value.code == code
    assert floor.rows("SELECT COUNT(*) FROM prints") == before


def test_a_register_of_very_many_documents_is_refused_and_a_narrower_one_printed(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for customer in ("Acme", "Acme", "Other"):
        floor.apply(quantity="1", fields={"customer": customer})
    monkeypatch.setattr(sheets, "MOST_PRINTED", 2)
    with pytest.raises(Refused) as refused:
        built(floor, "application")
    assert refused.value.code == "register_too_long"
    assert len(built(floor, "application customer=acme")["rows"]) == 2
