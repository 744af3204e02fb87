"""Labels of the store: what a lot, a bin and a box say, every code read back by two decoders, and what a desk makes of it."""

from __future__ import annotations

from typing import Any

import pypdfium2
import pytest
from sheet_reader import as_dots, built, codes, read, token_of, wanted, words_on
from sheet_reader import pen as pen

from qdesk.clock import moment
from qdesk.desk import present
from qdesk.desk.presenting import Presenting
from qdesk.errors import Refused
from qdesk.site import Site
from qdesk.slips.formats import FORMATS, INCH
from qdesk.slips.kinds import KINDS
from qdesk.slips.typesetting import Typesetter

LOT = "L26-000002"
DAY = 86_400_000_000
BARS_TOP = (1.5 + 8 + 0.5 + 6.5 * 1.2 * INCH / 72) / INCH * 72
"""How high above the edge of a label the bars end, in points: what is below is cut off or covered."""
STRONG = 0.1
"""How much of the black strip the letters of a mark must be: drawn around in black they are half as much."""
LABELS = {"item_label": "item", "lot_label": "lot", "box_label": "document"}
"""What a scan of a label shows at a desk."""
if hasattr(Presenting, "place"):  # bins have cards of their own
    LABELS["bin_label"] = "bin"


def change(site: Site, sql: str, *values: object) -> None:
    with site.database.writing() as cursor:
        cursor.execute(sql, values)


def said(label: dict[str, Any]) -> dict[str, str]:
    """What a label says, by what it is about."""
    return {row[start]: row[start + 1] for row in label["rows"] for start in range(0, len(row), 2)}


def lot(site: Site) -> dict[str, Any]:
    label: dict[str, Any]
    [label] = built(site, "lot_label", LOT, "en")["labels"]
    return label


def test_a_lot_label_says_what_it_is_how_much_until_when_whose_and_for_whom_R030_R035(site: Site) -> None:
    now = site.clock.now()
    change(site, "UPDATE items SET name = '截止阀', spec = 'DN50' WHERE code = 'V-200'")
    change(site, "UPDATE lots SET batch = 'B-7', made_at = ?, expires_at = ? WHERE code = ?", now - DAY, now + DAY, LOT)
    today, made, until = (moment(at).date().isoformat() for at in (now, now - DAY, now + DAY))
    assert said(lot(site)) == {
        "Item": "V-200 截止阀 DN50", f"Quantity {today}": "2 台", "Use by": until, "Made on": made, "Customer": "Acme",
        "From": "GX26-000001", "Batch": "B-7",
    }  # fmt: skip
    assert lot(site)["mark"] == ""


MARKS = [
    ("UPDATE lots SET hold = 'held' WHERE code = ?", "ON HOLD"),
    ("UPDATE lots SET owner = 'Haihe' WHERE code = ?", "CUSTOMER PROPERTY"),
    ("UPDATE lots SET opened_at = 1 WHERE code = ?", "OPENED"),
    ("UPDATE lots SET expires_at = 1 WHERE code = ?", "EXPIRED"),
    ("UPDATE balances SET place = 'spare_area' WHERE lot = ? AND counter = 0", "SPARE"),
]


@pytest.mark.parametrize(("sql", "mark"), MARKS)
def test_what_must_be_seen_of_a_lot_from_afar_stands_on_its_label_R029_R038_R044(
    site: Site, pen: Typesetter, sql: str, mark: str
) -> None:
    change(site, sql, LOT)
    assert lot(site)["mark"] == mark
    contents = built(site, "lot_label", LOT, "en")
    for paper in KINDS["lot_label"].papers:
        assert mark.replace(" ", "") in words_on(pen, KINDS["lot_label"], contents, paper)[0]
        assert read(as_dots(pen, KINDS["lot_label"], contents, paper)) == wanted("lot_label", paper, contents)


LONG = "大口径双法兰蝶式止回阀门总成含密封圈螺栓特制衬套及全部附件第二代加强型耐高温防腐甲"


