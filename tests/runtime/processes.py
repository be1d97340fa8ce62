"""The server as operators run it: `bot-runtime serve` in processes of its own, that can be killed."""

import asyncio
import os
import signal
import socket
import sys
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Self

import aiohttp


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Process(AbstractAsyncContextManager["Process"]):
    """`async with Process(workspace, data)`: running and ready. `kill()` is `kill -9`; `start()` starts it again."""

    def __init__(self, workspace: Path, data: Path, port: int, *arguments: str, code: str = "", **environ: str) -> None:
        """`code`: run this in place of the package."""
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        runs = ["-c", code] if code else ["-m", "bot_runtime"]
        self._command = [sys.executable, *runs, "serve", str(workspace), "--port", str(port), *arguments]
        self._environ = {
            **os.environ,
            "BOT_DATA_DIR": str(data),
            "BOT_TEST_CLOCK": "1",
            "BOT_LOG_FORMAT": "json",
        } | environ
        self._log = data.with_suffix(".log")
        self._running: asyncio.subprocess.Process | None = None

    async def start(self, *, ready: bool = True) -> Self:
        with self._log.open("ab") as log:
            self._running = await asyncio.create_subprocess_exec(
                *self._command, env=self._environ, stdout=log, stderr=log
            )
        if not ready:
            return self
        async with aiohttp.ClientSession() as http, asyncio.timeout(15):
            while True:
                try:
                    async with http.get(f"{self.url}/readyz") as answer:
                        if answer.status == 200:
                            return self
                except aiohttp.ClientError:
                    pass
                assert self._running.returncode is None, self.log()
                await asyncio.sleep(0.02)

    def log(self) -> str:
        return self._log.read_text()

    @property
    def pid(self) -> int:
        assert self._running
        return self._running.pid

    async def until_logged(self, event: str, timeout_s: float = 20) -> None:
        async with asyncio.timeout(timeout_s):
            while event not in self.log():  # noqa: ASYNC110 - the truth is in a file
                await asyncio.sleep(0.02)

    def workers(self) -> list[int]:
        """The processes of `--workers`."""
        assert self._running
        pid = self._running.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    async def ended(self) -> int:
        """Its exit code, once it ended by itself."""
        assert self._running
        async with asyncio.timeout(15):
            return await self._running.wait()

    async def kill(self) -> None:
        assert self._running
        self._running.kill()
        await self._running.wait()

    async def kill_worker(self) -> None:
        """`kill -9` one process of `--workers`."""
        os.kill(self.workers()[0], signal.SIGKILL)

    async def stop(self) -> int:
        assert self._running
        self._running.send_signal(signal.SIGTERM)
        return await self._running.wait()

    async def advance_clock(self, seconds: float) -> None:
        async with (
            aiohttp.ClientSession() as http,
            http.post(f"{self.url}/test/clock", json={"advance_s": seconds}) as answer,
        ):
            assert answer.status == 200, await answer.text()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *exc: object) -> None:
        if self._running and self._running.returncode is None:
            await self.stop()
