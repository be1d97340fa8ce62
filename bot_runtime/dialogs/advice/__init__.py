"""The writing adviser: what a demanding editor would say of a dialog's texts, in Spanish and English (W01–W18).

All of it is advice, never a verdict on what a dialog does. Each family of rules is a module; what a rule looks for in
a language is data in `words/`, so that another turn of phrase, or another language, is no change of code.
"""

from bot_runtime.dialogs.advice.about import RULES, About
from bot_runtime.dialogs.advice.rules import advise

__all__ = ["RULES", "About", "advise"]
