"""What the commands on recipient lists share: the template meant, the channel it is sent on, the dialog behind it."""

from collections.abc import Iterable

import click

from bot_runtime.cli.authoring import Words, misuse
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.problems import nearest
from bot_runtime.workspace import ChannelConfig, Department, Template, Workspace

_WORDS = {
    "es": {
        "no_template": "no hay una plantilla '{name}'; {hint}",
        "templates": "hay: {known}",
        "languages": "la plantilla '{name}' está en varios idiomas: escribe {known}",
        "no_channel": "no hay un canal '{name}'; {hint}",
        "no_channels": "bot.yaml no tiene canales",
        "no_department": "no hay un departamento '{name}'; {hint}",
        "near": "¿quisiste decir '{near}'?",
        "none": "ninguna",
    },
    "en": {
        "no_template": "there is no template '{name}'; {hint}",
        "templates": "there are: {known}",
        "languages": "the template '{name}' is in several languages: write {known}",
        "no_channel": "there is no channel '{name}'; {hint}",
        "no_channels": "bot.yaml has no channels",
        "no_department": "there is no department '{name}'; {hint}",
        "near": "did you mean '{near}'?",
        "none": "none",
    },
}

template_option = click.option(
    "--template",
    "template_name",
    required=True,
    metavar="NAME",
    help="The template; NAME:LANGUAGE where it has several.",
)
channel_option = click.option(
    "--channel", "channel_name", metavar="NAME", help="The channel it is sent on (default: the first of bot.yaml)."
)


def pick_template(workspace: Workspace, wanted: str, language: str) -> Template:
    """The template `name` or `name:language`. Exits 2 when there is none, or more than one."""
    words = Words(_WORDS, language)
    name, _, spoken = wanted.partition(":")
    found = [one for (known, tongue), one in workspace.templates.items() if known == name and spoken in ("", tongue)]
    if not found:
        misuse(words("no_template", name=wanted, hint=_hint(name, [known for known, _ in workspace.templates], words)))
    if len(found) > 1:
        known = ", ".join(f"{one.name}:{one.language}" for one in found)
        misuse(words("languages", name=name, known=known))
    return found[0]


def pick_channel(workspace: Workspace, name: str | None, language: str) -> ChannelConfig:
    words = Words(_WORDS, language)
    if not workspace.channels:
        misuse(words("no_channels"))
    if name is None:
        return next(iter(workspace.channels.values()))
    if name not in workspace.channels:
        misuse(words("no_channel", name=name, hint=_hint(name, workspace.channels, words)))
    return workspace.channels[name]


def pick_department(workspace: Workspace, name: str | None, language: str) -> Department | None:
    words = Words(_WORDS, language)
    if name is None:
        return None
    if name not in workspace.departments:
        misuse(words("no_department", name=name, hint=_hint(name, workspace.departments, words)))
    return workspace.departments[name]


def bound_dialog(workspace: Workspace, template: Template) -> Dialog | None:
    """The dialog that the template's answers begin."""
    return next((one for one in workspace.dialogs.values() if one.starts.template == template.name), None)


def examples_of(workspace: Workspace, template: Template) -> dict[str, str]:
    """What the template's dialog gives as examples of the data it needs."""
    dialog = bound_dialog(workspace, template)
    return {
        name: str(need.example)
        for name, need in (dialog.needs.items() if dialog is not None else ())
        if need.example is not None and not isinstance(need.example, bool)
    }


def _hint(name: str, known: Iterable[str], words: Words) -> str:
    names = list(known)
    near = nearest(name, names)
    return words("near", near=near) if near else words("templates", known=", ".join(names) or words("none"))
