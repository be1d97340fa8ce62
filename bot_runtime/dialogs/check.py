"""What a shape alone cannot tell: whether everything a dialog names is there."""

from typing import Any

from bot_runtime.dialogs.problems import Problem


def check_workspace(sources: Any) -> list[Problem]:
    return []
