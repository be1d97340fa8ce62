"""Templates as the workspace describes them, for rendering."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Button:
    kind: str
    text: str
    payload: str = ""
    url: str = ""


@dataclass(frozen=True)
class TemplateText:
    """A template as the workspace describes it."""

    name: str
    body: str
    language: str = "es_MX"
    header: dict[str, str] | None = None
    footer: str = ""
    buttons: tuple[Button, ...] = ()
    content_sid: str = ""


TEMPLATES = {
    (template.name, template.language): template
    for template in (
        TemplateText(
            "saldo_vencido",
            "Hola {{1}}, tu saldo de {{2}} vence el {{3}}.",
            header={"text": "Aviso de {{1}}"},
            footer="Demo SA",
            buttons=(
                Button("reply", "Prometer un pago", payload="PROMESA"),
                Button("reply", "Otras opciones", payload="OTRAS"),
                Button("url", "Pagar", url="https://pay.example.com/{{1}}"),
            ),
            content_sid="HX00000000000000000000000000000001",
        ),
        TemplateText(
            "pedido", "Hola {{first_name}}, va {{order_id}}", header={"image": "https://cdn.example.com/a.png"}
        ),
        TemplateText("aviso", "Abrimos el lunes."),
        TemplateText("bienvenida", "Hola {{1}}", language="es"),
        TemplateText("bienvenida", "Hi {{1}}", language="en"),
    )
}
