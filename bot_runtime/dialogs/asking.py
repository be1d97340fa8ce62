"""How a question is put to the contact: the page of its menu that is shown, and the hint after an unfit answer.

Options marked `secondary` wait on a second page behind `more` (F008); that page numbers from 1 again and leads back.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot_runtime.dialogs import answers, menus, texts
from bot_runtime.dialogs.effects import MenuChoice, SendForm, SendMenu, SendText
from bot_runtime.dialogs.expressions import Text
from bot_runtime.dialogs.menus import Shown
from bot_runtime.dialogs.model import Answer, Option, State
from bot_runtime.dialogs.recognizers.masks import written
from bot_runtime.dialogs.recognizers.ready import CODES
from bot_runtime.dialogs.recognizers.result import Here, Unfit
from bot_runtime.dialogs.values import as_date
from bot_runtime.dialogs.words import folded

BACK = Option(label=Text.parse(""), goto=None, code="", payload="menu:back")
"""Stands for the way back at the end of a menu's second page, as `menus.MORE` does for the way there."""


def page(state: State, second: bool, values: Mapping[str, Any], language: str) -> list[Shown]:
    """The choices of `state`'s menu on one page, under their rendered labels, in order; empty without a menu."""
    if not state.menu:
        return []

    def render(text: Text) -> str:
        return text.render(values, language)

    opener = "" if second else render(state.more) if state.more is not None else texts.say(language, "more")
    menu = [option.spoken(language) for option in state.menu]
    shown = menus.page(menu, render, more=second, opener=opener)
    if second:
        shown.append((texts.say(language, "back"), BACK))
    return shown


def question(text: str, shown: Sequence[Shown], values: Mapping[str, Any], language: str) -> SendMenu | SendText:
    """`text` with the choices shown; a question without a menu is its text alone."""
    if not shown:
        return SendText(text)
    choices = tuple(
        MenuChoice(label, option.payload, option.description.render(values, language)) for label, option in shown
    )
    return SendMenu(
        text if text.strip() else texts.say(language, "choose"), choices, texts.say(language, "list_button")
    )


def form(state: State, text: str, values: Mapping[str, Any], language: str) -> SendForm | None:
    """The form that the question opens, with `text` above its button; None: it has none to send."""
    limits = state.answer.limits if state.answer is not None else {}
    if "flow" not in limits:
        return None
    button = limits["button"].render(values, language) if "button" in limits else texts.say(language, "form_button")
    return SendForm(text, str(limits["flow"]), button, limits.get("screen", ""), state.name)


def hint(state: State, attempt: int, unfit: Unfit, values: Mapping[str, Any], here: Here) -> str:
    """What the contact reads after the `attempt`-th unfit answer.

    The author's own words where there are any, the last of them repeating; else the built-in ones, which differ from
    attempt to attempt (B14) and always say what is expected (F028). What an answer could mean is asked back in any
    case: an author's words say that it was not understood.
    """
    language = here.language
    own = state.retry.say if state.retry is not None else ()
    if own and (state.answer is None or unfit.reason != "ambiguous"):
        return own[min(attempt, len(own)) - 1].render(values, language)
    if state.answer is None:
        return f"{texts.say(language, 'invalid_answer', attempt=attempt)} {texts.say(language, 'hint_menu')}"
    asked = answers.bounded(state.answer, values)
    return f"{_sorry(asked, attempt, unfit, here)} {answers.hint(asked, here)}"


_SAID_APART = frozenset(
    {"too_long", "impossible_date", "impossible_time", "several", "other_currency", "country_unknown"}
    | {"closed", "closed_day"}
    | {"other_kind", "file_too_large", "file_lost", "not_a_file", "not_a_form"}
)


def _sorry(asked: Answer, attempt: int, unfit: Unfit, here: Here) -> str:
    """Why the answer did not fit, where that helps; what it could mean, where it could mean two things."""
    if unfit.reason == "ambiguous":
        mask = asked.limits.get("mask", "")
        days = [as_date(reading) for reading in unfit.readings] if asked.kind == "date" else []
        shown = [written(day, mask, here) for day in days if day] or unfit.readings
        if asked.kind in CODES:
            shown = [texts.say(here.language, code).lower() for code in shown]
        either = f" {texts.say(here.language, 'or')} ".join(shown[:3])
        return texts.say(here.language, "ambiguous", readings=either)
    if unfit.reason == "not_a_choice" and unfit.named:
        return texts.say(here.language, "not_a_choice", named=unfit.named)
    if unfit.reason in _SAID_APART:
        return texts.say(here.language, unfit.reason)
    return texts.say(here.language, "invalid_answer", attempt=attempt)


def takes(state: State, shown: Sequence[Shown], word: str, language: str) -> bool:
    """Whether the question offers the folded `word` to the letter, as a label or a synonym."""
    for label, option in shown:
        if folded(label) == word or any(folded(synonym) == word for synonym in option.synonyms):
            return True
    choices = state.answer.limits.get("choices", ()) if state.answer is not None else ()
    spoken = (choice.spoken(language) for choice in choices)
    return any(folded(name) == word for choice in spoken for name in (choice.label.render({}), *choice.synonyms))
