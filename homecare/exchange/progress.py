"""The progress of imports, kept where all long work keeps it."""

from homecare.core.progress import ask, tell

__all__ = ["ask", "tell"]
