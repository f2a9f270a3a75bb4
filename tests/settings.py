"""The product's settings on a home and a database that the tests may throw away."""

import os
import tempfile
from pathlib import Path

_home = os.environ.get("YITANG_HOME") or tempfile.mkdtemp(prefix="yitang-tests-")
if "tests" not in Path(_home).parts[-2:]:
    _home = str(Path(_home) / "tests")  # tests empty their lake, never that of a home in use
if (_worker := os.environ.get("PYTEST_XDIST_WORKER", "")) and Path(_home).name != _worker:
    _home = str(Path(_home) / _worker)  # lake, ledger and snapshots of its own
os.environ["YITANG_HOME"] = _home
Path(_home).mkdir(parents=True, exist_ok=True)
os.environ.setdefault("YITANG_SECRET_KEY", "a secret for tests, long enough to derive keys from")
# Tests sign in without a phone; those of web/accounts switch the second factor on.
os.environ.setdefault("YITANG_SECOND_FACTOR", "0")
os.environ["YITANG_DATABASE_URL"] = os.environ.get(
    "YITANG_TEST_DATABASE_URL", f"sqlite:///{_home}/tests.sqlite3"
)

from yitang.site.config.settings import *  # noqa: E402, F403
from yitang.site.config.settings import DATABASES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": f"{_home}/test_yitang.sqlite3"}
elif _tables := os.environ.get("YITANG_TEST_TABLES"):
    DATABASES["default"]["TEST"] = {"TEMPLATE": _tables}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
