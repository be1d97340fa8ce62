"""The language of what commands print: asked for, else the workspace's, else the terminal's."""

import os
from collections.abc import Callable
from typing import Any

import click

LANGUAGES = ("es", "en")


def terminal_language() -> str:
    """`es` where the locale is Spanish, else `en`."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "es" if value.lower().startswith("es") else "en"
    return "en"


def language_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--language es|en`."""
    option = click.option(
        "--language",
        type=click.Choice(LANGUAGES),
        help="Language of the output (default: the workspace's, else the terminal's).",
    )
    return option(function)
