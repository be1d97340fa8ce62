"""Accepting what contacts wrote: the bot understands it from then on, and nothing else changes (B28)."""

import shutil
from pathlib import Path

import pytest

from bot_runtime.cli.teaching import CannotTeach, Taught, Wish, teach
from bot_runtime.dialogs.rehearsing.unexpected import Group, grouped
from bot_runtime.workspace import Workspace, load_workspace
from tests.cli.authors import make_workspace, run

EXAMPLES = Path(__file__).parents[2] / "dialogs_examples"
DIALOG = """\
dialog: order   # the shop's
title: Orders
language: en
retry: { attempts: 2, goto: person }
starts: { default: true }
states:
  first:
    ask: "What now?"
    # The usual things.
    menu:
      - { label: Buy, synonyms: [get one], goto: size }   # most of them
      - label: Track my parcel
        goto: person
      - { label: Talk to us, goto: person }
  size:
    ask: Which size?
    answer: { type: choice, choices: [small, large] }
    save: size
    goto: how
  how:
    ask: And how?
    menu: [By mail, In the shop]
    save: how
    goto: thanks
  rating: { ask: How was it?, answer: rating, goto: thanks }
  thanks: { say: Thanks., close: done }
  person: { say: One moment., handoff: care }
anywhere:
  - { words: [help me], goto: person }
"""
TEST = 'dialog: order\nturns:\n  - { contact: hi, state: first }\n  - { contact: "purchase one", state: first }\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = make_workspace(tmp_path / "bot", walk="dialog: order\nturns: [{ contact: hi }, { tap: Buy, state: size }]\n")
    (made / "dialogs" / "order.yaml").write_text(DIALOG)
    (made / "templates" / "news.yaml").unlink()
    return made


def group(state: str, *texts: str, dialog: str = "order") -> Group:
    answers = [
        {"at": str(n), "contact": "1.a", "dialog": dialog, "version": "v", "state": state, "text": text}
        for n, text in enumerate(texts)
    ]
    return grouped(answers)[0]


def workspace(root: Path) -> Workspace:
    loaded = load_workspace(root, {}, missing_ok=True).workspace
    assert loaded is not None
    return loaded


def accept(root: Path, group: Group, **wish: str) -> Taught:
    return teach(root, workspace(root), group, Wish(**wish), "Accepted.")


@pytest.mark.parametrize(
    ("state", "texts", "option", "changed"),
    [
        (
            "first",
            ("I'll take one!", "ill take one"),
            "buy",
            '      - { label: Buy, synonyms: [get one, "i\'ll take one"], goto: size }   # most of them',
        ),
        (
            "first",
            ("where is it", "wheer is it", "Where is it?"),
            "Track my parcel",
            "      - label: Track my parcel\n        synonyms: [where is it]\n        goto: person",
        ),
        (
            "size",
            ("tiny",),
            "small",
            "    answer: { type: choice, choices: [{ label: small, synonyms: [tiny] }, large] }",
        ),
        ("how", ("post",), "by_mail", "    menu: [{ label: By mail, synonyms: [post] }, In the shop]"),
    ],
)
def test_a_group_becomes_a_synonym_and_a_transcript(root: Path, state: str, texts, option: str, changed: str):
    before = (root / "dialogs" / "order.yaml").read_text()
    taught = accept(root, group(state, *texts), option=option)
    after = (root / "dialogs" / "order.yaml").read_text()
    new = [line for line in after.splitlines() if line not in before.splitlines()]
    assert new
    assert changed in after
    assert set(new) <= set(changed.splitlines())  # not a comment, not a space elsewhere
    assert len(taught.files) == 2
    ran = run("test", root)
    assert (ran.exit_code, ran.stdout.split(",")[0]) == (0, "2 passed")
    for text in texts:
        with pytest.raises(CannotTeach):  # it is understood already, by another option that would want it, too
            accept(root, group(state, text), option={"buy": "Talk to us", "small": "large"}.get(option, "in_the_shop"))


