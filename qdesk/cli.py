"""The command line: every command imports only what it needs, so that the pipe stays light."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qdesk import __version__, ledger_commands, look_commands, master_commands, print_commands, register_commands
from qdesk.errors import Refused
from qdesk.terminal import LOOKS, can_be_guided, on_a_terminal, open_desk, open_guided, use_utf8
from qdesk.words import LANGUAGES, Words

if TYPE_CHECKING:
    from qdesk.clock import Clock
    from qdesk.site import Site

Arguments = argparse.Namespace


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 refused, 2 misused."""
    use_utf8()
    given = parser().parse_args(arguments)
    if not hasattr(given, "run"):
        if not on_a_terminal():
            parser().print_help()
            return 2
        given = parser().parse_args(["desk"])
    try:
        return int(given.run(given))
    except Refused as refused:
        tell_refusal(refused, given)
        return 1
    except (KeyboardInterrupt, EOFError):  # who leaves a question with Ctrl-C or Ctrl-D
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def parser() -> argparse.ArgumentParser:
    """Return the commands and their options."""
    top = argparse.ArgumentParser(prog="qdesk", description="The terminal at each desk of a factory that runs on paper forms.")
    top.add_argument("--version", action="version", version=f"qdesk {__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND")
    add_desk_commands(commands)
    add_site_commands(commands)
    add_procedures(commands)
    further = (
        look_commands.add_look_commands, print_commands.add_print_commands, register_commands.add_register_commands,
        ledger_commands.add_ledger_commands, master_commands.add_master_commands,
    )  # fmt: skip
    for add in further:
        add(lambda name, run, about: command(commands, name, run, about), opened)
    add_keeping_commands(commands)
    return top


def command(commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, run: object, about: str,
            site: bool = True) -> argparse.ArgumentParser:
    """Add one command with the options all have."""
    made = commands.add_parser(name, help=about, description=about)
    made.set_defaults(run=run)
    made.add_argument("--language", choices=LANGUAGES, default="", help="zh or en; else the site's, else $QDESK_LANGUAGE")
    if site:
        made.add_argument("--site", type=Path, help="the site's folder; else $QDESK_SITE, else the current folder")
    return made


def add_desk_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Commands that open the screens where there is a terminal."""
    desk = command(commands, "desk", run_desk, "open the terminal at a desk; what qdesk alone does where there is a terminal")
    desk.add_argument("desk", nargs="?", default="", help="a desk; else $QDESK_DESK, else it is chosen at the login")
    add_look(desk)
    demo = command(commands, "demo", run_demo, "a first case at a made-up factory, guided, without a scanner", site=False)
    demo.add_argument("--play", action="store_true", help="tell the story instead; also where there is no terminal")
    demo.add_argument("--prepare", action="store_true", help="only make the demo factory in --site, with sheet.json")
    demo.add_argument("--site", type=Path, help="where to make the demo factory; else a temporary folder")
    add_look(demo)


def add_look(made: argparse.ArgumentParser) -> None:
    """Add the option of the commands that open the screens."""
    about = "the colours; else plain where the terminal has few, else $QDESK_LOOK, else light"
    made.add_argument("--look", choices=LOOKS, default="", help=about)


def add_site_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Commands that make a site, or speak to programs."""
    init = command(commands, "init", run_init, "make a new site and its first administrator", site=False)
    init.add_argument("folder", type=Path)
    init.add_argument("--from", dest="source", type=Path, help="a TOML file with people, items and opening stock")
    init.add_argument("--pins", choices=["-"], help="- reads lines 'badge pin' from standard input")
    pipe = command(commands, "pipe", run_pipe, "JSON lines on standard input and output, for programs")
    pipe.add_argument("--db", default="", help="the database's URL; SQLite in the site's folder when left out")
    pipe.add_argument("--clock", default="", help="a fixed time such as 2026-11-20T08:00, for scratch sites only")


