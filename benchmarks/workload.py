"""The requests of the survey workload, built and signed beforehand.

Every contact sends "hi" and five answers (rating, yes/no, one of three, a comment, an e-mail); round r of all contacts
comes before round r + 1. One request in a hundred is delivered twice, a few requests later, as providers do. Six
replies a contact must come out, no more and no fewer.
"""

import hashlib
import hmac
import json
import struct
import time
from collections.abc import Iterator
from pathlib import Path

APP_SECRET = "bench-app-secret"
TELEGRAM_SECRET = "bench-secret-token"
ROUNDS = 6
REPEAT_EVERY = 100
REPEATED_AFTER = 40


def write(form: str, contacts: int, file: Path, first: int = 0, rounds: int = ROUNDS) -> int:
    """Write the requests for `loadgen`: each led by its length, 32 bits little-endian. Returns how many."""
    count = 0
    with file.open("wb") as out:
        for request in requests(form, contacts, first, rounds):
            out.write(struct.pack("<I", len(request)) + request)
            count += 1
    return count


def requests(form: str, contacts: int, first: int, rounds: int) -> Iterator[bytes]:
    make = {"whatsapp": whatsapp, "telegram": telegram}[form]
    start = int(time.time()) - 60
    late: list[tuple[int, bytes]] = []
    sent = 0
    for turn in range(rounds):
        for contact in range(first, first + contacts):
            request = make(contact, turn, start)
            sent += 1
            yield request
            if sent % REPEAT_EVERY == 0:
                late.append((sent + REPEATED_AFTER, request))
            while late and late[0][0] <= sent:
                yield late.pop(0)[1]
    yield from (request for _, request in late)


def answer(contact: int, turn: int) -> str:
    return (
        "hi",
        str(1 + contact % 5),
        "yes" if contact % 3 else "no",
        str(1 + contact % 3),
        f"The delivery was {contact % 7} days late but the staff were kind",
        f"person{contact}@example.org",
    )[turn]


def whatsapp(contact: int, turn: int, start: int) -> bytes:
    phone, user = f"5511{90000000 + contact}", f"BR.{13491208655302741 + contact}"
    message = {
        "context": {"from": "15550783881", "id": f"wamid.HBgNNTUxMT{contact:08d}FQIAERgSRDZF{turn}AAAA"},
        "from": phone,
        "from_user_id": user,
        "id": f"wamid.HBgNNTUxMTk5OTk5OTk5OTkVAgASGBQzQTdC{contact:08d}{turn}A==",
        "timestamp": str(start + turn),
        "type": "text",
        "text": {"body": answer(contact, turn)},
    }
    if turn == 0:
        del message["context"]
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": "106540352242922"},
        "contacts": [{"profile": {"name": f"Maria Aparecida {contact}"}, "wa_id": phone, "user_id": user}],
        "messages": [message],
    }
    entry = {"id": "102290129340398", "changes": [{"value": value, "field": "messages"}]}
    body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
    signature = hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
    return http("/webhooks/whatsapp", body, f"X-Hub-Signature-256: sha256={signature}")


def telegram(contact: int, turn: int, start: int) -> bytes:
    person = {
        "id": 5_000_000 + contact,
        "first_name": "Maria",
        "last_name": f"Aparecida {contact}",
        "username": f"maria{contact}",
    }
    message = {
        "message_id": contact * ROUNDS + turn + 1,
        "date": start + turn,
        "from": {**person, "is_bot": False, "language_code": "pt-br"},
        "chat": {**person, "type": "private"},
        "text": "/start" if turn == 0 else answer(contact, turn),
    }
    if turn == 0:
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": 6}]
    body = json.dumps({"update_id": 10_000_000 + contact * ROUNDS + turn, "message": message}).encode()
    return http("/webhooks/telegram", body, f"X-Telegram-Bot-Api-Secret-Token: {TELEGRAM_SECRET}")


def http(path: str, body: bytes, *headers: str) -> bytes:
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: bench.example.org",
        "User-Agent: facebookexternalua",
        "Accept: */*",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *headers,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
