"""Lists that are taken away as files: the file is written beside the work, some rows at a time, while scans are answered."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from qdesk.errors import Refused
from qdesk.exporting import TableFile
from qdesk.site import Site
from screens.keybar import Action
from screens.listing import ListFrame


class TakenAway(ListFrame):
    """A list whose whole contents are written to a file in the site's folder."""

    is_exporting = False

    def export_actions(self, key: int) -> list[Action]:
        """Return the keys, from this one on, of a file for spreadsheet programs and of a plain one."""
        xlsx = Action(key, self.say("list.key_xlsx"), partial(self.export, ".xlsx"), "xlsx")
        return [xlsx, Action(key + 1, self.say("list.key_csv"), partial(self.export, ".csv"), "csv")]

    async def file_of(self, suffix: str) -> TableFile:
        """Return the file with nothing written into it yet."""
        raise NotImplementedError

    async def export(self, suffix: str) -> None:
        """Begin to write all of the list to a file; scans are answered meanwhile."""
        if self.is_exporting:
            self.tell(self.say("list.still_exporting"), "hint")
            return
        file = await self.file_of(suffix)
        self.is_exporting = True
        self.tell(self.say("list.exporting"), "hint")
        self.house.aside(self.write(file))

    async def write(self, file: TableFile) -> None:
        """Write a file some rows at a time, and say where it is on whatever screen somebody looks at by then."""
        ask, house = self.house.engine.ask, self.house
        try:
            with file:
                while await ask(step, file):
                    pass
                path = await ask(finish, file)
        except Refused as refused:
            house.frame.refuse(refused)
        else:
            house.frame.tell(house.words.say("list.exported", count=file.rows, path=str(path)))
        finally:
            self.is_exporting = False


def step(site: Site, file: TableFile) -> bool:
    """Write the next rows of a file; return whether more follow."""
    return file.step()


def finish(site: Site, file: TableFile) -> Path:
    """Give a file its name."""
    return file.finish()
