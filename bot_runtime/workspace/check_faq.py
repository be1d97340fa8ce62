"""What a FAQ's questions and answers have to be, beyond their shape (F063)."""

from collections.abc import Iterator
from typing import Any

from bot_runtime.dialogs import languages
from bot_runtime.dialogs.checks.names import ABOUT, text_problems
from bot_runtime.dialogs.faq import mattering
from bot_runtime.dialogs.problems import Problem
from bot_runtime.dialogs.tree import Path, Tree, items, plain
from bot_runtime.dialogs.words import fold


def faq_problems(tree: Tree) -> Iterator[Problem]:
    """A question stands once and has a word that matters; an answer uses what is known of everybody."""
    asked: dict[str, Any] = {}
    for place, entry in items(tree.data.get("faq"), ("faq",)):
        for spot, question in items(plain(entry).get("questions"), (*place, "questions")):
            if not isinstance(question, str):
                continue
            folded = fold(question)
            if folded in asked:
                yield tree.problem(spot, "same_question", name=question, line=tree.mark(asked[folded]).line)
            elif not mattering(question):
                yield tree.problem(spot, "vague_question", warning=True, name=question)
            asked.setdefault(folded, spot)
        for tag, answer in languages.variants(plain(entry).get("answer")):
            at: Path = (*place, "answer", tag) if tag else (*place, "answer")
            if isinstance(answer, str):
                yield from text_problems(tree, at, answer, frozenset(ABOUT))
