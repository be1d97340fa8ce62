"""`bot-runtime unexpected`: the answers that fitted nothing, and teaching the bot to understand them."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from bot_runtime.cli.authoring import Words, language_option, open_workspace, workspace_of
from bot_runtime.cli.operating import fail
from bot_runtime.cli.peopling import print_json
from bot_runtime.cli.spanish import said
from bot_runtime.cli.tables import table
from bot_runtime.dialogs.book import Book
from bot_runtime.dialogs.rehearsing.unexpected import Group, grouped, judge
from bot_runtime.dialogs.session import About
from bot_runtime.errors import BotRuntimeError
from bot_runtime.exports import csv_bytes

_SHOWN = 80  # characters of one answer

folder_argument = click.argument(
    "folder", metavar="[DIR]", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path)
)


class _ListUnlessTold(click.Group):
    """`unexpected [DIR]` lists; any other word is a command's name."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ("-h", "--help")):
            args = ["list", *args]
        return super().parse_args(ctx, args)


@click.group("unexpected", cls=_ListUnlessTold)
def command() -> None:
    """List the answers that fitted nothing, grouped; accept a group as a synonym or as a new option."""


@command.command("list")
@folder_argument
@click.option("--dialog", help="Only this dialog.")
@click.option("--all", "everything", is_flag=True, help="Those that are understood by now, too.")
@click.option("--json", "as_json", is_flag=True, help="The groups, as a JSON list.")
@click.option("--csv", "as_csv", is_flag=True, help="Every answer with its group, as CSV for a spreadsheet.")
@language_option
def list_command(
    folder: Path, dialog: str | None, everything: bool, as_json: bool, as_csv: bool, language: str | None
) -> None:
    """List the groups, from the store of the workspace in DIR. The busiest question comes first."""
    workspace = workspace_of(open_workspace(folder, language))
    answers = [one for one in _answers(folder, workspace.brand) if dialog in (None, one["dialog"])]
    groups = grouped(answers)
    judge(groups, workspace.dialogs, Book.of(workspace).placed(About()))
    left = [group for group in groups if everything or not group.understood]
    if as_json:
        print_json([told(group) for group in left])
    elif as_csv:
        click.echo(_csv(answers, groups), nl=False)
    else:
        _print(left, Words(_WORDS, language or workspace.language))


@command.command("accept")
@click.argument("group_id", metavar="GROUP")
@folder_argument
@click.option("--option", metavar="CODE", help="The option that these answers mean: its code or label.")
@click.option("--new-option", "label", metavar="LABEL", help="Add an option with this label instead.")
@click.option("--goto", metavar="STATE", help="Where the new option leads.")
@language_option
def accept(
    group_id: str, folder: Path, option: str | None, label: str | None, goto: str | None, language: str | None
) -> None:
    """Teach the bot a GROUP of answers: edits the dialog's file in DIR and adds a transcript.

    Refused, with nothing written, where another answer would become ambiguous or a transcript would fail.
    """
    from bot_runtime.cli.teaching import CannotTeach, Wish, teach

    if bool(option) == bool(label) or (goto and not label):
        raise click.UsageError(said("say --option CODE, or --new-option LABEL [--goto STATE]"))
    workspace = workspace_of(open_workspace(folder, language))
    words = Words(_WORDS, language or workspace.language)
    groups = grouped(_answers(folder, workspace.brand))
    group = next((one for one in groups if one.id == group_id), None)
    if group is None:
        fail(words("no_group", id=group_id))
    wish = Wish(option or "", label or "", goto)
    try:
        taught = teach(folder, workspace, group, wish, words("comment", count=group.count))
    except CannotTeach as error:
        fail(words(error.code, **error.facts))
    means = words("means", texts=", ".join(f"«{text}»" for text in taught.synonyms), option=option or label)
    click.echo(means)
    for name in taught.files:
        click.echo(f"  {name}")


def told(group: Group) -> dict[str, Any]:
    """A group as programs get it."""
    return {
        "id": group.id,
        "dialog": group.dialog,
        "state": group.state,
        "text": group.text,
        "count": group.count,
        "contacts": group.contacts,
        "examples": group.examples,
        "versions": group.versions,
        "first_at": group.first_at,
        "last_at": group.last_at,
        "understood": group.understood,
    }


def _answers(folder: Path, brand: str) -> list[dict[str, Any]]:
    async def read() -> list[dict[str, Any]]:
        from bot_runtime.cli.stored import open_store
        from bot_runtime.store.unfit import read_unfit

        async with open_store(folder, brand) as (store, keys):
            return await read_unfit(store, keys)

    try:
        return asyncio.run(read())
    except BotRuntimeError as error:
        click.echo(str(error), err=True)
        sys.exit(1)


