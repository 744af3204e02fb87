"""The row in which one line is entered: a field for each column, and what is known of the items in it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.widget import Widget
from textual.widgets import Input

from qdesk.errors import Refused
from screens.answers import FINEST, judged
from screens.fields import Field
from screens.finding import Finder
from screens.questions import Asked
from screens.rows import Json


class EntryRow(Asked):
    """The fields of one line."""

    def __init__(self, ask: Json, columns: Sequence[Json]) -> None:
        """Begin empty."""
        super().__init__(ask)
        self.columns = list(columns)
        self.entry = [Field() for _ in self.columns]
        self.taken: dict[int, Json] = {}
        """What is known of the items in the entry row, by column."""
        self.finder = Finder()
        self.refused: Refused | None = None

    def fields(self) -> list[Field]:
        """Return the fields of the entry row."""
        return self.entry

    def column_with_focus(self) -> int | None:
        """Return which column is being typed in."""
        return next((place for place, field in enumerate(self.entry) if field.has_focus), None)

    def column_of(self, field: Widget) -> int:
        """Return which column a field is."""
        return next(place for place, each in enumerate(self.entry) if each is field)

    @property
    def has_begun(self) -> bool:
        """Tell whether a line is being entered."""
        return any(field.value.strip() for field in self.entry)

    def value(self, place: int) -> str:
        """Return one value of the entry row as it is sent; raises Refused."""
        column = self.columns[place]
        if column["name"] == "reason" and self.is_out_of_the_ordinary:
            column = {**column, "required": True}
        decimals = min([int(item["decimals"]) for item in self.taken.values()], default=FINEST)
        return judged(column, self.entry[place].value, self.page.longest, decimals if column["name"] == "quantity" else FINEST)

    @property
    def is_out_of_the_ordinary(self) -> bool:
        """Tell whether another condition than the first was chosen: such as lost or broken, which is written with its reason."""
        place = self.column_for("condition")
        if place is None or not self.entry[place].value.strip():
            return False
        return self.value(place) != str(self.columns[place]["choices"][0])

    def put_item(self, place: int, item: Json) -> None:
        """Put an item into a column."""
        self.finder.clear()
        self.put(place, item["code"])
        self.taken[place] = item

    def put(self, place: int, text: str) -> None:
        """Put a text into a column without anything being said of it."""
        with self.entry[place].prevent(Input.Changed):
            self.entry[place].value = text
        self.entry[place].cursor_position = len(text)
        self.taken.pop(place, None)

    def takes(self, kind: str) -> bool:
        """Tell whether there is a column for an item, a lot or a serial number."""
        return self.column_for(kind) is not None

    def column_for(self, kind: str, empty: bool = False) -> int | None:
        """Return the first column of a kind, or the first that is empty."""
        fitting = [place for place, column in enumerate(self.columns) if kind in (column["kind"], column["name"])]
        return next((place for place in fitting if not (empty and self.entry[place].value.strip())), None)

    def again(self) -> None:
        """Draw again after something has changed here; the editor around the row knows how."""

    def go_on(self, place: int) -> None:
        """Judge one column and go to the next; the editor around the row knows what is behind the last."""

    # Scans

    def take_item(self, item: Json) -> None:
        """Put a scanned item into the first empty item column; raises Refused("line_not_finished") when all are filled."""
        place = self.column_for("item", empty=True)
        if place is None:
            raise Refused("line_not_finished", name=self.ask["title"])
        self.put_item(place, item)
        self.scanned_into(place)

    def take_lot(self, lot: Json) -> None:
        """Put a scanned lot into its column, and what it is of into an empty item column."""
        item, place = self.column_for("item", empty=True), self.column_for("lot")
        if item is not None:
            self.put(item, lot["item"])
        if place is not None:
            self.put(place, lot["code"])
            self.scanned_into(place)

    def take_bin(self, code: str) -> None:
        """Put a scanned bin into its column."""
        place = self.column_for("bin")
        if place is not None:
            self.put(place, code)
            self.scanned_into(place)

    def take_serial(self, serial: str) -> None:
        """Put a scanned serial number into its column."""
        place = self.column_for("serial")
        if place is not None:
            self.put(place, serial)
            self.scanned_into(place)

    def scanned_into(self, place: int) -> None:
        """Go on behind a scan if somebody is at this row; elsewhere the next keys are not meant for it."""
        self.refused = None
        if self.column_with_focus() == place:
            self.go_on(place)
        elif self.column_with_focus() is not None:
            empty = [field for field in self.entry if not field.value.strip()]
            self.page.set_focus(empty[0] if empty else self.entry[-1])
        self.again()
        self.page.keep()
