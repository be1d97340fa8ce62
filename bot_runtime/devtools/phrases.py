"""What the phones' API says to people, in both languages."""

from collections.abc import Mapping
from typing import Any

PHRASES: Mapping[str, tuple[str, str]] = {
    # key: English, Spanish
    "wrong": ("{field}: expected {expected}, got {came}", "{field}: se esperaba {expected}, llegó {came}"),
    "wrong_body": ("expected {expected}, got {came}", "se esperaba {expected}, llegó {came}"),
    "nothing": ("nothing", "nada"),
    # what was expected of a call
    "json": ("application/json", "application/json"),
    "whole_json": ("JSON of whole characters", "JSON con caracteres completos"),
    "small_body": ("a body of at most 16 MiB", "un cuerpo de 16 MiB como máximo"),
    "value": ("a value", "un valor"),
    "known_field": ("a known field", "un campo conocido"),
    "known_value": ("a known value", "un valor conocido"),
    "known_kind": ("a known kind", "un tipo conocido"),
    "str": ("a text", "un texto"),
    "int": ("a whole number", "un número entero"),
    "float": ("a number", "un número"),
    "bool": ("true or false", "true o false"),
    "object": ("a JSON object", "un objeto JSON"),
    "array": ("a list", "una lista"),
    "bytes": ("base64", "base64"),
    "text": ("a text", "un texto"),
    "number": ("a number", "un número"),
    "yes_no": ("yes or no", "sí o no"),
    "one_of": ("one of {names}", "uno de {names}"),
    "name": ("a name of 1 to 80 characters", "un nombre de 1 a 80 caracteres"),
    "phone_number": (
        "a number with + and country code, as +52 55 1234 5678",
        "un número con + y código de país, como +52 55 1234 5678",
    ),
    "free_number": ("a number nobody has yet", "un número que nadie tenga"),
    "length": ("1 to {most} characters", "de 1 a {most} caracteres"),
    "place": ("a place on Earth", "un lugar de la Tierra"),
    "message_type": ("the message's type", "el tipo del mensaje"),
    "phone": ("a phone's id", "el id de un teléfono"),
    "server": ("a server beside the fakes (bot-runtime dev)", "un servidor junto a los simulados (bot-runtime dev)"),
    "within": ("{least} to {most}", "de {least} a {most}"),
    "any_fault": (
        "a code, status, hang_s, drop, answer, silent or delay_ms",
        "code, status, hang_s, drop, answer, silent o delay_ms",
    ),
    "whole_number": ("a whole number", "un número entero"),
    "origin": ("{names}", "{names}"),
    # what cannot be done now
    "no_message": ("{name} has no message {message!r}", "{name} no tiene el mensaje {message!r}"),
    "no_option": (
        "that message has no option {choice!r}; it has: {names}",
        "ese mensaje no tiene la opción {choice!r}; tiene: {names}",
    ),
    "sees_no_option": ("{name} sees no option {choice!r}", "{name} no ve la opción {choice!r}"),
    "no_place_by_sms": ("a location cannot be sent by SMS", "por SMS no se puede enviar una ubicación"),
    "channel_gone": (
        "{name}'s channel {channel} is no longer in the workspace",
        "el canal {channel} de {name} ya no está en el espacio de trabajo",
    ),
    "whatsapp_only": ("only WhatsApp has that", "eso solo existe en WhatsApp"),
    "with_person": (
        "{owner} has the conversation with {name}, so no dialog can start. Close it in the inbox, or give it back.",
        "{owner} tiene la conversación con {name}, así que ningún diálogo puede empezar. "
        "Ciérrala en la bandeja o devuélvela al bot.",
    ),
    "in_queue": (
        "{name} waits for a person, so no dialog can start. Take the conversation in the inbox and close it.",
        "{name} espera a una persona, así que ningún diálogo puede empezar. "
        "Toma la conversación en la bandeja y ciérrala.",
    ),
    "closed_window": (
        "On WhatsApp only a template can come first, and “{title}” has none. Write something as {name}, then start it.",
        "En WhatsApp solo se puede escribir primero con una plantilla, y «{title}» no tiene. "
        "Escribe algo como {name} y luego inícialo.",
    ),
}


def say(language: str, key: str, **facts: Any) -> str:
    return PHRASES[key][language.startswith("es")].format(**facts)