def _said(examples: Sequence[str]) -> str:
    """In short; all of it is in --json and --csv."""
    return " · ".join(one if len(one) <= _SHOWN else one[: _SHOWN - 1].rstrip() + "…" for one in examples)


def _print(groups: list[Group], words: Words) -> None:
    if not groups:
        click.echo(words("none"))
        return
    rows = [
        (one.id, f"{one.dialog} · {one.state}", str(one.count), _said(one.examples), (one.versions[-1])[:12])
        for one in groups
    ]
    table((words("group"), words("question"), words("count"), words("texts"), words("version")), rows)
    click.echo(words("hint", id=groups[0].id))


def _csv(answers: list[dict[str, Any]], groups: list[Group]) -> str:
    names = ["at", "group", "dialog", "version", "state", "attempt", "text", "contact"]
    of_text = {(one.dialog, one.state, text): one.id for one in groups for text in one.texts}
    rows = [
        [
            str({**one, "group": of_text[one["dialog"], one["state"], one["text"].strip()]}.get(name, ""))
            for name in names
        ]
        for one in answers
    ]
    return csv_bytes([names, *rows]).decode("utf-8-sig")


_WORDS = {
    "es": {
        "none": "Todas las respuestas se entienden.",
        "group": "grupo",
        "question": "pregunta",
        "count": "veces",
        "texts": "lo que escribieron",
        "version": "versión",
        "hint": "Para que se entienda: bot-runtime unexpected accept {id} --option CÓDIGO",
        "no_group": "no hay un grupo '{id}'; `bot-runtime unexpected` los lista",
        "comment": "Aceptado con `bot-runtime unexpected accept`: {count} veces nadie lo entendió.",
        "means": "{texts} ahora significa '{option}':",
        "gone": "el diálogo '{dialog}' ya no tiene la pregunta '{state}'",
        "no_options": "'{state}' no ofrece opciones: solo a un menú o a `choices` se le enseñan sinónimos",
        "no_text": "'{text}' no es un texto que se pueda enseñar",
        "opts_out": "con '{text}' los contactos se dan de baja; no puede significar otra cosa",
        "anywhere": "'{text}' ya funciona en cualquier momento (`anywhere`); pon la palabra en `keep` de la pregunta",
        "no_option": "'{state}' no tiene la opción '{option}'; tiene: {options}",
        "no_state": "no hay un estado '{goto}'; hay: {states}",
        "where_to": "di con --goto a dónde lleva la opción nueva: '{state}' no tiene `goto` propio",
        "not_editable": "no sé editar las opciones de '{state}' en el archivo; hazlo a mano",
        "breaks_check": "el diálogo ya no sería válido: {problem}",
        "ambiguous": "'{text}' también podría ser: {options}",
        "not_understood": "'{text}' seguiría sin entenderse: es demasiado distinto de los demás del grupo",
        "unreachable": "no encontré cómo llegar a '{state}' para probarlo; añade el sinónimo a mano",
        "breaks": "estas transcripciones fallarían: {files}",
    },
    "en": {
        "none": "Every answer is understood.",
        "group": "group",
        "question": "question",
        "count": "times",
        "texts": "what they wrote",
        "version": "version",
        "hint": "To have it understood: bot-runtime unexpected accept {id} --option CODE",
        "no_group": "there is no group '{id}'; `bot-runtime unexpected` lists them",
        "comment": "Accepted with `bot-runtime unexpected accept`: {count} times nobody understood it.",
        "means": "{texts} now means '{option}':",
        "gone": "dialog '{dialog}' has no question '{state}' any more",
        "no_options": "'{state}' offers no options: only a menu or `choices` can be taught synonyms",
        "no_text": "'{text}' is no text that could be taught",
        "opts_out": "by '{text}' contacts opt out; it can mean nothing else",
        "anywhere": "'{text}' works at any time already (`anywhere`); put the word into the question's `keep`",
        "no_option": "'{state}' has no option '{option}'; it has: {options}",
        "no_state": "there is no state '{goto}'; there are: {states}",
        "where_to": "say with --goto where the new option leads: '{state}' has no `goto` of its own",
        "not_editable": "I cannot edit the options of '{state}' in the file; please do it by hand",
        "breaks_check": "the dialog would no longer be valid: {problem}",
        "ambiguous": "'{text}' could also be: {options}",
        "not_understood": "'{text}' would still not be understood: the group has too many different texts",
        "unreachable": "I found no way to '{state}' to try it; please add the synonym by hand",
        "breaks": "these transcripts would fail: {files}",
    },
}
