"""The language of what commands print: asked for, else the workspace's, else the terminal's."""

import os
from collections.abc import Callable
from typing import Any

import click

from bot_runtime.dialogs.tree import plain
from bot_runtime.workspace import Loaded

LANGUAGES = ("es", "en")


def terminal_language() -> str:
    """`es` where the locale is Spanish, else `en`."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "es" if value.lower().startswith("es") else "en"
    return "en"


def language_of(loaded: Loaded, asked: str | None) -> str:
    """The language asked for, else the workspace's, also when its files have errors."""
    bot = loaded.trees.get("bot.yaml")
    own = plain(bot.data).get("language") if bot is not None else None
    return asked or (own if own in LANGUAGES else terminal_language())


def language_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--language es|en`."""
    option = click.option(
        "--language",
        type=click.Choice(LANGUAGES),
        help="Language of the output (default: the workspace's, else the terminal's).",
    )
    return option(function)
