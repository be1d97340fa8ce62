"""What the adviser finds in texts that people judged bad, and in good ones (B29, F019–F021)."""

import pytest

from benchmarks.advice import CORPUS, LANGUAGES, half, report, scores
from bot_runtime.dialogs.advice import RULES

HELD_OUT_HITS = 0.95  # of all bad texts nobody looked at while the rules were mended
HELD_OUT_ALARMS = 2  # of more than a hundred good ones


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_bad_text_is_found_and_no_good_one_flagged(language):
    _, wrong = scores(half(CORPUS / "known", language))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_hardly_less_is_found_in_texts_the_rules_were_not_mended_on(language):
    by_rule, _ = scores(half(CORPUS / "held_out", language))
    hits, bad = (sum(getattr(one, name) for one in by_rule.values()) for name in ("hits", "bad"))
    assert hits >= HELD_OUT_HITS * bad
    assert sum(one.alarms for one in by_rule.values()) <= HELD_OUT_ALARMS


@pytest.mark.parametrize("name", ["known", "held_out"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_rule_has_five_bad_and_five_good_texts_at_least(name, language):
    cases = half(CORPUS / name, language).cases
    for rule in RULES:
        for verdict in (True, False):
            assert sum(case.rule == rule and case.is_bad == verdict for case in cases) >= 5, (rule, verdict)


def test_the_report_says_hits_and_false_alarms_of_each_rule():
    lines = list(report(CORPUS / "known", told=True))
    assert sum(line.startswith("W05 ") for line in lines) == len(LANGUAGES)
    assert "100%" in next(line for line in lines if line.startswith("W05 "))
