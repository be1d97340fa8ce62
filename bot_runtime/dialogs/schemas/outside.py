"""The shape of what a dialog has to do with the world outside: web services and outside events."""

from bot_runtime.dialogs.requests import METHODS
from bot_runtime.dialogs.schemas.parts import NAME, VARIABLE, Describe, Schema, mapping, name, named, state, text, word


def request(about: Describe) -> Schema:
    properties = {
        "url": about("request.url", text(2000)),
        "method": about("request.method", {"enum": list(METHODS)}),
        "headers": about(
            "request.headers",
            named({**word(), "maxLength": 2000}, HEADER, "header", maxProperties=30),
        ),
        "body": about("request.body", {"type": ["object", "array"]}),
        "save": about("request.save", saved()),
        "failure": about("request.failure", state()),
    }
    return mapping(properties, ("url", "failure"))


def pdf(about: Describe) -> Schema:
    properties = {
        "from": about("pdf.from", name()),
        "save": about("pdf.save", name(VARIABLE, "variable")),
        "failure": about("pdf.failure", state()),
    }
    return mapping(properties, ("from", "save", "failure"))


HEADER = "^[A-Za-z][A-Za-z0-9-]{0,63}$"
EVENT = NAME


def awaited(about: Describe) -> Schema:
    properties = {
        "event": about("on.event", {"type": "string", "pattern": EVENT, "x-is": "name"}),
        "goto": about("goto", state()),
        "save": about("on.save", saved()),
    }
    return mapping(properties, ("event", "goto"))


def saved() -> Schema:
    path = {"type": ["string", "integer"], "minLength": 1, "maxLength": 200}
    return named(path, VARIABLE, "variable", minProperties=1, maxProperties=50)
