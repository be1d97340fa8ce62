"""A flow for a template that has none (F011): any answer gets a thank-you, and its ticket closes."""

from pathlib import Path

import pytest
import yaml

from bot_runtime.campaigns.flows import create_flow
from bot_runtime.campaigns.words import Refused
from bot_runtime.workspace import Loaded, load_workspace
from tests.campaigns.desk import Desk
from tests.runtime.test_conversations import eventually
from tests.web.people import Browser, add_user

BOT = "brand: demo\nlanguage: es\nclose_reasons: [{}]\n"
GREETING = "dialog: hola\nlanguage: es\nstarts: {default: true}\nstates: { inicio: { say: Hola. } }\n"
PLAIN = """
template: aviso
language: es_MX
header: { text: "{{1}}" }
body: "Hola {{1}}, vence el {{2}}."
parameters: [sede, nombre, vence]
"""
BUTTONS = (
    'template: promo\nlanguage: en_US\nbody: "Interested?"\nbuttons: [{reply: Tell me, payload: YES}, {reply: No}]\n'
)


def workspace(folder: Path, *templates: str, reasons: str = "answered") -> Loaded:
    (folder / "dialogs").mkdir()
    (folder / "templates").mkdir()
    (folder / "bot.yaml").write_text(BOT.format(reasons))
    (folder / "dialogs" / "hola.yaml").write_text(GREETING)
    for number, template in enumerate(templates):
        (folder / "templates" / f"t{number}.yaml").write_text(template)
    return load_workspace(folder, {})


def made(folder: Path, template: str, **more: str):
    def load() -> Loaded:
        return load_workspace(folder, {})

    loaded = load()
    assert loaded.workspace, [problem.line() for problem in loaded.problems]
    file, after = create_flow(folder, loaded.workspace, load, template, **more)
    assert after.problems == []
    return yaml.safe_load(file.read_text()), file


def test_its_only_instruction_thanks_and_closes(tmp_path: Path):
    workspace(tmp_path, PLAIN)
    flow, file = made(tmp_path, "aviso")
    assert file == tmp_path / "dialogs" / "aviso.yaml"
    assert flow["states"] == {
        "mensaje": {
            "ask": "Hola {{ nombre }}, vence el {{ vence }}.",
            "answer": "text",
            "retry": {"attempts": 1, "goto": "gracias"},
            "save": "respuesta",
            "goto": "gracias",
        },
        "gracias": {"say": "Gracias por tu respuesta.", "close": "answered"},
    }
    assert flow["needs"] == {"sede": "text", "nombre": "text", "vence": "text"}
    assert file.read_text().startswith("# Recibe las respuestas a la plantilla aviso.")


def test_buttons_are_answers_too_and_the_text_may_be_ones_own(tmp_path: Path):
    workspace(tmp_path, BUTTONS, reasons="sold")
    flow, _ = made(tmp_path, "promo", text="See you soon: thanks!")
    first = flow["states"]["message"]
    assert first["menu"] == [{"label": "Tell me", "button": "YES"}, {"label": "No", "button": "No"}]
    assert first["else"] == "thanks"
    assert flow["states"]["thanks"] == {"say": "See you soon: thanks!"}  # the brand has no such reason: it just ends


def test_one_that_has_a_flow_or_cannot_be_written_is_refused_and_leaves_nothing(tmp_path: Path):
    workspace(tmp_path, PLAIN)
    made(tmp_path, "aviso")
    with pytest.raises(Refused) as refused:
        made(tmp_path, "aviso")
    assert refused.value.message("es") == "la plantilla 'aviso' ya tiene un flujo: aviso"
    before = load_workspace(tmp_path, {}).workspace
    assert before
    (tmp_path / "dialogs" / "aviso.yaml").unlink()
    without = load_workspace(tmp_path, {}).workspace
    (tmp_path / "dialogs" / "hola.yaml").write_text("dialog: 7")
    with pytest.raises(Refused, match="cannot be written"):
        create_flow(tmp_path, without, lambda: load_workspace(tmp_path, {}), "aviso")
    assert not (tmp_path / "dialogs" / "aviso.yaml").exists()


async def test_a_manager_makes_one_and_any_reply_gets_its_text_and_closes_the_ticket(desk: Desk):
    (desk.server.workspace.root / "templates" / "news.yaml").write_text(
        "template: news\nlanguage: en\nbody: We open at nine.\n"
    )

    async def is_known() -> bool:
        return ("news", "en") in desk.server.workspace.templates

    await eventually(is_known)
    await add_user(desk.server, "ada", "administrator")
    async with Browser(desk.server) as browser:
        await browser.log_in("ada")
        said = await browser.call("POST", "/campaigns/flows", json={"template": "news"})
        assert (said.status, said.body["file"]) == (200, "dialogs/news.yaml")
        again = await browser.call("POST", "/campaigns/flows", json={"template": "news"})
        assert (again.status, again.body["code"]) == (409, "flow_there")
        choices = (await browser.call("GET", "/campaigns/choices")).body
        assert {"name": "news", "title": "News", "template": "news"} in choices["dialogs"]
    ana = desk.fakes.phone("Ana")
    await desk.load([ana], dialog="news", payloads=())
    await desk.send_all()
    await eventually(lambda: desk.ticket_is(2, "waiting"))
    desk.fakes.say(ana, "Can I pay in two parts?")
    assert (await desk.fakes.expect(ana, 2))[-1].text == "Thank you for your answer."
    assert await eventually(lambda: desk.ticket_is(2, "closed", "answered"))


async def test_a_bot_that_does_not_know_the_template_answers_with_its_general_content(desk: Desk):
    """F013: what it answers in any case takes the reply like any other message."""
    greeting = "dialog: general\nlanguage: en\nretry: { goto: end }\nstarts: { default: true }\nstates:\n"
    greeting += "  ask: { ask: What can I do for you?, answer: text, goto: end }\n"
    greeting += "  end: { say: Fine., close: answered }\n"
    (desk.server.workspace.root / "dialogs" / "general.yaml").write_text(greeting)

    async def is_known() -> bool:
        return "general" in desk.server.workspace.dialogs

    await eventually(is_known)
    ana = desk.fakes.phone("Ana")
    await desk.load([ana], dialog="general", payloads=())
    await desk.send_all()
    await eventually(lambda: desk.ticket_is(2, "waiting"))
    desk.fakes.say(ana, "Hello?")  # no answer to a question that the template never asked
    assert (await desk.fakes.expect(ana, 2))[-1].text == "What can I do for you?"
    assert await eventually(lambda: desk.ticket_is(2, "bot"))
    desk.fakes.say(ana, "Prices")
    assert (await desk.fakes.expect(ana, 3))[-1].text == "Fine."
    assert await eventually(lambda: desk.ticket_is(2, "closed", "answered"))
