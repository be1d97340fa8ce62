"""A checked tree → `Dialog`: durations in seconds, texts compiled, defaults written into each state.

Only called on a tree in which `checks` found no error, so it reads without looking twice.
"""

import hashlib
import re
import unicodedata
from dataclasses import replace
from typing import Any

from bot_runtime.dialogs import answers, reasons
from bot_runtime.dialogs.documents import load_pdf
from bot_runtime.dialogs.expressions import Expression, Text, expression_source
from bot_runtime.dialogs.languages import text, variant, variants
from bot_runtime.dialogs.load_flow import arm_of, burst_of, call_of, reminder_of, then_of
from bot_runtime.dialogs.model import (
    Answer,
    AnywhereWord,
    Awaited,
    Branch,
    Dialog,
    Handoff,
    Media,
    Need,
    Option,
    Retry,
    Starts,
    State,
)
from bot_runtime.dialogs.parts import Part
from bot_runtime.dialogs.places import is_long_option, is_medium, places
from bot_runtime.dialogs.requests import load_request
from bot_runtime.dialogs.tree import Path, Tree

DEFAULT_TIMEOUT_S = 86_400
DEFAULT_ATTEMPTS = 3
MEDIA_KINDS = ("image", "audio", "video", "document")
_DURATION = re.compile(r"(?:([0-9]{1,4})h)?(?:([0-9]{1,4})m)?")
_PAYLOAD_MAX_BYTES = 200  # a WhatsApp list row's id


def duration_s(value: Any) -> int | None:
    """Seconds of `90m`, `4h`, `1h30m` or `0`; None for anything else and above 24 h (D01)."""
    if value == 0 and not isinstance(value, bool):
        return 0
    found = _DURATION.fullmatch(value) if isinstance(value, str) and value else None
    if not found:
        return None
    minutes = int(found[1] or 0) * 60 + int(found[2] or 0)
    return minutes * 60 if minutes <= 1440 else None


def words(value: Any) -> tuple[str, ...]:
    """One word or a list of them."""
    if value is None:
        return ()
    return tuple(str(word) for word in value) if isinstance(value, list) else (str(value),)


def slug(label: str) -> str:
    """`Prometer un pago` → `prometer_un_pago`; empty when nothing of the label can be spelt."""
    folded = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", folded).strip("_")[:60].strip("_")


def option_code(option: Any, number: int) -> str:
    """The code stored for an option: its own, else from its label (of several languages the first), else its number."""
    is_long = is_long_option(option)
    if is_long and option.get("code") is not None:
        return str(option["code"])
    label = option.get("label", "") if is_long else option
    return slug(str(next(variants(label))[1] if label else "")) or f"option_{number}"


def payload(state: str, code: str) -> str:
    """What a tap brings back: the same for the same option of the same state, whatever the version."""
    text = f"{state}:{code}"
    if len(text.encode()) <= _PAYLOAD_MAX_BYTES:
        return text
    return f"{state[:64]}:{hashlib.blake2b(text.encode(), digest_size=12).hexdigest()}"


def version_of(source: bytes) -> str:
    return hashlib.blake2b(source, digest_size=8).hexdigest()


def load_dialog(tree: Tree, language: str = "es") -> Dialog:
    """The dialog of a tree without errors. `language` is the workspace's, for a dialog that names none."""
    return _Loader(tree, language).dialog()


