"""Lines: what was entered so far as a table, and below it one row of fields; Enter goes through the columns and adds the row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from qdesk.errors import Refused
from qdesk.searching import find_items
from screens.answers import narrow, numbered, reworded
from screens.card import Reader
from screens.entry import EntryRow
from screens.finding import MOST_MATCHES, item_line
from screens.lettering import shown, stacked, styled
from screens.rows import Json, Rows, cell_text, table_lines, widths


class LinesEditor(EntryRow):
    """The lines of one question."""

    DEFAULT_CSS = """
    LinesEditor { margin-bottom: 1; }
    LinesEditor Static { height: auto; }
    LinesEditor .entry Static { height: 1; width: 5; }
    LinesEditor .entry Field { margin-right: 1; }
    """

    def __init__(self, ask: Json, columns: Sequence[Json]) -> None:
        """Begin without lines."""
        super().__init__(ask, columns)
        self.lines = Rows()
        self.above, self.mark, self.below = (Static("", markup=False) for _ in range(3))
        self.reader: Reader | None = None

    def compose(self) -> ComposeResult:
        """Table, entry row, and what is to be said about it."""
        yield self.above
        with Horizontal(classes="entry"):
            yield self.mark
            yield from self.entry
        yield self.below

    def label_width(self) -> int:
        """Take no part in the width of the labels: the title stands above."""
        return 0

    def ask_again(self, ask: Json) -> None:
        """Take the same columns in another language; a choice answered in words is kept by its name."""
        for place, column in enumerate(self.columns):
            if column["choices"] and not self.entry[place].value.strip().isdigit():
                self.put(place, reworded(column, self.entry[place].value))
        self.ask = ask
        self.columns = self.page.columns(ask)

    # Drawing

    def draw(self, reader: Reader, label: int) -> None:
        """Draw the table, the entry row and what is known of it."""
        self.reader = reader
        for field, cells in zip(self.entry, widths(self.columns, reader.width), strict=True):
            field.styles.width = cells
        self.above.update(stacked([*self.head_lines(reader), *table_lines(self.lines, self.columns, reader)]))
        self.mark.update(Content(f"{'>' if self.lines.chosen is None else ' '} {self.lines.number:>2} "))
        below = self.entry_lines(reader)
        self.below.update(stacked(below))
        self.below.display = bool(below)

    def again(self) -> None:
        """Draw again after something has changed here."""
        if self.reader is not None and self.is_attached:
            self.draw(self.reader, 0)
            self.page.show_keys()

    def head_lines(self, reader: Reader) -> list[Content]:
        """Return the title, and that what stands below is only proposed, as long as it is."""
        star = " *" if self.ask["required"] else ""
        title = styled(f"{shown(self.ask['title'])}{star}", "bold $primary")
        proposed = bool(self.lines.rows) and not self.lines.edited
        return [Content("").join([title, styled(f"  {reader.say('lines.as_proposed')}", "$quiet")]) if proposed else title]

    def entry_lines(self, reader: Reader) -> list[Content]:
        """Return what belongs to the entry row: what is wrong, the matches, the items taken, the choices of the column."""
        if self.refused is not None:
            reasons = [reader.words.because(each)["message"] for each in self.refused.because]
            told = reader.words.clauses([reader.words.refusal(self.refused), *reasons])
            return reader.wrapped(f"! {told}", "    ", "      ", "$error")
        if self.finder.matches:
            return self.finder.lines(reader)
        lines = [Content("     ") + item_line(item) for _, item in sorted(self.taken.items())]
        column = self.column_with_focus()
        if column is not None and self.columns[column]["choices"]:
            lines.append(styled(f"     {'  '.join(numbered(self.columns[column]))}", "$quiet"))
        return lines

    # Going through the columns

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Go on: look an item up, judge the value, go to the next column, add the row, or leave when there is nothing to add."""
        message.stop()
        place = self.column_of(message.input)
        if self.lines.chosen is not None:
            self.change_row()
        elif place == 0 and not self.has_begun and (self.lines.rows or not self.ask["required"]):
            self.page.entered(message.input)
        elif self.columns[place]["kind"] == "item" and message.value.strip():
            self.page.house.work(self.look_up(place))
        else:
            self.go_on(place)

    def go_on(self, place: int) -> None:
        """Judge one column and go to the next; behind the last, add the row."""
        try:
            self.value(place)
            if place == len(self.columns) - 1:
                self.add()
                return
        except Refused as refused:
            self.say(refused)
            return
        self.refused = None
        self.page.set_focus(self.entry[place + 1])
        self.page.keep()
        self.page.hush()
        self.again()

    def say(self, refused: Refused) -> None:
        """Say what is wrong, here and in the status line; what was typed stays."""
        self.refused = refused
        self.again()
        self.page.refuse(refused)

    def add(self) -> None:
        """Add the entry row, or put it in the place of the row that is being changed; raises Refused at the first bad column."""
        row: Json = {}
        for place, column in enumerate(self.columns):
            try:
                row[column["name"]] = self.value(place)
            except Refused:
                self.page.set_focus(self.entry[place])
                raise
        self.lines.put(row, self.ask["title"])
        self.clear_entry()
        self.page.keep()
        self.page.hush()

    def clear_entry(self) -> None:
        """Empty the entry row and go back to its first column; a row that was being changed stays as it was."""
        self.lines.changing, self.refused = None, None
        for place in range(len(self.entry)):
            self.put(place, "")
        self.finder.clear()
        if self.column_with_focus() is not None:
            self.page.set_focus(self.entry[0])
        self.again()

    def on_input_changed(self, message: Input.Changed) -> None:
        """What was said of the old text no longer holds."""
        message.stop()
        self.page.show_focused()
        place = self.column_of(message.input)
        known = self.taken.get(place)
        if known is not None and known["code"] == narrow(message.value):
            return
        self.taken.pop(place, None)
        if known is not None or self.refused is not None or self.finder.matches:
            self.refused = None
            self.finder.clear()
            self.again()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Show what belongs to the column; what was found for another is not meant for it."""
        if self.column_with_focus() != self.finder.column:
            self.finder.clear()
        self.again()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Leave the choosing of rows with the focus."""
        if self.column_with_focus() is None:
            self.lines.chosen = None
            self.again()

    # Items

    async def look_up(self, place: int) -> None:
        """Take the item with exactly this code, or the match that was chosen; otherwise offer what matches."""
        text = narrow(self.entry[place].value)
        try:
            found = [self.finder.chosen] if self.finder.chosen else await self.found(text)
        except Refused as refused:
            self.say(refused)
            return
        exact = next((item for item in found if item["code"] == text), self.finder.chosen)
        if exact is not None:
            self.put_item(place, exact)
            self.go_on(place)
            return
        self.refused = None
        self.finder.offer(found, place)
        self.again()
        self.page.tell(self.page.say("lines.choose"), "hint")

    async def found(self, text: str) -> list[Json]:
        """Return what matches; raises Refused("item_unknown") where nothing does."""
        found = await self.page.ask(find_items, text, MOST_MATCHES + 1, closed=bool(self.page.intent.case))
        if not found:
            raise Refused("item_unknown", item=text)
        return found

    # Rows

    def key_up(self, event: events.Key) -> None:
        """Choose a match, or the row above."""
        self.move(-1, event)

    def key_down(self, event: events.Key) -> None:
        """Choose a match, or the row below."""
        self.move(1, event)

    def move(self, step: int, event: events.Key) -> None:
        """Go through the matches if there are any, else through the rows; beyond them the next field is meant."""
        if self.finder.matches:
            self.finder.move(step)
        elif not self.lines.move(step):
            return
        event.stop()
        self.again()

    def change_row(self) -> None:
        """Take the chosen row back into the entry row, unless another line is being entered there."""
        if self.has_begun:
            self.say(Refused("line_not_finished", name=self.ask["title"]))
            return
        row = self.lines.change()
        for place, column in enumerate(self.columns):
            self.put(place, cell_text(column, row.get(column["name"])))
        self.page.set_focus(self.entry[0])
        self.again()

    def remove_row(self) -> None:
        """Remove the chosen row, or put aside the line that is being entered."""
        if self.lines.chosen is None:
            self.clear_entry()
        self.lines.remove()
        self.page.keep()
        self.again()

    def keys(self) -> list[tuple[int, str]]:
        """Return what F5 and F6 do here now, as word keys."""
        if self.lines.chosen is not None:
            return [(5, "lines.change"), (6, "lines.remove")]
        return [(6, "lines.put_aside")] if self.has_begun else []

    def press(self, number: int) -> None:
        """Do what F5 or F6 says."""
        if number == 5:
            self.change_row()
        else:
            self.remove_row()

    # Answers and drafts

    def propose(self, rows: Sequence[Json]) -> None:
        """Show what the desk proposes."""
        self.lines.propose(rows)

    def answer(self) -> list[Json] | None:
        """Return the lines; raises Refused for a line half entered, and where there have to be some and are none."""
        self.refused = None
        if self.has_begun:
            self.refused = Refused("line_not_finished", name=self.ask["title"])
        elif self.ask["required"] and not self.lines.rows:
            self.refused = Refused("lines_missing")
        self.again()
        if self.refused is not None:
            raise self.refused
        return self.lines.answer(self.asked, self.columns)

    def typed(self) -> Any:
        """Return the rows if anybody changed them, and the line being entered."""
        entry, changing = [field.value for field in self.entry], self.lines.changing
        if not self.lines.edited and not any(entry):
            return None
        rows = self.lines.rows if self.lines.edited or changing is not None else None
        return {"rows": rows, "entry": entry, "changing": changing}

    def type_again(self, kept: Any) -> None:
        """Put a draft back, with the line that was being entered or changed."""
        kept = kept if isinstance(kept, dict) else {}
        self.lines.replace(kept.get("rows"))
        entry, changing = kept.get("entry") or [], kept.get("changing")
        self.lines.changing = changing if isinstance(changing, int) and changing < len(self.lines.rows) else None
        for place in range(len(self.entry)):
            self.put(place, str(entry[place]) if place < len(entry) else "")
        self.again()
