"""OpenAPI 3.1 from the route table: what is written here is what the handlers check."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec

from bot_runtime import __version__
from bot_runtime.web.auth import PREFIX

if TYPE_CHECKING:
    from bot_runtime.web.api import Route

REF = "#/components/schemas/{name}"


class Error(msgspec.Struct):
    """A call that was not done. `error` is for people, in the caller's language; `code` for programs."""

    error: str
    code: str
    field: str = ""
    expected: str = ""
    got: str = ""


def openapi(routes: Sequence["Route"]) -> dict[str, Any]:
    from bot_runtime.web.api import path_names

    kinds = [kind for route in routes for kind in (route.body, route.answer, route.query) if kind is not None]
    schemas, components = msgspec.json.schema_components([Error, *kinds], ref_template=REF)
    of_kind = dict(zip(map(id, [Error, *kinds]), schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        about: dict[str, Any] = {"summary": route.about, "operationId": _operation(route)}
        about["x-needs"] = {"role": route.need.role, "scope": route.need.scope} | (
            {"author": True} if route.need.author else {}
        )
        about["security"] = _security(route)
        about["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in path_names(route.path)
        ]
        if route.query is not None:
            about["parameters"] += _query_parameters(components[of_kind[id(route.query)]["$ref"].rpartition("/")[2]])
        if route.method == "POST" and route.idempotent and not route.need.public:
            about["parameters"].append(
                {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 200}}
            )
        if route.body is not None:
            about["requestBody"] = {"content": {"application/json": {"schema": of_kind[id(route.body)]}}}
        if route.upload:
            about["requestBody"] = {"content": {"application/octet-stream": {}}}
        if route.form:
            about["requestBody"] = {"content": {"multipart/form-data": {}}, "description": route.form.parts}
        status = 204 if route.answer is None and not route.file and route.status == 200 else route.status
        answer: dict[str, Any] = {"description": HTTPStatus(status).phrase}
        if route.answer is not None:
            answer["content"] = {"application/json": {"schema": of_kind[id(route.answer)]}}
        if route.file:
            answer["content"] = {route.file: {}}
        refused = {"description": "Not done", "content": {"application/json": {"schema": of_kind[id(Error)]}}}
        about["responses"] = {str(status): answer, "4XX": refused, "5XX": refused}
        paths.setdefault(PREFIX + route.path, {})[route.method.lower()] = about
    return {
        "openapi": "3.1.0",
        "info": {"title": "bot-runtime", "version": __version__},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "__Host-session"},
            },
        },
    }


def _operation(route: "Route") -> str:
    words = [word for word in route.path.replace("{", "").replace("}", "").split("/") if word]
    return "_".join([route.method.lower(), *words]).replace(".", "_")


def _security(route: "Route") -> list[dict[str, list[str]]]:
    ways: list[dict[str, list[str]]] = [{}] if route.need.public else []
    if route.need.role:
        ways.append({"session": []})
    if route.need.scope:
        ways.append({"key": []})
    return ways


def _query_parameters(schema: dict[str, Any]) -> list[dict[str, Any]]:
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": one}
        for name, one in schema["properties"].items()
    ]
