"""A workspace whose channels lead to the fake providers, and the accounts those providers then hold."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot_runtime.devtools.accounts import Account, Template, as_channel, made_up
from bot_runtime.workspace import ChannelConfig, Workspace
from bot_runtime.workspace import Template as Declared

NUMBERS = {"whatsapp": "+155501009", "sms": "+155501008"}


def accounts_of(workspace: Workspace) -> list[Account]:
    """One account a channel, with what the channel's entry says and the rest made up."""
    templates = [template_of(one) for one in workspace.templates.values()]
    found = []
    for position, config in enumerate(workspace.channels.values()):
        fields = {name: _one(config.options.get(name)) for name in Account.__struct_fields__}
        known: dict[str, Any] = {name: value for name, value in fields.items() if value}
        known |= {"name": config.name, "provider": config.provider, "kind": config.kind, "title": workspace.brand}
        known["number"] = _number(known.get("number", ""), f"{NUMBERS[config.kind]}{99 - position:02d}")
        found.append(made_up(Account(**known, templates=templates)))
    return found


def towards_fakes(workspace: Workspace, accounts: list[Account], api_base: str, public_url: str) -> Workspace:
    """The workspace with every channel's `api_base` and secrets those of its account, so that both sides agree."""
    by_name = {account.name: account for account in accounts}
    channels: dict[str, ChannelConfig] = {}
    for name, config in workspace.channels.items():
        overrides = as_channel(by_name[name], api_base)
        overrides = {word: value for word, value in overrides.items() if word not in ("provider", "kind")}
        kept = {word: value for word, value in config.options.items() if isinstance(value, list)}
        channels[name] = replace(config, options={**config.options, **overrides, **kept})
    return replace(workspace, channels=channels, public_url=public_url)


def template_of(declared: Declared) -> Template:
    """Graph's form of one of the workspace's templates; Twilio shows the same."""
    components: list[dict[str, Any]] = []
    for kind, value in (declared.header or {}).items():
        header = {"text": value} if kind == "text" else {"example": {"header_handle": [value]}}
        components.append({"type": "HEADER", "format": kind.upper(), **header})
    components.append({"type": "BODY", "text": declared.body})
    if declared.footer:
        components.append({"type": "FOOTER", "text": declared.footer})
    if declared.buttons:
        buttons = [
            {"type": "URL", "text": button.text, "url": button.url}
            if button.kind == "url"
            else {"type": "QUICK_REPLY", "text": button.text}
            for button in declared.buttons
        ]
        components.append({"type": "BUTTONS", "buttons": buttons})
    return Template(
        name=declared.name,
        language=declared.language,
        status=declared.status.upper(),
        parameter_format=_parameter_format(declared),
        components=components,
        content_sid=str(getattr(declared, "content_sid", "") or ""),
    )


def _parameter_format(declared: Declared) -> str:
    texts = [declared.body, (declared.header or {}).get("text", "")]
    names = [name for text in texts for name in re.findall(r"\{\{\s*(\w+)\s*\}\}", text)]
    return "POSITIONAL" if all(name.isdecimal() for name in names) else "NAMED"


def _one(option: Any) -> str:
    """A secret may be a list while it is rotated: the providers use the first."""
    value = option[0] if isinstance(option, list) and option else option
    return "" if value is None or isinstance(value, Mapping | bool | list) else str(value)


def _number(given: str, made: str) -> str:
    return given if given.startswith("+") and given[1:].isdecimal() else made
