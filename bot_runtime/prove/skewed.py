"""`python -m bot_runtime.prove.skewed SECONDS COMMAND…`: the command line in a process whose clock is wrong.

Only the time of day is moved, as on a machine without NTP; the monotonic clock, which waits are measured by, is not.
"""

import runpy
import sys
import time


def main() -> None:
    seconds, true_time = float(sys.argv[1]), time.time
    time.time = lambda: true_time() + seconds
    sys.argv = ["bot-runtime", *sys.argv[2:]]
    runpy.run_module("bot_runtime", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