@pytest.mark.parametrize("kind", ["lot_label", "box_label", "certificate"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_long_name_pushes_nothing_off_a_label(site: Site, pen: Typesetter, kind: str, language: str) -> None:
    now = site.clock.now()
    change(site, "UPDATE items SET name = ?, spec = 'DN50 PN16', model = 'Z41H-16C', shelf_days = 365", LONG)
    change(site, "UPDATE lots SET owner = '海河机械', batch = 'B-2026-0007', made_at = ?, expires_at = 1, opened_at = 1", now)
    change(site, "UPDATE lots SET hold = 'held'")
    stamped = site.database.rows("SELECT act FROM signatures WHERE kind = 'stamp' LIMIT 1")[0][0]
    contents = built(site, kind, {"lot_label": LOT, "certificate": str(stamped)}.get(kind), language, again=True)
    contents["labels"] = contents["labels"][:1]
    [page] = pypdfium2.PdfDocument(pen.pdf("label", contents, FORMATS["label"]))
    rows = contents["labels"][0]["rows"]
    for title in [row[start] for row in rows for start in range(0, len(row), 2) if row[start]]:
        found = page.get_textpage().search(title).get_next()
        assert found is not None, title
        bottom = min(page.get_textpage().get_charbox(found[0] + number)[1] for number in range(found[1]))
        assert bottom > BARS_TOP, (title, bottom)
    assert contents["labels"][0]["names"] == 1
    assert "…" in page.get_textpage().get_text_range()


def test_the_mark_of_a_lot_is_white_on_black_to_its_edges(site: Site, pen: Typesetter) -> None:
    change(site, "UPDATE lots SET hold = 'held' WHERE code = ?", LOT)
    contents = built(site, "lot_label", LOT, "zh")
    [page] = as_dots(pen, KINDS["lot_label"], contents, "label", 24)
    strip = page.crop((36, 36, 36 + 24 * 12, 36 + 24 * 4))
    white = sum(value > 127 for value in strip.tobytes()) / len(strip.tobytes())
    assert white > STRONG, white


def test_a_quantity_that_lies_nowhere_is_left_to_be_written_by_hand(site: Site) -> None:
    change(site, "UPDATE balances SET quantity = 0 WHERE lot = ? AND counter = 0", LOT)
    [quantity] = [text for title, text in said(lot(site)).items() if title.startswith("Quantity")]
    assert quantity == ""


def test_a_box_label_says_when_it_was_made_how_long_it_keeps_and_how_it_travels_R092(site: Site) -> None:
    blank = {"Made on": "", "Shelf life": "", "Transport": ""}
    [label] = built(site, "box_label", language="en")["labels"]
    assert {title: said(label)[title] for title in blank} == blank
    [(drawn,)] = site.database.rows("SELECT DISTINCT lot FROM moves WHERE in_case = 'GX26-000001' AND item = 'V-100'")
    made = 1_790_000_000_000_000
    change(site, "UPDATE lots SET made_at = ? WHERE code = ?", made, drawn)
    change(site, "UPDATE items SET spec = 'DN50', shelf_days = 365 WHERE code = 'V-100'")
    change(site, "UPDATE documents SET fields = json_set(fields, '$.transport_notes', '防潮') WHERE serial = 'GX26-000001'")
    [label] = built(site, "box_label", language="en")["labels"]
    day = moment(made).date().isoformat()
    assert {title: said(label)[title] for title in blank} == {"Made on": day, "Shelf life": "365 days", "Transport": "防潮"}
    assert said(label)["Product"] == "V-100 闸阀 DN50"
    change(site, "UPDATE items SET shelf_days = 0 WHERE code = 'V-100'")
    change(site, "UPDATE lots SET expires_at = ? WHERE code = ?", made, drawn)
    [label] = built(site, "box_label", language="en")["labels"]
    assert said(label)["Shelf life"] == f"until {day}"


def test_a_box_with_many_products_has_as_many_labels_as_it_needs_and_nothing_is_left_out(site: Site, pen: Typesetter) -> None:
    items = [f"P-{number}" for number in range(12)]
    for number, code in enumerate(items):
        change(site, "INSERT INTO items(code, name, unit) VALUES(?, '零件', '件')", code)
        change(
            site, "INSERT INTO lines(serial, revision, number, item, quantity, other) VALUES('GX26-000001', 1, ?, ?, 1000, ?)",
            number + 2, code, '{"box": "7"}',
        )  # fmt: skip
    change(site, "UPDATE lines SET other = json_set(other, '$.box', '7') WHERE serial = 'GX26-000001' AND number = 1")
    contents = built(site, "box_label", language="en")
    told = [text for label in contents["labels"] for row in label["rows"] for text in row]
    assert all(any(text.startswith(f"{code} ") for text in told) for code in ["V-100", *items])
    assert len(contents["labels"]) == 3 and all(said(label)["Box no."] == "7" for label in contents["labels"])
    pages = as_dots(pen, KINDS["box_label"], contents, "label")
    assert len(pages) == 3 and read(pages) == wanted("box_label", "label", contents)


def test_a_bin_label_says_its_store_and_its_zone_and_nobody_labels_a_bin_that_is_none_R053(site: Site) -> None:
    [label] = built(site, "bin_label", language="en")["labels"]
    assert (label["head"], said(label)["Store"]) == ("A-01-02", "finished goods store")
    with pytest.raises(Refused) as refused:
        built(site, "bin_label", "A-99")
    assert refused.value.code == "code_unknown"


@pytest.mark.parametrize("name", sorted(LABELS))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_two_decoders_read_on_a_label_is_recognised_at_a_desk(
    site: Site, pen: Typesetter, name: str, language: str
) -> None:
    pyzbar = pytest.importorskip("pyzbar.pyzbar", reason="ZBar is a library of the system (libzbar0)", exc_type=ImportError)
    contents = built(site, name, language=language)
    [code] = {each["text"] for each in codes(contents)}
    pages = as_dots(pen, KINDS[name], contents, "label", 12)
    assert read(pages) == ({code}, {code})
    assert {found.data.decode() for page in pages for found in pyzbar.decode(page)} == {code}
    assert present(site, token_of(site, "keeper"), code)["kind"] == LABELS[name]
