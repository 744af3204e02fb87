"""A CUPS for tests: lp, lpstat and cancel on the PATH, with one queue that behaves well or badly."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

CUPS = '''#!{python} -ISs
"""lp, lpstat and cancel of a CUPS whose queue behaves as the file `behaviour` says; all that is asked is written down."""
import json, pathlib, shutil, sys, time

home, me, given = pathlib.Path({home!r}), pathlib.Path(sys.argv[0]).name, sys.argv[1:]
with open(home / "asked", "a") as asked:
    asked.write(json.dumps([me, *given]) + "\\n")
behaviour = (home / "behaviour").read_text().strip()
jobs = home / "jobs"
SAYS = {{
    "completed": {{"done": "job-completed-successfully", "canceled": "job-canceled-by-user", "aborted": "aborted-by-system"}},
    "not-completed": {{
        **dict.fromkeys(("slow", "stuck", "prints_at_last"), "job-printing"),
        **dict.fromkeys(("held", "cannot_be_cancelled"), "job-hold-until-specified"),
        "stopped": "printer-stopped",
    }},
}}


def say(job, reasons):
    print(f"office-{{job:<16}} works  1024   Mon 01 Mar 2027 09:00:00")
    print(f"\\tStatus: who knows\\n\\tAlerts: {{reasons}}\\n\\tqueued for office")


def came_out(job):
    shutil.copy(jobs / f"{{job}}.pdf", home / "out" / f"{{job}}.pdf")


if me == "lp":
    if behaviour == "refuses":
        sys.exit("lp: The printer or class does not exist.")
    job = len(list(jobs.glob("*.pdf"))) + 1
    shutil.copy(given[-1], jobs / f"{{job}}.pdf")
    (jobs / f"{{job}}.state").write_text(behaviour + " 0")
    print(f"request id is office-{{job}} (1 file(s))")
elif me == "cancel":
    state = jobs / (given[-1].partition("-")[2] + ".state")
    if behaviour == "prints_at_last":
        came_out(state.stem)
        state.write_text("done 0")
    elif behaviour == "cannot_be_cancelled":
        sys.exit("cancel: cancel-job failed: Not authorized to cancel this job.")
    else:
        state.write_text("canceled 0")
elif "-p" in given:
    stopped = behaviour == "queue_stopped"
    print("printer office", "disabled since today -\\n\\tno toner" if stopped else "is idle.  enabled since today")
else:
    which = given[given.index("-W") + 1]
    for state in sorted(jobs.glob("*.state"), reverse=True):
        how, looks = state.read_text().split()
        job = state.stem
        if which == "completed" and how in ("ok", "slow") and int(looks) >= (3 if how == "slow" else 0):
            came_out(job)
            how = "done"
        if which == "completed":
            state.write_text(f"{{how}} {{int(looks) + 1}}")
        if how in SAYS[which]:
            say(job, SAYS[which][how])
'''


@dataclass
class FakeCups:
    """A CUPS with one queue, `office`, as programs in a folder that belongs at the head of the PATH."""

    home: Path

    def __post_init__(self) -> None:
        for name in ("jobs", "out", "bin"):
            (self.home / name).mkdir(parents=True)
        self.be("ok")
        for name in ("lp", "lpstat", "cancel"):
            program = self.home / "bin" / name
            program.write_text(CUPS.format(python=sys.executable, home=str(self.home)), encoding="utf-8")
            program.chmod(0o755)

    def be(self, behaviour: str) -> None:
        """Behave so from now on."""
        (self.home / "behaviour").write_text(behaviour)

    def out(self) -> list[bytes]:
        """What came out, in order."""
        return [path.read_bytes() for path in sorted((self.home / "out").iterdir(), key=lambda path: int(path.stem))]
