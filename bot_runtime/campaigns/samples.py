"""The file a manager starts from: the phone, one column per parameter, one example row (F094)."""

from collections.abc import Mapping, Sequence

from bot_runtime.campaigns.columns import Template, parameters_of, sample_headers
from bot_runtime.campaigns.problems import said
from bot_runtime.channels.rendering import fill, header_text, placeholders, substitute, template_text

Rows = list[tuple[str, ...]]


def sample_rows(
    template: Template, language: str, country: str = "", examples: Mapping[str, str] | None = None
) -> Rows:
    """Header and example row. `examples`: the bound dialog's, for its data; `country`: the channel's default."""
    parameters = parameters_of(template, language)
    known = examples or {}
    row = [
        known.get(parameter.name) or said("example", language, number=number)
        for number, parameter in enumerate(parameters, 1)
    ]
    return [sample_headers(parameters, language), (example_phone(country, language), *row)]


def example_phone(country: str, language: str) -> str:
    """The numbering plan's own example of a mobile number, in international form."""
    import phonenumbers

    region = country or ("MX" if language.startswith("es") else "US")
    number = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    if number is None:  # a country of which the plans have no example
        return "+52 55 1234 5678"
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL))


def preview(template: Template, parameters: Sequence[str], channel_kind: str) -> str:
    """The message exactly as a recipient gets it; on WhatsApp buttons follow as `[label]` lines."""
    filled = fill(template, parameters)
    if channel_kind == "sms":
        return template_text(template, filled)
    header = substitute(header_text(template), dict(filled.header))
    image = (template.header or {}).get("image", "")
    suffixes = dict(filled.urls)
    lines = [
        f"[image: {image}]" if image else "",
        header,
        substitute(template.body, dict(filled.body)),
        template.footer,
    ]
    for position, button in enumerate(template.buttons):
        link = f" {_link(button.url, suffixes.get(position, ''))}" if button.kind == "url" else ""
        lines.append(f"[{button.text}]{link}")
    return "\n".join(line for line in lines if line)


def _link(url: str, suffix: str) -> str:
    return substitute(url, dict.fromkeys(placeholders(url), suffix))
