"""Registers narrowed to days, customer, item, vehicle and words: every filter with every other, held against a plain search."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from floor import PIN, founded

from qdesk import narrowing, registers
from qdesk.clock import SECOND, start_of
from qdesk.database import driver
from qdesk.errors import Refused
from qdesk.journal import canonical
from qdesk.migrations import scripts, statements
from qdesk.narrowing import read_narrowed
from qdesk.people import find_session, log_in
from qdesk.plates import plain_plate
from qdesk.registers import all_rows, ask_register, book_of, books_of, register_page
from qdesk.site import Site

Json = dict[str, Any]
CUSTOMERS = ("海河机械", "北方石化", "Acme Valves", "100%_石化", "[b]ACME[/b]", "=cmd|calc", "Café Ü")
PLATES = ("晋A12345", "晋B12O45", "京AD11111", "津C98765")
ITEMS = ("V-1", "V-2", "V-10", "阀%")
MONDAY = date(2026, 3, 2)


def put(site: Site, rows: list[Json]) -> None:
    """Put documents into the tables as they would stand there."""
    with site.database.writing() as cursor:
        for row in rows:
            columns = "code, procedure, digest, opened_at, opened_by, last_act"
            cursor.execute(f"INSERT OR IGNORE INTO cases({columns}) VALUES(?, 'p', 'kept', 1, 1, 1)", (row["case"],))
            new = "INSERT INTO documents(serial, in_case, form, round, revision, fields, opened_at) VALUES(?, ?, ?, ?, ?, ?, ?)"
            fields = json.dumps(row["fields"], ensure_ascii=False)
            cursor.execute(new, (row["serial"], row["case"], row["form"], row["round"], row["revision"], fields, row["at"]))
            for revision, number, item, other in row["lines"]:
                new = "INSERT INTO lines(serial, revision, number, item, quantity, other) VALUES(?, ?, ?, ?, 2500, ?)"
                cursor.execute(new, (row["serial"], revision, number, item, json.dumps(other, ensure_ascii=False)))


def invented(chance: random.Random, many: int) -> list[Json]:
    """Cases with a note for a customer and a slip and a pass for each of one or two vehicles; notices with a customer a line."""
    rows: list[Json] = []
    for number in range(many):
        case, at = f"FH26-{number:06d}", start_of(MONDAY) + chance.randrange(20 * 24 * 60) // 60 * 3600 * SECOND
        base = {"case": case, "at": at, "revision": 1, "round": 0, "lines": []}
        item = chance.choice(ITEMS)
        lines = [(1, 1, "V-2", {}), (2, 1, item, {"becomes": chance.choice(ITEMS)})]
        customer = {"customer": chance.choice(CUSTOMERS), "remark": f"备注{number % 7}", "number": number % 3}
        rows.append({**base, "serial": case, "form": "note", "fields": customer, "revision": 2, "lines": lines})
        for round_ in range(1, chance.choice((2, 3))):
            plate = {"plate": chance.choice(PLATES)}
            slip, gate_pass = f"SH26-{number * 2 + round_:06d}", f"CM26-{number * 2 + round_:06d}"
            rows.append({**base, "serial": slip, "form": "slip", "round": round_, "fields": plate, "lines": [(1, 1, item, {})]})
            rows.append({**base, "serial": gate_pass, "form": "pass", "round": round_, "fields": {}})
        wanted = [(1, place, item, {"customer": chance.choice(CUSTOMERS)}) for place in range(1, chance.randrange(1, 4))]
        notice = {"case": f"TZ26-{number:06d}", "serial": f"TZ26-{number:06d}", "form": "notice", "fields": {"day": "2026-03-02"}}
        rows.append({**base, **notice, "lines": wanted})
    return rows


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, list[Json]]]:
    """A site with invented documents, and the same documents to be searched plainly."""
    site = founded(tmp_path_factory.mktemp("registers") / "site", synchronous="off")
    with site.database.writing() as cursor:
        cursor.execute("INSERT INTO procedure_texts(digest, procedure, text, settings) VALUES('kept', 'p', '', '{}')")
        cursor.executemany("INSERT INTO items(code, name, unit) VALUES(?, ?, '台')", [(item, f"阀门{item}") for item in ITEMS])
    rows = invented(random.Random(5), 60)
    put(site, rows)
    yield site, rows
    site.close()


def own_lines(row: Json) -> list[tuple[int, int, str, Json]]:
    """The lines of a document as it stands now."""
    return [line for line in row["lines"] if line[0] == row["revision"]]


def customers_of(row: Json, rows: list[Json]) -> set[str]:
    """Whom a document is for, as the rules say it, not as the tables are asked."""
    own = row["fields"].get("customer")
    on_lines = {other["customer"] for _, _, _, other in own_lines(row) if "customer" in other}
    others = {other["fields"]["customer"] for other in rows if other["case"] == row["case"] and "customer" in other["fields"]}
    return {own} if own else on_lines or others


def vehicles_of(row: Json, rows: list[Json]) -> set[str]:
    """Its vehicles: of its round, or all of its case's."""
    same = [other for other in rows if other["case"] == row["case"] and row["round"] in (0, other["round"])]
    return {other["fields"]["plate"] for other in same if "plate" in other["fields"]}


