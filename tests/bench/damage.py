"""What happens to paper in a workshop, done to a picture of it: blurred, smeared, faint, turned, torn, stained."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy
from PIL import Image, ImageDraw, ImageFilter

Damage = Callable[[Image.Image, random.Random, int], Image.Image]
"""A grey page, chance, and how many of its dots are a millimetre."""
FAINT = 0.15
"""How much of the contrast is left of a faint print."""
TURNED = 8.0
"""Degrees by which a page may lie askew under the scanner."""


def blurred(page: Image.Image, chance: random.Random, dots: int) -> Image.Image:
    """Return the page out of focus, or under a greasy film."""
    return page.filter(ImageFilter.GaussianBlur(chance.uniform(0.03, 0.11) * dots))


def smeared(page: Image.Image, chance: random.Random, dots: int) -> Image.Image:
    """Return the page with its ink drawn along by a sleeve, in one direction."""
    grey = numpy.asarray(page, dtype=numpy.float32)
    far, axis = max(1, round(chance.uniform(0.08, 0.25) * dots)), chance.choice((0, 1))
    drawn = numpy.minimum.reduce([numpy.roll(grey, step, axis) + 160 * step / far for step in range(far + 1)])
    return Image.fromarray(numpy.clip(drawn, 0, 255).astype(numpy.uint8))


def faint(page: Image.Image, chance: random.Random, dots: int) -> Image.Image:
    """Return the page as an empty ribbon prints it: a part of the contrast, somewhere between black and white, and grain."""
    grey = numpy.asarray(page, dtype=numpy.float32)
    floor = chance.uniform(40, 180)
    grain = numpy.random.default_rng(chance.getrandbits(32)).normal(0, 2.0, grey.shape)
    return Image.fromarray(numpy.clip(floor + grey * FAINT + grain, 0, 255).astype(numpy.uint8))


def turned(page: Image.Image, chance: random.Random, dots: int) -> Image.Image:
    """Return the page lying askew."""
    return page.rotate(chance.uniform(-TURNED, TURNED), Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def stained(page: Image.Image, chance: random.Random, dots: int) -> Image.Image:
    """Return the page with dark and pale stains, a tear, and dead lines of a thermal head."""
    spoilt = page.copy()
    pen = ImageDraw.Draw(spoilt)
    for _ in range(chance.randint(2, 9)):
        x, y = chance.uniform(0, page.width), chance.uniform(0, page.height)
        wide, high = chance.uniform(2, page.width / 5), chance.uniform(2, page.height / 3)
        pen.ellipse((x, y, x + wide, y + high), fill=chance.choice((0, 255, 255, chance.randint(0, 255))))
    for _ in range(chance.randint(0, 6)):
        x = chance.randrange(page.width)
        pen.line((x, 0, x, page.height), fill=255, width=max(1, round(chance.uniform(0.1, 0.4) * dots)))
    return spoilt


DAMAGES: dict[str, Damage] = {"blurred": blurred, "smeared": smeared, "faint": faint, "turned": turned}
"""What a page has to survive."""


def ruined(page: Image.Image, chance: random.Random, dots: int) -> Image.Image:
    """Return a page that need not be readable any more, but must not be read as another."""
    for damage in chance.sample([*DAMAGES.values(), stained, stained, stained], chance.randint(2, 4)):
        page = damage(page, chance, dots)
    return page
