"""A small workspace with one template, and lists for it."""

from pathlib import Path

from bot_runtime.campaigns.plans import Wanted
from bot_runtime.campaigns.record import Campaign
from bot_runtime.campaigns.service import Campaigns
from bot_runtime.store.keys import ContactId, shard_of
from bot_runtime.workspace import Workspace, load_workspace

BOT = """
brand: test
language: en
departments: { sales: { title: Sales } }
close_reasons: [answered]
metadata: [{ name: Branch, key: branch }, { name: Member, key: member, type: yes_no }]
channels:
  whatsapp:
    { provider: whatsapp, default_country: MX, phone_number_id: "1", number: "+5255", app_secret: s,
      verify_token: v, token: t }
  sms: { provider: twilio, kind: sms, default_country: MX, account_sid: a, auth_token: t, number: "+5255" }
"""
REMINDER = """
dialog: reminder
language: en
retry: { attempts: 2, goto: thanks }
starts: { template: due }
needs: { name: text, amount: text }
states:
  asked: { ask: "{{ name }}?", menu: [{ label: Pay, button: PAY, goto: thanks }] }
  thanks: { say: Thanks., close: answered }
"""
DUE = """
template: due
language: en
body: "Hello {{1}}, you owe {{2}}."
parameters: [name, amount]
buttons: [{ reply: Pay, payload: PAY }]
"""
GOOD = b"phone,name,amount,Branch\n5512345678,Ana,100,north\n5587654321,Luis,200,south\n"
WRONG = b"phone,name,amount,Branch\n5512345678,Ana,100,north\nno phone,Luis,200,south\n12,Eva,5,west\n"

WANTED = Wanted(
    name="Overdue in March",
    channel="whatsapp",
    department="sales",
    template="due",
    expects_answer=True,
    wait_s=3600,
    dialog="reminder",
)
BY = "user:eva"


def write(root: Path) -> Workspace:
    for folder, name, text in (("", "bot", BOT), ("dialogs", "reminder", REMINDER), ("templates", "due", DUE)):
        (root / folder).mkdir(exist_ok=True)
        (root / folder / f"{name}.yaml").write_text(text)
    return reload(root)


def reload(root: Path) -> Workspace:
    loaded = load_workspace(root, {})
    assert loaded.workspace, [problem.line() for problem in loaded.problems]
    return loaded.workspace


async def pending(campaigns: Campaigns, campaign: Campaign) -> int:
    return (await campaigns.rows.counts(campaign.id))["pending"]


async def settle_all(
    campaigns: Campaigns, campaign: Campaign, status: str, was: str = "pending", most: int = 1_000, code: str = ""
) -> None:
    """What the scripts that settle messages would say of every row (at most so many) that was `was`."""
    rows = campaigns.rows
    for row, _ in await rows.rows(campaign.id, status=was, limit=most):
        shard = shard_of(ContactId(row.contact))
        states, todo, counts = (rows._keys.campaign_rows(shard, campaign.id, part) for part in ("st", "todo", "n"))
        store = rows._store
        await store.command("HSET", states, row.number, f'{{"s":"{status}","a":1000,"e":"{code}"}}', key=states)
        await store.command("LREM", todo, 1, row.number, key=todo)
        await store.command("HINCRBY", counts, was, -1, key=counts)
        await store.command("HINCRBY", counts, status, 1, key=counts)
        if status == "sent":
            await store.command("HSET", counts, "last", 1000, key=counts)
