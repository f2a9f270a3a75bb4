"""The one typed settings object, built once from the environment.

The only module of this room read before Django starts, so ``site/config`` imports it
directly. Domain code below ``plumbing`` receives values as arguments instead.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from yitang.ground.base.errors import DomainError

SHORTEST_SECRET = 32  # characters of a secret that was made here
DATABASES = ("sqlite", "postgresql", "postgres")
LANGUAGES = ("zh-hans", "en")
# What the system says of a path that is no folder to write to, as against a full disk.
UNUSABLE = {errno.ENOENT, errno.ENOTDIR, errno.EEXIST, errno.EACCES, errno.EPERM, errno.EROFS}
LONGEST_IDLE = 480  # minutes: a working day, after which every session ends anyway


class SettingInvalid(DomainError):
    code = "plumbing.setting_invalid"
    message = "The setting {name} is wrong: {problem}."
    http_status = 500


@dataclass(frozen=True, slots=True)
class Settings:
    """Every value an operator can set; ``docs/settings.md`` lists them, and a test compares."""

    home: Path
    database_url: str
    secret_key: str
    hosts: tuple[str, ...]
    demo: bool
    debug: bool
    now: datetime | None
    language: str
    second_factor: bool
    calendar: Path | None
    division: str
    https: bool
    engine: str
    spark_master: str
    idle_minutes: int
    citizen_idle_minutes: int
    lake_days: int
    open_limit: int = 60
    source_networks: tuple[str, ...] = ()
    source_pauses: tuple[int, ...] = (15, 60, 240)
    source_brake: int = 20
    arrow_memory: str = "system"
    malloc_arenas: int = 2

    @property
    def keys(self) -> Path:
        """Signing and encryption keys: back up apart from the data."""
        return self.home / "keys"

    @property
    def lake(self) -> Path:
        return self.home / "lake"

    @property
    def ledger(self) -> Path:
        return self.home / "ledger"

    @property
    def files(self) -> Path:
        return self.home / "files"


def load_settings(environment: Mapping[str, str]) -> Settings:
    """The settings that ``environment`` describes; raises ``SettingInvalid`` with the name."""
    home = Path(environment.get("YITANG_HOME", "var")).expanduser().resolve()
    now = environment.get("YITANG_NOW") or demonstrated_at(home)
    return Settings(
        home=home,
        database_url=_database(environment, f"sqlite:///{home / 'yitang.sqlite3'}"),
        secret_key=environment.get("YITANG_SECRET_KEY") or kept_secret(home / "keys" / "master"),
        hosts=tuple(environment.get("YITANG_HOSTS", "127.0.0.1,localhost,[::1]").split(",")),
        demo=_switch(environment, "YITANG_DEMO", default=False),
        debug=_switch(environment, "YITANG_DEBUG", default=False),
        now=_moment("YITANG_NOW", now) if now else None,
        language=_word(environment, "YITANG_LANGUAGE", LANGUAGES),
        second_factor=_switch(environment, "YITANG_SECOND_FACTOR", default=True),
        calendar=_file(environment, "YITANG_CALENDAR"),
        division=_division(environment.get("YITANG_DIVISION", "990000")),
        https=_switch(environment, "YITANG_HTTPS", default=False),
        engine=_word(environment, "YITANG_ENGINE", ("duckdb", "spark")),
        spark_master=environment.get("YITANG_SPARK_MASTER", "local[*]"),
        idle_minutes=_minutes(environment, "YITANG_IDLE_MINUTES", default=30),
        citizen_idle_minutes=_minutes(environment, "YITANG_CITIZEN_IDLE_MINUTES", default=120),
        lake_days=_days(environment, "YITANG_LAKE_DAYS", default=30),
        open_limit=_number(environment, "YITANG_OPEN_LIMIT", default=60),
        source_networks=_networks(environment, "YITANG_SOURCE_NETWORKS"),
        source_pauses=_pauses(environment, "YITANG_SOURCE_PAUSES", default=(15, 60, 240)),
        source_brake=_percent(environment, "YITANG_SOURCE_BRAKE", default=20),
        arrow_memory=_word(environment, "YITANG_ARROW_MEMORY", ("system", "mimalloc", "jemalloc")),
        malloc_arenas=_number(environment, "YITANG_MALLOC_ARENAS", default=2),
    )


@cache
def settings() -> Settings:
    """The settings of this process."""
    return load_settings(os.environ)


def demonstrated_at(home: Path) -> str:
    """The moment at which the demonstration in ``home`` stands, for every process on it."""
    try:
        record = json.loads((home / "demo.json").read_text(encoding="utf-8"))
        return str(record.get("at", ""))
    except (OSError, ValueError):
        return ""


def kept_secret(path: Path) -> str:
    """The secret in ``path``, made there on first use and readable by its owner alone."""
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write_secret(path)
        secret = path.read_text(encoding="ascii").strip()
    except OSError as error:
        if error.errno not in UNUSABLE:
            raise
        reason = (error.strerror or "it cannot be used").lower()
        problem = f"{error.filename or path}: {reason}; name a folder that may be written to"
        raise SettingInvalid(name="YITANG_HOME", problem=problem) from None
    if len(secret) < SHORTEST_SECRET:
        problem = f"{path} is damaged; put it back from where it was saved"
        raise SettingInvalid(name="YITANG_SECRET_KEY", problem=problem)
    return secret


def _write_secret(path: Path) -> None:
    """Whole or not at all: on a full disk no empty secret may be left behind."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.unlink(missing_ok=True)  # of a process that was killed here
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # the first process wins
            os.link(partial, path)
    finally:
        partial.unlink()


