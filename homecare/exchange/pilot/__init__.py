"""The pilot in Årsta: its lists as files, and its story as the acts that people did."""

from pathlib import Path

FOLDER = Path(__file__).parent
