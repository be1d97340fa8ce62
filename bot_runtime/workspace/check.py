"""What holds between the files: names used once, and everything one file says of another."""

import re
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from bot_runtime.dialogs import texts
from bot_runtime.dialogs.checks.dialog import RESERVED_REASONS, Known, check_dialog
from bot_runtime.dialogs.checks.names import ABOUT, text_problems
from bot_runtime.dialogs.hours import faults
from bot_runtime.dialogs.languages import variants
from bot_runtime.dialogs.load import words
from bot_runtime.dialogs.places import is_long_option, spread
from bot_runtime.dialogs.problems import Problem, nearest
from bot_runtime.dialogs.reasons import state_names
from bot_runtime.dialogs.schemas.shape import shape_problems
from bot_runtime.dialogs.tree import Path, Tree, items, plain
from bot_runtime.dialogs.words import fold
from bot_runtime.workspace.check_calls import call_problems, called, callers_words
from bot_runtime.workspace.check_channels import channel_problems
from bot_runtime.workspace.check_faq import faq_problems
from bot_runtime.workspace.check_reminders import reminder_problems
from bot_runtime.workspace.documents import document_problems
from bot_runtime.workspace.files import Sources


def check_workspace(sources: Sources) -> Iterator[Problem]:
    """Every problem of every file that could be read, in no order."""
    for kind, trees in _by_kind(sources):
        for tree in trees:
            yield from shape_problems(tree, kind)
    known = _known(sources)
    for tree in _mappings(sources.dialogs):
        yield from check_dialog(tree, known)
    yield from document_problems(sources)
    yield from _Across(sources).problems()


def titles(value: Any) -> dict[str, str]:
    """`{promesa: Promesa de pago}`, `{cobranza: {title: Cobranza}}` or a list of names → name → title."""
    if isinstance(value, list):
        return {str(name): str(name) for name in value}
    shown = {
        name: plain(entry).get("title") if isinstance(entry, dict) else entry for name, entry in plain(value).items()
    }
    return {str(name): str(title or name) for name, title in shown.items()}


def _by_kind(sources: Sources) -> Iterator[tuple[str, list[Tree]]]:
    yield "bot", [sources.bot] if sources.bot is not None else []
    yield "dialog", sources.dialogs
    yield "template", sources.templates
    yield "test", sources.tests


def _mappings(trees: list[Tree]) -> list[Tree]:
    return [tree for tree in trees if isinstance(tree.data, dict)]


def _named(bot: Tree, key: str) -> dict[str, str] | None:
    """The names under `key`; None where nobody can tell them: it is said there, not again wherever one is used."""
    written = bot.data.get(key)
    readable = (key,) not in bot.broken and isinstance(written, list | dict | None)
    return titles(written) if readable else None


def _known(sources: Sources) -> Known:
    bot = sources.bot
    if bot is None or not isinstance(bot.data, dict):
        return Known(documents=list(sources.documents))
    return Known(
        _named(bot, "departments"),
        _named(bot, "close_reasons"),
        documents=list(sources.documents),
        secrets=[str(name) for _, name in items(plain(bot.data.get("services")).get("secrets"), ())],
        language=str(bot.data.get("language") or "es"),
        words=callers_words(_mappings(sources.dialogs)),
        country=_country(bot.data.get("channels")),
        metadata=_metadata_keys(bot.data),
    )


def _metadata_keys(data: Any) -> list[str]:
    """What dialogs may call a ticket's data."""
    keys = (plain(one).get("key") for _, one in items(data.get("metadata"), ("metadata",)))
    return [key for key in keys if isinstance(key, str)]


def _country(channels: Any) -> str:
    """Where the contacts of the first channel that says so are."""
    said = (plain(channel).get("default_country") for channel in plain(channels).values())
    return next((country for country in said if isinstance(country, str)), "")


