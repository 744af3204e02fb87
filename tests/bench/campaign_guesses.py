"""Numbers guessed at a gate, in every way somebody might guess them: none opens it, and the passes that hold still do afterwards.

    python tests/bench/campaign_guesses.py [--guesses N] [--acted N] [--seed N]

Every guess is looked at as a scan is; every so many is also checked with plate and count as they should be.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from deliveries import GOOD, Yard, cheap_hashes, founded
from stdnum.iso7064 import mod_97_10

from qdesk.clock import SECOND, Clock, FixedClock
from qdesk.desk import act, present
from qdesk.errors import Refused
from qdesk.scan import compose_piece
from qdesk.site import Site

PASSES = 3
Guess = Callable[[random.Random, str, bytes], str]


def checked(digits: str) -> str:
    """Put the right check digits behind sixteen."""
    return digits + str(mod_97_10.calc_check_digits(digits))


def any_digits(chance: random.Random, code: str, key: bytes) -> str:
    """Eighteen digits that came to mind."""
    return f"{chance.randrange(10**18):018}"


def well_checked(chance: random.Random, code: str, key: bytes) -> str:
    """Digits whose check digits are right: how they are made is written in a norm."""
    return checked(f"10{chance.randrange(10**14):014}")


def neighbour(chance: random.Random, code: str, key: bytes) -> str:
    """A number a little beside that of a real pass, the mark guessed."""
    running = max(0, int(code[4:11]) + chance.randint(-50, 50))
    return checked(f"{code[:4]}{running:07}{chance.randrange(10**5):05}")


def other_mark(chance: random.Random, code: str, key: bytes) -> str:
    """The number of a real pass, the mark guessed."""
    return checked(f"{code[:11]}{chance.randrange(10**5):05}")


def slip_of_the_pen(chance: random.Random, code: str, key: bytes) -> str:
    """A real pass with one digit changed, or two that changed places, as a copyist would."""
    place = chance.randrange(17)
    if chance.random() < 0.5:
        return code[:place] + str(chance.randrange(10)) + code[place + 1 :]
    return code[:place] + code[place + 1] + code[place] + code[place + 2 :]


def insider(chance: random.Random, code: str, key: bytes) -> str:
    """A number never issued with the house's own mark on it: somebody has stolen the secret."""
    return compose_piece(10, chance.choice((25, 26, 27)), chance.randrange(1000, 10**7), key)


WAYS: tuple[Guess, ...] = (any_digits, well_checked, neighbour, other_mark, slip_of_the_pen, insider)


def looked_at(site: Site, token: str, code: str) -> str:
    """Scan a guess; what the gate made of it, or why it was refused."""
    try:
        card = present(site, token, code)
    except Refused as refused:
        return refused.code
    return str(card["gate"]["kind"]) if card["verdict"] == "stop" else "accepted"


def checked_at_gate(site: Site, token: str, code: str) -> str:
    """Have a guess checked with what stands on the real pass; what the gate said, or why it was refused."""
    try:
        done = act(site, token, {"step": "check_at_gate", "inputs": {"code": code, **GOOD}})
    except Refused as refused:
        return refused.code
    assert done.gate is not None
    return "accepted" if done.gate["verdict"] != "stop" else str(done.gate["kind"])


def campaign(folder: Path, guesses: int, acted: int, seed: int) -> tuple[Counter[str], Counter[str], list[str]]:
    """Guess; return what was said to scans and to checks, and what the real passes were told at the end."""
    chance, clock = random.Random(seed), FixedClock(Clock().now())
    site = founded(folder, clock=clock)
    site.database.rows("PRAGMA synchronous = off")
    with cheap_hashes():
        yard = Yard(site)
        passes = [yard.to_the_pass()[2] for _ in range(PASSES)]
    issued = {number for (number,) in site.database.rows("SELECT number FROM pieces")}
    token, key = yard.tokens["guard"], site.config.keys.piece
    scans: Counter[str] = Counter()
    checks: Counter[str] = Counter()
    for number in range(guesses):
        code = WAYS[number % len(WAYS)](chance, chance.choice(passes), key)
        if code in issued:
            continue
        scans[looked_at(site, token, code)] += 1
        if number % acted == 0 or chance.random() < 0.1 / acted:
            checks[checked_at_gate(site, token, code)] += 1
            clock.advance(chance.choice((0, 90)) * SECOND)
    told = [checked_at_gate(site, token, code) for code in passes]
    site.close()
    return scans, checks, told


def main() -> int:
    """Print what was said."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--guesses", type=int, default=100_000)
    arguments.add_argument("--acted", type=int, default=13, help="check every so many with plate and count")
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        scans, checks, told = campaign(Path(folder) / "site", given.guesses, given.acted, given.seed)
    print(f"{scans.total()} guesses scanned: {dict(scans.most_common())}")
    print(f"{checks.total()} of them checked with the right plate and count: {dict(checks.most_common())}")
    print(f"accepted: {scans['accepted'] + checks['accepted']}; goal 0. The real passes afterwards: {told}")
    return 0 if not scans["accepted"] + checks["accepted"] and told == ["accepted"] * PASSES else 1


if __name__ == "__main__":
    sys.exit(main())
