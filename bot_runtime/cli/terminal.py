"""The language of the terminal: a module of its own, since `--help` loads nothing else."""

import os


def terminal_language() -> str:
    """`es` where the locale is Spanish, else `en`."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "es" if value.lower().startswith("es") else "en"
    return "en"
