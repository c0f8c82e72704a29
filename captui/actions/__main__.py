"""Prints the key tables of README.md."""

import sys

from captui.actions import key_table

sys.stdout.write(key_table() + "\n")
