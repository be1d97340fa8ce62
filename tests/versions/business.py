"""A dialog in versions, and a workspace whose dialogs a person publishes."""

from pathlib import Path

import yaml

from bot_runtime.devtools.simulate import FakeProviders
from tests.servers import write_workspace

FIRST = """\
dialog: visit
language: en
response_timeout: 4h
retry: { attempts: 3, goto: sorry }
starts: { default: true }
states:
  name:
    ask: What is your name?
    answer: text
    save: name
    goto: rating
  rating:
    ask: "How was it, {{ name }}?"
    answer: rating
    save: rating
    goto: thanks
  thanks: { say: "Thanks, {{ name }}: {{ rating }}.", close: answered }
  sorry: { say: Let us leave it here. }
"""
SECOND = FIRST.replace("How was it, {{ name }}?", "From 1 to 5, {{ name }}?").replace("Thanks,", "Thank you,")


def write_manual(folder: Path, fakes: FakeProviders, text: str = FIRST, **limits: float) -> Path:
    """A workspace with `publish: manual`."""
    root = write_workspace(folder, fakes, dialogs={"visit": text}, **limits)
    bot = yaml.safe_load((root / "bot.yaml").read_text())
    (root / "bot.yaml").write_text(yaml.safe_dump({**bot, "publish": "manual"}))
    return root


def save(root: Path, text: str) -> None:
    (root / "dialogs" / "visit.yaml").write_text(text)
