"""Look-ups told in the terminal, as tables; every word of data goes in as plain text, never as markup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from qdesk import lookups, showing
from qdesk.desk.book import known_of, texts_of
from qdesk.desk.card import Json
from qdesk.desk.scanning import known_piece
from qdesk.errors import Refused
from qdesk.factory import load_factory
from qdesk.proof import prove_all
from qdesk.scan import clean_code, kind_of
from qdesk.site import Site, open_site
from qdesk.verify import check_slip, verify
from qdesk.words import Words

KEPT_WHOLE = frozenset(["copy", "case", "item", "lot", "serial", "quantity", "since", "state"])
"""Columns a narrow terminal narrows last, so that codes stay in one piece; what has no room goes on in the next line."""
LONGEST_WHOLE = 24
LONGEST_WORD = 12
HOLDERS = """SELECT r.role, p.badge FROM roles_held r JOIN persons p ON p.id = r.person
  WHERE r.ended_at IS NULL AND r.deputy_for IS NULL AND p.left_at IS NULL ORDER BY r.role, p.badge"""


def console() -> Console:
    """Return the terminal: colours only where there are any, and nothing in data is ever markup."""
    return Console(markup=False, highlight=False, emoji=False)


def table(words: Words, title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """Return a table whose heads come from the word files and whose cells are plain text; an empty column is left out."""
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    made = Table(box=box.SIMPLE, title=Text(title), title_justify="left", pad_edge=False, collapse_padding=True)
    shown = [number for number in range(len(columns)) if not cells or any(row[number] for row in cells)]
    for number in shown:
        whole = columns[number] in KEPT_WHOLE and all(len(row[number]) <= LONGEST_WHOLE for row in cells)
        longest = max((cell_len(word) for row in cells for word in row[number].split()), default=0)
        least = longest if longest <= LONGEST_WORD else None  # words stay in one piece where there is room
        made.add_column(folding(words.say(f"column.{columns[number]}")), no_wrap=whole, min_width=least)
    for row in cells:
        made.add_row(*(folding(row[number]) for number in shown))
    return made


def show(screen: Console, made: Table) -> None:
    """Print a table; where words have no room in one piece, they are broken rather than anything cut off."""
    if made.__rich_measure__(screen, screen.options).minimum > screen.width:
        for column in made.columns:
            column.min_width = None
    screen.print(made)


def folding(text: str) -> Text:
    """Return plain text that is never cut off."""
    return Text(text, no_wrap=False, overflow="fold")


def desk_title(site: Site, desk: str, words: Words) -> str:
    """Return what a desk is called; nowhere while a copy is carried."""
    known = site.factory.desks.get(desk)
    return known.title.in_(words.language) if known else words.say(f"word.{desk or 'nowhere'}")


def day_text(text: str) -> str:
    """Return a time to the minute with its year, as people read one long past."""
    return text[:16].replace("T", " ")


def short_time(text: str) -> str:
    """Return a time to the minute, as people read it."""
    return text[5:16].replace("T", " ")


def age_text(seconds: int, words: Words) -> str:
    """Return an age in its largest unit."""
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= length:
            return words.say(f"age.{unit}", number=seconds // length)
    return words.say("age.minutes", number=0)


def tell_where(site: Site, what: str, words: Words, out: Console | None = None) -> int:
    """Print where a document's copies are, or what is due and astray at a desk."""
    code = clean_code(what)
    screen = out or console()
    if code in site.factory.desks:
        found = lookups.where_desk(site, code)
        for key in ("due", "astray"):
            title = words.say(f"title.{key}", desk=desk_title(site, code, words))
            show(screen, copies_table(site, title, found[key], words))
        return 0
    if kind_of(code) == "piece":
        with site.database.reading() as cursor:
            code = known_piece(site, cursor, code)[0]
    found = lookups.where_document(site, lookups.serial_of(code), words)
    show(screen, copies_table(site, found["document"], found["copies"], words))
    return 0


def copies_table(site: Site, title: str, copies: Iterable[Json], words: Words) -> Table:
    """Return copies with where they are due and where they were seen."""
    rows = [
        (
            copy["copy"],
            copy.get("purpose", ""),
            desk_title(site, copy["due"], words),
            desk_title(site, copy["seen"], words),
            words.say(f"state.{copy['state']}"),
            short_time(copy["due_since"]),
        )
        for copy in copies
    ]
    return table(words, title, ("copy", "purpose", "due", "seen", "state", "since"), rows)


