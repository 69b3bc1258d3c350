"""The icon set: own drawings on a grid of 24, lines of 1.75, round ends."""

from functools import cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe


def _line(*paths: str) -> str:
    return "".join(f'<path d="{path}"/>' for path in paths)


def _dot(x: float, y: float, r: float = 1.1) -> str:
    return f'<circle cx="{x}" cy="{y}" r="{r}" fill="currentColor" stroke="none"/>'


def _ring(x: float, y: float, r: float) -> str:
    return f'<circle cx="{x}" cy="{y}" r="{r}"/>'


ICONS = {
    "arrow-left": _line("M20 12H4.5", "M10.5 5.5 4 12l6.5 6.5"),
    "arrow-right": _line("M4 12h15.5", "M13.5 5.5 20 12l-6.5 6.5"),
    "battery": _line("M4.5 7.5h13a1.5 1.5 0 0 1 1.5 1.5v6a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 3 15V9a1.5 1.5 0 0 1 1.5-1.5z", "M21.5 10.5v3", "M6.5 11v2", "M10 11v2"),
    "building": _line("M5 21V4.5A1.5 1.5 0 0 1 6.5 3h11A1.5 1.5 0 0 1 19 4.5V21", "M3 21h18", "M9 7.5h1.5", "M13.5 7.5H15", "M9 11.5h1.5", "M13.5 11.5H15", "M10 21v-5h4v5"),
    "calendar": _line("M5.5 5h13A1.5 1.5 0 0 1 20 6.5v12a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 18.5v-12A1.5 1.5 0 0 1 5.5 5z", "M4 10h16", "M8.5 3v4", "M15.5 3v4"),
    "camera": _line("M4.5 7.5h3l1.5-2.5h6l1.5 2.5h3A1.5 1.5 0 0 1 21 9v9a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 18V9a1.5 1.5 0 0 1 1.5-1.5z") + _ring(12, 13, 3.5),
    "check": _line("M4.5 12.8 9.7 18 19.5 6.5"),
    "chevron": _line("M9 5.5 15.5 12 9 18.5"),
    "clock": _ring(12, 12, 9) + _line("M12 6.8V12l3.5 2.5"),
    "cross": _line("M6 6l12 12", "M18 6 6 18"),
    "door": _line("M6 21V5.5A2.5 2.5 0 0 1 8.5 3h7A2.5 2.5 0 0 1 18 5.5V21", "M3.5 21h17") + _dot(14.5, 12.5),
    "download": _line("M12 3.5V15", "M6.8 10.2 12 15.4l5.2-5.2", "M4.5 20h15"),
    "edit": _line("M4 20l1-4.5L16.2 4.3a1.7 1.7 0 0 1 2.4 0l1.1 1.1a1.7 1.7 0 0 1 0 2.4L8.5 19z", "M14 6.5 17.5 10"),
    "entrance": _line("M4 21V12a8 8 0 0 1 16 0v9", "M2.5 21h19", "M12 4v17") + _dot(9.8, 14.5, 1) + _dot(14.2, 14.5, 1),
    "eye": _line("M2.5 12C4.5 8 8 5.8 12 5.8s7.5 2.2 9.5 6.2c-2 4-5.5 6.2-9.5 6.2S4.5 16 2.5 12z") + _ring(12, 12, 2.8),
    "eye-off": _line("M9.5 6.2A9.6 9.6 0 0 1 12 5.8c4 0 7.5 2.2 9.5 6.2a11 11 0 0 1-2.3 3.2", "M6.2 7.6A11 11 0 0 0 2.5 12c2 4 5.5 6.2 9.5 6.2 1.6 0 3-.3 4.4-1", "M4 4l16 16"),
    "file": _line("M6.5 3H14l4.5 4.5v12A1.5 1.5 0 0 1 17 21H6.5A1.5 1.5 0 0 1 5 19.5v-15A1.5 1.5 0 0 1 6.5 3z", "M13.5 3.5V8h4.5", "M8.5 13h6.5", "M8.5 16.5h4.5"),
    "filter": _line("M4 6.5h16", "M7 12h10", "M10 17.5h4"),
    "help": _ring(12, 12, 9) + _line("M9.5 9.5a2.6 2.6 0 1 1 3.8 2.3c-.9.5-1.3 1-1.3 2") + _dot(12, 16.8),
    "home": _line("M3.5 11.5 12 4l8.5 7.5", "M6 9.5V20h12V9.5", "M10 20v-5.5h4V20"),
    "info": _ring(12, 12, 9) + _line("M12 11v5.5") + _dot(12, 7.8),
    "key": _ring(7.5, 12, 4) + _line("M11.5 12H21v3.5", "M17 12v2.8"),
    "letter": _line("M4.5 5.5h15A1.5 1.5 0 0 1 21 7v10a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 17V7a1.5 1.5 0 0 1 1.5-1.5z", "M3.5 7l8.5 6.5L20.5 7"),
    "list": _line("M9 6h11.5", "M9 12h11.5", "M9 18h11.5") + _dot(4.5, 6) + _dot(4.5, 12) + _dot(4.5, 18),
    "lock": _line("M6.5 10.5h11A1.5 1.5 0 0 1 19 12v7.5a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 5 19.5V12a1.5 1.5 0 0 1 1.5-1.5z", "M8 10.5V7.5a4 4 0 0 1 8 0v3", "M12 14.5v2.5"),
    "log-out": _line("M13.5 4h-7A1.5 1.5 0 0 0 5 5.5v13A1.5 1.5 0 0 0 6.5 20h7", "M10.5 12H21", "M17 8l4 4-4 4"),
    "map-pin": _line("M12 21.5c4.5-4.6 7-8.2 7-11.5a7 7 0 0 0-14 0c0 3.3 2.5 6.9 7 11.5z") + _ring(12, 10, 2.5),
    "menu": _line("M4 6.5h16", "M4 12h16", "M4 17.5h16"),
    "minus": _line("M5 12h14"),
    "moon": _line("M20 14.2A8.2 8.2 0 0 1 9.8 4a8.2 8.2 0 1 0 10.2 10.2z"),
    "people": _ring(9, 8, 3.5) + _line("M2.5 20c.3-4 3-6.5 6.5-6.5s6.2 2.5 6.5 6.5", "M15.5 4.8a3.5 3.5 0 0 1 0 6.4", "M18 14.3c2 1 3.3 3 3.5 5.7"),
    "person": _ring(12, 8, 4) + _line("M4.5 20.5c.4-4.3 3.4-7 7.5-7s7.1 2.7 7.5 7"),
    "phone": _line("M5.5 3.5h3l2 5-2.2 1.7a12 12 0 0 0 5.5 5.5l1.7-2.2 5 2v3a2 2 0 0 1-2.2 2C10.5 20 4 13.5 3.5 5.7a2 2 0 0 1 2-2.2z"),
    "plus": _line("M12 5v14", "M5 12h14"),
    "print": _line("M7 8.5V3.5h10v5", "M7 17H4.5A1.5 1.5 0 0 1 3 15.5V10a1.5 1.5 0 0 1 1.5-1.5h15A1.5 1.5 0 0 1 21 10v5.5a1.5 1.5 0 0 1-1.5 1.5H17", "M7 14h10v6.5H7z"),
    "qr": _line("M4 4h6v6H4z", "M14 4h6v6h-6z", "M4 14h6v6H4z", "M14 14h2.5v2.5", "M20 14v2", "M14 20h2", "M19 19.5h1.5"),
    "report": _line("M5 3.5V19a1.5 1.5 0 0 0 1.5 1.5H21", "M9.5 16.5v-4", "M13.8 16.5V7", "M18 16.5v-6.5"),
    "return": _line("M9 14.5 4 9.5l5-5", "M4 9.5h10.5a5.5 5.5 0 0 1 0 11H9"),
    "search": _ring(10.5, 10.5, 6.5) + _line("M15.5 15.5 21 21"),
    "settings": _ring(12, 12, 3) + _line("M12 2.8v3", "M12 18.2v3", "M2.8 12h3", "M18.2 12h3", "M5.5 5.5l2.1 2.1", "M16.4 16.4l2.1 2.1", "M18.5 5.5l-2.1 2.1", "M7.6 16.4l-2.1 2.1"),
    "shield": _line("M12 3l7.5 2.5v6c0 4.5-3 8-7.5 9.7-4.5-1.7-7.5-5.2-7.5-9.7v-6z", "M8.5 11.8l2.5 2.5 4.5-4.8"),
    "signature": _line("M3.5 16.5c3.5-1.5 7-8.5 5.3-11.2C7.5 3.5 5.5 7.5 7 12.5c.8 2.8 2.7 4.2 4.5 2.3 1-1.1 1.5-2.6 2.5-2.6 1.2 0 .5 2.8 2 2.8 1 0 1.7-1 2.5-1.8", "M3.5 20.5h17"),
    "sun": _ring(12, 12, 4) + _line("M12 2.5v2", "M12 19.5v2", "M2.5 12h2", "M19.5 12h2", "M5.3 5.3l1.4 1.4", "M17.3 17.3l1.4 1.4", "M18.7 5.3l-1.4 1.4", "M6.7 17.3l-1.4 1.4"),
    "tools": _line("M14.5 6.5a4 4 0 0 1 5-3.3l-2.3 2.3.3 1.8 1.9.4L21.5 5.5a4 4 0 0 1-5.3 4.8L7.5 19a2 2 0 0 1-2.8-2.8l8.7-8.7a4 4 0 0 1 1.1-1z"),
    "undo": _line("M8 5 3.5 9.5 8 14", "M3.5 9.5H14a6 6 0 0 1 0 12h-3"),
    "unlock": _line("M6.5 10.5h11A1.5 1.5 0 0 1 19 12v7.5a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 5 19.5V12a1.5 1.5 0 0 1 1.5-1.5z", "M8 10.5V7a4 4 0 0 1 7.7-1.5", "M12 14.5v2.5"),
    "upload": _line("M12 15.5V4", "M6.8 8.8 12 3.6l5.2 5.2", "M4.5 20h15"),
    "warning": _line("M12 3.8 21.5 20h-19z", "M12 10v4.5") + _dot(12, 17.2),
}  # fmt: skip
ALIASES = {"mail": "letter", "clipboard": "list", "chart": "report"}


@cache
def svg(name: str, size: str = "", label: str = "") -> SafeString:
    """The drawing as inline SVG: hidden from screen readers unless it carries a label."""
    drawing = ICONS[ALIASES.get(name, name)]
    spoken = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    css = f"icon icon-{escape(size)}" if size else "icon"
    return mark_safe(  # noqa: S308 - our own drawings, and an escaped label
        f'<svg class="{css}" viewBox="0 0 24 24" focusable="false" {spoken}>{drawing}</svg>'
    )
