"""`bot-runtime graph`: draw a dialog from its machine."""

from dataclasses import asdict
from pathlib import Path

import click
import msgspec

from bot_runtime.cli.authoring import (
    folder_and_dialog,
    language_option,
    misuse,
    open_workspace,
    pick_dialog,
    workspace_of,
)
from bot_runtime.cli.operating import Room, in_room
from bot_runtime.cli.spanish import said
from bot_runtime.dialogs.drawing.diagrams import dot, mermaid
from bot_runtime.dialogs.drawing.graph import draw, overlay
from bot_runtime.dialogs.drawing.palette import Theme
from bot_runtime.dialogs.drawing.svg import svg
from bot_runtime.dialogs.model import Dialog
from bot_runtime.workspace import Loaded

_THEMES = ("auto", "light", "dark")
_FORMS = ("mermaid", "svg", "dot")
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf")


@click.command()
@click.argument("places", metavar="[DIR] [DIALOG]", nargs=-1)
@click.option("--format", "form", type=click.Choice(_FORMS), help="Mermaid unless given or FILE ends in .svg or .dot.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write; else printed.")
@click.option("--coverage", "covered", is_flag=True, help="Mark what the workspace's transcripts exercise.")
@click.option("--live", is_flag=True, help="Show how many conversations are in each state now, from the store.")
@click.option(
    "--theme",
    type=click.Choice(["auto", "light", "dark"]),
    default="auto",
    show_default=True,
    help="Colours of an SVG.",
)
@click.option("--json", "as_json", is_flag=True, help="Print nodes and arrows as JSON instead.")
@language_option
def command(
    places: tuple[str, ...],
    form: str | None,
    output: Path | None,
    covered: bool,
    live: bool,
    theme: str,
    as_json: bool,
    language: str | None,
) -> None:
    """Draw a dialog: [DIR] [DIALOG]. Questions, actions, and what leads from one to the next."""
    folder, name = folder_and_dialog(places)
    if output is not None and form is None and output.suffix.lower() in _PICTURES:
        misuse(said("{name}: a drawing is written as .svg, .dot or Mermaid's text", name=output.name))
    loaded = open_workspace(folder, language)
    workspace = workspace_of(loaded)
    dialog = pick_dialog(workspace, name, language or workspace.language)
    drawing = draw(dialog, language)
    shown = overlay(
        dialog,
        language,
        exercised=_exercised(folder, loaded, dialog) if covered else None,
        live=_living(folder, dialog, language) if live else None,
    )
    suffix = output.suffix.removeprefix(".") if output is not None else ""
    match form or (suffix if suffix in _FORMS else "mermaid"):
        case _ if as_json:
            told = {**asdict(drawing), "live": shown.live}
            if shown.states is not None:
                told["taken"] = [name for name in dialog.states if name in shown.states]
            text = msgspec.json.format(msgspec.json.encode(told)).decode() + "\n"
        case "svg":
            chosen: dict[str, Theme] = {"light": "light", "dark": "dark"}
            text = svg(drawing, shown, chosen.get(theme))
        case "dot":
            text = dot(drawing, shown)
        case _:
            text = mermaid(drawing, shown)
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, "utf-8")


def _exercised(folder: Path, loaded: Loaded, dialog: Dialog):  # type: ignore[no-untyped-def]
    """The states and edges of `dialog` that the workspace's transcripts reach and take."""
    from bot_runtime.cli.running import Run

    run = Run(folder, workspace_of(loaded))
    run.all(each for name, each in loaded.trees.items() if name.startswith("tests/"))
    taken = run.watch.exercise(dialog.name)
    return taken.states(dialog), taken.edges


def _living(folder: Path, dialog: Dialog, language: str | None) -> dict[str, int]:
    """How many conversations stand in each state, over all versions of the dialog that ever ran."""

    async def work(room: Room) -> dict[str, int]:
        from bot_runtime.versions.service import Versions

        versions = Versions(room.store, room.keys)
        known = {dialog.version, *(one.version for one in await versions.history(dialog.name))}
        counts: dict[str, int] = {}
        for version in sorted(known):
            for state, people in (await versions.living(version)).items():
                counts[state] = counts.get(state, 0) + people
        return counts

    return in_room(folder, language, {"es": {}, "en": {}}, work)[0]
