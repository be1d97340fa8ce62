"""A folder of YAML → one checked, immutable snapshot.

```text
mybot/
  bot.yaml            channels, departments, close reasons, defaults (a folder of dialogs alone works too)
  dialogs/*.yaml      one dialog a file
  templates/*.yaml    the approved templates
  tests/*.yaml        transcripts
  documents/*.md      what dialogs make PDFs of
```

Every problem of every file is found at once, none raises; with an error there is no workspace.
"""

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bot_runtime.channels.base import Limits, limits_of
from bot_runtime.dialogs.documents import Document
from bot_runtime.dialogs.faq import NO_FAQ, Faq, General
from bot_runtime.dialogs.hours import ALWAYS, Hours, hours_of
from bot_runtime.dialogs.load import load_dialog
from bot_runtime.dialogs.model import Dialog, Where
from bot_runtime.dialogs.problems import Problem, Severity, by_position
from bot_runtime.dialogs.schemas.parts import LANGUAGES
from bot_runtime.dialogs.texts import Own, own_texts
from bot_runtime.dialogs.tree import Tree, plain
from bot_runtime.workspace.advice import advice
from bot_runtime.workspace.check import check_workspace, titles
from bot_runtime.workspace.check_running import hinders, running_problems
from bot_runtime.workspace.documents import compiled
from bot_runtime.workspace.environment import Environment
from bot_runtime.workspace.files import Sources, read_folder


@dataclass(frozen=True, slots=True)
class ChannelConfig:
    """One entry of `channels:`. `options` are the provider's own words, with every `${NAME}` filled in."""

    name: str
    provider: str
    kind: str  # whatsapp or sms: what the contact sees
    options: Mapping[str, Any]
    limits: Limits
    default_dialog: str | None
    default_country: str | None
    department: str  # who gets the contacts that no dialog answers (F292); empty: nobody
    on_unknown: str  # may silence mean to send again: resend, replies (not campaigns), hold (never)
    where: Where


@dataclass(frozen=True, slots=True)
class TemplateButton:
    """`payload` is what a tap on a reply brings back; `url` where a link leads."""

    kind: str  # reply or url
    text: str
    payload: str = ""
    url: str = ""

    @property
    def reply(self) -> str:
        """A quick reply's label, empty for a link."""
        return self.text if self.kind == "reply" else ""


@dataclass(frozen=True, slots=True)
class Template:
    """A text the provider approved. `parameters`: the data that fill `{{1}}`, `{{2}}`…, in order."""

    name: str
    language: str
    status: str
    header: Mapping[str, str] | None  # {"text": …} or {"image": …}
    body: str
    footer: str
    buttons: tuple[TemplateButton, ...]
    parameters: tuple[str, ...]
    where: Where
    content_sid: str = ""  # Twilio's name for it

    @property
    def header_text(self) -> str:
        return (self.header or {}).get("text", "")

    @property
    def header_image(self) -> str:
        return (self.header or {}).get("image", "")


@dataclass(frozen=True, slots=True)
class Department:
    name: str
    title: str
    hours: Hours = ALWAYS


