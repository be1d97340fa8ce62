"""A flow for a template that has none (F011): a dialog bound to it whose only instruction thanks and closes.

It is a file of the workspace like any other: authors change its text, delete the instruction, add others. Left as it
is, any answer gets that text and its ticket closes.
"""

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from bot_runtime.campaigns.plans import find_template
from bot_runtime.campaigns.words import Refused
from bot_runtime.channels.rendering import header_text
from bot_runtime.dialogs import texts
from bot_runtime.dialogs.load import slug
from bot_runtime.dialogs.schemas.parts import LANGUAGES
from bot_runtime.workspace import Loaded, Template, Workspace

REASON: Final = "answered"  # the closing reason where the brand has it; else the dialog just ends
LONGEST_TEXT: Final = 1_000
_NUMBER = re.compile(r"\{\{\s*([0-9]{1,3})\s*\}\}")
_HEADS = {
    "es": "# Recibe las respuestas a la plantilla {name}. Cambia el texto, agrega preguntas: es un diálogo más.",
    "en": "# Takes the answers to the template {name}. Change the text, add questions: it is a dialog like any other.",
}


def create_flow(
    root: Path, workspace: Workspace, load: Callable[[], Loaded], template: str, language: str = "", text: str = ""
) -> tuple[Path, Loaded]:
    """Write the flow of `template` into the workspace; its file, and the workspace with it.

    Raises:
        Refused: there is no such template, it has a flow already, or the workspace would not load with one.
    """
    found = find_template(workspace, template, language)
    if bound := [one.name for one in workspace.dialogs.values() if one.starts.template == found.name]:
        raise Refused("flow_there", "template", status=409, got=found.name, name=bound[0])
    if len(text) > LONGEST_TEXT:
        raise Refused("flow_text", "text", most=LONGEST_TEXT)
    name = _free_name(found, workspace)
    file = root / "dialogs" / f"{name}.yaml"
    file.parent.mkdir(exist_ok=True)
    source = written(found, name, workspace, text.strip())
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(source)
            opened.flush()
            os.fsync(opened.fileno())
    except OSError as error:
        raise Refused(
            "flow_not_written", "template", status=409, got=found.name, why=os.strerror(error.errno or 0)
        ) from error
    loaded = load()
    if loaded.workspace is None:
        file.unlink(missing_ok=True)
        why = next((problem.line(workspace.language) for problem in loaded.errors), "")
        raise Refused("flow_not_written", "template", status=409, got=found.name, why=why)
    return file, loaded


def written(template: Template, name: str, workspace: Workspace, text: str = "") -> str:
    """The dialog as a file. Its first state stands for the template's message, which is what contacts answer."""
    language = _language(template, workspace)
    end = texts.say(language, "flow_end")
    say = {"say": text or texts.say(language, "thanks_for_answer")}
    answers: dict[str, Any] = {"ask": _message(template)}
    replies = [button for button in template.buttons if button.kind == "reply"]
    if replies:
        answers["menu"] = [
            {"label": button.text, **({"button": button.payload} if button.payload else {})} for button in replies
        ]
        answers["else"] = end
    else:
        answers |= {"answer": "text", "retry": {"attempts": 1, "goto": end}}
    answers |= {"save": texts.say(language, "flow_answer"), "goto": end}
    dialog: dict[str, Any] = {
        "dialog": name,
        "title": template.name.replace("_", " ").capitalize(),
        "language": language,
        "starts": {"template": template.name},
    }
    if template.parameters:
        dialog["needs"] = dict.fromkeys(dict.fromkeys(template.parameters), "text")
    closes = {"close": REASON} if REASON in workspace.close_reasons else {}
    dialog["states"] = {texts.say(language, "flow_start"): answers, end: {**say, **closes}}
    head = _HEADS["es" if language == "es" else "en"].format(name=template.name)
    return f"{head}\n" + yaml.safe_dump(dialog, sort_keys=False, allow_unicode=True, width=120)


def _free_name(template: Template, workspace: Workspace) -> str:
    base = slug(template.name)[:50] or "flow"
    base = base if base[0].isalpha() else f"flow_{base}"
    taken = {*workspace.dialogs}
    return next(name for name in (base, *(f"{base}_{number}" for number in range(2, 1_000))) if name not in taken)


def _language(template: Template, workspace: Workspace) -> str:
    tag = template.language.replace("-", "_").split("_")[0].lower()
    return tag if tag in LANGUAGES else workspace.language


def _message(template: Template) -> str:
    """The template's text with the names of its parameters in place of its numbers."""
    before = len(set(_NUMBER.findall(header_text(template))))
    names = dict(enumerate(template.parameters[before:], 1))

    def named(found: re.Match[str], known: Mapping[int, str] = names) -> str:
        name = known.get(int(found[1]), "")
        return f"{{{{ {name} }}}}" if name else ""

    return _NUMBER.sub(named, template.body)
