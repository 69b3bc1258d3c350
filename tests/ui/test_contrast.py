"""The colours of tokens.css are readable in daylight and in the dark (WCAG 1.4.3, 1.4.11)."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).parents[2] / "static/css/tokens.css").read_text(encoding="utf-8")
PAIRS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", TOKENS
    )
}
PAIRS |= {
    name: (colour, colour) for name, colour in re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", TOKENS)
}
GROUNDS = ("paper", "sheet", "sunk")
TONES = ("info", "waiting", "good", "bad", "neutral")

TEXT = [
    *[(text, ground) for text in ("ink", "ink-soft", "link") for ground in GROUNDS],
    *[("bad", ground) for ground in GROUNDS],
    *[(tone, f"{tone}-ground") for tone in TONES],
    *[(tone, "sheet") for tone in TONES],
    *[("on-strong", f"{tone}-strong") for tone in TONES],
    ("on-primary", "primary"),
    ("on-primary", "primary-hover"),
    ("ink", "primary-soft"),
    ("link", "primary-soft"),
    ("bad-ground", "bad"),
    ("on-frame", "frame"),
    ("on-frame", "frame-raised"),
    ("on-frame-soft", "frame"),
    ("on-frame-soft", "frame-raised"),
]
EDGES = [
    *[
        (edge, ground)
        for edge in ("line-strong", "focus", "primary")
        for ground in ("paper", "sheet")
    ],
    *[(f"{tone}-strong", ground) for tone in TONES for ground in ("paper", "sheet")],
    *[(f"{tone}-strong", f"{tone}-ground") for tone in TONES],
    ("primary", "sunk"),
    ("focus", "primary-soft"),
    ("brass", "frame"),
    ("brass", "frame-raised"),
]


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_is_twenty_one_to_one():
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize("mode", [0, 1], ids=["daylight", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_can_be_read_on_its_ground(text, ground, mode):
    assert contrast(PAIRS[text][mode], PAIRS[ground][mode]) >= 4.5


@pytest.mark.parametrize("mode", [0, 1], ids=["daylight", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_signs_and_focus_can_be_seen(edge, ground, mode):
    assert contrast(PAIRS[edge][mode], PAIRS[ground][mode]) >= 3
