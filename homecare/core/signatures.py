"""Signatures drawn by hand on a screen."""

import io

from PIL import Image, UnidentifiedImageError

# How much darker than the paper, of 255, a line is at least.
INK = 40


def is_drawn(png: bytes) -> bool:
    """Whether something is drawn, as it looks on white paper. No picture at all is not drawn."""
    try:
        with Image.open(io.BytesIO(png), formats=["PNG"]) as image:
            drawn = image.convert("RGBA")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        return False
    paper = Image.new("RGBA", drawn.size, "white")
    paper.alpha_composite(drawn)
    darkest, lightest = paper.convert("L").getextrema()
    return bool(lightest - darkest >= INK)  # type: ignore[operator]