class _Across:
    def __init__(self, sources: Sources) -> None:
        self.bot = sources.bot if sources.bot is not None and isinstance(sources.bot.data, dict) else None
        self.metadata_keys = _metadata_keys(self.bot.data) if self.bot is not None else []
        self.dialogs = _mappings(sources.dialogs)
        self.templates = _mappings(sources.templates)
        self.tests = _mappings(sources.tests)
        # A file that cannot be read may hold what seems missing: nothing is called unknown then.
        self.all_dialogs = len(self.names()) == len(sources.dialogs) and not sources.problems
        self.all_templates = len(self.templates) == len(sources.templates) and not sources.problems

    def problems(self) -> Iterator[Problem]:
        yield from self.once()
        yield from self.keywords()
        yield from self.bot_file()
        if self.bot is not None:
            yield from channel_problems(self.bot.data, self.dialogs)
        for tree in self.templates:
            yield from _template_problems(tree)
        for tree in self.dialogs:
            yield from self.started_by_template(tree)
            yield from reminder_problems(tree, self.templates, self.all_templates)
        yield from call_problems(self.names(), self.all_dialogs)
        for tree in self.tests:
            yield from self.transcript(tree)

    def names(self) -> dict[str, Tree]:
        return {
            tree.data["dialog"]: tree for tree in reversed(self.dialogs) if isinstance(tree.data.get("dialog"), str)
        }

    def once(self) -> Iterator[Problem]:
        """No two dialogs share a name or are the default, no two templates name and language."""
        seen: dict[Any, str] = {}
        default = ""
        for tree in self.dialogs:
            name = tree.data.get("dialog")
            if isinstance(name, str) and name in seen:
                yield tree.problem(("dialog",), "same_dialog", name=name, other=seen[name])
            seen.setdefault(str(name), tree.file)
            if plain(tree.data.get("starts")).get("default") is True:
                if default:
                    yield tree.problem(("starts", "default"), "second_default", key=True, other=default)
                default = default or tree.file
        templates: dict[Any, str] = {}
        for tree in self.templates:
            key = (str(tree.data.get("template")), str(tree.data.get("language")))
            if key in templates and "template" in tree.data:
                yield tree.problem(("template",), "same_template", name=key[0], other=templates[key])
            templates.setdefault(key, tree.file)

    def keywords(self) -> Iterator[Problem]:
        """A word starts one dialog."""
        taken: dict[str, tuple[str, str]] = {}
        for tree in self.dialogs:
            path: Path = ("starts", "keywords")
            for spot, word in items(plain(tree.data.get("starts")).get("keywords"), path):
                folded = fold(str(word))
                if folded in taken and taken[folded][0] != tree.file:
                    yield tree.problem(spot, "same_keyword", name=word, other=taken[folded][1])
                elif folded in taken:
                    yield tree.problem(spot, "repeated_word", name=word)
                taken.setdefault(folded, (tree.file, str(tree.data.get("dialog"))))

    def bot_file(self) -> Iterator[Problem]:
        if self.bot is None:
            return
        data = self.bot.data
        yield from faq_problems(self.bot)
        yield from self.known_dialog(self.bot, ("default_dialog",), data.get("default_dialog"))
        for name, channel in plain(data.get("channels")).items():
            path: Path = ("channels", name)
            channel = plain(channel)
            yield from self.known_dialog(self.bot, (*path, "default_dialog"), channel.get("default_dialog"))
            department, known = channel.get("department"), titles(data.get("departments"))
            if isinstance(department, str) and department not in known:
                near = nearest(department, known)
                at = (*path, "department")
                yield self.bot.problem(at, "unknown_department", name=department, near=near, known=sorted(known))
            if channel.get("provider") == "twilio" and not channel.keys() & {"number", "messaging_service_sid"}:
                yield self.bot.problem(path, "no_sender", key=True, name=name)
        yield from self.own_texts(self.bot)
        yield from self.zone((), data)
        for name, department in plain(data.get("departments")).items():
            yield from self.opening(("departments", name), plain(department))
        yield from self.metadata()
        reasons = data.get("close_reasons")
        places = items(reasons, ("close_reasons",)) if isinstance(reasons, list) else ()
        named = [*places, *((("close_reasons", name), name) for name in plain(reasons))]
        for place, reason in named:
            if isinstance(reason, str) and reason in RESERVED_REASONS:
                yield self.bot.problem(place, "reserved_reason", key=place in self.bot.keys, name=reason)

    def own_texts(self, bot: Tree) -> Iterator[Problem]:
        """A brand's own text uses what the built-in one does (D12)."""
        names = dict(texts.built_in())
        for key, written in plain(bot.data.get("texts")).items():
            for path, form in items(written, ("texts", key)):
                for place in spread(path, form) if key in names else ():
                    if isinstance(place.source, str):
                        yield from text_problems(bot, place.path, place.source, names[key])

    def zone(self, path: Path, data: Any) -> Iterator[Problem]:
        zone = data.get("time_zone")
        if self.bot is not None and isinstance(zone, str) and "${" not in zone and not is_time_zone(zone):
            yield self.bot.problem((*path, "time_zone"), "unknown_time_zone", name=zone)

    def opening(self, path: Path, department: Any) -> Iterator[Problem]:
        """A department's zone, hours and holidays (F027)."""
        yield from self.zone(path, department)
        bot = self.bot
        assert bot is not None
        for fault in faults(department):
            yield bot.problem((*path, *fault.path), fault.code, key=fault.code == "bad_days", got=fault.written)

    def metadata(self) -> Iterator[Problem]:
        """Keys are used once, departments exist. Equal names are allowed: then a list's column is linked by hand."""
        assert self.bot is not None
        known = titles(self.bot.data.get("departments")) if ("departments",) not in self.bot.broken else None
        keys: set[str] = set()
        for place, entry in items(self.bot.data.get("metadata"), ("metadata",)):
            key = plain(entry).get("key")
            if isinstance(key, str) and key in keys:
                yield self.bot.problem((*place, "key"), "same_metadata_key", name=key)
            keys.add(str(key))
            for spot, department in items(plain(entry).get("departments"), (*place, "departments")):
                if known is not None and str(department) not in known:
                    near = nearest(str(department), known)
                    yield self.bot.problem(spot, "unknown_department", name=department, near=near, known=list(known))

    def known_dialog(self, tree: Tree, path: Path, name: Any) -> Iterator[Problem]:
        known = self.names()
        if isinstance(name, str) and name not in known and self.all_dialogs:
            yield tree.problem(path, "unknown_dialog", name=name, near=nearest(name, known), known=sorted(known))

    def started_by_template(self, tree: Tree) -> Iterator[Problem]:
        path: Path = ("starts", "template")
        name = plain(tree.data.get("starts")).get("template")
        if not isinstance(name, str):
            return
        known = {str(one.data.get("template")) for one in self.templates}
        if name not in known:
            if self.all_templates:
                yield tree.problem(path, "unknown_template", name=name, near=nearest(name, known), known=sorted(known))
            return
        for template in self.templates:
            if template.data.get("template") == name:
                yield from _unanswered_buttons(tree, template)
                yield from _unneeded_parameters(tree, template, self.metadata_keys)

    def transcript(self, tree: Tree) -> Iterator[Problem]:
        name = tree.data.get("dialog")
        yield from self.known_dialog(tree, ("dialog",), name)
        dialog = self.names().get(name) if isinstance(name, str) else None
        if dialog is None:
            return
        needs = [*plain(dialog.data.get("needs")), *self.metadata_keys]
        for given in plain(tree.data.get("given")):
            if given not in needs:
                facts = {"name": given, "dialog": name, "near": nearest(given, needs), "known": list(needs)}
                yield tree.problem(("given", given), "parameter_not_needed", key=True, **facts)
        dialogs = called(self.names(), str(name))
        yield from self.turns(tree, {one: self.names()[one] for one in dialogs})

    def turns(self, tree: Tree, dialogs: dict[str, Tree]) -> Iterator[Problem]:
        """States are those of the dialog, or of one that it calls or that follows it (`dialog:` says which)."""
        by_dialog = {name: state_names(plain(dialog.data.get("states"))) for name, dialog in dialogs.items()}
        for place, turn in items(tree.data.get("turns"), ("turns",)):
            state, named = plain(turn).get("state"), plain(turn).get("dialog")
            if isinstance(named, str) and named not in by_dialog:
                near = nearest(named, by_dialog)
                yield tree.problem((*place, "dialog"), "unknown_dialog", name=named, near=near, known=sorted(by_dialog))
                continue
            listed = [by_dialog[named]] if isinstance(named, str) else by_dialog.values()
            states = [one for names in listed for one in names]
            if isinstance(state, str) and states and state not in states:  # without any it is said in the dialog
                near = nearest(state, states)
                yield tree.problem((*place, "state"), "unknown_state", name=state, near=near, known=list(states))


