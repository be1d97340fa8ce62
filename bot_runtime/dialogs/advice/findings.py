"""One piece of advice, before it is known whether anybody wants it."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from bot_runtime.dialogs.advice.survey import Question
from bot_runtime.dialogs.advice.texts import Sentence, Told


class Finding(NamedTuple):
    """`rule` found something at `start` of the text `told`, which the state `state` says."""

    rule: str
    state: str
    told: Told
    start: int = 0
    width: int = 1
    facts: Mapping[str, Any] = MappingProxyType({})


def at(rule: str, question: Question, **facts: Any) -> Finding:
    """About the whole question."""
    return Finding(rule, question.name, question.told, 0, len(question.told.source.split("\n")[0]), facts)


def words_at(rule: str, state: str, told: Told, start: int, end: int, **facts: Any) -> Finding:
    """About some words of a text, which the facts carry as `found`."""
    return Finding(rule, state, told, start, end - start, {"found": told.source[start:end].strip(), **facts})


def match_at(rule: str, state: str, told: Told, inside: Sentence, found: re.Match[str], **facts: Any) -> Finding:
    """About what a pattern found in one sentence."""
    start = inside.start + found.start()
    return words_at(rule, state, told, start, inside.start + found.end(), **facts)
