"""Reversing: a new, contrary act that names the one it corrects, built from what really happened; nothing is deleted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qdesk import paper
from qdesk.cases import VOID, read_case
from qdesk.clock import moment
from qdesk.database import Cursor
from qdesk.desk.answer import Done, answer
from qdesk.desk.request import Request
from qdesk.desk.signing import Signer, role_title
from qdesk.desk.standing import rewrite_waiting, stand, stand_anew
from qdesk.errors import Because, Refused
from qdesk.journal import CHANGED, Body, Entry, body_of, inserted
from qdesk.people import Session, find_session
from qdesk.scan import clean_text, format_quantity, visible
from qdesk.site import Site
from qdesk.stock import Portion, Stock, spare
from qdesk.tables import KEYS

# Columns that only say when something was last touched: going back does not bring the old time back.
STAMPED = {"due_since", "seen_since", "at", "last_act"}
SINCE = {"due_since": "due", "seen_since": "seen", "at": "times"}
# What may be on paper: what was sent, and what failed when paper may have come out, also if it was cancelled since.
PRINTED = """SELECT c.name FROM prints p JOIN copies c ON c.piece = p.subject
  WHERE p.act = ? AND p.kind = 'slip' AND (p.state IN ('sent', 'done') OR p.maybe = 1) AND c.due <> 'void' ORDER BY p.number"""
ANY_PRINTED = "SELECT COUNT(*) FROM prints WHERE act = ? AND (state IN ('sent', 'done') OR maybe = 1)"
CANCEL_PRINTS = "UPDATE prints SET state = 'cancelled', changed_at = ? WHERE act = ? AND state IN ('waiting', 'failed')"
# Acts that only say where paper was seen: taking one back says that it was not seen there.
ONLY_SEEN = ("found_here", "send_on")
# What a reversal turns round row by row. Counters never go back: a number once given is never given again.
GOES_BACK = ("copies", "done", "cases", "documents", "lines", "signatures", "reservations", "lots", "pieces", "notices")


def reverse(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """Take back the newest act of a case.

    Its doer may while nothing has followed; later only someone with the right to, with a reason. Raises Refused:
    act_unknown, later_acts, something_followed, cannot_be_reversed.
    """
    seq = wanted_act(entry, request)
    body = body_of(entry.cursor, seq)
    refuse_earlier(site, entry.cursor, body)
    reason = clean_text(request.inputs.get("reason") or "", site.title("question.reason"), site.config.number("longest_text"))
    judge(site, entry.cursor, session, body, reason)
    before = {each: spare(entry.cursor, *each, entry.at) for each in goods_of(body)}
    take_back(site, entry, body)
    refuse_taking_promised(entry, before)
    return finish(site, entry, session, request, body, reason)


def undoable(site: Site, token: object, act: int) -> bool:
    """Tell whether the session's person may take back an act here, now and without a reason: one's own, and nothing followed.

    Only :func:`reverse` itself finds that goods were promised to others meanwhile.
    """
    with site.database.reading() as cursor:
        session = find_session(site, cursor, token)
        cursor.execute("SELECT COUNT(*) FROM acts WHERE seq = ?", (act,))
        if not cursor.fetchall()[0][0]:
            return False
        body = body_of(cursor, act)
        try:
            refuse_earlier(site, cursor, body)
            judge(site, cursor, session, body, reason="")
        except Refused:
            return False
    return True


def wanted_act(entry: Entry, request: Request) -> int:
    """Return the number of the act to reverse: the one named, else the newest of the case."""
    named = request.inputs.get("act")
    if named is not None and (not isinstance(named, int) or isinstance(named, bool) or not 0 < named <= entry.seq):
        raise Refused("act_unknown", act=visible(named))
    if named is not None:
        case = request.case
        entry.cursor.execute("SELECT seq FROM acts WHERE seq = ? AND (? = '' OR in_case = ?)", (named, case, case))
    else:
        entry.cursor.execute(
            "SELECT MAX(seq) FROM acts a WHERE in_case = ? AND step <> 'arrive' AND reverses IS NULL"
            " AND NOT EXISTS (SELECT 1 FROM acts r WHERE r.reverses = a.seq)",
            (request.case,),
        )
    found = entry.cursor.fetchall()
    if not found or found[0][0] is None:
        raise Refused("act_unknown", act=visible("" if named is None else named))
    seq: int = found[0][0]
    return seq


def refuse_earlier(site: Site, cursor: Cursor, body: Body) -> None:
    """An act is taken back newest first, so that the case only ever returns to where it has been."""
    seq, case = body["seq"], str(body.get("case") or "")
    if not case or inserted(body, "gate_checks") or body.get("step") in ("arrive", "reverse", "amend"):
        raise Refused("cannot_be_reversed", act=seq)
    cursor.execute(
        "SELECT seq, step, at FROM acts a WHERE in_case = ? AND seq > ? AND step <> 'arrive' AND reverses IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM acts r WHERE r.reverses = a.seq) ORDER BY seq DESC",
        (case, seq),
    )
    later = cursor.fetchall()
    if later:
        steps = stand(site, cursor, case).running.procedure.steps
        titles = {step: steps[step].title if step in steps else site.title(f"step.{step}") for _, step, _ in later}
        reasons = [Because("later_act", {"act": s, "step": titles[step], "at": moment(at)}) for s, step, at in later]
        raise Refused("later_acts", reasons)
    cursor.execute("SELECT COUNT(*) FROM acts WHERE reverses = ?", (seq,))
    if cursor.fetchall()[0][0]:
        raise Refused("reversed_already", act=seq)


def judge(site: Site, cursor: Cursor, session: Session, body: Body, reason: str) -> None:
    """Let the doer undo what nothing followed from; for the rest the right and a reason are needed."""
    followed = what_followed(cursor, body)
    if not followed and body["by"] == session.person.id and body["desk"] == session.desk:
        return
    right = site.config.setting("undo_right")
    if right not in session.person.roles:
        raise Refused("something_followed" if followed else "not_your_act", followed, role=role_title(site, right))
    if not reason:
        raise Refused("answer_missing", name=site.title("question.reason"))


def what_followed(cursor: Cursor, body: Body) -> list[Because]:
    """Return what has come of an act: a slip printed, a notice read, a copy scanned elsewhere."""
    seq, case = body["seq"], body["case"]
    followed = []
    cursor.execute(ANY_PRINTED, (seq,))
    if cursor.fetchall()[0][0]:
        followed.append(Because("followed_by_print", {}))
    cursor.execute("SELECT COUNT(*) FROM notices WHERE act = ? AND read_at IS NOT NULL", (seq,))
    if cursor.fetchall()[0][0]:
        followed.append(Because("followed_by_reading", {}))
    cursor.execute("SELECT COUNT(*) FROM acts WHERE in_case = ? AND seq > ? AND step = 'arrive'", (case, seq))
    if cursor.fetchall()[0][0]:
        followed.append(Because("followed_by_arrival", {}))
    return followed


def goods_of(body: Body) -> set[tuple[str, str]]:
    """Return the items and places that a reversal takes goods from, or promises goods at once more."""
    taken = {(row["item"], row["target"]) for row in inserted(body, "moves")}
    return taken | {(each[2][0], each[2][1]) for each in body["effects"] if each[0] == CHANGED and each[1] == "reservations"}


def refuse_taking_promised(entry: Entry, before: dict[tuple[str, str], int]) -> None:
    """A22: what was promised to another case since is not taken from it: no piece is ever promised twice."""
    reasons = []
    for (item, place), spared in sorted(before.items()):
        left = spare(entry.cursor, item, place, entry.at)
        if left < min(0, spared):
            free = max(0, spared)
            said = {"item": item, "wanted": format_quantity(free - left + min(0, spared)), "free": format_quantity(free)}
            reasons.append(Because("item_in_stock", said, where=place, who="keeper"))
    if reasons:
        raise Refused("not_enough_free", reasons)


def take_back(site: Site, entry: Entry, body: Body) -> None:
    """Do the contrary of each recorded effect, the last one first."""
    stock = Stock(entry, site.factory.places)
    for effect in reversed(body["effects"]):
        kind, table = effect[0], effect[1]
        if kind == CHANGED and table in GOES_BACK:
            restore(entry, table, effect[2], effect[3], only_seen=body["step"] in ONLY_SEEN)
        elif kind != CHANGED:
            take_back_row(entry, stock, body, table, effect[2])
    entry.cursor.execute(CANCEL_PRINTS, (entry.at, body["seq"]))
    replace_printed(site, entry, body)


def replace_printed(site: Site, entry: Entry, body: Body) -> None:
    """What was printed with this act says what no longer holds: those pieces are void, so that no two papers bear one number."""
    entry.cursor.execute(PRINTED, (body["seq"],))
    printed = [name for (name,) in entry.cursor.fetchall()]
    if not printed:
        return
    case = read_case(entry.cursor, body["case"])
    for name in printed:
        paper.replace_piece(entry, site, case, name, "reversed")


def restore(entry: Entry, table: str, key: list[Any], changes: dict[str, list[Any]], only_seen: bool = False) -> None:
    """Bring one row back to what it was; where it stands since when is now, and what has changed again since stays."""
    there = row_now(entry.cursor, table, key, tuple(changes))
    same = {column: was for column, (was, now) in changes.items() if there[column] == now}
    back = {column: was for column, was in same.items() if column not in STAMPED}
    if table == "copies" and not only_seen:  # the paper stays where it was last seen: only the book goes back
        back.pop("seen", None)
    for column, of in SINCE.items():
        if column in changes and (of in back or of not in changes):
            back[column] = entry.at
    entry.change(table, tuple(key), there, back)


def row_now(cursor: Any, table: str, key: list[Any], columns: tuple[str, ...]) -> dict[str, Any]:
    """Return some columns of one row as they are now: an act of no case, or an arrival, may have changed them since."""
    names = ", ".join(f'"{column}"' for column in columns)
    where = " AND ".join(f'"{column}" = ?' for column in KEYS[table])
    cursor.execute(f'SELECT {names} FROM "{table}" WHERE {where}', tuple(key))
    return dict(zip(columns, cursor.fetchall()[0], strict=True))


def take_back_row(entry: Entry, stock: Stock, body: Body, table: str, row: dict[str, Any]) -> None:
    """Do the contrary of one inserted row: goods go back, paper is void, marks lapse, notices are withdrawn."""
    if table == "moves":
        portion = Portion(row["item"], row["lot"], row["quantity"], row.get("to_bin", ""))
        stock.round = row.get("round", 0)
        stock.move(row["in_case"], portion, row["target"], row["source"], row["voucher"], row.get("bin", ""))
    elif table == "signatures":
        entry.change("signatures", (row["act"], row["number"]), {"lapsed_at": None}, {"lapsed_at": entry.at})
    elif table == "notices":
        entry.change("notices", (row["act"], row["number"]), {"withdrawn_at": None}, {"withdrawn_at": entry.at})
    elif table == "reservations":
        stock.reserve(row["in_case"], row["item"], row["place"], -row["quantity"])
    elif table == "done":
        key = (row["in_case"], row["step"])
        entry.change("done", key, {"times": row["times"], "at": row["at"]}, {"times": 0, "at": entry.at})
    elif table == "documents":
        entry.change("documents", (row["serial"],), {"void_at": None}, {"void_at": entry.at})
    elif table == "copies":
        entry.cursor.execute("SELECT due, due_since, piece FROM copies WHERE name = ?", (row["name"],))
        due, since, piece = entry.cursor.fetchall()[0]
        void_piece(entry, piece)
        entry.change("copies", (row["name"],), {"due": due, "due_since": since}, {"due": VOID, "due_since": entry.at})
    elif table == "pieces":
        void_piece(entry, row["number"])


def void_piece(entry: Entry, number: str) -> None:
    """Void a piece, if it is not void already."""
    entry.cursor.execute("SELECT void_at FROM pieces WHERE number = ?", (number,))
    if entry.cursor.fetchall()[0][0] is None:
        paper.void_piece(entry, number, "reversed")


def unfile(entry: Entry, code: str) -> None:
    """The papers of a case that goes on are on the desks' lists again, those filed after its ending too."""
    entry.cursor.execute("SELECT name, filed_at FROM copies WHERE in_case = ? AND filed_at IS NOT NULL ORDER BY name", (code,))
    for name, filed_at in entry.cursor.fetchall():
        entry.change("copies", (name,), {"filed_at": filed_at}, {"filed_at": None})


