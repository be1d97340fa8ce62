"""`bot-runtime sample-list`: the spreadsheet to fill in for a template."""

from pathlib import Path

import click

from bot_runtime.cli.authoring import Words, language_option, misuse, open_workspace, workspace_of
from bot_runtime.cli.listing import channel_option, examples_of, pick_channel, pick_template, template_option

_WORDS = {
    "es": {"written": "{file}: {columns}", "ending": "el archivo tiene que terminar en .xlsx o .csv: '{file}'"},
    "en": {"written": "{file}: {columns}", "ending": "the file must end in .xlsx or .csv: '{file}'"},
}


@click.command("sample-list")
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(file_okay=False, path_type=Path))
@template_option
@channel_option
@click.option(
    "-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="FILE.xlsx or FILE.csv."
)
@language_option
def command(folder: Path, template_name: str, channel_name: str | None, output: Path, language: str | None) -> None:
    """Write the sample file of a template of the workspace in DIR: phone, one column per parameter, one example row."""
    from bot_runtime.campaigns.problems import said
    from bot_runtime.campaigns.samples import sample_rows
    from bot_runtime.exports import write_table

    workspace = workspace_of(open_workspace(folder, language))
    language = language or workspace.language
    words = Words(_WORDS, language)
    if output.suffix.lower() not in (".xlsx", ".csv"):
        misuse(words("ending", file=output))
    template = pick_template(workspace, template_name, language)
    channel = pick_channel(workspace, channel_name, language)
    rows = sample_rows(template, language, channel.default_country or "", examples_of(workspace, template))
    try:
        write_table(output, rows, said("list", language))
    except OSError as error:
        misuse(f"{output}: {error.strerror}")
    click.echo(words("written", file=output, columns=", ".join(rows[0])))
