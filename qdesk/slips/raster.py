"""One-bit pictures: what thermal and label printers are sent, and what the preview shows."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image

BLACK_BELOW = 128
"""What is darker than half grey is a dot."""


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
    """Return a picture cut at half grey."""
    with Image.open(io.BytesIO(png)) as picture:
        seen = Image.new("RGB", picture.size, "white")
        seen.paste(picture, mask=picture.getchannel("A") if "A" in picture.getbands() else None)
    dots = seen.convert("L").point(lambda grey: 255 if grey < BLACK_BELOW else 0).convert("1", dither=Image.Dither.NONE)
    return Bitmap(dots.width, dots.height, dots.tobytes())
