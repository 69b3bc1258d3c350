"""The icon set of icons.svg: own drawings on a grid of 24, lines of 1.75 with round ends."""

import re
from functools import cache
from pathlib import Path

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

_SYMBOL = re.compile(r'<symbol id="([a-z-]+)"[^>]*>(.*?)</symbol>', re.DOTALL)
_SOURCE = Path(__file__).with_name("icons.svg").read_text(encoding="utf-8")
ICONS = {name: re.sub(r"\s*\n\s*", "", body) for name, body in _SYMBOL.findall(_SOURCE)}


@cache
def svg(name: str, size: str = "", label: str = "") -> SafeString:
    """The drawing as inline SVG: hidden from screen readers unless it carries a label."""
    spoken = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    css = f"icon icon-{escape(size)}" if size else "icon"
    return mark_safe(  # noqa: S308 - our own drawings, and an escaped label
        f'<svg class="{css}" viewBox="0 0 24 24" focusable="false" {spoken}>{ICONS[name]}</svg>'
    )
