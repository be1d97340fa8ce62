"""W10, W11, W17: no more questions, options and open answers than people on a phone put up with."""

from collections.abc import Iterator

from bot_runtime.dialogs.advice.about import About
from bot_runtime.dialogs.advice.findings import Finding, at
from bot_runtime.dialogs.advice.survey import Question, Survey

MOST_QUESTIONS = 10
MOST_OPTIONS = 3
_MOST_OPEN = 2
_FOR_EACH_OPEN = 5


def burden_advice(survey: Survey, about: About) -> Iterator[Finding]:
    yield from _too_many(survey)
    if about.sms:
        yield from _open_on_sms(survey)
    if about.opens:
        yield from _first_menu(survey, about)


def _open_on_sms(survey: Survey) -> Iterator[Finding]:
    """W10: over two on one way, or a second one on a way of fewer than ten questions."""
    questions, walk = survey.questions, survey.walk
    open_before = walk.most_before(lambda name: name in questions and questions[name].is_open)
    before = walk.most_before(questions.__contains__)
    after = walk.most_after(questions.__contains__)
    for question in survey.in_order:
        open_so_far = open_before[question.name] + 1
        asked = before[question.name] + 1 + after[question.name]
        if question.is_open and open_so_far > 1 and open_so_far > min(_MOST_OPEN, asked // _FOR_EACH_OPEN):
            yield at("W10", question, count=open_so_far, asked=asked)
            return


def _first_menu(survey: Survey, about: About) -> Iterator[Finding]:
    """W11: what the first menu shows at once, the options written out in its text among them."""
    question = next((one for one in survey.in_order if _shown(one)), None)
    if question is None or not about.sms:
        return
    shown = _shown(question)
    if shown > MOST_OPTIONS:
        yield at("W11", question, count=shown, most=MOST_OPTIONS)


def _shown(question: Question) -> int:
    """`more`, the way to the secondary options, is one of those shown."""
    if question.choices:
        return sum(not choice.secondary for choice in question.choices) + question.has_more
    return len(question.told.options)


def _too_many(survey: Survey) -> Iterator[Finding]:
    """W17: at the first question that some way meets as its eleventh."""
    before = survey.walk.most_before(survey.questions.__contains__)
    eleventh = next((one for one in survey.in_order if before[one.name] == MOST_QUESTIONS), None)
    if eleventh is not None:
        most = max(before[one.name] + 1 for one in survey.in_order)
        yield at("W17", eleventh, count=most, most=MOST_QUESTIONS)
