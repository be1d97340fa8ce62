# ruff: noqa: E501 (a dialog in a row)
"""What the channels a dialog may run on make of its texts (F016, D10, B25)."""

import pytest

from bot_runtime.dialogs.problems import Problem
from bot_runtime.workspace.findings import problems_of

WA = '{ provider: whatsapp, phone_number_id: "1", app_secret: x, verify_token: x, token: x }'
SMS = '{ provider: twilio, number: "+525500000000", account_sid: AC1, auth_token: x }'


def told(dialog: str, **channels: str) -> list[Problem]:
    configured = "".join(f"  {name}: {channel}\n" for name, channel in channels.items())
    bot = f"brand: demo\nlanguage: es\nclose_reasons: [listo]\nchannels:\n{configured}"
    return problems_of({"bot.yaml": bot, "dialogs/demo.yaml": dialog})


def saying(text: str, head: str = "") -> str:
    return f'dialog: demo\n{head}states:\n  fin:\n    say: "{text}"\n    close: listo\n'


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a" * 149, None),
        ("a" * 150, (150, 1, "GSM-7")),
        ("á" * 150, (150, 3, "UCS-2")),  # both numbers are told: what one "á" costs is seen here
        ("a" * 400, (400, 3, "GSM-7")),
        ("a" * 130 + " https://acme.mx/folio/1234", (157, 1, "GSM-7")),  # a link counts
        ("😀" * 149, None),  # the budget counts characters
    ],
)
def test_a_text_over_the_budget_is_told_with_its_parts(text, parts):
    found = told(saying(text), sms=SMS)
    if parts is None:
        assert found == []
    else:
        (problem,) = found
        assert (problem.code, problem.severity, str(problem.where)) == (
            "over_sms_budget",
            "warning",
            "dialogs/demo.yaml:4:10",
        )
        assert (problem.facts["characters"], problem.facts["parts"], problem.facts["encoding"]) == parts


def test_the_budget_is_the_channels():
    wide = SMS.replace(" }", ", limits: { sms_budget: 160 } }")
    assert told(saying("a" * 155), sms=wide) == []
    (problem,) = told(saying("a" * 155), sms=wide, other=SMS)
    assert problem.facts["budget"] == 149


def test_placeholders_are_filled_with_the_examples_of_needs():
    text = "{{ nombre }}, " + "a" * 130
    assert told(saying(text, "needs: { nombre: { type: text, example: Ana } }\n"), sms=SMS) == []
    (problem,) = told(saying(text, "needs: { nombre: { type: text, example: María Fernanda de la Luz } }\n"), sms=SMS)
    assert problem.facts["characters"] == 156


def test_whatsapp_alone_has_no_budget():
    assert told(saying("a" * 700), wa=WA) == []


def menu(*labels: str, ask: str = "¿Cuál?") -> str:
    options = "".join(f'      - "{label}"\n' for label in labels)
    return f"dialog: demo\nretry: {{ goto: fin }}\nstates:\n  a:\n    ask: {ask}\n    menu:\n{options}    goto: fin\n  fin: {{ close: listo }}\n"


@pytest.mark.parametrize(
    ("labels", "found"),
    [
        (["Sí", "No"], []),
        ([f"Opción número {number}" for number in range(10)], []),  # a list
        ([f"Opción número {number}" for number in range(11)], [11]),
        (["a" * 24, "b"], []),
        (["a" * 25, "b"], [f"'{'a' * 25}' (25)"]),
    ],
)
def test_a_menu_that_whatsapp_cannot_show_whole_is_told(labels, found):
    assert [problem.facts["found"] for problem in told(menu(*labels), wa=WA)] == found
    assert told(menu(*labels), sms=SMS) == []


def test_what_a_channel_refuses_is_an_error():
    (problem,) = told(saying("palabra " * 200), sms=SMS.replace(" }", ", limits: { sms_budget: 1600 } }"))
    assert (problem.code, problem.severity) == ("cannot_be_sent", "error")


DEFAULT = "starts: { default: true }\n"


@pytest.mark.parametrize(
    ("head", "wa", "over"),
    [
        ("", WA, True),  # a campaign may bring it anywhere
        ("starts: { keywords: [hola] }\n", WA, True),
        (DEFAULT, WA, True),
    ],
)
def test_a_dialog_that_may_begin_anywhere_is_checked_for_every_channel(head, wa, over):
    assert bool(told(saying("a" * 200, head), wa=wa, sms=SMS)) == over


def test_the_default_of_whatsapp_alone_is_not_checked_for_sms():
    own = WA.replace(" }", ", default_dialog: demo }")
    assert told(saying("a" * 200), wa=own, sms=SMS) == []


def test_a_dialog_that_is_called_runs_where_its_caller_does():
    own = WA.replace(" }", ", default_dialog: demo }")
    caller = "dialog: demo\nstates:\n  a: { call: otra, goto: fin }\n  fin: { close: listo }\n"
    bot = f"brand: demo\nlanguage: es\nclose_reasons: [listo]\nchannels:\n  wa: {own}\n  sms: {SMS}\n"
    called = saying("a" * 200).replace("dialog: demo", "dialog: otra")
    assert problems_of({"bot.yaml": bot, "dialogs/demo.yaml": caller, "dialogs/otra.yaml": called}) == []
    both = bot.replace("auth_token: x }", "auth_token: x, default_dialog: demo }")
    assert [
        one.code for one in problems_of({"bot.yaml": both, "dialogs/demo.yaml": caller, "dialogs/otra.yaml": called})
    ] == ["over_sms_budget"]
