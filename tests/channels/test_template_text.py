"""A template in the words its contact reads, and why a message of ours was refused."""

import pytest

from bot_runtime.channels.errors import meaning
from bot_runtime.channels.rendering import template_as_read
from bot_runtime.errors import SendFailed
from bot_runtime.workspace import TemplateButton
from tests.campaigns.lists import template


def test_a_template_reads_as_its_message_with_its_buttons():
    text = template(
        header={"text": "Aviso"},
        buttons=(TemplateButton("reply", "Pagar"), TemplateButton("url", "Ver", url="https://example.com/{{1}}")),
    )

    assert template_as_read(text, ["Ana", "$1", "hoy", "a7"], "whatsapp") == (
        "Aviso\nHola Ana, debes $1 desde el hoy.\nResponde BAJA para salir.\n[Pagar]\n[Ver] https://example.com/a7"
    )
    assert template_as_read(template(), ["Ana", "$1", "hoy"], "sms").endswith("Responde BAJA para salir.\n1) Pagar")


def test_an_image_stands_above_the_text():
    shown = template_as_read(template(header={"image": "https://example.com/a.png"}), ["Ana", "$1", "hoy"], "whatsapp")
    assert shown.startswith("[image: https://example.com/a.png]\nHola Ana")


def test_parameters_that_are_not_the_templates_are_no_message():
    with pytest.raises(SendFailed) as raised:
        template_as_read(template(), ["Ana"], "whatsapp")
    assert meaning("whatsapp", raised.value.code).es == "Los datos no corresponden a la plantilla."


@pytest.mark.parametrize("provider", ["whatsapp", "twilio"])
@pytest.mark.parametrize("code", ["too_long", "unknown_template", "timeout", "connection", "channel_gone"])
def test_what_we_refuse_ourselves_is_told_without_the_code(provider, code):
    told = meaning(provider, code)
    assert code not in told.en
    assert code not in told.es
