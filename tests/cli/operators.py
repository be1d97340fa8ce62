"""An operator at the machine of a running server: commands in processes of their own, on the server's store."""

import asyncio
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot_runtime.settings import Settings


@dataclass
class Terminal:
    """`await terminal("status")`: what `bot-runtime status DIR` printed, and how it ended."""

    workspace: Path
    settings: Settings

    async def __call__(self, *words: str) -> tuple[int, str]:
        environ = {"PYTHONPATH": str(Path(__file__).parents[2]), "BOT_DATA_DIR": self.settings.data_dir}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot_runtime", *words),
            env=environ | {"BOT_STORE_URL": self.settings.store_url, "BOT_TEST_CLOCK": "1"},
            cwd=self.workspace,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        printed, _ = await process.communicate()
        return process.returncode or 0, printed.decode()

    async def json(self, *words: str) -> Any:
        code, printed = await self(*words, "--json")
        assert code in (0, 1), printed
        return json.loads(printed)
