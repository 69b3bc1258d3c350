#!/usr/bin/env python
"""The way in for commands: `python manage.py help` lists them."""

import os
import sys

from django.core.management import execute_from_command_line

from homecare.core.errors import WrongSetting

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "homecare.settings")
    try:
        execute_from_command_line(sys.argv)
    except WrongSetting as wrong:
        sys.exit(str(wrong))
