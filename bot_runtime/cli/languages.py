"""The language of what commands print: asked for, else the workspace's, else the terminal's."""

from collections.abc import Callable
from typing import Any

import click

from bot_runtime.cli.terminal import terminal_language
from bot_runtime.workspace import Loaded

LANGUAGES = ("es", "en")


def language_of(loaded: Loaded, asked: str | None) -> str:
    """The language asked for, else the workspace's, also when its files have errors."""
    return asked or (loaded.language if loaded.language in LANGUAGES else terminal_language())


def language_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--language es|en`."""
    option = click.option(
        "--language",
        type=click.Choice(LANGUAGES),
        help="Language of the output (default: the workspace's, else the terminal's).",
    )
    return option(function)
