"""What people do in the journeys, with mouse and finger."""

import io

from pypdf import PdfReader

PHONE = {"width": 375, "height": 812}


def draw(page):
    """Write one's name on the pad, as with a finger."""
    pad = page.locator("canvas").first
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + box["height"] / 2)
    page.mouse.down()
    for step in range(1, 12):
        page.mouse.move(
            box["x"] + 30 + 14 * step, box["y"] + box["height"] * (0.35 if step % 2 else 0.65)
        )
    page.mouse.up()


def saved(page, press):
    """The file that comes when something is pressed, as bytes."""
    with page.expect_download() as download:
        press()
    return download.value.path().read_bytes()


def pdf_text(content):
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return " ".join(text.split())
