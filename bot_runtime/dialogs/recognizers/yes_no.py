"""Yes and no: the whole answer must say the same, so "sí pero no" is neither (F029)."""

import re

from bot_runtime.dialogs.menus import comparable
from bot_runtime.dialogs.recognizers.result import Fits, Here, Unfit

_YES_ALONE = {"s", "y", "1", "uno", "one"}  # "y" is "and" beside other words
_NO_ALONE = {"n", "2", "dos", "two"}
YES_WORDS = frozenset(
    {"si", "sip", "sipi", "claro", "dale", "vale", "va", "bueno", "sale", "correcto", "exacto", "obvio", "listo", "oki"}
    | {"simon", "cierto", "efectivamente", "seguro", "acepto", "perfecto", "afirmativo", "verdadero"}
    | {"yes", "yep", "yeah", "yea", "yup", "sure", "ok", "okay", "okey", "correct", "right", "absolutely", "definitely"}
    | {"perfect", "confirm", "confirmed", "affirmative", "agreed", "agree", "true"}
    | {"sim", "certo", "isso", "beleza", "pode", "confirmo", "confirma", "confirmado", "confirmada", "perfeito"}
    | {"aceito", "concordo"}
)
NO_WORDS = frozenset(
    {"no", "nop", "nope", "nah", "nel", "nunca", "jamas", "negativo", "falso"}
    | {"never", "negative", "disagree", "disagreed", "not", "false", "nao", "discordo"}
)
POLITE_WORDS = frozenset({"gracias", "porfa", "porfavor", "please", "thanks", "obrigado", "obrigada", "senor"})
PHRASES = {
    "claro que no": "no",
    "desde luego que no": "no",
    "de ninguna manera": "no",
    "de ningun modo": "no",
    "en absoluto": "no",
    "ni hablar": "no",
    "claro que nao": "no",
    "de jeito nenhum": "no",
    "de modo nenhum": "no",
    "nada disso": "no",
    "not at all": "no",
    "no way": "no",
    "definitely not": "no",
    "absolutely not": "no",
    "certainly not": "no",
    "i do not": "no",
    "i dont": "no",
    "not agree": "no",
    "not ok": "no",
    "com certeza": "si",
    "claro que sim": "si",
    "por supuesto que si": "si",
    "esta certo": "si",
    "tudo bem": "si",
    "ta bom": "si",
    "for sure": "si",
    "i do": "si",
    "i agree": "si",
    "sounds good": "si",
    "estoy de acuerdo": "si",
    "me parece bien": "si",
    "por supuesto que no": "no",
    "para nada": "no",
    "not really": "no",
    "of course not": "no",
    "it is not ok": "no",
    "its not ok": "no",
    "it is ok": "si",
    "its ok": "si",
    "i will": "si",
    "i wont": "no",
    "no thank you": "no",
    "claro que si": "si",
    "por supuesto": "si",
    "desde luego": "si",
    "de acuerdo": "si",
    "asi es": "si",
    "esta bien": "si",
    "of course": "si",
    "por favor": "gracias",
    "muchas gracias": "gracias",
    "thank you": "gracias",
}
_PHRASE = re.compile(rf"\b(?:{'|'.join(sorted(PHRASES, key=len, reverse=True))})\b")
DRAWN_OUT = re.compile(r"\b(s|n|)(i|o)\2+\b")  # siii, nooo
YES_EMOJI = "👍👌✅✔☑🆗"
NO_EMOJI = "👎❌🚫🙅"


def read_yes_no(text: str, here: Here) -> Fits | Unfit:
    """The whole answer must say the same: "sí, claro 👍" is yes; "sí pero no" is neither."""
    verdicts = {True} if any(map(text.count, YES_EMOJI)) else set()
    if any(map(text.count, NO_EMOJI)):
        verdicts.add(False)
    worded = comparable(text.replace("\ufe0f", "").replace("\u20e3", "")) if len(text) <= 100 else "?"
    if worded in _YES_ALONE or worded in _NO_ALONE:
        verdicts.add(worded in _YES_ALONE)
    else:
        worded = _PHRASE.sub(lambda found: PHRASES[found[0]], DRAWN_OUT.sub(r"\1\2", worded))
        for word in set(worded.split()) - POLITE_WORDS:
            if word not in YES_WORDS and word not in NO_WORDS:
                return Unfit("not_yes_no")
            verdicts.add(word in YES_WORDS)
    return Fits(verdicts.pop()) if len(verdicts) == 1 else Unfit("not_yes_no")