def test_documents_and_other_files_of_the_workspace_are_no_obstacle(root: Path):
    with (root / "bot.yaml").open("a") as file:
        file.write("public_url: https://bot.example\n")
    (root / "documents").mkdir()
    (root / "documents" / "receipt.md").write_text("# Receipt\n\nOf {{ size }}\n")
    (root / "data").mkdir()
    (root / "data" / "store.rdb").write_bytes(b"\0")
    dialog = root / "dialogs" / "order.yaml"
    paper = "  paper: { pdf: { from: receipt, save: link, failure: person }, goto: thanks }\n  thanks:"
    asks = DIALOG.replace("    save: how\n    goto: thanks", "    save: how\n    goto: paper")
    dialog.write_text(asks.replace("  thanks:", paper))
    assert run("test", root).exit_code == 0
    accept(root, group("first", "I want one"), option="buy")
    assert "synonyms: [get one, i want one]" in dialog.read_text()


def test_a_group_becomes_an_option_of_its_own(root: Path):
    taught = accept(root, group("first", "give it back", "GIVE IT BACK"), label="Return something", goto="person")
    assert taught.synonyms == ["give it back"]
    assert (
        "      - { label: Talk to us, goto: person }\n"
        "      - { label: Return something, synonyms: [give it back], goto: person }\n"
    ) in (root / "dialogs" / "order.yaml").read_text()
    assert run("test", root).exit_code == 0


@pytest.mark.parametrize(
    ("state", "text", "wish", "code"),
    [
        ("first", "track my parcels", {"option": "buy"}, "ambiguous"),  # nearly another option's label
        ("first", "2", {"option": "buy"}, "ambiguous"),  # the second option's number
        ("first", "bye", {"option": "talk_to_us"}, None),
        ("first", "help me!", {"option": "talk_to_us"}, "anywhere"),
        ("first", "unsubscribe", {"option": "buy"}, "opts_out"),
        ("first", "[image]", {"option": "buy"}, "no_text"),
        ("first", "???", {"option": "buy"}, "no_text"),
        ("first", "hm", {"option": "sell"}, "no_option"),
        ("first", "hm", {"label": "New", "goto": "nowhere"}, "no_state"),
        ("first", "hm", {"label": "New"}, "where_to"),
        ("first", "hm", {"label": "Track my parcels", "goto": "person"}, "ambiguous"),
        ("first", "hm", {"label": "2", "goto": "person"}, "breaks_check"),
        ("rating", "great", {"option": "5"}, "no_options"),
        ("gone", "hm", {"option": "buy"}, "gone"),
    ],
)
def test_what_would_make_another_answer_ambiguous_is_refused_and_nothing_written(root: Path, state, text, wish, code):
    before = {path: path.read_bytes() for path in root.rglob("*.yaml")}
    if code is None:
        accept(root, group(state, text), **wish)
        return
    with pytest.raises(CannotTeach) as refused:
        accept(root, group(state, text), **wish)
    assert refused.value.code == code
    assert {path: path.read_bytes() for path in root.rglob("*.yaml")} == before


def test_a_transcript_that_would_fail_is_a_reason_not_to(root: Path):
    (root / "tests" / "unfit.yaml").write_text(TEST)
    with pytest.raises(CannotTeach) as refused:
        accept(root, group("first", "purchase one"), option="buy")
    assert (refused.value.code, refused.value.facts) == ("breaks", {"files": "tests/unfit.yaml"})


@pytest.mark.parametrize(
    ("dialog", "state", "text", "option"),
    [
        ("restaurante", "inicio", "tienen chamba", "trabaja_aqui"),
        ("visita_sucursal", "lo_mejor", "el café de la entrada", None),
        ("appointment", "new_day", "the weekend one", "saturday_morning"),
        ("promo", "hello", "tell me about it", "tell_me_more"),
        ("recordatorio_pago", "cuando", "el mero lunes", None),
    ],
)
def test_in_the_examples_everything_else_still_holds(tmp_path: Path, dialog: str, state: str, text: str, option):
    root = tmp_path / "bot"
    shutil.copytree(EXAMPLES, root)
    asked = workspace(root).dialogs[dialog].states[state]
    option = option or next(iter(asked.menu)).code
    accept(root, group(state, text, dialog=dialog), option=option)
    ran = run("test", root)
    assert ran.exit_code == 0, ran.stdout
