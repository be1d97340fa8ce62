"""What the fake Graph refuses, and with which code: required fields, limits, templates."""

from typing import Any

import pytest

from bot_runtime.devtools.graph_errors import GraphError
from bot_runtime.devtools.graph_rules import check
from tests.devtools.conftest import TEMPLATES, message


def buttons(*titles: str, **more: Any) -> dict[str, Any]:
    replies = [{"type": "reply", "reply": {"id": f"b{n}", "title": title}} for n, title in enumerate(titles)]
    interactive = {"type": "button", "body": {"text": "?"}, "action": {"buttons": replies}, **more}
    return message(type="interactive", interactive=interactive)


def rows(*titles: str, button: str = "Ver", **row: Any) -> dict[str, Any]:
    found = [{"id": f"r{n}", "title": title, **row} for n, title in enumerate(titles)]
    action = {"button": button, "sections": [{"rows": found}]}
    return message(type="interactive", interactive={"type": "list", "body": {"text": "?"}, "action": action})


def text(*values: str, **more: str) -> list[dict[str, str]]:
    return [{"type": "text", "text": value, **more} for value in values]


def template(name: str = "overdue", language: str = "es", **components: Any) -> dict[str, Any]:
    given = {"header": text("Ana"), "body": text("$10", "3/3"), **components}
    sent = [{"type": kind, "parameters": parameters} for kind, parameters in given.items() if parameters is not None]
    if name == "overdue":
        sent.append({"type": "button", "sub_type": "url", "index": "1", "parameters": text("a%2F1")})
    return message(type="template", template={"name": name, "language": {"code": language}, "components": sent})


@pytest.mark.parametrize(
    "body",
    [
        message(type="text", text={"body": "x" * 4096, "preview_url": False}),
        message(text={"body": "no type is a text"}),
        message(type="text", text={"body": "x"}, context={"message_id": "wamid.1"}, biz_opaque_callback_data="e" * 512),
        message(type="image", image={"link": "https://example.com/a.png", "caption": "x" * 1024}),
        message(type="document", document={"id": "1", "filename": "a.pdf"}),
        buttons("Sí", "No", "x" * 20),
        buttons("Sí", header={"type": "text", "text": "x" * 60}, footer={"text": "x" * 60}),
        rows(*(f"r{n}" for n in range(10)), description="x" * 72),
        template(),
        template("poster", "en", header=[{"type": "image", "image": {"link": "https://example.com/a.png"}}],
                 body=text("Ana", parameter_name="name")),
        message(type="location", location={"latitude": 19.4, "longitude": "-99.1"}),
        message(type="reaction", reaction={"message_id": "wamid.1", "emoji": ""}),
    ],
)  # fmt: skip
def test_takes_what_meta_takes(body: dict[str, Any]):
    check(body, TEMPLATES)


