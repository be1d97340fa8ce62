"""What a list brings, in the texts of the dialog that takes its answers (F004), in the contact's language (F023)."""

from pathlib import Path

import pytest
import yaml

from bot_runtime.devtools.from_workspace import accounts_of
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.runtime.dispatch import Plan
from bot_runtime.store.campaigns import Row
from tests.campaigns.desk import TEMPLATE, Desk
from tests.runtime.test_conversations import eventually
from tests.servers import StartServer, write_workspace

DIALOG = """
dialog: reminder
language: en
response_timeout: 1h
retry: { attempts: 2, goto: person }
starts: { template: due }
needs: { name: text, balance: amount, due: date, service: text, agent: { type: text, default: our team } }
states:
  asked:
    ask: { en: "{{ name }}, will you pay?", es: "{{ name }}, ¿pagarás?" }
    menu:
      - { label: { en: I will pay, es: Pagaré }, button: PAY, goto: thanks }
      - { label: { en: A person, es: Una persona }, button: PERSON, goto: person }
  thanks:
    say:
      en: >-
        {{ name }}: {{ balance | money }} by {{ due | date("long") }}, {{ branch }}, {{ agent }}, {{ service }},
        {{ vip }}
      es: >-
        {{ name }}: {{ balance | money }} hasta el {{ due | date("long") }}, {{ branch }}, {{ agent }}, {{ service }},
        {{ vip }}
    close: answered
  person: { say: { en: One moment., es: Un momento. }, handoff: { department: sales } }
"""


@pytest.fixture
async def desk(start_server: StartServer, fakes: FakeProviders, tmp_path: Path) -> Desk:
    root = write_workspace(tmp_path / "bot", fakes, dialogs={"reminder": DIALOG}, messages_per_s=1_000)
    (root / "templates").mkdir()
    (root / "templates" / "due.yaml").write_text(TEMPLATE)
    bot = yaml.safe_load((root / "bot.yaml").read_text())
    bot["departments"] = {"sales": {"title": "Sales"}}
    bot["metadata"] = [{"name": "Branch", "key": "branch"}, {"name": "VIP", "key": "vip", "type": "yes_no"}]
    for channel in bot["channels"].values():
        channel["default_country"] = "MX"
    (root / "bot.yaml").write_text(yaml.safe_dump(bot))
    server = await start_server(root)
    for account, known in zip(fakes.accounts, accounts_of(server.workspace), strict=True):
        account.templates = known.templates
    return Desk(server, fakes)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("es", "Ana: $1,200.50 hasta el 15 de marzo de 2026, Centro, our team, FX-9, sí"),
        ("en", "Ana: $1,200.50 by March 15, 2026, Centro, our team, FX-9, yes"),
    ],
)
async def test_a_rows_columns_and_its_tickets_data_are_in_the_dialogs_texts(desk: Desk, language: str, said: str):
    """F004: the contact's name, the branch, who served them, the amount, the due date and the service."""
    ana = desk.fakes.phone("Ana")
    contact = await desk.rows.contact_of(f"tel:{ana.number}")
    given = {"name": "Ana", "balance": "$1,200.50", "due": "15/03/2026", "service": "FX-9", "agent": ""}
    metadata = {"branch": "Centro", "vip": "1"}
    row = Row(2, contact, f"tel:{ana.number}", ana.number, ("Ana",), metadata, {**given, "language": language})
    await desk.rows.add_rows("c1", [row])
    await desk.rows.set_gate("c1", "sending")
    plan = {"payloads": ("PAY", "PERSON"), "dialog": "reminder", "wait_s": 3600, "department": "sales"}
    desk.plans.plans = [Plan("c1", "whatsapp", "due", "en", **plan)]  # type: ignore[arg-type]
    await desk.send_all()
    await eventually(lambda: desk.ticket_is(2, "waiting"))
    desk.fakes.tap(ana, "I will pay")
    assert (await desk.fakes.expect(ana, 2))[-1].text == said
