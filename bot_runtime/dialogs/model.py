"""A dialog as the engine reads it: checked, compiled, immutable. `load.py` builds it, `machine.py` runs it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from bot_runtime.dialogs import languages
from bot_runtime.dialogs.documents import Pdf
from bot_runtime.dialogs.expressions import Expression, Text
from bot_runtime.dialogs.parts import Part
from bot_runtime.dialogs.requests import Request

NOTHING = Text.parse("")


class Where(NamedTuple):
    """A place in a file; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Media:
    """`say: {image: URL, caption: …}`; kind is image, audio, video or document."""

    kind: str
    link: Text
    caption: Text


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a menu. `code` is what is stored, `payload` what a tap brings back.

    `by_language` is the same option under its label, synonyms and description in each language it has them in.
    """

    label: Text
    goto: str | None  # None: the state's own goto / when
    code: str
    payload: str
    synonyms: tuple[str, ...] = ()
    description: Text = NOTHING
    secondary: bool = False
    by_language: "Mapping[str, Option]" = field(default_factory=dict)

    def spoken(self, language: str) -> "Option":
        """The option as it is shown and understood in `language`."""
        return self.by_language.get(language, self)

    @property
    def names(self) -> tuple[str, ...]:
        """Its label and synonyms, in all languages."""
        spoken = (self, *self.by_language.values())
        return tuple(dict.fromkeys(name for one in spoken for name in (one.label.source, *one.synonyms)))

    def tapped(self, payload: str) -> "Option":
        """The same option with a payload of its own."""
        spoken = {tag: replace(option, payload=payload) for tag, option in self.by_language.items()}
        return replace(self, payload=payload, by_language=spoken)


@dataclass(frozen=True, slots=True)
class Answer:
    """What fits a question: `kind` names a reader of `answers.py`, `limits` are its own words.

    `min` and `max` are whole numbers; `choices` is a tuple of `Option`.
    """

    kind: str
    limits: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Retry:
    """`say[n]` answers the n-th unfit attempt (the last one repeats; empty: the language's built-in hint)."""

    attempts: int
    goto: str
    say: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Branch:
    """`guard` None is the `else`."""

    guard: Expression | None
    goto: str


@dataclass(frozen=True, slots=True)
class Handoff:
    department: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """Run another dialog and come back. `given` fills its needs; `save` is (our name, its name) for each result.

    Afterwards `call_ended` says how it ended: finished, timed_out, handed_off or exhausted.
    """

    dialog: str
    given: tuple[tuple[str, Expression], ...] = ()
    save: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Arm:
    """One way of a split: `share` of 100 contacts go there."""

    share: int
    goto: str
    name: str


@dataclass(frozen=True, slots=True)
class Reminder:
    """What a silent contact is told `after_s` into the wait: a text or, outside the service window, a template."""

    after_s: int
    say: Text | None = None
    template: str | None = None


@dataclass(frozen=True, slots=True)
class Burst:
    """What messages within `within_s` of each other mean as one answer; `take`: first, last or join."""

    take: str
    within_s: int


@dataclass(frozen=True, slots=True)
class Chained:
    """The dialog that follows when this one ends, `after_s` later."""

    dialog: str
    given: tuple[tuple[str, Expression], ...] = ()
    after_s: int = 0


@dataclass(frozen=True, slots=True)
class Awaited:
    """An outside event that a state waits for (`on:`), what of its data is kept, and where it leads."""

    event: str
    goto: str
    save: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """A question (`ask`) waits for the contact; anything else is an action and goes on within the turn, except one that
    waits for the world: for a web service (`request`) or for an outside event alone (`on`).

    After its work an action takes `goto`, or the first `when` that holds; with neither, the dialog ends there.
    A question does so once its answer fits (a menu's option may have a `goto` of its own).
    """

    name: str
    where: Where
    say: tuple[Text | Media, ...] = ()
    ask: Text | None = None
    menu: tuple[Option, ...] = ()
    more: Text | None = None  # label of the option that opens the secondary ones
    otherwise: str | None = None  # a menu's `else`: taken at once by an answer that fits no option
    answer: Answer | None = None
    check: Expression | None = None
    save: str | None = None
    set: tuple[tuple[str, Expression], ...] = ()
    sets_first: bool = False  # `set` is written above `say`: instructions run in written order (F014)
    goto: str | None = None
    when: tuple[Branch, ...] = ()
    retry: Retry | None = None
    response_timeout_s: int = 86_400
    timeout: str | None = None  # where silence leads; None: the session ends `timed_out`
    keep: frozenset[str] = frozenset()  # words of `anywhere` this question takes as answers
    handoff: Handoff | None = None
    close: str | None = None
    call: Call | None = None
    split: tuple[Arm, ...] = ()
    remind: tuple[Reminder, ...] = ()
    burst: Burst | None = None
    then: Chained | None = None
    request: Request | None = None
    pdf: Pdf | None = None
    on: tuple[Awaited, ...] = ()

    @property
    def waits(self) -> bool:
        """For the contact's answer."""
        return self.ask is not None

    @property
    def ends(self) -> bool:
        """The dialog ends here."""
        return self.close is not None or self.then is not None

    @property
    def pauses(self) -> bool:
        """A session can stand here between two turns, without a person having it."""
        return self.waits or self.errand is not None or bool(self.on)

    @property
    def errand(self) -> Request | Pdf | None:
        """What somebody else does for the session while it waits here."""
        return self.request or self.pdf


@dataclass(frozen=True, slots=True)
class AnywhereWord:
    """Leads to `goto`, or with `back` to the question before, with the answers as they were then."""

    words: tuple[str, ...]
    goto: str = ""
    back: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """A datum the list or contact brings. `kind`: text, number, yes_no, amount, date, time, email, phone (`needs.py`).

    `example` fills it where somebody tries the dialog without a list.
    """

    kind: str
    default: str | int | float | bool | None = None
    example: str | int | float | bool | None = None


@dataclass(frozen=True, slots=True)
class Starts:
    """How a session begins: on these whole messages, as the channel's default, or by this template's answer."""

    keywords: tuple[str, ...] = ()
    default: bool = False
    template: str | None = None


@dataclass(frozen=True, slots=True)
class Dialog:
    """`version`: hash of the source text. `first` is the state a session begins in; states keep the file's order.

    `late`: what an answer after the silence that ended a session does: a `new` one, or `resume` at its question (D05).
    `languages`: those its texts have, its own first. `goal` and `expects` (datum → type): what it is for, which changes
    nothing of what it does.
    """

    name: str
    version: str
    title: str
    language: str
    where: Where
    first: str
    states: Mapping[str, State]
    starts: Starts = Starts()
    needs: Mapping[str, Need] = field(default_factory=dict)
    anywhere: tuple[AnywhereWord, ...] = ()
    source: str = ""
    late: str = "new"
    languages: tuple[str, ...] = ()
    goal: str = ""
    expects: Mapping[str, str] = field(default_factory=dict)

    def spoken(self, chosen: object, contacts: str) -> str:
        """The language of a session whose variable `language` is `chosen` and whose contact speaks `contacts`."""
        return languages.spoken(self.languages, chosen, contacts, self.language)