def add_procedures(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command on the texts of the procedures, for which there need be no site."""
    procedures = command(commands, "procedures", run_procedures, "check, show or list the procedures")
    procedures.add_argument("verb", choices=["check", "show", "list"])
    procedures.add_argument("name", nargs="?", default="", help="one procedure; all when left out")


def add_keeping_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Commands that keep the site safe."""
    verify = command(commands, "verify", run_verify, "check the journal, its witness, and that the tables follow from it")
    verify.add_argument("--replay", action="store_true", help="also rebuild every table from the journal and compare")
    verify.add_argument("--slip", nargs=2, metavar=("SEQ", "HEAD"), help="check what is printed on a slip")
    backup = command(commands, "backup", run_backup, "copy the database while people work, verified before it gets its name")
    backup.add_argument("target", type=Path)
    backup.add_argument("--whole", action="store_true", help="also the settings and the pepper, in a folder NAME.site beside it")
    restore = command(commands, "restore", run_restore, "put a backup in place; what was there is set aside")
    restore.add_argument("source", type=Path)
    recover = command(commands, "recover", run_recover, "a new PIN for an administrator, or a new secret when pepper is lost")
    recover.add_argument("badge")
    recover.add_argument("--pepper", action="store_true", help="make a new secret: every PIN has to be given anew")


def language_of(given: Arguments, otherwise: str = "") -> str:
    """Return the language to speak: asked for, the site's, the environment's."""
    wanted = given.language or otherwise or os.environ.get("QDESK_LANGUAGE", "")
    if wanted in LANGUAGES:
        return str(wanted)
    return "zh" if os.environ.get("LANG", "").startswith("zh") else "en"


def tell_refusal(refused: Refused, given: Arguments) -> None:
    """Say a refusal with its reasons."""
    words = Words.load(language_of(given))
    print(words.refusal(refused), file=sys.stderr)
    for reason in refused.because:
        print(f"  - {words.because(reason)['message']}", file=sys.stderr)


def site_folder(given: Arguments) -> Path:
    """Return the folder of the site that is meant."""
    return given.site or Path(os.environ.get("QDESK_SITE", "."))


def opened(given: Arguments, clock: Clock | None = None) -> Site:
    """Open the site that is meant, and name open cases whose procedure no longer fits it."""
    from qdesk.desk.book import stranded
    from qdesk.site import open_site

    site = open_site(site_folder(given), clock)
    given.language = language_of(given, site.config.language)  # from here on also of what is refused
    words = site.config.words(given.language)
    for case, broken in stranded(site):
        print(words.say("cli.stranded", case=case, reason=words.refusal(broken)), file=sys.stderr)
    return site


def run_init(given: Arguments) -> int:
    """Make a new site, from a file or by asking."""
    from qdesk.starting import init

    return init(given.folder, given.source, given.pins == "-", Words.load(language_of(given)), given.language)


def run_desk(given: Arguments) -> int:
    """Open the screens at a desk."""
    return open_desk(site_folder(given), given.desk, given.language, given.look)


def run_demo(given: Arguments) -> int:
    """Guide through a first case where there is a terminal; else tell the story, or only make the factory."""
    from qdesk.demo import demonstrate, prepare

    if given.prepare:
        return prepare(given.site or Path("qdesk-demo"), language_of(given))
    if given.play or not can_be_guided():
        return demonstrate(given.site, language_of(given))
    return open_guided(given.site, language_of(given), given.look)


def run_pipe(given: Arguments) -> int:
    """Speak JSON lines until the input ends."""
    from qdesk.desk.book import in_force
    from qdesk.pipe import Pipe

    if given.db:
        require_own_database(given.db, site_folder(given) / "qdesk.db")
    site = opened(given, fixed_clock(given.clock))
    try:
        in_force(site)
        Pipe(site, sys.stdout).run(sys.stdin.buffer)
    finally:
        site.close()
    return 0


def require_own_database(url: str, own: Path) -> None:
    """Refuse a database that is not SQLite, or not the one in the site's folder: none is ever quietly left aside."""
    kind, _, rest = url.partition(":")
    if kind != "sqlite":
        raise Refused("database_kind_unknown", url=kind)
    path = Path(rest.removeprefix("//"))
    if path.resolve() != own.resolve():
        raise Refused("database_elsewhere", path=str(path), expected=str(own))


def fixed_clock(text: str) -> Clock | None:
    """Return a clock that stands still, for scratch sites only."""
    from qdesk.clock import FixedClock
    from qdesk.lookups import read_at

    return FixedClock(read_at(text)) if text else None


def run_procedures(given: Arguments) -> int:
    """Check, show or list procedures: the site's where there is one, else the shipped ones."""
    from qdesk.telling import tell_procedures

    folder = site_folder(given)
    known = folder if (folder / "site.toml").is_file() or given.site else None
    return tell_procedures(known, given.verb, given.name, Words.load(language_of(given, site_language(known))))


def site_language(folder: Path | None) -> str:
    """Return the language of a site whose file can be read; a broken one is told by whoever opens it."""
    from qdesk.config import open_config

    try:
        return open_config(folder).language if folder else ""
    except Refused:
        return ""


def run_verify(given: Arguments) -> int:
    """Check the journal and what follows from it."""
    from qdesk.telling import tell_verify

    site = opened(given)
    return tell_verify(site, given.replay, given.slip, site.config.words(given.language))


def run_backup(given: Arguments) -> int:
    """Copy the database while people work."""
    from qdesk.safekeeping import backup

    site = opened(given)
    backup(site, given.target, given.whole)
    print(site.config.words(language_of(given, site.config.language)).say("cli.backed_up", path=str(given.target)))
    return 0


def run_restore(given: Arguments) -> int:
    """Put a backup in place."""
    from qdesk.clock import Clock
    from qdesk.safekeeping import restore

    restore(site_folder(given), given.source, Clock())
    print(Words.load(language_of(given)).say("cli.restored", path=str(given.source)))
    return 0


def run_recover(given: Arguments) -> int:
    """Give an administrator a new PIN, and the site a new secret when it was lost."""
    from qdesk.starting import recover

    return recover(site_folder(given), given.badge, given.pepper, Words.load(language_of(given)))


if __name__ == "__main__":
    sys.exit(main())
