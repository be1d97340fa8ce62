"""A server, a campaign beside it, and ways to look at what became of messages."""

from pathlib import Path

import aiohttp
import yaml

from bot_runtime.app import Server
from bot_runtime.devtools.from_workspace import accounts_of
from bot_runtime.devtools.numbers import same_line
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.devtools.world import Call, Phone
from bot_runtime.store.keys import ContactId
from bot_runtime.store.outbox import Meta
from tests.runtime.test_conversations import eventually
from tests.servers import VISIT, StartServer, write_workspace

DUE = """
template: due
language: en
body: "Hello {{1}}, your bill is due."
parameters: [name]
"""
REMINDER = """
dialog: reminder
language: en
retry: { attempts: 2, goto: thanks }
starts: { template: due }
needs: { name: text }
states:
  asked: { ask: "{{ name }}, will you pay?", menu: [{ label: I will pay, goto: thanks }] }
  thanks: { say: "Thank you." }
"""


async def start_business(
    start_server: StartServer, fakes: FakeProviders, folder: Path, *, on_unknown: str = "", **limits: float
) -> Server:
    """A server with a dialog that answers whoever writes, and one that a template begins."""
    root = write_workspace(folder / "bot", fakes, dialogs={"visit": VISIT, "reminder": REMINDER}, **limits)
    (root / "templates").mkdir(exist_ok=True)
    (root / "templates" / "due.yaml").write_text(DUE)
    if on_unknown:
        bot = yaml.safe_load((root / "bot.yaml").read_text())
        for channel in bot["channels"].values():
            channel["on_unknown"] = on_unknown
        (root / "bot.yaml").write_text(yaml.safe_dump(bot))
    server = await start_server(root)
    for account, known in zip(fakes.accounts, accounts_of(server.workspace), strict=True):
        account.templates = known.templates
    return server


async def remind(server: Server, phone: Phone) -> None:
    """Send the template."""
    await server.request_dialog(
        channel=phone.channel, address=phone.number, dialog="reminder", given={"name": phone.name}
    )


async def contact_of(server: Server, phone: Phone) -> ContactId:
    found = await server.contacts.find(f"tel:{phone.number}")
    assert found is not None
    return found


async def metas(server: Server, phone: Phone) -> list[Meta]:
    """What the outbox remembers of the messages to a phone, oldest first."""
    contact = await server.contacts.find(f"tel:{phone.number}")
    return list((await server.outbox.entries(contact)).values()) if contact else []


async def becomes(server: Server, phone: Phone, *statuses: str, timeout_s: float = 5) -> list[Meta]:
    """Wait until the messages to a phone stand so."""

    async def so() -> bool:
        return [meta.s for meta in await metas(server, phone)] == list(statuses)

    assert await eventually(so, timeout_s), [meta.s for meta in await metas(server, phone)]
    return await metas(server, phone)


def impatient(server: Server, seconds: float = 0.4) -> None:
    """Give up on the provider after so long, rather than half a minute."""
    server._http._timeout = aiohttp.ClientTimeout(total=seconds, connect=seconds)


async def same_minute(server: Server) -> None:
    """Go to the beginning of a minute: what follows leaves in the same one."""
    await server.advance_clock(60 - server.store.clock.now_s() % 60)


def sends_to(fakes: FakeProviders, phone: Phone) -> list[Call]:
    """The calls that meant to reach this phone, refused ones too."""
    return [call for call in fakes.sends(phone.channel) if same_line(phone.number, str(dict(call.body).get("to", "")))]
