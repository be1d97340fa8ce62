"""`bot-runtime play`: talk to a dialog in the terminal, with no server and no store."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from bot_runtime.cli.authoring import (
    Words,
    folder_and_dialog,
    language_option,
    misuse,
    open_workspace,
    pick_dialog,
    workspace_of,
)
from bot_runtime.cli.play_words import WORDS
from bot_runtime.cli.playing import Play, Screen
from bot_runtime.cli.spanish import said
from bot_runtime.dialogs.book import Book
from bot_runtime.dialogs.rehearsing import transcripts
from bot_runtime.dialogs.schemas.parts import LANGUAGES
from bot_runtime.dialogs.session import About


@click.command()
@click.argument("places", metavar="[DIR] [DIALOG]", nargs=-1)
@click.option("--dialog", "name", help="Dialog to talk to; the workspace's default unless given.")
@click.option("--channel", type=click.Choice(transcripts.CHANNELS), default="whatsapp", show_default=True)
@click.option("--start", type=click.Choice(["template"]), help="Let the dialog's template begin.")
@click.option("--name", "contact_name", default="Ana Pérez", show_default=True, help="The contact's name.")
@click.option("--speaks", type=click.Choice(LANGUAGES), help="The language the contact is known to speak.")
@click.option("--save", type=click.Path(dir_okay=False, path_type=Path), help="Write what happened as a transcript.")
@language_option
def command(
    places: tuple[str, ...],
    name: str | None,
    channel: str,
    start: str | None,
    contact_name: str,
    speaks: str | None,
    save: Path | None,
    language: str | None,
) -> None:
    """Talk to DIALOG of the workspace in DIR, as a contact would."""
    if save is not None and not save.parent.is_dir():  # not after the whole conversation
        misuse(said("there is no folder '{folder}'", folder=save.parent))
    folder, named = folder_and_dialog(places)
    name = name or named
    workspace = workspace_of(open_workspace(folder, language))
    words = Words(WORDS, language or workspace.language)
    dialog = pick_dialog(workspace, name, words.language)
    if start and dialog.starts.template is None:
        misuse(words("no_template", name=dialog.name))
    about = About(contact_name=contact_name, language=speaks or "", channel=channel, channel_kind=channel)
    play = Play(dialog, Book.of(workspace), about, words, _terminal() if sys.stdin.isatty() else Plain())
    play.screen.note(words("welcome", title=dialog.title))
    if start:
        play.do("start", "template")
    for line in play.screen.lines():
        if not play.take(line):
            break
    if save is not None:
        save.write_text(play.transcript(), "utf-8")
        play.screen.note(words("saved", file=save))


class Plain:
    """For pipes and files: lines in, lines out."""

    def lines(self) -> Iterator[str]:
        yield from sys.stdin

    def contact(self, text: str) -> None:
        click.echo(f"> {text}")

    def bot(self, text: str) -> None:
        click.echo(
            "\n".join(f"{'bot: ' if number == 0 else '     '}{line}" for number, line in enumerate(text.split("\n")))
        )

    def note(self, text: str) -> None:
        click.echo("\n".join(f"  · {line}" for _, line in enumerate(text.split("\n"))))


def _terminal() -> Screen:
    from bot_runtime.cli.bubbles import Bubbles  # rich takes a while to import

    return Bubbles()