def is_meant(row: Json, rows: list[Json], form: str, asked: Json) -> bool:
    """Whether a document fits, looked at by itself."""
    items = {each for _, _, item, other in own_lines(row) for each in (item, other.get("becomes"))}
    customers, vehicles = customers_of(row, rows), vehicles_of(row, rows)
    said = " ".join([row["serial"], row["case"], *map(str, row["fields"].values())]).lower()
    customer, plate = asked.get("customer", "").casefold().split(), plain_plate(asked.get("vehicle", ""))
    return (
        row["form"] == form
        and row["at"] >= (start_of(date.fromisoformat(asked["from"])) if "from" in asked else 0)
        and row["at"] < (start_of(date.fromisoformat(asked["to"]), 1) if "to" in asked else 2**62)
        and ("customer" not in asked or any(all(word in each.casefold() for word in customer) for each in customers))
        and ("vehicle" not in asked or any(plate in plain_plate(each) for each in vehicles))
        and ("item" not in asked or asked["item"] in items)
        and all(word in said for word in asked.get("filter", "").lower().split())
    )


def pages(site: Site, form: str, asked: Json, limit: int) -> list[str]:
    """The serials on all pages of a register, the newest first."""
    found: list[str] = []
    before = ""
    for _ in range(2000):
        told = register_page(site, form, "", before, limit, asked)
        assert len(told["rows"]) <= limit
        found += [row["serial"] for row in told["rows"]]
        before = told["next"]
        if before is None:
            return found
    raise AssertionError("the register never ends")


def wishes(chance: random.Random) -> Json:
    """Any filters, together."""
    days = [MONDAY + timedelta(days=chance.randrange(20)) for _ in range(2)]
    every = {
        "from": min(days).isoformat(), "to": max(days).isoformat(),
        "customer": chance.choice(["海河", "石化", "acme", "valves ACME", "%", "=", "nobody", "é", "机"]),
        "item": chance.choice(ITEMS), "vehicle": chance.choice(["晋A·12345", "b 12o45", "1", "AD1I1I1", "X", "晋A1"]),
        "filter": chance.choice(["26", "备注3", "remark", "fh26-00001", "1 备注", "{", "é ü", "海河"]),
    }  # fmt: skip
    return {name: every[name] for name in every if chance.random() < 0.35}


PATHS = {
    "as it is": {},
    "many names": {"MOST_NAMES": 2},
    "many documents": {"FEW": 3},
    "small steps": {"PORTION": 2, "SEARCHED": 5, "SEARCHED_BY_NAME": 3},
    "all of it": {"MOST_NAMES": 2, "FEW": 3, "PORTION": 3, "SEARCHED": 4, "SEARCHED_BY_NAME": 3, "EXPORTED": 7},
}


