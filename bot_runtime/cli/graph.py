"""`bot-runtime graph`: draw a dialog from its machine."""

from dataclasses import asdict
from pathlib import Path

import click
import msgspec

from bot_runtime.cli.authoring import language_option, misuse, open_workspace, pick_dialog, workspace_of
from bot_runtime.dialogs.graph import draw, mermaid
from bot_runtime.dialogs.svg import svg


@click.command()
@click.argument("places", nargs=-1)
@click.option(
    "--format", "form", type=click.Choice(["mermaid", "svg"]), help="Mermaid unless given or FILE ends in .svg."
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write; else printed.")
@click.option("--json", "as_json", is_flag=True, help="Print nodes and arrows as JSON instead.")
@language_option
def command(
    places: tuple[str, ...], form: str | None, output: Path | None, as_json: bool, language: str | None
) -> None:
    """Draw a dialog: [DIR] [DIALOG]. Questions, actions, and what leads from one to the next."""
    folder, name = _folder_and_dialog(places)
    workspace = workspace_of(open_workspace(folder, language))
    dialog = pick_dialog(workspace, name, language or workspace.language)
    drawing = draw(dialog, language)
    if as_json:
        text = msgspec.json.format(msgspec.json.encode(asdict(drawing))).decode() + "\n"
    elif (form or ("svg" if output is not None and output.suffix == ".svg" else "mermaid")) == "svg":
        text = svg(drawing)
    else:
        text = mermaid(drawing)
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, "utf-8")


def _folder_and_dialog(places: tuple[str, ...]) -> tuple[Path, str | None]:
    """A folder, a dialog, both in this order, or neither."""
    if len(places) > 2:
        raise click.UsageError("[DIR] [DIALOG]")
    if len(places) == 2:
        if not Path(places[0]).is_dir():
            misuse(f"{places[0]}: no such folder")
        return Path(places[0]), places[1]
    if places and Path(places[0]).is_dir():
        return Path(places[0]), None
    return Path(), places[0] if places else None