def tell_stock(site: Site, item: str, place: str, at: str, words: Words, out: Console | None = None) -> int:
    """Print balances, now or as of a moment."""
    item, place = (clean_code(code) if code else "" for code in (item, place))
    found = lookups.stock(site, item, place, lookups.read_at(at) if at else None)
    places = site.factory.places
    rows = [
        (
            row["item"],
            row.get("name", ""),
            places[row["place"]].title.in_(words.language),
            row["lot"],
            row.get("serial"),
            row["quantity"],
            words.say("word.held") if row.get("hold") else "",
            row.get("case"),
        )
        for row in found["stock"]
    ]
    columns = ("item", "name", "place", "lot", "serial", "quantity", "hold", "case")
    title = words.say("title.stock_at", at=day_text(found["at"])) if "at" in found else words.say("title.stock")
    screen = out or console()
    show(screen, table(words, title, columns, rows))
    bound = [row for row in found.get("free", ()) if (row["held"], row["reserved"]) != ("0", "0")]
    if bound:
        show(screen, bound_table(site, bound, words))
    return 0


def bound_table(site: Site, bound: Iterable[Json], words: Words) -> Table:
    """Return what of the stock may not be used or is promised, and what is free for all that."""
    titles = {place.id: place.title.in_(words.language) for place in site.factory.places.values()}
    rows = [
        (row["item"], titles[row["place"]], row["quantity"], row["held"], row["reserved"], row["free"]) for row in bound
    ]
    return table(words, words.say("title.bound"), ("item", "place", "quantity", "not_free", "reserved", "free"), rows)


def tell_inbox(site: Site, desk: str, words: Words, out: Console | None = None) -> int:
    """Print what waits at one desk, or at every desk where something does."""
    if desk and clean_code(desk) not in site.factory.desks:
        raise Refused("desk_unknown", desk=desk)
    screen = out or console()
    for each in [desk] if desk else list(site.factory.desks):
        found = lookups.inbox(site, each, words)
        if not desk and not found["waiting"] and not found["notices"]:
            continue
        rows = [
            (
                row["case"],
                row["title"],
                short_time(row["since"]),
                age_text(row["age_seconds"], words),
                words.say("word.late") if row["late"] else "",
            )
            for row in found["waiting"]
        ]
        show(screen, table(words, desk_title(site, each, words), ("case", "step", "since", "age", "late"), rows))
        for notice in found["notices"]:
            line = words.say("notice.step", case=notice["case"], step=notice["title"], at=short_time(notice["at"]))
            screen.print(Text(f"  {line}"))
    return 0


def tell_procedures(folder: Path | None, verb: str, name: str, words: Words, out: Console | None = None) -> int:
    """Prove, draw or list the procedures of a site, or the shipped ones."""
    factory, screen = load_factory(folder), out or console()
    known = known_of(factory)
    texts = {file: text for file, text in texts_of(folder).items() if name in ("", file, file.removesuffix(".toml"))}
    if not texts:
        raise Refused("procedure_unknown", procedure=name)
    titles = {each.id: each.title for group in (factory.places, factory.roles, factory.desks) for each in group.values()}
    if verb == "check":
        people = people_of(folder) if folder and (folder / "qdesk.db").exists() else None
        return 0 if showing.check(screen, texts, known, words, titles, people) else 1
    for file, text in texts.items():
        proofs = prove_all(text, file, known)
        if verb == "list":
            showing.show_list(screen, proofs[:1], words)
        else:
            showing.show(screen, proofs[0].procedure, words, titles)
    return 0


def people_of(folder: Path) -> dict[str, list[str]]:
    """Return who holds each role at a site: whether duties can be kept apart is a question of its real people."""
    site = open_site(folder)
    holders: dict[str, list[str]] = {role: [] for role in site.factory.roles}
    for role, badge in site.database.rows(HOLDERS):
        holders.setdefault(role, []).append(badge)
    site.close()
    return holders


def tell_verify(site: Site, replay: bool, slip: Sequence[str] | None, words: Words, out: Console | None = None) -> int:
    """Print what was found wrong, or that nothing is."""
    screen = out or console()
    if slip:
        findings = check_slip(site, slip[0], slip[1])
    else:
        report = verify(site, replay=replay)
        findings = report.findings
        screen.print(Text(words.say("verify.read", entries=report.entries, head=report.head[:16])))
    for finding in findings:
        screen.print(Text(words.say(f"verify.{finding.code}", **finding.arguments), style="bold red"))
    if not findings:
        screen.print(Text(words.say("verify.sound_replayed" if replay else "verify.sound"), style="bold"))
    return 1 if findings else 0