@pytest.mark.parametrize("path", PATHS)
def test_any_filters_together_find_exactly_what_a_plain_search_finds(
    works: tuple[Site, list[Json]], path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, rows = works
    for name, value in PATHS[path].items():
        monkeypatch.setattr(registers if hasattr(registers, name) else narrowing, name, value)
    chance, found = random.Random(path), 0
    for _ in range(60):
        form, asked = chance.choice(("note", "slip", "pass", "notice")), wishes(chance)
        wanted = sorted((row["at"], row["serial"]) for row in rows if is_meant(row, rows, form, asked))
        serials = [serial for _, serial in wanted]
        assert pages(site, form, asked, chance.choice((1, 3, 50))) == serials[::-1], (form, asked)
        assert [row["serial"] for part in all_rows(site, read_narrowed(site, form, asked)) for row in part] == serials
        found += len(serials)
    assert found > 300  # the filters found something to be wrong about


def test_a_row_names_customer_vehicles_items_and_quantities_of_its_own_revision(works: tuple[Site, list[Json]]) -> None:
    site, rows = works
    for form in ("note", "slip", "pass", "notice"):
        for told in register_page(site, form, limit=1000)["rows"]:
            [row] = [each for each in rows if each["serial"] == told["serial"]]
            assert set(told["customers"]) == customers_of(row, rows)
            assert set(told["vehicles"]) == vehicles_of(row, rows)
            assert [line["item"] for line in told["lines"]] == [item for _, _, item, _ in own_lines(row)]
            assert {line["quantity"] for line in told["lines"]} <= {"2.5"}


def test_a_day_begins_and_ends_at_midnight_here(works: tuple[Site, list[Json]]) -> None:
    site, rows = works
    for day in range(20):
        text = (MONDAY + timedelta(days=day)).isoformat()
        found = register_page(site, "note", limit=1000, asked={"from": text, "to": text})["rows"]
        days = [datetime.fromtimestamp(row["at"] / SECOND).date().isoformat() for row in rows if row["form"] == "note"]
        assert [row["opened"][:10] for row in found] == [text] * days.count(text)


@pytest.mark.parametrize("text", ["晋A·12345", "晋a 12345", "Ａ１２３４５", "A-12345", "12345", "京A12345"])
def test_a_plate_is_found_however_it_is_typed(works: tuple[Site, list[Json]], text: str) -> None:
    site, rows = works
    wanted = {row["serial"] for row in rows if row["form"] == "slip" and row["fields"]["plate"] == "晋A12345"}
    assert set(pages(site, "slip", {"vehicle": text}, 50)) == wanted != set()


def test_a_province_alone_finds_its_vehicles(works: tuple[Site, list[Json]]) -> None:
    site, rows = works
    wanted = {row["serial"] for row in rows if row["form"] == "slip" and row["fields"]["plate"].startswith("京")}
    assert set(pages(site, "slip", {"vehicle": "京"}, 50)) == wanted != set()


def test_an_item_is_found_by_its_name_and_by_what_a_line_makes_of_it(works: tuple[Site, list[Json]]) -> None:
    site, rows = works
    assert pages(site, "note", {"item": "阀门V-10"}, 50) == pages(site, "note", {"item": "V-10"}, 50)
    only_made = [
        row["serial"] for row in rows
        if any(other.get("becomes") == "V-10" and item != "V-10" for _, _, item, other in own_lines(row))
    ]  # fmt: skip
    assert set(only_made) <= set(pages(site, "note", {"item": "V-10"}, 50))
    assert only_made


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"from": "2026-03-05", "to": "2026-03-04"}, "days_reversed"),
        ({"from": "yesterday"}, "date_unreadable"),
        ({"to": "2026-3-4"}, "date_unreadable"),
        ({"to": "9999-12-31"}, "date_unreadable"),
        ({"from": 20260304}, "code_unreadable"),
        ({"item": "nothing of the kind"}, "item_unknown"),
        ({"item": ["V-1"]}, "text_expected"),
        ({"customer": 5}, "text_expected"),
        ({"customer": "a\u202eb"}, "text_unclean"),
        ({"vehicle": "x" * 900}, "text_too_long"),
        ({"filter": "a\x1bb"}, "text_unclean"),
    ],
)
def test_a_filter_that_cannot_be_read_is_refused(works: tuple[Site, list[Json]], asked: Json, code: str) -> None:
    with pytest.raises(Refused) as refused:
        register_page(works[0], "note", asked=asked)
    assert refused.value.code == code


