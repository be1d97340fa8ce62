"""A small workspace, and the command line run over it in this process."""

from pathlib import Path

from click.testing import CliRunner, Result

from bot_runtime.cli import main

BOT = "brand: shop\nlanguage: {language}\ndepartments: [care]\nclose_reasons: [done, silence]\n"
DIALOG = """\
dialog: order
title: Orders
language: en
response_timeout: 4h
retry: { attempts: 2, goto: person }
starts: { default: true, template: news }
needs: { name: { type: text, example: Ana } }
states:
  first:
    ask: "Hello {{ name }}, what now?"
    menu:
      - { label: Buy, goto: amount }
      - { label: Talk to us, goto: person }
  amount: { ask: How many?, answer: { type: number, max: 9 }, save: amount, goto: thanks }
  thanks: { say: "{{ amount }} it is.", close: done }
  person: { say: One moment., handoff: care }
  timeout: { close: silence }
"""
TEMPLATE = """\
template: news
language: en
body: "Hi {{1}}!"
buttons: [{ reply: Buy, payload: "first:buy" }]
parameters: [name]
"""
BUYS = """\
# Somebody buys.
dialog: order
given: { name: Ana }
turns:
  - { contact: hi, bot: ["Hello Ana, what now?\\n1) Buy\\n2) Talk to us"], state: first }
  - { tap: Buy, bot: [How many?], state: amount }
  - { contact: "3", bot: [3 it is.], ended: closed }
"""


def make_workspace(root: Path, language: str = "en", **transcripts: str) -> Path:
    """A workspace of one dialog; `transcripts` by name, `buys` unless told otherwise."""
    files = {
        "bot.yaml": BOT.format(language=language),
        "dialogs/order.yaml": DIALOG,
        "templates/news.yaml": TEMPLATE,
        **{f"tests/{name}.yaml": text for name, text in (transcripts or {"buys": BUYS}).items()},
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


def run(*words: object, typed: str = "") -> Result:
    """`bot-runtime words…`, with `typed` piped in."""
    return CliRunner().invoke(main, [str(word) for word in words], input=typed, catch_exceptions=False)
