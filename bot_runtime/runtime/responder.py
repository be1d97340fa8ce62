"""The responder (F063), a service of the operator's that answers what no step expects: what it gets and says. Pure.

What is sent: what the contact wrote, without numbers and addresses, its language, the question they were asked, the
brand and the FAQ. Never who they are.
"""

import re
from typing import Any, Final

import msgspec

from bot_runtime.dialogs.effects import AskResponder
from bot_runtime.dialogs.faq import Faq
from bot_runtime.dialogs.requests import read_answer
from bot_runtime.runtime.outgoing import Answered, Asked
from bot_runtime.workspace import Responder

LONGEST: Final = 1_000  # characters of an answer
MOST_ENTRIES: Final = 100  # of the FAQ
NOTHING_TO_SAY: Final = "-"
_PRIVATE = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\+?\d(?:[\s().-]?\d){6,}")

_INSTRUCTIONS = {
    "es": "Contestas mensajes de clientes de «{brand}». Responde en el idioma {language}, en dos frases como mucho y "
    "sin inventar nada: solo con la información de abajo. Si no te alcanza, contesta exactamente «-».",
    "en": "You answer customers of «{brand}». Answer in the language {language}, in two sentences at most, and make "
    "nothing up: only from the information below. If that is not enough, answer exactly «-».",
}


def asked_of(responder: Responder, effect: AskResponder, brand: str, faq: Faq, key: str) -> Asked:
    """The call, with nothing in it that names the contact."""
    text, question = without_names(effect.text), without_names(effect.question)
    entries = [
        {"questions": list(entry.questions), "answer": entry.answer.render({}, effect.language)}
        for entry in faq.entries[:MOST_ENTRIES]
    ]
    body: dict[str, Any]
    if responder.kind == "openai":
        body = _chat(responder, effect.language, brand, text, question, entries)
    else:
        body = {"text": text, "language": effect.language, "question": question, "brand": brand, "faq": entries}
    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    if responder.key:
        headers["Authorization"] = f"Bearer {responder.key}"
    return Asked("POST", responder.url, headers, msgspec.json.encode(body))


def _chat(
    responder: Responder, language: str, brand: str, text: str, question: str, entries: list[dict[str, Any]]
) -> dict[str, Any]:
    told = responder.instructions or _INSTRUCTIONS["es" if language.startswith("es") else "en"]
    lines = [told.replace("{brand}", brand).replace("{language}", language)]
    lines += [f"- {' / '.join(entry['questions'])}: {entry['answer']}" for entry in entries]
    messages = [{"role": "system", "content": "\n".join(lines)}]
    if question:
        messages.append({"role": "assistant", "content": question})
    messages.append({"role": "user", "content": text})
    return {"model": responder.model, "messages": messages, "max_tokens": 300}


def read_reply(responder: Responder, answered: Answered) -> tuple[str, str]:
    """What it says, or the reason why nothing is said."""
    path = "choices.0.message.content" if responder.kind == "openai" else "answer"
    read = read_answer(answered.status, answered.content_type, answered.body, {"answer": f"{path}?"})
    text = str(read.values.get("answer") or "").strip()
    if read.error:
        return "", read.error
    if text in ("", NOTHING_TO_SAY):
        return "", "nothing_to_say"
    return (text, "") if len(text) <= LONGEST else ("", "too_long")


def without_names(text: str) -> str:
    """`text` without telephone numbers, accounts and addresses."""
    return _PRIVATE.sub("[…]", text)