TEXT_MAX: Final = 255  # characters of a metadata's value
PARAGRAPH_MAX: Final = 5_000


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a ticket may carry beside its conversation. `kind`: text, paragraph or yes_no.

    Lists fill those that have an integration `key`; `departments` empty means all of them.
    """

    name: str
    key: str
    kind: str
    departments: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """What a ticket keeps its value under."""
        return self.key or self.name

    @property
    def longest(self) -> int:
        return PARAGRAPH_MAX if self.kind == "paragraph" else TEXT_MAX

    def serves(self, department: str) -> bool:
        return not self.departments or department in self.departments

    def conflict(self, value: str) -> str:
        """The code of what keeps `value` from being of this type; empty when it fits (D26, D27)."""
        if self.kind == "yes_no":
            return "" if value.strip() in ("0", "1") else "not_yes_no"
        if self.kind == "text" and ("\n" in value.strip() or "\r" in value.strip()):
            return "line_break"
        return "text_too_long" if len(value) > self.longest else ""


@dataclass(frozen=True, slots=True)
class ServiceRules:
    """What dialogs may do outside: the internal hosts they may call, and the secrets they may use (name → value)."""

    allow: tuple[str, ...] = ()
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Responder:
    """Who answers what no step expects. `kind`: http, our own JSON; openai, any endpoint of chat completions.

    A process asks at most `per_minute` times a minute.
    """

    url: str
    kind: str = "http"
    key: str = field(default="", repr=False)
    model: str = ""
    instructions: str = ""
    per_minute: int = 60


@dataclass(frozen=True, slots=True)
class Workspace:
    """What a server runs. `version` changes with any file; `sources` are the files read; `trees` keep their text."""

    root: Path
    brand: str
    language: str
    public_url: str
    time_zone: str
    says_time_zone: bool  # else it is UTC, which may be nobody's
    default_dialog: str | None
    channels: Mapping[str, ChannelConfig]
    dialogs: Mapping[str, Dialog]
    templates: Mapping[tuple[str, str], Template]
    departments: Mapping[str, Department]
    close_reasons: Mapping[str, str]
    texts: Own  # what the brand says in place of our built-in texts
    metadata: tuple[Metadata, ...]
    sources: tuple[Path, ...]
    version: str
    services: ServiceRules = ServiceRules()
    documents: Mapping[str, Document] = field(default_factory=dict)
    faq: Faq = NO_FAQ
    responder: Responder | None = None
    publishes_saves: bool = True  # else a saved file is a draft until somebody publishes it

    @property
    def general(self) -> General:
        """What answers the messages that no step expects."""
        return General(self.faq, self.responder is not None)


@dataclass(frozen=True, slots=True)
class Loaded:
    """`workspace` is None when a problem is an error, except one of a transcript: those are for people, not to run on.
    `trees` are the files as read, for showing their lines. `again` loads the folder with other texts in place of some.
    """

    workspace: Workspace | None
    problems: list[Problem]
    trees: Mapping[str, Tree]
    brand: str
    again: Callable[[Mapping[str, bytes]], "Loaded"]

    @property
    def language(self) -> str:
        """What bot.yaml says, also when the files have errors; empty where it says none."""
        bot = self.trees.get("bot.yaml")
        said = plain(bot.data).get("language") if bot is not None else None
        return said if said in LANGUAGES else ""

    @property
    def errors(self) -> list[Problem]:
        return self._of("error")

    @property
    def warnings(self) -> list[Problem]:
        return self._of("warning")

    @property
    def advice(self) -> list[Problem]:
        return self._of("advice")

    def _of(self, severity: Severity) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity == severity]


def load_workspace(
    root: Path,
    env: Mapping[str, str],
    *,
    missing_ok: bool = False,
    with_advice: bool = False,
    instead: Mapping[str, bytes] | None = None,
) -> Loaded:
    """Read and check the whole folder. `${NAME}` are looked up in `env`, then in the `.env` beside `bot.yaml`.

    With `missing_ok` an unset name becomes `dev-<name>` and only a warning: for trying things without secrets.
    `with_advice`: say also what could be better in the texts; what `bot.yaml` calls an error is said in any case.
    `instead`: texts to check in place of files that are there (`dialogs/visit.yaml`).
    """
    sources = read_folder(root, instead)
    environment = Environment(env, root / ".env", missing_ok=missing_ok)
    problems = [*sources.problems, *check_workspace(sources)]
    bot: dict[str, Any] = {}
    secrets: dict[str, str] = {}
    if sources.bot is not None and isinstance(sources.bot.data, dict):
        bot = environment.fill(sources.bot)
        secrets = environment.listed(sources.bot, ("services", "secrets"))
    problems += environment.problems
    broken = {problem.where.file for problem in problems if problem.severity == "error"}
    dialogs, found = _running(sources, bot, {one.where.file for one in problems if hinders(one)})
    brand = str(bot.get("brand") or root.resolve().name)

    def again(texts: Mapping[str, bytes]) -> Loaded:
        return load_workspace(root, env, missing_ok=missing_ok, with_advice=with_advice, instead=texts)

    problems = by_position([*problems, *found, *advice(sources, broken, raised_only=not with_advice)])
    if any(problem.severity == "error" and not problem.where.file.startswith("tests/") for problem in problems):
        return Loaded(None, problems, sources.trees, brand, again)
    return Loaded(_build(root, sources, bot, dialogs, secrets), problems, sources.trees, brand, again)


def _running(sources: Sources, bot: dict[str, Any], faulty: Collection[str]) -> tuple[dict[str, Dialog], list[Problem]]:
    """The dialogs that can be loaded, by name, and what is wrong with them as they run."""
    bot = {} if "bot.yaml" in faulty else bot
    trees = {tree.data["dialog"]: tree for tree in sources.dialogs if tree.complete and tree.file not in faulty}
    dialogs = {name: load_dialog(tree, bot.get("language") or "es") for name, tree in trees.items()}
    channels = _channels(sources.bot, bot)
    return dialogs, list(running_problems(trees, dialogs, channels, _default_dialog(bot, dialogs)))


def _default_dialog(bot: dict[str, Any], dialogs: Mapping[str, Dialog]) -> str | None:
    return bot.get("default_dialog") or next((name for name, one in dialogs.items() if one.starts.default), None)


def _build(
    root: Path, sources: Sources, bot: dict[str, Any], dialogs: Mapping[str, Dialog], secrets: dict[str, str]
) -> Workspace:
    language = bot.get("language") or "es"
    templates = [_template(tree, language) for tree in sources.templates]
    return Workspace(
        root=root,
        brand=str(bot.get("brand") or root.resolve().name),
        language=language,
        public_url=(bot.get("public_url") or "").rstrip("/"),
        time_zone=bot.get("time_zone") or "UTC",
        says_time_zone=bool(bot.get("time_zone")),
        default_dialog=_default_dialog(bot, dialogs),
        channels=_channels(sources.bot, bot),
        dialogs=dialogs,
        templates={(template.name, template.language): template for template in templates},
        departments=_departments(bot),
        close_reasons=titles(bot.get("close_reasons")),
        texts=own_texts(bot.get("texts") or {}, language),
        documents=compiled(sources),
        faq=Faq.of(bot.get("faq"), language),
        responder=Responder(**bot["responder"]) if bot.get("responder") else None,
        services=ServiceRules(tuple((bot.get("services") or {}).get("allow") or ()), secrets),
        metadata=tuple(_metadata(entry) for entry in bot.get("metadata") or []),
        sources=tuple(sources.paths),
        version=_version(sources),
        publishes_saves=bot.get("publish") != "manual",
    )


def _departments(bot: dict[str, Any]) -> dict[str, Department]:
    written = bot.get("departments")
    zone = bot.get("time_zone") or "UTC"
    return {
        name: Department(name, title, hours_of(plain(plain(written).get(name)), zone))
        for name, title in titles(written).items()
    }


_OWN_WORDS = {"provider", "kind", "default_dialog", "default_country", "department", "on_unknown", "limits"}


def _channels(tree: Tree | None, bot: dict[str, Any]) -> dict[str, ChannelConfig]:
    if tree is None:
        return {
            "whatsapp": ChannelConfig(
                "whatsapp", "whatsapp", "whatsapp", {}, Limits(), None, None, "", "resend", Where("bot.yaml", 1, 1)
            )
        }
    return {name: _channel(tree, name, data or {}) for name, data in (bot.get("channels") or {}).items()}


def _channel(tree: Tree, name: str, data: dict[str, Any]) -> ChannelConfig:
    provider = data.get("provider", "whatsapp")
    kind = data.get("kind") or ("sms" if provider == "twilio" else "whatsapp")
    usual = limits_of(provider, kind)
    return ChannelConfig(
        name=name,
        provider=provider,
        kind=kind,
        options={word: _as_text(value) for word, value in data.items() if word not in _OWN_WORDS},
        limits=Limits(**{**usual, **(data.get("limits") or {})}),
        default_dialog=data.get("default_dialog"),
        default_country=data.get("default_country"),
        department=str(data.get("department") or ""),
        on_unknown=data.get("on_unknown") or "resend",
        where=tree.where(("channels", name), key=True),
    )


def _as_text(value: Any) -> Any:
    """Ids are texts, also those an author wrote as bare numbers."""
    if isinstance(value, list):
        return [_as_text(item) for item in value]
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _template(tree: Tree, language: str) -> Template:
    data = tree.data
    return Template(
        name=data["template"],
        language=data.get("language") or language,
        status=data.get("status") or "approved",
        header=data.get("header"),
        body=data["body"],
        footer=data.get("footer") or "",
        buttons=tuple(_button(button) for button in data.get("buttons") or []),
        parameters=tuple(data.get("parameters") or []),
        where=tree.where(("template",)),
    )


def _button(data: dict[str, str]) -> TemplateButton:
    if "reply" in data:
        return TemplateButton("reply", data["reply"], payload=data.get("payload") or data["reply"])
    return TemplateButton("url", data.get("text") or data["url"], url=data["url"])


def _metadata(data: dict[str, Any]) -> Metadata:
    departments = data.get("departments") or ()
    return Metadata(data["name"], data.get("key") or "", data.get("type") or "text", tuple(map(str, departments)))


def _version(sources: Sources) -> str:
    digest = hashlib.blake2b(digest_size=8)
    for name, tree in sorted(sources.trees.items()):
        digest.update(f"{name}\0{len(tree.source)}\0{tree.source}".encode(errors="surrogatepass"))
    for name, source in sorted(sources.documents.items()):
        digest.update(f"{name}\0{len(source)}\0{source}".encode(errors="surrogatepass"))
    return digest.hexdigest()
