"""One-bit pictures: what thermal and label printers are sent, and what the preview shows."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image

BLACK_BELOW = 128
"""What is darker than half grey is a dot."""
DARK = [255] * BLACK_BELOW + [0] * (256 - BLACK_BELOW)


@dataclass(frozen=True)
class Bitmap:
    """Dots in rows from the top, eight to a byte from the left, 1 is black; a row is filled up with white to whole bytes."""

    width: int
    height: int
    rows: bytes

    @property
    def row_bytes(self) -> int:
        """Return how many bytes a row has."""
        return (self.width + 7) // 8

    def row(self, number: int) -> bytes:
        """Return one row."""
        return self.rows[number * self.row_bytes : (number + 1) * self.row_bytes]

    def image(self) -> Image.Image:
        """Return the dots as an image, black on white."""
        inverted = bytes(byte ^ 0xFF for byte in self.rows)
        return Image.frombytes("1", (self.width, self.height), inverted)


def bitmap_of(png: bytes) -> Bitmap:
    """Return a picture cut at half grey; where it is transparent the paper is white."""
    with Image.open(io.BytesIO(png)) as picture:
        grey = picture.convert("L") if opaque(picture) else on_white(picture)
    dots = grey.point(DARK, "1")
    return Bitmap(dots.width, dots.height, dots.tobytes())


def opaque(picture: Image.Image) -> bool:
    """Tell whether nothing shines through a picture."""
    return "A" not in picture.getbands() or picture.getchannel("A").getextrema() == (255, 255)


def on_white(picture: Image.Image) -> Image.Image:
    """Return a picture with transparent parts as it looks on paper."""
    seen = Image.new("RGB", picture.size, "white")
    seen.paste(picture, mask=picture.getchannel("A"))
    return seen.convert("L")
