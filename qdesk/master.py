"""Master data: what is kept of items, parties and bins, judged cell by cell, and changed only where nothing depends on it.

Nothing is ever deleted: what is no longer used is closed, and can be opened again. The same judgement serves an act at a desk, a
program, and every row of a file that is imported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from qdesk.database import Cursor
from qdesk.errors import Refused
from qdesk.master_columns import AMOUNT, BIN, CHOICE, CODE, FLAG, ITEM, PARTY, SUBJECTS, WHOLE, YES_OR_NO, MasterColumn, Subject
from qdesk.master_kept import Planned, Value, Values
from qdesk.naming import refuse_taken
from qdesk.scan import clean_code, clean_text, format_quantity, parse_quantity, visible
from qdesk.site import Site
from qdesk.words import Title, Words

Raw = Mapping[str, object]

FIXED_IN_USE = ("unit", "decimals", "serialised")
"""What every quantity and every number on paper was written in."""
FINEST = 3
LONGEST_WHOLE = 9
IN_USE = """SELECT EXISTS(SELECT 1 FROM balances WHERE item = ?) OR EXISTS(SELECT 1 FROM lots WHERE item = ?)
  OR EXISTS(SELECT 1 FROM lines WHERE item = ?) OR EXISTS(SELECT 1 FROM lines WHERE becomes = ?)"""
IN_STOCK = "SELECT EXISTS(SELECT 1 FROM balances WHERE item = ? AND counter = 0 AND quantity <> 0)"
LOTS_OF = "SELECT EXISTS(SELECT 1 FROM lots WHERE party = ?)"


@dataclass
class Judged:
    """One row while it is judged: every fault by its column, and what is planned where there is none."""

    faults: list[tuple[str, Refused]] = field(default_factory=list)
    planned: Planned | None = None

    def planned_or_refuse(self) -> Planned:
        """Return what is planned; raises the first fault."""
        if self.planned is None:
            raise self.faults[0][1]
        return self.planned


def subject_named(name: str) -> Subject:
    """Return a kind of master data by the name of its list; raises Refused("list_unknown")."""
    if name not in SUBJECTS:
        raise Refused("list_unknown", name=visible(name), known=list(SUBJECTS))
    return SUBJECTS[name]


def title_key(words: Words, subject: Subject, name: str) -> str:
    """Return where the title of a column stands: under a name of its own for this kind of thing, else where it stands for all."""
    own = f"question.{subject.asks}_{name}"
    return own if own in words.keys else f"question.{name}"


def choice_titles(site: Site, column: MasterColumn) -> dict[str, Title]:
    """Return what may be chosen in a column, each with its title."""
    if column.name == "storage":
        return {name: known.title for name, known in site.factory.storage.items()}
    if column.name == "zone":
        return {name: known.title for name, known in site.factory.zones.items()}
    if column.name == "place":
        return {name: place.title for name, place in site.factory.places.items() if place.is_store}
    return {choice: site.title(f"ask.choice_{choice}") for choice in column.choices}


class MasterData:
    """Master data as one view of the tables shows it."""

    def __init__(self, site: Site, cursor: Cursor) -> None:
        """Judge within one view."""
        self.site, self.cursor = site, cursor
        self.longest = site.config.number("longest_text")
        self.titles: dict[tuple[str, str], Title] = {}
        self.meant: dict[str, dict[str, str]] = {}

    # One cell

    def read(self, subject: Subject, column: MasterColumn, raw: object, decimals: int = FINEST) -> Value:
        """Return what a cell says as it is kept; raises Refused with what is wrong with it."""
        title = self.title(subject, column.name)
        text = self.text(raw, title)
        if not text:
            if column.required:
                raise Refused("answer_missing", name=title)
            return 0 if column.kind in (WHOLE, AMOUNT, FLAG) else ""
        if column.kind == CODE:
            return clean_code(text)
        if column.kind in (FLAG, CHOICE):
            chosen = self.choice(column, text)
            return int(chosen == "yes") if column.kind == FLAG else chosen
        if column.kind == AMOUNT:
            return parse_quantity(text, decimals, zero=True)
        return whole(text, column.most) if column.kind == WHOLE else text

    def title(self, subject: Subject, name: str) -> Title:
        """Return what a column is called."""
        known = self.titles.get((subject.name, name))
        if known is None:
            known = self.titles[subject.name, name] = self.site.title(title_key(self.site.words, subject, name))
        return known

    def text(self, raw: object, title: Title) -> str:
        """Return what was given as text: programs may give numbers and truths as what they are."""
        if raw is None or raw == "":
            return ""
        if isinstance(raw, bool):
            return "yes" if raw else "no"
        return clean_text(str(raw) if isinstance(raw, int) else raw, title, self.longest)

    def choice(self, column: MasterColumn, text: str) -> str:
        """Return the choice that was meant, by its name or by its title in either language.

        Raises Refused: choice_unknown, choice_not_listed.
        """
        if column.name not in self.meant:
            flags = MasterColumn(column.name, choices=YES_OR_NO) if column.kind == FLAG else column
            known = {"true": "yes", "1": "yes", "false": "no", "0": "no"} if column.kind == FLAG else {}
            for name, title in choice_titles(self.site, flags).items():
                known |= {name.casefold(): name, title.zh.casefold(): name, title.en.casefold(): name}
            self.meant[column.name] = known
        found = self.meant[column.name].get(text.casefold())
        if found is None and column.kind == CHOICE:
            raise Refused("choice_not_listed", value=visible(text), known=list(choice_titles(self.site, column).values()))
        if found is None:
            raise Refused("choice_unknown", value=visible(text))
        return found

    # One row

    def judge(self, subject: Subject, raw: Raw, new: bool | None = None) -> Judged:
        """Judge a row: what is not in it stays as it is, or is empty where the row is new.

        With ``new`` it has to be new, or known already; without, a code that is not known makes a new one.
        """
        judged = Judged()
        code = self.code(subject, raw.get("code"), judged)
        was = self.known(subject, code) if code else None
        if code and new is not None and new == (was is not None):
            judged.faults.append(("code", Refused("given_twice", value=code) if new else unknown(subject, code)))
            return judged
        if code and was is None:
            self.note(judged, "code", partial(refuse_taken, self.site, self.cursor, code, subject.name))
        now = self.values(subject, {**raw, "code": code} if code else raw, was, judged)
        if code and not judged.faults:
            self.judge_change(subject, code, was, now, judged)
        if code and not judged.faults:
            judged.planned = Planned(code, was, now)
        return judged

    def code(self, subject: Subject, raw: object, judged: Judged) -> str:
        """Return the code of a row, empty with its fault noted where it is none."""
        try:
            return str(self.read(subject, subject.columns[0], raw))
        except Refused as refused:
            judged.faults.append(("code", refused))
            return ""

    def values(self, subject: Subject, raw: Raw, was: Values | None, judged: Judged) -> Values:
        """Return all values of a row, noting each that is not fit; quantities are read within the unit's decimals."""
        now: Values = dict(was) if was else {}
        for column in subject.columns:
            if was is not None and column.name not in raw:
                continue
            decimals = now.get("decimals", FINEST)
            try:
                now[column.name] = self.read(subject, column, raw.get(column.name), int(decimals))
            except Refused as refused:
                never_said = was is not None and was[column.name] == "" and refused.code == "answer_missing"
                if column.name != "code" and not never_said:
                    judged.faults.append((column.name, refused))
        return now

    def note(self, judged: Judged, column: str, check: Callable[[], None]) -> None:
        """Note what a check refuses."""
        try:
            check()
        except Refused as refused:
            judged.faults.append((column, refused))

    def judge_change(self, subject: Subject, code: str, was: Values | None, now: Values, judged: Judged) -> None:
        """Note what may not become so because stock or paper depends on it."""
        if subject is ITEM:
            for name in ("pack", "least"):
                self.note(judged, name, partial(fits, int(now[name]), int(now["decimals"])))
        if subject is BIN:
            self.judge_bin(code, was, now, judged)
        if was is None:
            return
        changed = [name for name in now if now[name] != was[name]]
        if subject is ITEM and set(changed) & set(FIXED_IN_USE) and self.holds(IN_USE, *[code] * 4):
            for name in [each for each in FIXED_IN_USE if each in changed]:
                judged.faults.append((name, Refused("item_in_use", item=code, name=self.title(subject, name))))
        if subject is ITEM and "closed" in changed and now["closed"] and self.holds(IN_STOCK, code):
            judged.faults.append(("closed", Refused("item_lies_there", item=code)))
        if subject is PARTY and "kind" in changed and self.holds(LOTS_OF, code):
            judged.faults.append(("kind", Refused("party_in_use", party=code)))

    def judge_bin(self, code: str, was: Values | None, now: Values, judged: Judged) -> None:
        """Note a zone that its store does not have; what is done with a bin that is there is done at the store (R057)."""
        if was is not None:
            judged.faults += [(name, Refused("bin_stays", bin=code)) for name in now if now[name] != was[name]]
            return
        zone = self.site.factory.zones.get(str(now["zone"]))
        if zone is not None and zone.places and now["place"] not in zone.places:
            place = self.site.factory.places[str(now["place"])].title
            judged.faults.append(("zone", Refused("zone_of_others", zone=zone.title, place=place)))

    def holds(self, sql: str, *parameters: str) -> bool:
        """Tell whether something is so."""
        self.cursor.execute(sql, parameters)
        return bool(self.cursor.fetchall()[0][0])

    def known(self, subject: Subject, code: str) -> Values | None:
        """Return what is kept under a code, none where nothing is."""
        names = [name for name in subject.names if name != "closed"]
        self.cursor.execute(f"SELECT {', '.join(names)}, closed_at IS NOT NULL FROM {subject.table} WHERE code = ?", (code,))
        rows = self.cursor.fetchall()
        return dict(zip([*names, "closed"], rows[0], strict=True)) if rows else None


def unknown(subject: Subject, code: str) -> Refused:
    """Return that nothing is kept under a code."""
    if subject is ITEM:
        return Refused("item_unknown", item=code)
    return Refused("party_unknown", party=code)


def whole(text: str, most: int) -> int:
    """Return a whole number up to a limit; raises Refused("number_unreadable") or Refused("number_over")."""
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_WHOLE):
        raise Refused("number_unreadable", text=visible(text))
    if int(text) > most:
        raise Refused("number_over", text=text, most=most)
    return int(text)


def fits(thousandths: int, decimals: int) -> None:
    """Refuse a quantity that is finer than the unit."""
    parse_quantity(format_quantity(thousandths), decimals, zero=True)
