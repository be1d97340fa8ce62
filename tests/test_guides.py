"""The authors' guides say what is so: their dialog has no problem, their transcript holds, their tables are true."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot_runtime.cli import main
from bot_runtime.dialogs.answers import KINDS, Fits, Here, read
from bot_runtime.dialogs.expressions import Expression
from bot_runtime.dialogs.model import Answer
from bot_runtime.dialogs.schemas.dialog import state_schema
from bot_runtime.dialogs.schemas.parts import Describe
from bot_runtime.dialogs.words import consent

DOCS = Path(__file__).parent.parent / "docs"
GUIDES = {"en": "dialogs.md", "es": "dialogos.md"}
HOMES = {"en": Here("en", "US"), "es": Here("es", "MX")}


def guide(language: str) -> str:
    return (DOCS / GUIDES[language]).read_text("utf-8")


def codes(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def row(text: str, first: str) -> list[str]:
    """The cells of the table's row that begins with `first`."""
    line = next(line for line in text.splitlines() if line.startswith(f"| `{first}` |"))
    return [cell.strip() for cell in line.strip("|").split(" | ")]


@pytest.mark.parametrize("language", GUIDES)
def test_the_dialog_has_no_problem_and_its_transcripts_hold(language: str, tmp_path: Path) -> None:
    dialog, *transcripts = re.findall(r"```yaml\n(.*?)```", guide(language), re.DOTALL)
    (tmp_path / "dialogs").mkdir()
    (tmp_path / "dialogs" / "visit.yaml").write_text(dialog, "utf-8")
    (tmp_path / "tests").mkdir()
    assert len(transcripts) == 2
    for number, transcript in enumerate(transcripts):
        (tmp_path / "tests" / f"visit{number}.yaml").write_text(transcript, "utf-8")
    for command in (["check", "--strict"], ["test"]):
        done = CliRunner().invoke(main, [*command, str(tmp_path)])
        assert done.exit_code == 0, done.output


STEPS = {"en": "steps.md", "es": "pasos.md"}
AROUND = "brand: demo\nlanguage: {}\ndepartments: [care, servicio]\nclose_reasons: [done, listo]\n"


def section(language: str, title: str) -> str:
    """One section of the page of steps."""
    text = (DOCS / STEPS[language]).read_text("utf-8")
    return next(each for each in text.split("\n## ")[1:] if each.split("\n")[0] == title)


def examples(language: str) -> list[tuple[str, list[str]]]:
    """The sections of the page of steps: the keys of each title, and its blocks of YAML."""
    text = (DOCS / STEPS[language]).read_text("utf-8")
    return [
        (section.split("\n")[0], re.findall(r"```yaml\n(.*?)```", section, re.DOTALL))
        for section in text.split("\n## ")[1:]
    ]


@pytest.mark.parametrize(
    ("language", "title"), [(language, title) for language in STEPS for title, _ in examples(language)]
)
def test_every_step_has_an_example_that_runs(language: str, title: str, tmp_path: Path) -> None:
    """Blocks with `turns:` are transcripts, those that begin with `brand:` a bot.yaml, with `template:` a template;
    those of Markdown are documents, whose title names them."""
    for document in re.findall(r"```markdown\n(.*?)```", section(language, title), re.DOTALL):
        (tmp_path / "documents").mkdir(exist_ok=True)
        name = document.split("\n")[0].removeprefix("# ").split()[0].lower()
        (tmp_path / "documents" / f"{name}.md").write_text(document, "utf-8")
    folders = {"dialog": "dialogs", "template": "templates"}
    (tmp_path / "bot.yaml").write_text(AROUND.format(language), "utf-8")
    (blocks,) = [blocks for each, blocks in examples(language) if each == title]
    assert blocks, "a section has an example"
    for number, block in enumerate(blocks):
        folder = "tests" if "\nturns:" in block else folders.get(block.split(":")[0], "")
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / (f"{number}.yaml" if folder else "bot.yaml")).write_text(block, "utf-8")
    checked = CliRunner().invoke(main, ["check", "--strict", str(tmp_path)])
    assert checked.exit_code == 0, checked.output
    if (tmp_path / "tests").is_dir():
        done = CliRunner().invoke(main, ["test", str(tmp_path)])
        assert done.exit_code == 0, done.output


def test_both_pages_of_steps_have_the_same_sections() -> None:
    assert [codes(title) for title, _ in examples("en")] == [codes(title) for title, _ in examples("es")]


@pytest.mark.parametrize("language", STEPS)
def test_every_key_of_a_state_has_its_step(language: str) -> None:
    keys = {key for title, _ in examples(language) for key in codes(title)}
    assert set(state_schema(Describe())["properties"]) <= keys


@pytest.mark.parametrize("language", GUIDES)
@pytest.mark.parametrize("kind", ["number", "rating", "yes_no", "receipt", "intent", "amount", "date", "time"])
def test_the_answers_that_the_table_names_are_taken(language: str, kind: str) -> None:
    _, takes, _ = row(guide(language), kind)
    for written in codes(takes):
        if written.split(":")[0] not in KINDS[kind]:
            assert isinstance(read(Answer(kind), written, HOMES[language]), Fits), written


@pytest.mark.parametrize("language", GUIDES)
def test_every_kind_of_answer_has_a_row(language: str) -> None:
    for kind in KINDS:
        assert len(row(guide(language), kind)) == 3


@pytest.mark.parametrize("language", GUIDES)
def test_the_expressions_can_be_read(language: str) -> None:
    title = {"en": "## Conditions and sums", "es": "## Condiciones y cuentas"}[language]
    section = guide(language).split(title)[1].split("\n## ")[0]
    examples = [code for line in section.splitlines() if line.startswith("| `") for code in codes(line)]
    assert len(examples) == 8
    for example in examples:
        Expression.parse(example)


@pytest.mark.parametrize("language", GUIDES)
def test_the_words_that_are_not_an_authors_do_what_it_says(language: str) -> None:
    always, unless_taken, back = (
        codes(item.split("…")[0]) for item in re.findall(r"\n- (.*?)(?=\n- |\n\n)", guide(language), re.DOTALL)
    )
    assert {consent(word, opted_out=False, taken=True) for word in always} == {"out"}
    assert {consent(word, opted_out=False, taken=False) for word in unless_taken} == {"out"}
    assert {consent(word, opted_out=False, taken=True) for word in unless_taken} == {None}
    assert {consent(word, opted_out=True, taken=True) for word in back} == {"in"}
