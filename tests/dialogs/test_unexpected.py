"""Answers that fitted nothing come in groups: what was meant once, however it was typed."""

from bot_runtime.dialogs.rehearsing.unexpected import grouped, judge
from bot_runtime.dialogs.session import About
from tests.dialogs.talking import dialog_of


def answer(text: str, state: str = "menu", contact: str = "1.a", version: str = "v1", at: str = "2026-01-01") -> dict:
    return {"at": at, "contact": contact, "dialog": "d", "version": version, "state": state, "text": text}


def test_case_accents_signs_and_typos_are_the_same_answer():
    groups = grouped(
        [
            answer("Facturacion", contact="1.a", at="1"),
            answer("facturación!!", contact="2.b", at="2"),
            answer("facturacoin", contact="3.c", version="v2", at="3"),
            answer("facturación!!", contact="2.b", at="4"),
            answer("quiero mi dinero", at="5"),
            answer("quiero mi dinero", state="other", at="6"),
        ]
    )
    assert [(one.state, one.text, one.count, one.contacts) for one in groups] == [
        ("menu", "facturación!!", 4, 3),
        ("menu", "quiero mi dinero", 1, 1),
        ("other", "quiero mi dinero", 1, 1),
    ]
    assert groups[0].texts == ["facturación!!", "Facturacion", "facturacoin"]
    assert (groups[0].versions, groups[0].first_at, groups[0].last_at) == (["v1", "v2"], "1", "4")
    assert len({one.id for one in groups}) == 3


def test_a_group_keeps_its_name_as_more_of_it_comes():
    few = [answer("pagar ya", at="1"), answer("ver saldo", at="2")]
    more = [*few, *(answer("Ver saldo", at=str(n)) for n in range(3, 9)), answer("pagr ya", at="9")]
    assert {one.id for one in grouped(few)} == {one.id for one in grouped(more)}


def test_signs_and_emoji_alone_are_groups_of_their_own():
    assert [one.text for one in grouped([answer("👍"), answer("???"), answer("👍"), answer("[image]")])] == [
        "👍",
        "???",
        "[image]",
    ]
    assert grouped([]) == []


def test_what_the_dialog_understands_by_now_is_told():
    dialog = dialog_of("""
dialog: d
language: en
retry: { attempts: 2, goto: bye }
states:
  menu: { ask: What?, menu: [{ label: Pay, synonyms: [settle it] }, Leave], goto: when }
  when: { ask: When?, answer: date, goto: bye }
  bye: { say: Bye., close: done }
anywhere: [{ words: [start over], goto: menu }]
""")
    texts = [("menu", "Settle it!"), ("menu", "what else"), ("menu", "start over"), ("when", "tomorrow"), ("gone", "x")]
    groups = grouped(answer(text, state, at="2026-03-01T10:00:00+00:00") for state, text in texts)
    judge(groups, {"d": dialog}, About())
    assert {one.text: one.understood for one in groups} == {
        "Settle it!": True,
        "what else": False,
        "start over": True,
        "tomorrow": True,
        "x": False,
    }
