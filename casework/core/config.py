"""Settings from the environment, read here and nowhere else, each mistake answered with a sentence."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import current_app

from casework.core.errors import Invalid

ENVIRONMENTS = ("demo", "production")


class SettingsError(Invalid):
    """The environment cannot be used; the message holds a sentence for each mistake."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything the program is told from outside.

    `redis_url` is in redis-py's form (redis:// or unix://), empty when there is no broker.
    `smtp_url` empty means that mail is written to `data_dir`/mail and shown in the program.
    """

    data_dir: Path
    database_url: str
    redis_url: str
    secret_key: str = field(repr=False)
    environment: str = "demo"
    time_zone: str = "America/Chicago"
    port: int = 5000
    smtp_url: str = field(default="", repr=False)
    imap_url: str = field(default="", repr=False)
    public_url: str = ""
    clamd_url: str = ""
    trusted_proxies: int = 0
    metrics_allowed: tuple[str, ...] = ("127.0.0.1", "::1")
    testing: bool = False

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    @property
    def broker_url(self) -> str:
        """The same broker as Celery spells it."""
        if self.redis_url.startswith("unix://"):
            return "redis+socket://" + self.redis_url.removeprefix("unix://")
        return self.redis_url

    @property
    def site_url(self) -> str:
        """The address that letters and messages point to."""
        return self.public_url or f"http://127.0.0.1:{self.port}"


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read and check the settings of CONTRACTS.md; raises SettingsError with a sentence per mistake."""
    problems: list[str] = []
    read = _Reader(environ, problems)
    data_dir = Path(environ.get("CASEWORK_DATA") or "var").expanduser().resolve()
    environment = read.one_of("CASEWORK_ENV", ENVIRONMENTS, default="demo")
    settings = Settings(
        data_dir=data_dir,
        database_url=_database_url(read.secret("DATABASE_URL"), data_dir, problems),
        redis_url=_redis_url(read.secret("REDIS_URL"), data_dir, problems),
        secret_key=_secret_key(read.secret("SECRET_KEY"), data_dir, environment, problems),
        environment=environment,
        time_zone=read.zone("CASEWORK_TIME_ZONE", default="America/Chicago"),
        port=read.whole("PORT", default=5000, most=65535),
        smtp_url=read.url("SMTP_URL", ("smtp", "smtps")),
        imap_url=read.url("IMAP_URL", ("imap", "imaps")),
        public_url=read.url("CASEWORK_URL", ("http", "https")).rstrip("/"),
        clamd_url=_clamd_url(read.secret("CLAMD_URL"), problems),
        trusted_proxies=read.whole("TRUSTED_PROXIES", default=0, most=10),
    )
    if problems:
        raise SettingsError("\n".join(problems))
    return settings


def current_settings() -> Settings:
    """The settings of the application that is running."""
    settings: Settings = current_app.extensions["settings"]
    return settings


@dataclass
class _Reader:
    environ: Mapping[str, str]
    problems: list[str]

    def secret(self, name: str) -> str:
        """The value of NAME, or the content of the file that NAME_FILE points to."""
        path = self.environ.get(f"{name}_FILE")
        if path and not self.environ.get(name):
            try:
                return Path(path).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                self.problems.append(f"{name}_FILE points to {path}, which cannot be read: {error}.")
        return self.environ.get(name, "").strip()

    def one_of(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        value = self.environ.get(name) or default
        if value not in allowed:
            self.problems.append(f"{name} is {value!r}; it must be one of {', '.join(allowed)}.")
        return value

    def whole(self, name: str, *, default: int, most: int) -> int:
        text = self.environ.get(name) or str(default)
        if not text.isdigit() or int(text) > most:
            self.problems.append(f"{name} is {text!r}; it must be a whole number from 0 to {most}.")
            return default
        return int(text)

    def zone(self, name: str, default: str) -> str:
        value = self.environ.get(name) or default
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.problems.append(f"{name} is {value!r}, which is not a time zone; write one like {default}.")
        return value

    def url(self, name: str, schemes: tuple[str, ...]) -> str:
        value = self.secret(name)
        if value and (urlsplit(value).scheme not in schemes or not urlsplit(value).hostname):
            self.problems.append(
                f"{name} must be an address like {schemes[0]}://host; check how it is written."
            )
        return value


def _database_url(value: str, data_dir: Path, problems: list[str]) -> str:
    if not value:
        return f"sqlite:///{data_dir / 'casework.db'}"
    scheme = value.split(":", 1)[0]
    if scheme in ("postgres", "postgresql"):
        return "postgresql+psycopg:" + value.split(":", 1)[1]
    if scheme not in ("sqlite", "postgresql+psycopg"):
        problems.append(
            "DATABASE_URL must begin with sqlite: or postgresql:; those are the databases that work."
        )
    return value


def _redis_url(value: str, data_dir: Path, problems: list[str]) -> str:
    if not value:
        # `make run` writes where the server that it started listens, so that commands find it too.
        note = data_dir / "redis.url"
        return note.read_text(encoding="utf-8").strip() if note.is_file() else ""
    if value.split(":", 1)[0] not in ("redis", "rediss", "unix"):
        problems.append("REDIS_URL must begin with redis:, rediss: or unix:.")
    return value


def _clamd_url(value: str, problems: list[str]) -> str:
    parts = urlsplit(value)
    if (
        value
        and not (parts.scheme == "tcp" and parts.hostname)
        and not (parts.scheme == "unix" and parts.path)
    ):
        problems.append(
            "CLAMD_URL must be tcp://host:3310 or unix:///path/to/clamd.sock; check how it is written."
        )
    return value


def _secret_key(value: str, data_dir: Path, environment: str, problems: list[str]) -> str:
    if value:
        if len(value) < 16:
            problems.append("SECRET_KEY is shorter than 16 characters; make one with: openssl rand -hex 32")
        return value
    if environment == "production":
        problems.append(
            "SECRET_KEY is not set; in production set it, for instance from: openssl rand -hex 32"
        )
        return ""
    return _kept_key(data_dir / "secret-key", problems)


def _kept_key(path: Path, problems: list[str]) -> str:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with open(path, "x", encoding="utf-8", opener=_private) as new:
                new.write(secrets.token_hex(32))
        except FileExistsError:
            pass
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        problems.append(f"CASEWORK_DATA is {path.parent}, which cannot be written to: {error}.")
        return ""


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