def test_too_many_items_of_one_name_are_refused_instead_of_some_left_out(
    works: tuple[Site, list[Json]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(narrowing, "MOST_ITEMS", 3)
    with pytest.raises(Refused) as refused:
        register_page(works[0], "note", asked={"item": "阀门"})
    assert refused.value.code == "items_too_many"


def test_full_width_days_are_understood_and_empty_filters_narrow_nothing(works: tuple[Site, list[Json]]) -> None:
    site, _ = works
    assert pages(site, "note", {"from": "２０２６-03-05"}, 50) == pages(site, "note", {"from": "2026-03-05"}, 50)
    assert pages(site, "note", {"customer": "", "item": None, "vehicle": ""}, 50) == pages(site, "note", {}, 50)


def test_the_pipe_takes_the_same_filters_and_tells_the_oldest_first(works: tuple[Site, list[Json]]) -> None:
    site, rows = works
    token = log_in(site, "sales", "sales_clerk", PIN)[0]
    with site.database.reading() as cursor:
        session = find_session(site, cursor, token)
    asked = {"from": "2026-03-04", "customer": "石化", "vehicle": "12345"}
    found: list[str] = []
    after: str | None = None
    while True:
        told = ask_register(site, session, site.words, {"form": "note", "after": after, **asked})
        found += [row["serial"] for row in told["documents"]]
        after = told["next"]
        if after is None:
            break
    wanted = sorted((row["at"], row["serial"]) for row in rows if is_meant(row, rows, "note", asked))
    assert found == [serial for _, serial in wanted] != []


def test_a_page_that_begins_outside_the_days_still_holds_nothing_but_those_days(works: tuple[Site, list[Json]]) -> None:
    site, rows = works
    order = sorted((row["at"], row["serial"]) for row in rows if row["form"] == "note")
    asked = {"from": "2026-03-06", "to": "2026-03-12"}
    inside = [serial for at, serial in order if start_of(date(2026, 3, 6)) <= at < start_of(date(2026, 3, 13))]
    assert order[0][1] not in inside and order[-1][1] not in inside
    newest_first = [row["serial"] for row in register_page(site, "note", "", order[-1][1], 1000, asked)["rows"]]
    oldest_first = [row["serial"] for row in registers.register(site, "note", order[0][1], asked)["documents"]]
    assert newest_first == inside[::-1] and oldest_first == inside


WRITTEN = (
    "Acme", "海河", 'a"b', "back\\slash", "end\\", '"', '\\"x', '":"', '"customer":"evil",', '{"plate": "z"}', 'x": "y', "",
    "é,}",
)  # fmt: skip


@pytest.mark.parametrize("engine", [driver, sqlite3], ids=["ours", "the standard library's"])
def test_names_are_read_out_of_the_fields_whatever_stands_in_them_by_any_engine(engine: Any) -> None:
    database = engine.connect(":memory:")
    database.execute("PRAGMA trusted_schema = 0")
    for _, text in scripts():
        for statement in statements(text):
            database.execute(statement)
    new = "INSERT INTO documents(serial, in_case, form, fields, opened_at) VALUES(?, 'X', 'note', ?, 5)"
    line = "INSERT INTO lines(serial, revision, number, item, quantity, other) VALUES(?, 1, 1, 'V-1', 5, ?)"
    for number, name in enumerate(WRITTEN):
        fields = {"address": WRITTEN[-number], "customer": name, "old_customer": "no", "plate": WRITTEN[number - 3], "weight": 5}
        for way, kept in enumerate((canonical(fields), json.dumps(fields, ensure_ascii=False))):
            serial = f"{number}.{way}"
            database.execute(new, (serial, kept))
            database.execute(line, (serial, canonical({"becomes": name, "customer": WRITTEN[-number]})))
            found = database.execute("SELECT customer, plate FROM documents WHERE serial = ?", (serial,)).fetchall()
            on_line = database.execute("SELECT becomes, customer FROM lines WHERE serial = ?", (serial,)).fetchall()
            assert (found, on_line) == ([(name, WRITTEN[number - 3])], [(name, WRITTEN[-number])])
    for number, kept in enumerate(('{"customer":5,"plate":null}', '{"old_customer":"x"}', "no object", "")):
        database.execute(new, (f"odd {number}", kept))
    odd = database.execute("SELECT DISTINCT customer, plate FROM documents WHERE serial LIKE 'odd%'").fetchall()
    assert odd == [(None, None)]
    database.close()


def test_every_form_of_the_procedures_in_force_has_a_register_and_one_that_was_only_written_has_too(
    works: tuple[Site, list[Json]],
) -> None:
    site, _ = works
    for words in site.languages.values():
        books = books_of(site, words)
        assert [book["form"] for book in books] == [form["form"] for form in registers.forms_of(site, words)]
        assert book_of(site, "notice", words)["form"] == "notice"
    with pytest.raises(Refused) as refused:
        book_of(site, "nonsense", site.words)
    assert refused.value.code == "form_unknown"


def plan_of(site: Site, sql: str, *parameters: object) -> str:
    return " | ".join(row[3] for row in site.database.rows(f"EXPLAIN QUERY PLAN {sql}", *parameters))


def test_every_look_up_goes_by_an_index(works: tuple[Site, list[Json]]) -> None:
    site, _ = works
    walk = plan_of(site, registers.WALK.format(**registers.NEWEST, words=""), "note", 5, "", 0, 0, "", 50)
    assert "documents_of_form (form=? AND opened_at>? AND (opened_at,serial)<" in walk and "TEMP B-TREE" not in walk
    for text, index in (
        (narrowing.NAMES.format("customer", "documents"), "documents_of_customer"),
        (narrowing.NAMES.format("customer", "lines"), "lines_for_customer"),
        (narrowing.NAMES.format("plate", "documents"), "documents_of_plate"),
    ):
        assert index in plan_of(site, text, 9)
    for text, index in (
        (narrowing.CASES_NAMING.format("customer"), "documents_of_customer"),
        (narrowing.CASES_NAMING.format("plate"), "documents_of_plate"),
        (narrowing.LINES_NAMING.format("customer"), "lines_for_customer"),
    ):
        assert index in plan_of(site, text, "[]", 9)
    assert "documents_of_case" in plan_of(site, narrowing.OF_CASES, "[]", "note", 9)
    items = plan_of(site, narrowing.OF_ITEMS, "[]", 9)
    assert "lines_of_item" in items and "lines_becoming" in items