def finish(site: Site, entry: Entry, session: Session, request: Request, body: Body, reason: str) -> Done:
    """Record the reversal; a case whose opening was taken back has ended, void."""
    code = body["case"]
    if body.get("ended"):
        unfile(entry, code)
    entry.cursor.execute("SELECT last_act, ended, ended_at FROM cases WHERE code = ?", (code,))
    last_act, ended, ended_at = entry.cursor.fetchall()[0]
    now: dict[str, Any] = {"last_act": entry.seq}
    opening = any(effect[0] != CHANGED and effect[1] == "cases" for effect in body["effects"])
    if opening:
        now |= {"ended": "reversed", "ended_at": entry.at}
    entry.change("cases", (code,), {"last_act": last_act, "ended": ended, "ended_at": ended_at}, now)
    rewrite_waiting(entry, stand_anew(site, entry.cursor, code))
    entry.insert(
        "acts", seq=entry.seq, at=entry.at, in_case=code, step="reverse", outcome="", person=session.person.id,
        desk=session.desk, request_key=request.key, request=request.digest, reverses=body["seq"],
    )
    sealed = entry.seal(
        by=session.person.id, desk=session.desk, case=code, procedure=body.get("procedure"), step="reverse",
        reverses=body["seq"], reason=reason, prints=entry.prints, ended=now.get("ended", ""),
    )
    return answer(sealed)