def _switch(environment: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = environment.get(name, "")
    if text not in {"", "0", "1"}:
        raise SettingInvalid(name=name, problem=f"{text!r} is neither 0 nor 1")
    return default if text == "" else text == "1"


def _database(environment: Mapping[str, str], default: str) -> str:
    """An address of a kind of database that is known; its password is not repeated."""
    text = environment.get("YITANG_DATABASE_URL", "") or default
    try:
        scheme, port = urlsplit(text).scheme, urlsplit(text).port
    except ValueError:
        scheme, port = "", 0
    if scheme not in DATABASES or port == 0:
        problem = "write sqlite:///PATH or postgresql://USER:PASSWORD@HOST:PORT/NAME"
        raise SettingInvalid(name="YITANG_DATABASE_URL", problem=problem)
    return text


def _word(environment: Mapping[str, str], name: str, words: tuple[str, ...]) -> str:
    """One of a few words, the first unless another is given."""
    text = environment.get(name, "") or words[0]
    if text not in words:
        raise SettingInvalid(name=name, problem=f"{text!r} is none of {', '.join(words)}")
    return text


def _minutes(environment: Mapping[str, str], name: str, *, default: int) -> int:
    text = environment.get(name, "") or str(default)
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= LONGEST_IDLE):
        problem = f"{text!r} is not a number of minutes from 1 to {LONGEST_IDLE}"
        raise SettingInvalid(name=name, problem=problem)
    return int(text)


def _pauses(
    environment: Mapping[str, str], name: str, *, default: tuple[int, ...]
) -> tuple[int, ...]:
    """Minutes between attempts; ``0`` for none at all."""
    text = environment.get(name, "")
    parts = [part.strip() for part in text.split(",")] if text else [str(one) for one in default]
    if not all(part.isascii() and part.isdigit() and int(part) <= 10_080 for part in parts):
        problem = f"{text!r} is no list of minutes such as 15,60,240, at most a week each"
        raise SettingInvalid(name=name, problem=problem)
    return tuple(int(part) for part in parts if int(part))


def _percent(environment: Mapping[str, str], name: str, *, default: int) -> int:
    text = environment.get(name, "") or str(default)
    if not (text.isascii() and text.isdigit() and int(text) <= 100):
        raise SettingInvalid(name=name, problem=f"{text!r} is no percentage from 0 to 100")
    return int(text)


def _number(environment: Mapping[str, str], name: str, *, default: int) -> int:
    text = environment.get(name, "") or str(default)
    if not (text.isascii() and text.isdigit() and int(text) <= 1000):
        raise SettingInvalid(name=name, problem=f"{text!r} is no number from 0 to 1000")
    return int(text)


def _days(environment: Mapping[str, str], name: str, *, default: int) -> int:
    text = environment.get(name, "")
    if text and not (text.isascii() and text.isdigit() and 1 <= int(text) <= 36_500):
        raise SettingInvalid(name=name, problem=f"{text!r} is no number of days from 1")
    return int(text) if text else default


def _moment(name: str, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise SettingInvalid(name=name, problem=f"{text!r} is not an ISO date and time") from None
    if moment.tzinfo is None:
        raise SettingInvalid(name=name, problem=f"{text!r} has no time zone")
    return moment


def _networks(environment: Mapping[str, str], name: str) -> tuple[str, ...]:
    texts = tuple(part.strip() for part in environment.get(name, "").split(",") if part.strip())
    for text in texts:
        try:
            ip_network(text)
        except ValueError as error:
            raise SettingInvalid(name=name, problem=str(error)) from None
    return texts


def _file(environment: Mapping[str, str], name: str) -> Path | None:
    text = environment.get(name, "")
    if not text:
        return None
    path = Path(text).expanduser().resolve()
    if not path.is_file():
        raise SettingInvalid(name=name, problem=f"there is no file {path}")
    return path


def _division(text: str) -> str:
    if not (len(text) == 6 and text.isascii() and text.isdigit()):
        problem = f"{text!r} is not a division code of six digits"
        raise SettingInvalid(name="YITANG_DIVISION", problem=problem)
    return text
