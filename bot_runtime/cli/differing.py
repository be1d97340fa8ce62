"""Two versions of a dialog, told as what an author changed."""

import click

from bot_runtime.cli.authoring import Words
from bot_runtime.dialogs.differences import Detail, Differences

_SIGNS = {"added": "+", "removed": "-", "renamed": "→", "changed": "~"}
_LONGEST = 100


def tell_differences(differences: Differences | None, language: str) -> None:
    """Print them: what is outside of the states, then each state. None: there is nothing to compare with."""
    words = Words(_WORDS, language)
    if differences is None:
        click.echo(words("first"))
        return
    if differences.none:
        click.echo(words("none"))
        return
    if differences.dialog:
        click.secho(words("dialog"), bold=True)
        _tell(differences.dialog, words)
    for change in differences.states:
        colour = {"added": "green", "removed": "red"}.get(change.what)
        told = words(change.what, was=change.was)
        click.secho(f"{_SIGNS[change.what]} {change.state}  {told}", fg=colour, bold=True)
        _tell([one for one in change.details if change.what == "changed" or one.kind == "text"], words)


def _tell(details: list[Detail] | tuple[Detail, ...], words: Words) -> None:
    for one in details:
        if one.before is None or one.after is None:
            sign, value, colour = ("+", one.after, "green") if one.before is None else ("-", one.before, "red")
            click.echo(f"    {one.path}: " + click.style(f"{sign} {_short(value)}", fg=colour))
            continue
        click.echo(f"    {one.path}:")
        click.secho(f"      - {_short(one.before)}", fg="red")
        click.secho(f"      + {_short(one.after)}", fg="green")


def _short(value: object) -> str:
    text = " ".join(str(value).split()) if not isinstance(value, bool) else str(value).lower()
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


_WORDS = {
    "es": {
        "first": "Es la primera versión.",
        "none": "No hay diferencias.",
        "dialog": "~ el diálogo",
        "added": "es nuevo",
        "removed": "ya no está",
        "renamed": "antes se llamaba {was}",
        "changed": "",
    },
    "en": {
        "first": "It is the first version.",
        "none": "There are no differences.",
        "dialog": "~ the dialog",
        "added": "is new",
        "removed": "is gone",
        "renamed": "was called {was}",
        "changed": "",
    },
}
