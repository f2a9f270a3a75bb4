"""``make bench``: every benchmark beside its peer, one after the other.

``make bench ARGS="clock worklist"`` runs only those. Each prints medians of interleaved
rounds and a ratio; absolute figures depend on the machine, ratios much less.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
NO_BENCH = {"run", "measuring", "people_data"}


def main() -> int:
    wanted = sys.argv[1:] or sorted(p.stem for p in HERE.glob("*.py") if p.stem not in NO_BENCH)
    print(f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}")
    failed = []
    for name in wanted:
        print(f"\n== {name}", flush=True)
        if subprocess.run([sys.executable, HERE / f"{name}.py"], check=False).returncode:
            failed.append(name)
    for name in failed:
        print(f"bench {name} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
