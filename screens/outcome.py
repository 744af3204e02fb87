"""What an act did, in one sentence for the status line."""

from __future__ import annotations

from typing import Any

from qdesk.cases import VOID
from qdesk.desk import Done
from screens.card import Reader
from screens.intent import Intent

Json = dict[str, Any]


def done_sentence(intent: Intent, done: Done, card: Json | None, reader: Reader) -> str:
    """Return what was done and what came of it: paper written, sent, printed, goods moved, the case ended; else what follows."""
    came = [*opened(done, reader), *sent(done, reader), *moved(done, reader)]
    if done.prints:
        key = "done.print" if len(done.prints) == 1 else "done.prints"
        came.append(reader.say(key, number=len(done.prints)))
    if done.ended:
        came.append(reader.say("done.ended"))
    if card is not None and not came:
        came = follows(intent, card, reader)
    return reader.words.clauses([reader.say("done.act", step=intent.title, act=done.act), *came])


def follows(intent: Intent, card: Json, reader: Reader) -> list[str]:
    """Return where paper that was sent on has to be carried, and what the case waits for after a decision."""
    if intent.step == "send_on":
        carried = [copy for copy in card["copies"] if copy["copy"] in intent.copies]
        return [reader.say("done.carry", desk=reader.desk(copy["due"])) for copy in carried]
    if not (intent.outcome or intent.signs):
        return []
    steps = [reader.say("done.at_desk", step=wait["title"], desk=reader.desk(wait["desk"])) for wait in card["waits"]]
    return [reader.say("done.goes_on", steps=steps)] if steps else []


def opened(done: Done, reader: Reader) -> list[str]:
    """Return which papers were written."""
    counted = [(each["serial"], len(each["copies"])) for each in done.opened]
    say = reader.say
    return [say("done.opened", serial=s, copies=n) if n > 1 else say("done.opened_single", serial=s) for s, n in counted]


def sent(done: Done, reader: Reader) -> list[str]:
    """Return where copies go now, and which are void and have to be collected."""
    by_desk: dict[str, list[str]] = {}
    for change in sorted(done.custody, key=lambda change: int(change["copy"].partition("/")[2])):
        if change.get("due") in (VOID, *reader.site.factory.desks):
            by_desk.setdefault(change["due"], []).append(change["copy"].partition("/")[2])
    told = {desk: "done.voided" if desk == VOID else "done.sent" for desk in by_desk}
    return [reader.say(told[desk], copies=copies, desk=reader.desk(desk)) for desk, copies in by_desk.items()]


def moved(done: Done, reader: Reader) -> list[str]:
    """Return what was moved, and into which bin; what only passes through conversion is told where it comes out."""
    return [
        reader.say("done.moved", item=move["item"], quantity=move["quantity"], place=place_and_bin(move, reader))
        for move in done.moves
        if move["to"] != "conversion"
    ]


def place_and_bin(move: Json, reader: Reader) -> str:
    """Return where something was moved, with the bin if it was put into one."""
    return f"{reader.place(move['to'])} {move.get('to_bin', '')}".rstrip()
