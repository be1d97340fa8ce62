"""The file a manager starts from: the phone, one column per parameter, one example row (F094)."""

from collections.abc import Mapping

from bot_runtime.campaigns.columns import Template, parameters_of, sample_headers
from bot_runtime.campaigns.problems import said

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
