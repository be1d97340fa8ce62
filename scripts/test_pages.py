"""Run the console's own tests (Vitest), with the Node that builds it: from PATH, else from its PyPI wheel."""

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from hatch_build import APP, node_from_wheel, node_on_path


def main() -> int:
    node, npm = node_on_path() or node_from_wheel()
    env = {**os.environ, "PATH": f"{Path(node).parent}{os.pathsep}{os.environ.get('PATH', '')}", "CI": "true"}
    if not sys.stdout.isatty():
        env["NO_COLOR"] = "1"
    return subprocess.run(
        [*npm, "test", "--silent", "--", "--passWithNoTests"], cwd=APP, env=env, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
