import hashlib
import re

import pytest

from bot_runtime.store.connection import Store
from bot_runtime.store.scripts import Script, all_scripts

SCRIPTS = all_scripts().values()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_each_script_opens_with_its_contract(script: Script):
    header = re.match(r"(?:--.*\n)+", script.source.decode())
    assert header, "the first lines say what it does"
    for told in ("KEYS[1]", "ARGV[1]", "-- Returns"):
        assert told in header[0]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
async def test_each_script_compiles_and_its_digest_is_the_stores(script: Script, store: Store):
    assert await store.command("SCRIPT", "LOAD", script.source) == script.sha
    assert script.sha.decode() == hashlib.sha1(script.source).hexdigest()


def test_a_script_is_found_by_its_name():
    assert Script.load("ingest").name == "ingest"