def _template_problems(tree: Tree) -> Iterator[Problem]:
    """As many parameters as the text has numbers."""
    header = plain(tree.data.get("header")).get("text")
    urls = [plain(button).get("url") for _, button in items(tree.data.get("buttons"), ("buttons",))]
    count = sum(len(_numbers(text)) for text in (header, tree.data.get("body"), *urls))
    given = tree.data.get("parameters") or []
    if isinstance(given, list) and len(given) != count:
        at: Path = ("parameters",) if "parameters" in tree.data else ("body",)
        yield tree.problem(at, "parameter_count", key=True, count=count, given=len(given))


def _numbers(text: Any) -> set[str]:
    return set(re.findall(r"\{\{\s*([0-9]{1,3})\s*\}\}", text)) if isinstance(text, str) else set()


def _unanswered_buttons(tree: Tree, template: Tree) -> Iterator[Problem]:
    """Each quick reply leads to an option of the dialog's first question (F009)."""
    states = plain(tree.data.get("states"))
    first = plain(next(iter(states.values()), None))
    options = [option for _, option in items(first.get("menu"), ())]
    payloads = {str(option["button"]) for option in options if "button" in plain(option)}
    labels = {
        fold(word)
        for option in options
        for said in (option.get("label") if is_long_option(option) else option, plain(option).get("synonyms"))
        for _, written in variants(said)
        for word in words(written)
    }
    for _, button in items(template.data.get("buttons"), ("buttons",)):
        reply = plain(button).get("reply")
        if reply is None or str(plain(button).get("payload")) in payloads:
            continue
        if fold(str(reply)) not in labels and str(reply) not in payloads:
            facts = {"name": reply, "template": template.data["template"], "state": next(iter(states), "")}
            yield tree.problem(("starts", "template"), "button_without_option", warning=True, **facts)


def _unneeded_parameters(tree: Tree, template: Tree, metadata: list[str]) -> Iterator[Problem]:
    """A template is filled with what the dialog needs, before anything was asked."""
    needs = [*plain(tree.data.get("needs")), *metadata, *ABOUT]
    for place, name in items(template.data.get("parameters"), ("parameters",)):
        if isinstance(name, str) and name not in needs:
            facts = {"name": name, "dialog": tree.data.get("dialog"), "near": nearest(name, needs), "known": needs}
            yield template.problem(place, "parameter_not_needed", **facts)


def is_time_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
