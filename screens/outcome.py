"""What an act did, in one sentence for the status line."""

from __future__ import annotations

from qdesk.desk import Done
from screens.card import Reader


def done_sentence(title: str, done: Done, reader: Reader) -> str:
    """Return what was done and what came of it: paper written, sent and printed, goods moved, the case ended."""
    came = [*opened(done, reader), *sent(done, reader), *moved(done, reader)]
    if done.prints:
        came.append(reader.say("done.prints", number=len(done.prints)))
    if done.ended:
        came.append(reader.say("done.ended"))
    return reader.words.clauses([reader.say("done.act", step=title, act=done.act), *came])


def opened(done: Done, reader: Reader) -> list[str]:
    """Return which papers were written."""
    return [reader.say("done.opened", serial=each["serial"], copies=len(each["copies"])) for each in done.opened]


def sent(done: Done, reader: Reader) -> list[str]:
    """Return where copies go now."""
    by_desk: dict[str, list[str]] = {}
    for change in done.custody:
        if change.get("due") in reader.site.factory.desks:
            by_desk.setdefault(change["due"], []).append(change["copy"].partition("/")[2])
    return [reader.say("done.sent", copies=copies, desk=reader.desk(desk)) for desk, copies in by_desk.items()]


def moved(done: Done, reader: Reader) -> list[str]:
    """Return what was moved; what only passes through conversion is told where it comes out."""
    return [
        reader.say("done.moved", item=move["item"], quantity=move["quantity"], place=reader.place(move["to"]))
        for move in done.moves
        if move["to"] != "conversion"
    ]
