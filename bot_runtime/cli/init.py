"""`bot-runtime init`: a small workspace that works at once and explains itself."""

import json
import os
import shlex
from importlib import resources
from pathlib import Path

import click

from bot_runtime.cli.languages import language_option
from bot_runtime.cli.terminal import terminal_language
from bot_runtime.dialogs.schemas.schema import KINDS, schema

_NEXT = {
    "es": """Listo: {folder}

  bot-runtime dev {folder}     conversa con tu bot en un teléfono de mentira
  bot-runtime test {folder}    revisa que converse como dicen sus pruebas
  bot-runtime check {folder}   busca errores mientras escribes

Empieza por dialogs/{dialog}.yaml. Para salir al mundo: copia .env.example a .env y complétalo.""",
    "en": """Done: {folder}

  bot-runtime dev {folder}     talk with your bot on a make-believe phone
  bot-runtime test {folder}    see that it talks as its transcripts say
  bot-runtime check {folder}   find mistakes while you write

Begin with dialogs/{dialog}.yaml. To go live: copy .env.example to .env and fill it in.""",
}
_DIALOG = {"es": "bienvenida", "en": "welcome"}
_REFUSED = {
    "es": "'{folder}' ya existe y no es una carpeta vacía; elige otro nombre",
    "en": "'{folder}' is there already, and no empty folder; choose another name",
}


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@language_option
def command(folder: Path, language: str | None) -> None:
    """Make a new workspace in DIR: channels, one dialog, its transcript and schemas for your editor."""
    language = language or terminal_language()
    if os.path.lexists(folder) and (not folder.is_dir() or any(folder.iterdir())):
        raise click.UsageError(_REFUSED[language].format(folder=folder))
    for path, text in starter_files(language).items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    click.echo(_NEXT[language].format(folder=shlex.quote(str(folder)), dialog=_DIALOG[language]))


def starter_files(language: str) -> dict[str, str]:
    """Path inside the workspace → text."""
    starter = resources.files("bot_runtime.cli") / "starter" / language
    dialog = _DIALOG[language]
    named = {
        "bot.yaml": "bot.yaml",
        f"dialogs/{dialog}.yaml": "dialog.yaml",
        f"tests/{dialog}.yaml": "test.yaml",
        ".env.example": "env.txt",
        ".gitignore": "gitignore.txt",
    }
    files = {path: (starter / name).read_text("utf-8") for path, name in named.items()}
    for kind in KINDS:
        text = json.dumps(schema(kind, language), ensure_ascii=False, indent=2)
        files[f".schema/{kind}.schema.json"] = text + "\n"
    return files
