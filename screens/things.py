"""Cards of what is no paper of a case: an item, a lot, a badge, a place, a blank form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.content import Content

from qdesk.telling import day_text
from screens.card import Reader
from screens.lettering import shown, styled

Json = dict[str, Any]


def thing_lines(card: Json, reader: Reader) -> list[Content]:
    """Return the card of a thing, by its kind."""
    kinds: dict[str, Callable[[Json, Reader], list[Content]]] = {
        "item": item_lines, "lot": lot_lines, "person": person_lines, "bin": bin_lines, "blank": blank_lines,
        "instrument": instrument_lines,
    }  # fmt: skip
    return kinds[card["kind"]](card, reader)


def item_lines(card: Json, reader: Reader) -> list[Content]:
    """Return what an item is and where it lies."""
    item = card["item"]
    told = [item["code"], item["name"], item["spec"], item["model"], item["unit"]]
    closed = [styled(reader.say("master.is_closed"), "bold $warning")] if item.get("closed_at") else []
    lines = [styled("  ".join(shown(part) for part in told if part), "bold"), *closed]
    return [*lines, *balance_lines(card["balances"], reader)]


def lot_lines(card: Json, reader: Reader) -> list[Content]:
    """Return what a lot is, whether it may be used, and where it lies."""
    lot = card["lot"]
    lines = [styled(f"{shown(lot['code'])}  {shown(lot['item'])}", "bold")]
    if lot.get("serial"):
        lines += reader.wrapped(f"{reader.say('column.serial')}: {lot['serial']}")
    if lot.get("expires_at"):
        lines += reader.wrapped(f"{reader.say('column.expires')}: {day_text(lot['expires_at'])}")
    if lot.get("opened_at"):
        lines += reader.wrapped(f"{reader.say('column.opened')}: {day_text(lot['opened_at'])}", style="bold $warning")
    if lot.get("owner"):
        lines += reader.wrapped(f"{reader.say('column.owner')}: {lot['owner']}", style="bold $warning")
    if lot.get("hold"):
        lines += reader.wrapped(f"{reader.say('column.hold')}: {reader.hold(lot['hold'])}", style="bold $warning")
    return lines + balance_lines(card["balances"], reader)


def person_lines(card: Json, reader: Reader) -> list[Content]:
    """Return whose badge this is."""
    person = card["person"]
    roles = reader.words.show([reader.role(role) for role in person["roles"]])
    left = [styled(reader.say("card.has_left"), "bold $error")] if person["left"] else []
    stamp = reader.wrapped(reader.say("card.stamp", number=person["stamp"])) if person["stamp"] else []
    return [styled(person["name"], "bold"), *reader.wrapped(roles), *stamp, *left]


def instrument_lines(card: Json, reader: Reader) -> list[Content]:
    """Return which instrument this is, and until when its calibration holds (R127)."""
    told = card["instrument"]
    style = {"good": "", "due_soon": "bold $warning"}.get(told["state"], "bold $error")
    lines = [styled("  ".join(shown(part) for part in (told["code"], told["kind_title"], told["name"]) if part), "bold")]
    return lines + reader.wrapped(reader.say(f"instrument.{told['state']}", due=told["due"]), style=style)


def bin_lines(card: Json, reader: Reader) -> list[Content]:
    """Return what lies at a place."""
    lines = [styled(f"{shown(card['title'])}  {shown(card['bin'])}", "bold")]
    lines += reader.wrapped(reader.say("card.bin_closed"), "", "  ", "bold $warning") if card.get("closed") else []
    lines.append(Content(""))
    for row in card["lies"]:
        style = "$warning" if row.get("hold") or row.get("owner") else ""
        note = reader.hold(row["hold"]) if row.get("hold") else row.get("owner") or ""
        lines.append(reader.row([("", 1), (row["item"], 20), (row["lot"], 14), (how_much(row, reader), 12), (note, 20)], style))
    return lines if card["lies"] else [*lines, *reader.wrapped(reader.say("card.nothing_lies"), style="$quiet")]


def blank_lines(card: Json, reader: Reader) -> list[Content]:
    """Return which blank form this is, whether it may still be entered, and whether here."""
    blank = card["blank"]
    lines = [styled("  ".join(shown(blank[part]) for part in ("serial", "title", "number")), "bold")]
    if blank["state"] == "void":
        return lines + reader.wrapped(reader.say("card.blank_void", at=day_text(blank["voided"])), style="bold $error")
    lines += reader.wrapped(reader.say("card.blank_unused", at=day_text(blank["issued"]), desk=reader.desk(blank["desk"])))
    return lines + reader.wrapped(reader.say("card.blank_enter" if card["openings"] else "card.blank_elsewhere"), style="$quiet")


def balance_lines(balances: list[Json], reader: Reader) -> list[Content]:
    """Return where something lies."""
    if not balances:
        return [Content(""), *reader.wrapped(reader.say("card.nothing_lies"), style="$quiet")]
    place = max(16, reader.width - 32)
    heads = [("", 1), (reader.say("column.place"), place), (reader.say("column.lot"), 14), (reader.say("column.quantity"), 12)]
    rows = [reader.row([("", 1), (where(b, reader), place), (b["lot"], 14), (how_much(b, reader), 12)]) for b in balances]
    return [Content(""), reader.row(heads, "$quiet"), *rows]


def how_much(row: Json, reader: Reader) -> str:
    """Return a quantity; of what is being counted here nobody is told any."""
    return str(row["quantity"] or reader.say("card.being_counted"))


def where(balance: Json, reader: Reader) -> str:
    """Return the place something lies at, with its bin."""
    return "  ".join(part for part in (reader.place(balance["place"]), balance.get("bin", "")) if part)
