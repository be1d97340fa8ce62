"""What contacts and lists bring stays literal and bounded through the whole core, in every text it can reach."""

import msgspec
import pytest
from msgspec import structs

from bot_runtime.dialogs.effects import Send, SendMenu
from bot_runtime.dialogs.filters import FILTERS
from tests.dialogs.talking import Contact
from tests.dialogs.test_filters import HOSTILE

NAMES = ("dato", "monto", "vence", "hora", "cuenta", "correo", "tel", "si", "contact_name", "sucursal")
USES = " ".join(f"[{{{{ {name} | {filter} }}}}]" for name in ("dato", "contact_name", "sucursal") for filter in FILTERS)
DIALOG = f"""
dialog: demo
language: es
retry: {{ goto: fin }}
needs:
  {{ dato: text, monto: amount, vence: date, hora: time, cuenta: number, correo: email, tel: phone, si: yes_no }}
states:
  inicio:
    ask: {{ es: "{" ".join("{{ " + name + " }}" for name in NAMES)}", en: "{{{{ dato }}}}" }}
    menu:
      - {{ label: {{ es: "{{{{ dato }}}}", en: One }}, code: uno, description: "{{{{ contact_name }}}}" }}
      - {{ label: Otro, code: dos }}
    more: "{{{{ dato }}}}"
    save: elegido
    goto: escribe
  escribe: {{ ask: "{{{{ elegido_text }}}}", answer: text, save: dato, goto: fin }}
  fin:
    set: {{ junto: dato + contact_name, mayor: "monto > 3 and vence <= today()", largo: len(dato) }}
    say: '{USES} {{{{ junto }}}} {{{{ mayor }}}} {{{{ monto | money }}}} {{{{ vence | date("long") }}}}'
"""


@pytest.mark.parametrize("language", ["", "en", "{{ language }}", "es" * 40_000, "\u202e"])
@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_data_reach_every_text_and_change_none(hostile: str, language: str) -> None:
    """F004"""
    contact = Contact(DIALOG, country_by_channel={"wa": "MX"})
    metadata = {"sucursal": hostile}
    contact.about = structs.replace(contact.about, contact_name=hostile, language=language, metadata=metadata)
    given = dict.fromkeys(("dato", "monto", "vence", "hora", "cuenta", "correo", "tel", "si"), hostile)
    try:
        contact.is_called("demo", given=given)
        contact.says(hostile, "2", hostile, "nada")
    except UnicodeEncodeError:
        assert "\ud800" in hostile  # no store and no provider takes half a character: ingest has replaced it by then
        return
    for effect in contact.effects:
        texts = [getattr(effect, "text", "")] if isinstance(effect, Send) else []
        texts += [choice.label for choice in effect.choices] if isinstance(effect, SendMenu) else []
        assert all(len(text) <= 20_000 for text in texts)
    kept = msgspec.json.encode(contact.session)
    assert len(kept) < 1_000_000


def test_a_contacts_braces_are_printed_as_they_came():
    """F004"""
    contact = Contact(DIALOG, country_by_channel={"wa": "MX"})
    contact.is_called("demo", given={"dato": "{{ monto }} {% x %}", "monto": "12"})
    assert contact.texts[0].startswith("{{ monto }} {% x %} 12 ")
    assert contact.menu[0] == "{{ monto }} {% x %}"
    contact.says("2", "{{ contact_name | upper }}")
    assert "[{{ CONTACT_NAME | UPPER }}]" in contact.texts[0]
    assert "{{ contact_name | upper }}Ana Pérez" in contact.texts[0]
