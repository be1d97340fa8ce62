"""W12: words that the business knows and its customers don't, and sentences that nobody reads to their end."""

import re
from collections.abc import Iterator

from bot_runtime.dialogs.advice.about import About
from bot_runtime.dialogs.advice.findings import Finding, match_at
from bot_runtime.dialogs.advice.survey import Survey
from bot_runtime.dialogs.advice.texts import fold


def plain_words_advice(survey: Survey, about: About) -> Iterator[Finding]:
    listed = "|".join(re.escape(fold(word)) for word in sorted(about.jargon, key=len, reverse=True) if word.strip())
    jargon = re.compile(rf"(?<!\w)(?:{listed})(?:e?s)?(?!\w)") if listed else None
    longest = survey.words.number("long_sentence")
    for state, told in survey.texts:
        for sentence in told.sentences:
            if jargon is not None and (found := jargon.search(sentence.text)):
                yield match_at("W12", state, told, sentence, found, why="jargon")
            elif sentence.words > longest:
                start = sentence.start
                facts = {"why": "long", "count": sentence.words, "most": longest}
                yield Finding("W12", state, told, start, len(sentence.text.split("\n")[0]), facts)
