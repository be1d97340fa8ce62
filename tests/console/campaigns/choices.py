"""What the made-up workspace offers whoever makes a campaign."""

from typing import Any

from bot_runtime.campaigns import policies

CHOICES: dict[str, Any] = {
    "goals": [{"name": "preventive_collection", "title": "Cobranza preventiva"}],
    "expected_types": [
        {"name": "rating", "title": "Calificación", "proposal": "Del 1 (mala) al 5 (buena), ¿cómo fue?"},
        {"name": "email", "title": "Correo electrónico", "proposal": "¿Cuál es tu correo?"},
    ],
    "channels": [
        {"name": "cobranza", "kind": "whatsapp", "number": "+525550001000", "title": "Cobranza Sol", "reads": True},
        {"name": "avisos", "kind": "sms", "number": "+528180002000", "title": "Avisos", "reads": False},
    ],
    "templates": [
        {
            "name": "saldo_vencido",
            "language": "es_MX",
            "channel_kind": "whatsapp",
            "header": {"text": "Aviso de pago"},
            "body": "Hola {{1}}, tu saldo de *${{2}}* venció el {{3}}. ¿Cómo prefieres resolverlo?",
            "footer": "Responde BAJA para no recibir más avisos",
            "buttons": [{"text": "Prometer un pago", "url": None}, {"text": "Ya pagué", "url": None}],
            "parameters": ["nombre", "monto", "vence"],
            "dialog": "recordatorio_pago",
        },
        {
            "name": "horario_nuevo",
            "language": "es_MX",
            "channel_kind": "whatsapp",
            "header": None,
            "body": "Desde el lunes abrimos de 8:00 a 20:00. ¡Te esperamos!",
            "footer": None,
            "buttons": [{"text": "Cómo llegar", "url": "https://example.com/mapa"}],
            "parameters": [],
            "dialog": None,
        },
        {
            "name": "aviso_sms",
            "language": "es",
            "channel_kind": "sms",
            "header": None,
            "body": "{{1}}, tu recibo está listo.",
            "footer": None,
            "buttons": [],
            "parameters": ["nombre"],
            "dialog": None,
        },
    ],
    "dialogs": [
        {"name": "encuesta", "title": "Encuesta de visita", "template": None},
        {"name": "recordatorio_pago", "title": "Recordatorio de pago", "template": "saldo_vencido"},
    ],
    "departments": [{"name": "cobranza", "title": "Cobranza"}, {"name": "ventas", "title": "Ventas"}],
    "metadata": [
        {"key": "poliza", "name": "Póliza", "type": "text", "departments": []},
        {"key": "vip", "name": "Cliente VIP", "type": "yes_no", "departments": ["cobranza"]},
        {"key": "zona", "name": "Zona", "type": "text", "departments": ["ventas"]},
    ],
    "zone": "America/Mexico_City",
    "says_zone": True,
}


def titled(language: str) -> dict[str, list[dict[str, str]]]:
    """What is offered in the words of the server."""
    offered = {"late": policies.LATE, "busy": policies.BUSY}
    return {
        kind: [{"name": one, "title": policies.title(kind, one, language)} for one in names]
        for kind, names in offered.items()
    }