class _Loader:
    def __init__(self, tree: Tree, language: str) -> None:
        self.tree = tree
        self.data: dict[str, Any] = tree.data
        self.language: str = self.data.get("language") or language
        self.retry: dict[str, Any] = self.data.get("retry") or {}
        self.silence: str | None = "timeout" if "timeout" in self.data["states"] else None

    def dialog(self) -> Dialog:
        data = self.data
        spoken = tuple(dict.fromkeys([self.language, *(place.language for place in places(data) if place.language)]))
        states = reasons.whole((self.state(name, state or {}) for name, state in data["states"].items()), spoken)
        return Dialog(
            name=data["dialog"],
            version=version_of(self.tree.source.encode()),
            title=data.get("title") or data["dialog"],
            language=self.language,
            where=self.tree.where(("dialog",)),
            first=next(iter(states)),
            states=states,
            starts=self.starts(data.get("starts") or {}),
            needs={name: need(declared) for name, declared in (data.get("needs") or {}).items()},
            anywhere=tuple(anywhere_word(entry) for entry in data.get("anywhere") or []),
            source=self.tree.source,
            late=data.get("late") or "new",
            languages=spoken,
            goal=data.get("goal") or "",
            expects=dict(data.get("expects") or {}),
        )

    def text(self, value: Any) -> Text:
        """A text, in one language or in several."""
        return text(value, self.language)

    def starts(self, data: dict[str, Any]) -> Starts:
        return Starts(words(data.get("keywords")), bool(data.get("default")), data.get("template"))

    def state(self, name: str, data: dict[str, Any]) -> State:
        question = "ask" in data
        path: Path = ("states", name)
        return State(
            name=name,
            where=self.tree.where(path, key=True),
            say=said(data.get("say"), self.language),
            ask=self.text(data["ask"]) if question else None,
            menu=tuple(self.option(name, number, option) for number, option in enumerate(data.get("menu") or [], 1)),
            more=self.text(data["more"]) if "more" in data else None,
            otherwise=data.get("else"),
            answer=answer(data["answer"], self.language) if "answer" in data else None,
            check=Expression.parse(expression_source(data["check"])) if "check" in data else None,
            save=data.get("save"),
            set=tuple(
                (var, Expression.parse(expression_source(value))) for var, value in (data.get("set") or {}).items()
            ),
            sets_first=[word for word in data if word in ("say", "set")] == ["set", "say"],
            goto=data.get("goto"),
            when=tuple(branch(entry) for entry in data.get("when") or []),
            retry=self.retry_of(data) if question and "else" not in data else None,
            response_timeout_s=self.timeout_s(data),
            timeout=data.get("timeout", self.silence if name != self.silence else None)
            if question or "on" in data
            else None,
            keep=frozenset(words(data.get("keep"))),
            handoff=handoff(data["handoff"]) if "handoff" in data else None,
            close=data.get("close"),
            call=call_of(data["call"]) if "call" in data else None,
            split=tuple(arm_of(arm) for arm in data.get("split") or []),
            remind=tuple(reminder_of(one, self.language) for one in data.get("remind") or []),
            burst=burst_of(data["burst"]) if "burst" in data else None,
            then=then_of(data["then"]) if "then" in data else None,
            pdf=load_pdf(data["pdf"]) if "pdf" in data else None,
            request=load_request(data["request"]) if "request" in data else None,
            on=tuple(awaited(entry) for entry in data.get("on") or []),
        )

    def timeout_s(self, data: dict[str, Any]) -> int:
        seconds = duration_s(data.get("response_timeout", self.data.get("response_timeout", "24h")))
        return DEFAULT_TIMEOUT_S if seconds is None else seconds

    def option(self, state: str, number: int, data: Any) -> Option:
        data = data if is_long_option(data) else {"label": data}
        code = option_code(data, number)
        plain = Option(
            label=self.text(data["label"]),
            goto=data.get("goto"),
            code=code,
            payload=data.get("button") or payload(state, code),
            secondary=bool(data.get("secondary")),
        )
        return named_option(plain, data, self.language)

    def retry_of(self, data: dict[str, Any]) -> Retry:
        merged = {"attempts": DEFAULT_ATTEMPTS, **self.retry, **(data.get("retry") or {})}
        say = merged.get("say", [])
        say = tuple(self.text(said) for said in (say if isinstance(say, list) else [say]))
        return Retry(merged["attempts"], merged["goto"], say)


def anywhere_word(entry: dict[str, Any]) -> AnywhereWord:
    return AnywhereWord(words(entry["words"]), entry.get("goto", ""), bool(entry.get("back")))


def said(value: Any, language: str) -> tuple[Text | Media, ...]:
    listed = value if isinstance(value, list) else [] if value is None else [value]
    return tuple(one_said(item, language) for item in listed)


def one_said(item: Any, language: str) -> Text | Media:
    if not is_medium(item):
        return text(item, language)
    kind = next(kind for kind in MEDIA_KINDS if kind in item)
    return Media(kind, text(item[kind], language), text(item.get("caption") or "", language))


def answer(value: Any, language: str) -> Answer:
    if not isinstance(value, dict):
        return Answer(value)
    limits = {name: limit for name, limit in value.items() if name != "type"}
    for name in limits.keys() & {"min", "max"}:
        limits[name] = answers.as_limit(value["type"], limits[name])
    if "day" in limits:
        limits["day"] = Expression.parse(expression_source(limits["day"]))
    for name in limits.keys() & {"other", "ask", "button"}:
        limits[name] = text(limits[name], language)
    if "choices" in limits:
        limits["choices"] = tuple(choice(number, one, language) for number, one in enumerate(limits["choices"], 1))
    return Answer(value["type"], limits)


def choice(number: int, value: Any, language: str = "es") -> Option:
    """A `choice` answer's word, in the shape of a menu's option; nothing shows it, so it has no payload of its own."""
    data = value if is_long_option(value) else {"label": value}
    code = option_code(data, number)
    return named_option(Option(text(data["label"], language), None, code, code), data, language)


def named_option(option: Option, data: dict[str, Any], language: str) -> Option:
    """`option` with its synonyms and description, and as it is in each language it has of its own."""

    def said_in(tag: str) -> Option:
        label, description, synonyms = (
            variant(data.get(key), tag, language) for key in ("label", "description", "synonyms")
        )
        return replace(
            option,
            label=Text.parse(str(label)),
            description=Text.parse(description or ""),
            synonyms=words(synonyms),
        )

    tags = dict.fromkeys(
        tag for key in ("label", "description", "synonyms") for tag, _ in variants(data.get(key)) if tag
    )
    if not tags:
        return said_in(language)
    return replace(said_in(language), label=option.label, by_language={tag: said_in(tag) for tag in tags})


def branch(data: dict[str, Any]) -> Branch:
    if "else" in data:
        return Branch(None, data["else"])
    return Branch(Expression.parse(expression_source(data["if"])), data["goto"])


def awaited(data: dict[str, Any]) -> Awaited:
    saved = tuple(Part(name, str(path)) for name, path in (data.get("save") or {}).items())
    return Awaited(data["event"], data["goto"], saved)


def handoff(data: Any) -> Handoff:
    return Handoff(data) if isinstance(data, str) else Handoff(data["department"], words(data.get("tags")))


def need(data: Any) -> Need:
    if isinstance(data, str):
        return Need(data)
    return Need(data.get("type", "text"), data.get("default"), data.get("example"))
