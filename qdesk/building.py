"""From the chosen tables of one file to a Procedure: numbers become names, outcomes take over their step's terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from qdesk.language import (
    Asked,
    Choice,
    Column,
    CopyOf,
    Ending,
    Form,
    Outcome,
    PlaceOf,
    Procedure,
    Reference,
    Step,
)
from qdesk.reading import Problems, Table
from qdesk.words import Title

NOT_STATED = "n/s"
"""What stands for the number of a form whose number the sources do not state: none is invented, none is shown."""
COLUMN_KINDS = ("text", "number", "date", "choice", "item", "lot", "quantity", "plate")
_TERMS = (
    *("asks", "rules", "signs", "stamps", "not_by", "moves", "keeps"),
    *("voids", "opens", "notifies", "reopens", "forgets", "settled"),
)
_ORDER = ("after", "after_any", "unless")


def number_copies(tree: Mapping[str, object], problems: Problems) -> dict[str, object]:
    """The tree with its number written into every copy, so that a setting may remove one without renumbering.

    Copies of which every setting leaves one, to rest here or there, say their number themselves: it is the same.
    """
    forms = {}
    for name, form in Table(tree.get("forms", {}), "forms", problems).values.items():
        copies = form.get("copies") if isinstance(form, dict) else None
        if isinstance(form, dict) and isinstance(copies, list):
            numbered = [{"number": n, **copy} if isinstance(copy, dict) else copy for n, copy in enumerate(copies, 1)]
            form = {**form, "copies": numbered}
        forms[name] = form
    return {**tree, "forms": forms}


def copy_names(tree: Mapping[str, object], problems: Problems) -> frozenset[str]:
    """Every copy any setting could leave, by name; a reference to one of these is never a problem."""
    named = Table(tree, "", problems).named("forms")
    return frozenset(f"{form}.{n}" for form, table in named.items() for n, _ in enumerate(table.listed("copies"), 1))


class Builder:
    """Reads one chosen tree; what it cannot read is a problem and an empty value."""

    def __init__(self, tree: dict[str, object], all_copies: frozenset[str], problems: Problems) -> None:
        self.top = Table(tree, "", problems)
        self.all_copies = all_copies
        self.problems = problems
        self.forms: dict[str, Form] = {}

    def procedure(
        self, text: str, digest: str, settings: Mapping[str, tuple[str, ...]], chosen: Mapping[str, str]
    ) -> Procedure:
        """The whole procedure."""
        top = self.top
        top.table("settings")
        self.forms = {name: self._form(name, table) for name, table in top.named("forms").items()}
        procedure = Procedure(
            id=top.identity(),
            title=top.title(),
            file=self.problems.file,
            text=text,
            digest=digest,
            settings=settings,
            chosen=chosen,
            places=self._places(top.table("places")),
            forms=self.forms,
            steps=self._steps(),
            endings={name: self._ending(name, table) for name, table in top.named("endings").items()},
            order=top.text("order", "1", among=tuple("123456789")),
        )
        top.done()
        return procedure

    def _form(self, name: str, table: Table) -> Form:
        form = Form(
            id=name,
            number=table.text("number").removeprefix(NOT_STATED),
            series=table.text("series"),
            title=table.title(),
            copies=tuple(self._copy(name, copy) for copy in table.listed("copies")),
            fields=self._columns(table, "fields"),
            lines=self._columns(table, "lines"),
            optional=table.flag("optional"),
            per=table.text("per", ""),
            printed=table.text("printed", "signed", among=("signed", "opened")),
            guarded=table.flag("guarded"),
            written=table.text("written", ""),
        )
        if not form.copies:
            self.problems.add(table.where, "missing_key", key="copies")
        numbers = [copy.number for copy in form.copies]
        for number in sorted({number for number in numbers if numbers.count(number) > 1}):
            self.problems.add(table.where, "copy_twice", number=number)
        table.done()
        return form

    def _copy(self, form: str, table: Table) -> CopyOf:
        number = table.whole("number")
        copy = CopyOf(f"{form}.{number}", form, number, table.text("rests"), table.title())
        table.done()
        return copy

    def _columns(self, table: Table, key: str) -> tuple[Column, ...]:
        columns = []
        for name, each in table.named(key).items():
            kind = each.text("kind", among=COLUMN_KINDS)
            choices = tuple(self._choice(choice) for choice in each.listed("choices"))
            if bool(choices) != (kind == "choice"):
                self.problems.add(each.where, "choices_misplaced")
            columns.append(Column(name, kind, each.title(), each.flag("optional"), choices, each.flag("written")))
            each.done()
        return tuple(columns)

    def _choice(self, table: Table) -> Choice:
        choice = Choice(table.identity(), table.title())
        table.done()
        return choice

    def _places(self, table: Table) -> tuple[PlaceOf, ...]:
        places = []
        for name in table.entries():
            if isinstance(table.values[name], dict):
                inner = table.table(name)
                places.append(PlaceOf(name, inner.text("place", ""), inner.text("per", "")))
                inner.done()
            else:
                places.append(PlaceOf(name, table.text(name)))
        return tuple(places)

    def _steps(self) -> dict[str, Step]:
        steps: dict[str, Step] = {}
        for table in self.top.listed("step"):
            step = self._step(table)
            if step.id in steps:
                self.problems.add(table.where, "step_twice")
            steps[step.id] = step
        return steps

    def _step(self, table: Table) -> Step:
        identity, title, desk = table.identity(), table.title(), table.text("desk")
        common = self._terms(table)
        order = {key: table.references(key) for key in _ORDER}
        outcomes = [
            self._outcome(name, inner.title(), common, order, inner) for name, inner in table.named("outcome").items()
        ]
        outcomes = outcomes or [self._outcome("", title, common, order, None)]
        step = Step(
            id=identity,
            title=title,
            desk=desk,
            by=table.text("by"),
            source=table.text("from", desk),
            copies=self._copies(table, "copies"),
            outcomes=tuple(replace(each, step=identity) for each in outcomes),
            settled=table.names("settled"),
            scan=table.text("scan", "one", among=("one", "all")),
            repeats=table.flag("repeats"),
            per=table.text("per", ""),
            within=table.duration("within"),
            waits=not table.flag("optional"),
            **order,
        )
        if table.has("copies") and not step.copies:
            self.problems.add(table.where, "no_copy_left")
        table.done()
        return step

    def _terms(self, table: Table) -> dict[str, tuple[str, ...]]:
        terms = {key: table.names(key) for key in _TERMS}
        terms["keeps"] = self._copies(table, "keeps")
        sends = table.table("sends")
        pairs = [f"{copy}>{desk}" for desk in sends.entries() for copy in self._copies(sends, desk)]
        return {**terms, "sends": tuple(pairs)}

    def _outcome(
        self,
        name: str,
        title: Title,
        common: Mapping[str, tuple[str, ...]],
        order: Mapping[str, tuple[Reference, ...]],
        table: Table | None,
    ) -> Outcome:
        own = self._terms(table) if table else {}
        merged = {key: common[key] + own.get(key, ()) for key in common}
        own_order = {key: order[key] + (table.references(key) if table else ()) for key in _ORDER}
        again = table.flag("again") if table else False
        if table:
            table.done()
        return Outcome(
            name=name,
            title=title,
            asks=tuple(Asked(each.removesuffix("?"), each.endswith("?")) for each in merged["asks"]),
            rules=merged["rules"],
            signs=merged["signs"],
            stamps=merged["stamps"],
            not_by=merged["not_by"],
            moves=merged["moves"],
            keeps=merged["keeps"],
            sends=dict(pair.split(">") for pair in merged["sends"]),
            voids=merged["voids"],
            opens=merged["opens"],
            notifies=merged["notifies"],
            reopens=merged["reopens"],
            forgets=merged["forgets"],
            after=own_order["after"],
            after_any=own_order["after_any"],
            unless=own_order["unless"],
            settled=merged["settled"],
            again=again,
        )

    def _ending(self, name: str, table: Table) -> Ending:
        rests = table.table("rests")
        ending = Ending(
            id=name,
            title=table.title(),
            after=table.references("after"),
            must=table.references("must"),
            must_any=table.references("must_any"),
            must_not=table.references("must_not"),
            rests={copy: desk for desk in rests.entries() for copy in self._copies(rests, desk)},
        )
        if not ending.after:
            self.problems.add(table.where, "missing_key", key="after")
        table.done()
        return ending

    def _copies(self, table: Table, key: str) -> tuple[str, ...]:
        """The named copies that the settings have left; "parts" means all copies of that form."""
        first = next(iter(self.forms), "")
        found: list[str] = []
        for text in table.names(key):
            name = f"{first}.{text}" if text.isascii() and text.isdigit() else text
            if name in self.forms:
                found += [copy.name for copy in self.forms[name].copies]
            elif name in self.all_copies:
                found += [name] if self._is_left(name) else []
            else:
                self.problems.add(table.where, "unknown_copy", copy=text)
        return tuple(found)

    def _is_left(self, name: str) -> bool:
        form = self.forms.get(name.split(".")[0])
        return form is not None and any(copy.name == name for copy in form.copies)
