"""Dispatch: the vehicles under way, held ones first, each with how far it has come and until when its pass is good."""

from __future__ import annotations

from textual.content import Content

from qdesk.overdue import returnables
from qdesk.passing import alarms, shift_list, vehicles
from qdesk.telling import short_time
from screens.card import Reader
from screens.desk import DeskScreen, Json
from screens.lettering import fit, indented, shown, styled

ORDER = {"held": 0, "back": 2}
"""A vehicle that waits for an answer comes first, one whose signed slip is back last; the others as they were begun."""


class DispatchDesk(DeskScreen):
    """The desk that sends vehicles on their way; they stand above what waits here, and Up leads to them."""

    def __init__(self) -> None:
        """Begin with an empty desk."""
        super().__init__()
        self.vehicles: list[Json] = []
        self.why_held: dict[str, Json] = {}
        """What the guard found, by the pass of the vehicle."""
        self.overdue = 0
        """How many forms of goods that return are overdue."""
        self.alarms: list[Json] = []
        """Where so much unknown paper was shown today that the gate raised its alarm."""
        self.held_before: set[str] | None = None
        """The slips of the vehicles that were held when this desk looked last, None before it did."""

    async def load_home(self) -> None:
        """Ask which vehicles are under way; one that is newly held is said and rung."""
        told = await self.house.engine.ask(vehicles, self.token, self.house.words)
        if any(row["state"] == "held" for row in told):
            shift = await self.house.engine.ask(shift_list, self.token, self.house.words)
            self.why_held = {str(row["pass"]): row for row in shift["held"]}
        owed = await self.house.engine.ask(returnables, self.token, self.house.words)
        self.overdue = len({row["case"] for row in owed if row["overdue"]})
        self.alarms = await self.house.engine.ask(alarms, self.token)
        self.vehicles = sorted(told, key=lambda row: (ORDER.get(row["state"], 1), not row["late"]))
        held = {row["slip"]: row["plate"] for row in self.vehicles if row["state"] == "held"}
        new = [plate for slip, plate in held.items() if slip not in (self.held_before or ())]
        if self.held_before is None and held:
            self.cursor = -len(self.vehicles)
        elif new:
            self.tell(self.say("dispatch.held_now", plates=new), "refused")
        if new:
            self.house.ring(2)
        self.held_before = set(held)
        self.cursor = max(self.cursor, -len(self.vehicles))
        if not self.rows and self.vehicles and self.cursor >= 0:
            self.cursor = -len(self.vehicles)

    # Going through vehicles and what waits

    @property
    def chosen_vehicle(self) -> Json | None:
        """Return the vehicle the cursor stands on: they come before the rows of what waits."""
        return self.vehicles[self.cursor] if self.cursor < 0 else None

    def move_cursor(self, step: int) -> None:
        """Go through the vehicles and on to what waits; a card on a narrow screen is scrolled as everywhere."""
        at = self.cursor + step
        scrolls = self.card is not None and self.has_class("-narrow")
        into_rows = at == 0 and step > 0 and bool(self.rows)
        if scrolls or not (into_rows or (-len(self.vehicles) <= at < 0 and not self.pages)):
            super().move_cursor(step) if scrolls or self.cursor >= 0 else None
            return
        self.cursor = at
        self.draw_body()
        self.query_one("#home").scroll_to(y=max(0, (at + len(self.vehicles)) * 2 - 8) if at < 0 else 0, animate=False)

    async def enter(self) -> None:
        """Open the slip of the chosen vehicle, which is a paper of its case, or the chosen row of what waits."""
        if self.card is None and self.chosen_vehicle is not None:
            await self.take(str(self.chosen_vehicle["slip"]))
        else:
            await super().enter()

    # Drawing

    def print_lines(self, reader: Reader) -> list[Content]:
        """Return what did not print, and below it the vehicles."""
        return super().print_lines(reader) + self.alarm_lines(reader) + self.overdue_lines(reader) + self.vehicle_lines(reader)

    def alarm_lines(self, reader: Reader) -> list[Content]:
        """Return the newest alarm of the day at each gate."""
        desks, newest = self.house.engine.site.factory.desks, {row["desk"]: row for row in reversed(self.alarms)}
        told = [reader.say("dispatch.alarms", **{**row, "desk": desks[row["desk"]].title}) for row in newest.values()]
        return [line for text in told for line in reader.wrapped(text, "! ", "  ", "bold $error")]

    def overdue_lines(self, reader: Reader) -> list[Content]:
        """Return how many forms of goods that return are overdue, where any are, and the keys that lead to them."""
        told = reader.say("returnables.home", count=self.overdue)
        return reader.wrapped(told, "! ", "  ", "bold $warning") if self.overdue else []

    def vehicle_lines(self, reader: Reader) -> list[Content]:
        """Return the vehicles under way, the chosen one marked."""
        lines = [styled(reader.say("dispatch.vehicles"), "bold $primary")]
        if not self.vehicles:
            return [*lines, *reader.wrapped(reader.say("dispatch.no_vehicles"), "  ", "  ", "$quiet"), Content("")]
        for place, row in enumerate(self.vehicles):
            chosen = place - len(self.vehicles) == self.cursor
            texts = [*vehicle_texts(row, chosen, reader), *self.hold_texts(row, reader)]
            lines += [styled(fit(text, reader.width), style_of(row, chosen)) for text in texts]
        return [*lines, Content("")]

    def hold_texts(self, row: Json, reader: Reader) -> list[str]:
        """Return why a vehicle is held, and who found it so."""
        hold = self.why_held.get(str(row["pass"])) if row["state"] == "held" else None
        if hold is None:
            return []
        key = f"dispatch.why_{hold['kind']}"
        found = hold["why"] or (reader.say(key) if key in reader.words.keys else "")
        seen = reader.say("dispatch.plate_seen", plate=hold["plate"]) if hold["kind"] == "plate_differs" else ""
        told = "  ".join(part for part in (found, seen, reader.say("dispatch.found_by", person=hold["person"])) if part)
        return indented(shown(told), reader.width, "     ", "     ")


def style_of(row: Json, chosen: bool) -> str:
    """Return how a vehicle stands out: held loudest, then late; what is back is quiet."""
    style = {"held": "bold $error", "back": "$quiet"}.get(row["state"], "bold $warning" if row["late"] else "")
    return f"{style} reverse".strip() if chosen else style


def vehicle_texts(row: Json, chosen: bool, reader: Reader) -> list[str]:
    """Return one vehicle: its plate, whose goods, how far it has come; below it since when, and what presses."""
    mark = f"{'>' if chosen else ' '}{'!' if row['state'] == 'held' else ' '}"
    state = reader.say(f"dispatch.state_{row['state']}")
    customer = fit(shown(row["customer"]), max(8, reader.width - 15 - Content(state).cell_length))
    told = [reader.say("dispatch.since", since=short_time(row["since"]))]
    if row["state"] in ("pass", "held") and row["valid_until"]:
        told.append(reader.say("dispatch.valid_until", until=short_time(row["valid_until"])))
    if row["late"]:
        told.append(reader.say("dispatch.late", wanted=row["wanted_by"]))
    return [f"{mark} {fit(shown(row['plate']), 10)} {customer} {state}", f"     {'  '.join(told)}"]
