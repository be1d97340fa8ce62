"""What a campaign is for, which data it is to find out and which it needs (F022), against its bot and its list. Pure.

Declaring nothing is allowed: then nothing is advised. What a campaign leaves open its dialog may declare.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

import msgspec
from msgspec import structs

from bot_runtime.campaigns.columns import same_name
from bot_runtime.campaigns.record import Campaign, Placed
from bot_runtime.campaigns.words import Refused
from bot_runtime.channels import sms
from bot_runtime.dialogs.advice.data import how_asked, proposed
from bot_runtime.dialogs.advice.proposals import proposal
from bot_runtime.dialogs.checks.names import ABOUT
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.schemas.advice import EXPECTED_TYPES, GOALS
from bot_runtime.workspace import ChannelConfig

MOST: Final = 100
LONGEST: Final = 100


class Advised(msgspec.Struct, frozen=True):
    """One thing that the review says; it stops nothing. `proposal`: the question to ask, where one is missing or weak.

    `code`: not_asked, free_text, unfit_type, missing_data, undeclared_data, late_over_budget, remind_over_budget.
    `rule`: the adviser's or the catalogue's.
    """

    rule: str
    code: str
    name: str
    message: str
    proposal: str | None = None


def check_declared(goal: str, expects: Mapping[str, str], custom_data: Collection[str]) -> None:
    """Raises `Refused` for a goal or a type there is not, and for names nobody would read."""
    if goal and goal not in GOALS:
        raise Refused("unknown_goal", "goal", got=goal[:LONGEST], known=", ".join(GOALS))
    for name, kind in expects.items():
        if kind not in EXPECTED_TYPES:
            facts: dict[str, Any] = {"name": name[:LONGEST], "got": kind[:LONGEST], "known": ", ".join(EXPECTED_TYPES)}
            raise Refused("unknown_expected", "expects", **facts)
    for field, names in (("expects", list(expects)), ("custom_data", list(custom_data))):
        if len(names) > MOST or not all(0 < len(one.strip()) <= LONGEST and one.isprintable() for one in names):
            raise Refused("bad_names", field, most=MOST, longest=LONGEST)


def declared(campaign: Campaign, dialog: Dialog | None) -> tuple[str, Mapping[str, str], tuple[str, ...]]:
    """Goal, expected data by type, and the data needed: the campaign's own, else its dialog's."""
    goal = campaign.goal or (dialog.goal if dialog else "")
    return goal, campaign.expects or (dialog.expects if dialog else {}), tuple(campaign.custom_data)


def advised(
    campaign: Campaign, dialog: Dialog | None, columns: Collection[Placed], language: str = "es"
) -> list[Advised]:
    """Where what was declared, the questions and the list disagree (W18)."""
    _, expects, custom_data = declared(campaign, dialog)
    return [*_expected(expects, dialog, language), *_needed(campaign, custom_data, dialog, columns, language)]


def over_budget(own_texts: Mapping[str, str], channel: ChannelConfig | None, language: str = "es") -> Iterator[Advised]:
    """The campaign's own texts, as a recipient gets them, that are longer than its channel's SMS should be (D10)."""
    if channel is None or channel.kind != "sms":
        return
    budget = channel.limits.sms_budget
    for name, text in own_texts.items():
        counted = sms.count(text)
        if counted.characters > budget:
            code = "late_over_budget" if name == "late" else "remind_over_budget"
            facts = {"name": name, "characters": counted.characters, "budget": budget, "parts": len(counted.parts)}
            yield structs.replace(_said(code, name, language, facts), rule="D10")


def _expected(expects: Mapping[str, str], dialog: Dialog | None, language: str) -> Iterator[Advised]:
    for name, kind in expects.items():
        code = how_asked(dialog, name, kind) if dialog else "not_asked"
        if code:
            facts = {"name": name, "kind": kind, "fits": proposed(kind), "dialog": dialog.name if dialog else ""}
            yield _said(code, name, language, facts, proposal(name, kind, language).yaml)


def _needed(
    campaign: Campaign,
    custom_data: Collection[str],
    dialog: Dialog | None,
    columns: Collection[Placed],
    language: str,
) -> Iterator[Advised]:
    if not custom_data:
        return
    brought = {same_name(one) for column in columns for one in (column.name, column.header, column.metadata or "")}
    wanted = {same_name(name): name for name in custom_data}
    for folded, name in wanted.items():
        if folded not in brought and name not in ABOUT:
            yield _said("missing_data", name, language, {"name": name, "file": campaign.file})
    for name in _used(campaign, dialog):
        if same_name(name) not in wanted and name not in ABOUT:
            yield _said("undeclared_data", name, language, {"name": name})


def _used(campaign: Campaign, dialog: Dialog | None) -> list[str]:
    """The data that the template and the dialog print or decide by."""
    return list(dict.fromkeys([*campaign.content.parameters, *(dialog.needs if dialog else ())]))


def _said(code: str, name: str, language: str, facts: Mapping[str, Any], proposed_yaml: str | None = None) -> Advised:
    sentence = _WORDS[code][0 if language.startswith("en") else 1]
    return Advised("W18", code, name, sentence.format(**facts), proposed_yaml)


_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "not_asked": (
        "'{name}' ({kind}) is expected and no question stores it: ask it with `answer: {fits}` and `save: {name}`",
        "se espera '{name}' ({kind}) y ninguna pregunta lo guarda: pregúntalo con `answer: {fits}` y `save: {name}`",
    ),
    "free_text": (
        "'{name}' ({kind}) is asked as free text in '{dialog}': with `answer: {fits}` it is understood and counted",
        "'{name}' ({kind}) se pide como texto libre en '{dialog}': con `answer: {fits}` se entiende y se cuenta",
    ),
    "unfit_type": (
        "'{name}' is expected as {kind}, and '{dialog}' asks it with another type: use `answer: {fits}`",
        "'{name}' se espera como {kind}, y '{dialog}' lo pregunta con otro tipo: usa `answer: {fits}`",
    ),
    "missing_data": (
        "'{name}' is needed, and the list has no column for it",
        "hace falta '{name}', y la lista no trae una columna con ese dato",
    ),
    "late_over_budget": (
        "the text for late answers has {characters} characters, and an SMS should have {budget} at most; "
        "it goes in {parts} parts",
        "el texto para respuestas tardías tiene {characters} caracteres, y un SMS debería tener {budget} como mucho; "
        "sale en {parts} partes",
    ),
    "remind_over_budget": (
        "reminder {name} has {characters} characters, and an SMS should have {budget} at most; "
        "it goes in {parts} parts",
        "el recordatorio {name} tiene {characters} caracteres, y un SMS debería tener {budget} como mucho; "
        "sale en {parts} partes",
    ),
    "undeclared_data": (
        "'{name}' is used, and was never declared among the data this campaign needs",
        "se usa '{name}', que no está entre los datos que la campaña declara",
    ),
}

_TITLES: Final[Mapping[str, tuple[str, str]]] = {
    "service_audit": ("Service audit", "Auditoría de servicio"),
    "activation": ("Activation", "Activación"),
    "cross_selling": ("Cross-selling", "Venta cruzada"),
    "promotion": ("Promotion", "Promoción"),
    "preventive_collection": ("Preventive collection", "Cobranza preventiva"),
    "data_update": ("Data update", "Actualización de datos"),
    "other": ("Other", "Otro"),
    "rating": ("Rating", "Calificación"),
    "receipt": ("Confirmation of receipt", "Confirmación de recibido"),
    "intent": ("Purchase intent", "Intención de compra"),
    "reason": ("Reason, as for not paying", "Motivo, como el de no pagar"),
    "yes_no": ("Yes or no", "Sí o no"),
    "choice": ("One of several", "Una de varias"),
    "multiple": ("Several of many", "Varias de muchas"),
    "number": ("Number", "Número"),
    "amount": ("Amount, as a promised one", "Cantidad, como la prometida"),
    "date": ("Date, as a promised one", "Fecha, como la prometida"),
    "time": ("Time of day", "Hora"),
    "email": ("E-mail address", "Correo electrónico"),
    "phone": ("Phone number", "Teléfono"),
    "name": ("Name", "Nombre"),
    "location": ("Location", "Ubicación"),
    "attachment": ("Photo or file", "Foto o archivo"),
    "text": ("Suggestions, in free text", "Sugerencias, en texto libre"),
}


def title(word: str, language: str) -> str:
    """What people read for a goal or a type."""
    return _TITLES[word][0 if language.startswith("en") else 1]
