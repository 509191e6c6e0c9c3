"""Addresses of databases and servers: checked before anything is trained, and shown without their passwords."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from benchmark.errors import UserError

SERVERS = ("http", "https")
SQLITE = "sqlite"
MAGIC = b"SQLite format 3\0"  # what every SQLite database begins with
HIDDEN = "***"
# A password may hold a slash or an @, so everything up to the last @ counts; behind a third slash there is none.
_USER_INFO = re.compile(r"://(?!/)\S*@")
_QUERY = re.compile(r"\b(\w*(?:password|passwd|pwd|token|secret))=[^&\s'\"]*", re.IGNORECASE)
# Of databases, which say in words whom they did not let in.
_ROLE = re.compile(r"\b(user|role) (\"[^\"]*\"|'[^']*')")
_LOOPBACK = ("localhost", "127.0.0.1", "127.0.0.0/8", "::1", "[::1]")
_MIGRATION = "MLflow keeps runs in folders no more: `mlflow migrate-filestore --source FOLDER --target sqlite:///FILE`"


@dataclass(frozen=True)
class Setting:
    """Where an address is asked for.

    Attributes:
        name: The variable or option, as messages call it.
        schemes: What an address may begin with.
        hint: For those who name a folder; "" if none.
    """

    name: str
    schemes: tuple[str, ...]
    hint: str = ""

    def error(self, address: str, problem: str) -> UserError:
        """One line with the setting, its value without a password, and what is wrong."""
        # So that a password that holds white space is hidden, too.
        shown = redacted(re.sub(r"\s", "%20", address))
        return UserError(f"{self.name} = {shown!r}: {problem}")


_DATABASES = (SQLITE, "postgresql", "mysql", "mssql")
TRACKING = Setting("MLFLOW_TRACKING_URI", (*_DATABASES, *SERVERS), _MIGRATION)
STORE = Setting("--store", TRACKING.schemes, _MIGRATION)
STORAGE = Setting("OPTUNA_STORAGE", (*_DATABASES, "oracle"))


def redacted(text: str) -> str:
    """A text without what lets somebody in: user and password of addresses, passwords and tokens in their queries."""
    return _ROLE.sub(rf"\1 {HIDDEN}", _QUERY.sub(rf"\1={HIDDEN}", _USER_INFO.sub(f"://{HIDDEN}@", text)))


def is_server(address: str) -> bool:
    """Whether the address is that of a tracking server, not of a database."""
    return address.startswith(tuple(f"{scheme}://" for scheme in SERVERS))


def is_local(address: str) -> bool:
    """Whether the address is that of a file on this host."""
    return _scheme(address) == SQLITE


def without_user(address: str) -> tuple[str, str]:
    """A server's address without user and password, and these as `USER:PASSWORD`; "" if it has none."""
    parts = urlsplit(address)
    user, at, host = parts.netloc.rpartition("@")
    return (parts._replace(netloc=host).geturl(), unquote(user)) if at else (address, "")


def sqlite_url(path: Path) -> str:
    """The address of an SQLite database, whatever its path holds."""
    return usable(f"{SQLITE}:///" + path.as_posix().replace("%", "%25").replace("?", "%3F"))


def usable(address: str) -> str:
    """An address as MLflow takes it: it makes the folder of an SQLite database without decoding its name.

    Where there is something to decode, the address names the driver, and MLflow leaves the folder alone.
    """
    plain = f"{SQLITE}:///"
    return (
        address.replace(plain, f"{SQLITE}+pysqlite:///", 1) if address.startswith(plain) and "%" in address else address
    )


def sqlite_file(address: str) -> Path | None:
    """The file of an SQLite database; None if the address is none's, or the database is in memory."""
    from sqlalchemy import make_url

    if _scheme(address) != SQLITE:
        return None
    database = make_url(address).database
    return None if database in (None, "", ":memory:") else Path(database)


def check(address: str, setting: Setting) -> str:
    """Refuse an address that cannot be used, as far as that can be known without reaching for it.

    Args:
        address: As a person wrote it.
        setting: Where.

    Returns:
        The address as MLflow and Optuna take it.

    Raises:
        UserError: with one line that has the value, without a password, and what is allowed.
    """
    scheme = _scheme(address)
    if "://" not in address or scheme not in setting.schemes:
        folder = scheme == "file" or "://" not in address
        hint = f"; {setting.hint}" if folder and setting.hint else ""
        raise setting.error(address, f"must begin with one of {', '.join(setting.schemes)}, then ://{hint}")
    if re.search(r"\s", address.partition("://")[2]) and scheme != SQLITE:
        raise setting.error(address, "must have no white space; a password's is written %20")
    (_check_server if scheme in SERVERS else _check_database)(address, setting)
    return usable(address)


def go_around_proxies() -> None:
    """Have this process reach servers on this host itself: a proxy from the environment knows nothing of them."""
    for name in ("no_proxy", "NO_PROXY"):
        # Both spellings, since libraries differ in which one they read first.
        known = os.environ.get(name) or os.environ.get(name.swapcase(), "")
        if known.strip() != "*":
            hosts = [host.strip() for host in known.split(",") if host.strip()]
            os.environ[name] = ",".join(dict.fromkeys((*hosts, *_LOOPBACK)))


def _scheme(address: str) -> str:
    return re.split(r"[:+]", address, maxsplit=1)[0]


def _check_server(address: str, setting: Setting) -> None:
    problem = "must be http://HOST or http://HOST:PORT, with a port of 1 to 65535"
    try:
        parts = urlsplit(address)
        valid = bool(parts.hostname) and parts.port != 0
    except ValueError as error:  # its text may hold a piece of a password
        raise setting.error(address, problem) from error
    if not valid:
        raise setting.error(address, problem)


def _check_database(address: str, setting: Setting) -> None:
    from sqlalchemy import create_engine
    from sqlalchemy.exc import NoSuchModuleError, SQLAlchemyError

    scheme = _scheme(address)
    try:
        create_engine(address).dispose()
    except ImportError as error:
        remedy = "`pip install 'ganbench[servers]'`" if error.name == "psycopg" else "`pip install` it"
        raise setting.error(address, f"its driver {error.name!r} is not installed: {remedy}") from error
    except NoSuchModuleError as error:
        driver = address.partition("://")[0].partition("+")[2]
        allowed = f"{scheme}://, or {scheme}+DRIVER:// with one that SQLAlchemy has"
        raise setting.error(address, f"there is no driver {driver!r}; allowed: {allowed}") from error
    except (SQLAlchemyError, ValueError, TypeError) as error:
        form = f"{SQLITE}:///FILE" if scheme == SQLITE else f"{scheme}://USER:PASSWORD@HOST:PORT/NAME, PORT a number"
        raise setting.error(address, f"must be {form}") from error
    if scheme == SQLITE:
        _check_file(address, setting)


def _check_file(address: str, setting: Setting) -> None:
    path = sqlite_file(address)
    if path is None:
        raise setting.error(address, f"is kept nowhere; name a file: {SQLITE}:///FILE")
    if path.is_dir():
        raise setting.error(address, f"is a folder; name a file in it: {SQLITE}:///FOLDER/mlflow.db")
    if path.is_file() and (found := _beginning(path)) and found != MAGIC:
        raise setting.error(address, f"{str(path)!r} is no SQLite database; name one, or a file that is not there yet")


def _beginning(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(len(MAGIC))
    except OSError:  # whoever opens the database says what is wrong
        return b""