@pytest.mark.parametrize(
    ("body", "code", "details"),
    [
        ({"messaging_product": "whatsapp", "type": "text", "text": {"body": "x"}}, 131008, "to or recipient"),
        (message("525555001000", type="text", text={"body": "x"}), 131009, "+ and country code"),
        (message(5, type="text", text={"body": "x"}), 100, "must be a string"),
        (message(type="fax"), 100, "must be one of"),
        (message(type=["text"]), 100, "must be one of"),
        (message(type="text"), 131008, "'text' is mandatory"),
        (message(type="text", text="hola"), 100, "JSON object"),
        (message(type="text", text={"body": ""}), 131008, "'body' is mandatory"),
        (message(type="text", text={"body": "x" * 4097}), 100, "4096"),
        (message(type="text", text={"body": "x", "colour": "red"}), 100, 'Unexpected key "colour"'),
        (message(type="text", text={"body": "x"}, txet=1), 100, 'Unexpected key "txet"'),
        (message(type="text", text={"body": "x"}, biz_opaque_callback_data="e" * 513), 100, "512"),
        (message(type="text", text={"body": "x"}, context={}), 131008, "message_id"),
        (message(type="image", image={}), 131009, "either id or link"),
        (message(type="image", image={"id": "1", "link": "https://x.example"}), 131009, "either id or link"),
        (message(type="image", image={"link": "a.png"}), 100, "not a valid URI"),
        (message(type="audio", audio={"id": "1", "caption": "no"}), 100, 'Unexpected key "caption"'),
        (message(type="video", video={"id": "1", "caption": "x" * 1025}), 100, "1024"),
        (buttons(), 131008, "'buttons' is mandatory"),
        (buttons("1", "2", "3", "4"), 131009, "Max allowed buttons: 3"),
        (buttons("x" * 21), 131009, "Max length: 20"),
        (buttons("Sí", "Sí"), 131009, "Duplicated"),
        (buttons("Sí", body={"text": "x" * 1025}), 131009, "1024"),
        (buttons("Sí", header={"type": "text", "text": "x" * 61}), 131009, "60"),
        (buttons("Sí", footer={"text": ""}), 131008, "'text' is mandatory"),
        (rows(*(f"r{n}" for n in range(11))), 131009, "allowed count: 10"),
        (rows("x" * 25), 131009, "24"),
        (rows("x", description="x" * 73), 131009, "72"),
        (rows("x", button="x" * 21), 131009, "20"),
        (rows("x", "y", id="same"), 131009, "Duplicated row id"),
        (message(type="location", location={"latitude": 91, "longitude": 0}), 131009, "±90"),
        (message(type="contacts", contacts=[{"name": {}}]), 131008, "formatted_name"),
        (message(type="contacts", contacts={}), 131008, "'contacts' is mandatory"),
    ],
)  # fmt: skip
def test_refuses_what_meta_refuses(body: dict[str, Any], code: int, details: str):
    with pytest.raises(GraphError) as refusal:
        check(body, TEMPLATES)
    assert (refusal.value.code, details in refusal.value.details) == (code, True), refusal.value.details


@pytest.mark.parametrize(
    ("body", "code", "details"),
    [
        (template("unknown"), 132001, "does not exist in es"),
        (template("overdue", "en"), 132001, "does not exist in en"),
        (template("waiting"), 132001, "does not exist"),  # not approved yet
        (template("paused"), 132015, "paused"),
        (template(body=text("$10")), 132000, "number of localizable_params (1)"),
        (template(body=text("1", "2", "3")), 132000, "expected number of params (2)"),
        (template(body=None), 132000, "(0)"),
        (template(header=None), 132000, "header"),
        (template(body=text("a\nb", "x")), 100, "new-line"),
        (template(body=text("a     b", "x")), 100, "4 consecutive spaces"),
        (template(body=text("x" * 1024, "x")), 132005, "too long"),
        (template("poster", "en", header=None, body=text("Ana", parameter_name="name")), 132012, "IMAGE"),
        (template("poster", "en", header=[{"type": "image", "image": {}}], body=[]), 131009, "either id or link"),
        (template("poster", "en", header=[{"type": "image", "image": {"id": "1"}}], body=text("Ana")),
         132000, "parameter_name"),
        (message(type="template", template={"name": "overdue", "language": {"code": "es"}, "components": [
            {"type": "header", "parameters": text("Ana")}, {"type": "body", "parameters": text("1", "2")}]}),
         131008, "requires a parameter"),  # a link with a variable needs its value
        (message(type="template", template={"name": "overdue", "language": {"code": "es"}, "components": "no"}),
         100, "array"),
    ],
)  # fmt: skip
def test_templates_are_sent_as_they_were_approved(body: dict[str, Any], code: int, details: str):
    with pytest.raises(GraphError) as refusal:
        check(body, TEMPLATES)
    assert refusal.value.code == code
    assert details in f"{refusal.value.title.lower()} {refusal.value.details}"
