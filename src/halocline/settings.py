"""Where things are: the environment and an optional file, as one frozen object.

This is the only module that reads the environment. An address comes from, in this order: the
environment, the settings file (`HALOCLINE_SETTINGS`, by default `settings.yaml` in the home
folder), the running embedded stack (`stack.json` in the home folder).
"""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError

from halocline.model.errors import ConfigInvalid

VARIABLES: Final = {
    "home": "HALOCLINE_HOME",
    "store": "HALOCLINE_STORE",
    "s3_endpoint": "HALOCLINE_S3_ENDPOINT",
    "s3_key": "HALOCLINE_S3_KEY",
    "s3_secret": "HALOCLINE_S3_SECRET",
    "s3_region": "HALOCLINE_S3_REGION",
    "prefect_api_url": "PREFECT_API_URL",
    "prefect_api_auth": "PREFECT_API_AUTH_STRING",
    "dask_address": "HALOCLINE_DASK_ADDRESS",
    "network": "HALOCLINE_NETWORK",
    "browse_url": "HALOCLINE_BROWSE_URL",
}
"""Field of `Settings` → variable of the environment that sets it."""
SECRETS: Final = frozenset({"s3_key", "s3_secret", "prefect_api_auth"})
SETTINGS_FILE: Final = "HALOCLINE_SETTINGS"
STACK_FILE: Final = "stack.json"
ONE_THREAD: Final = dict.fromkeys(
    (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMBA_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
        "NUMEXPR_NUM_THREADS",
    ),
    "1",
)
"""One numerical thread a process: workers already fill the cores, and one thread gives the same
sums in the same order (design, decision 9)."""


def _is_store(value: str) -> str:
    if value.startswith("s3://") and value.removeprefix("s3://").partition("/")[0]:
        return value.rstrip("/")
    if value.startswith("file:///") and value.removeprefix("file:///"):
        return value.rstrip("/")
    raise ValueError("wanted s3://bucket/prefix or file:///folder")


def _is_http(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("wanted an address that starts with http:// or https://")
    return value.rstrip("/")


def _is_dask(value: str) -> str:
    scheme, mark, rest = value.partition("://")
    if scheme not in {"tcp", "tls", "ws", "wss"} or not mark or not rest:
        raise ValueError("wanted a scheduler's address such as tcp://127.0.0.1:8786")
    return value


class Settings(BaseModel):
    """Where halocline keeps and finds things; secrets never show in `repr`, logs or errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    home: Path
    """Folder of everything the embedded stack keeps: data, logs, keys, state."""
    store: Annotated[str, AfterValidator(_is_store)] | None = None
    s3_endpoint: Annotated[str, AfterValidator(_is_http)] | None = None
    s3_key: SecretStr | None = None
    s3_secret: SecretStr | None = None
    s3_region: str = Field(default="us-east-1", min_length=1)
    prefect_api_url: Annotated[str, AfterValidator(_is_http)] | None = None
    prefect_api_auth: SecretStr | None = None
    """Name and password of Prefect's API, joined by a colon; asked for by a server that has one."""
    dask_address: Annotated[str, AfterValidator(_is_dask)] | None = None
    browse_url: Annotated[str, AfterValidator(_is_http)] | None = None
    """Where a browser finds the bucket's objects: pictures on a run's page are links to it."""
    network: str = Field(default="france", min_length=1)
    """Network that is deployed: a name (shipped, or in `networks/` of home) or a file."""

    def require(self, name: Literal["store", "prefect_api_url", "dask_address"]) -> str:
        """Value of an address.

        Raises:
            ConfigInvalid: it is neither configured nor offered by a running stack — the operator's.
        """
        value: str | None = getattr(self, name)
        if value is None:
            raise ConfigInvalid(
                f"{VARIABLES[name]} is not set and no embedded stack runs under {self.home}: "
                "start one with `halocline up`, or set the variable"
            )
        return value

    def s3_options(self) -> dict[str, str]:
        """Endpoint, key, secret and region in clear text: keyword arguments of a `StoreOptions`.

        What is not set is empty: AWS's own address, and its usual chain of credentials.
        """
        return {
            "endpoint": self.s3_endpoint or "",
            "key": self.s3_key.get_secret_value() if self.s3_key else "",
            "secret": self.s3_secret.get_secret_value() if self.s3_secret else "",
            "region": self.s3_region,
        }

    def variables(self) -> dict[str, str]:
        """What is set here, secrets included, as variables of the environment."""
        values = {
            name: value.get_secret_value() if isinstance(value, SecretStr) else str(value)
            for name, value in dict(self).items()
            if value is not None
        }
        return {VARIABLES[name]: value for name, value in values.items()}


HAZARDS: Final = {
    "AWS_S3_ALLOW_UNSAFE_RENAME": "other programs' writes to our tables lose their protection",
    "PREFECT_API_KEY": "it is of Prefect's cloud and wins over our password: it gets 401",
}
"""Variable that other guides set → what it breaks here."""


def hazards(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Variables of `environment` (of this process by default) that break something → what."""
    found = os.environ if environment is None else environment
    harmless = ("", "0", "false")
    return {
        name: why for name, why in HAZARDS.items() if found.get(name, "").lower() not in harmless
    }


def load(*, with_stack: bool = True) -> Settings:
    """Settings of this process; `with_stack` fills what is not configured from a running stack.

    Raises:
        ConfigInvalid: a variable, the settings file or the stack's state file cannot be used; the
            message names it, what was found, what is wanted and what to do.
    """
    return resolve(os.environ, with_stack=with_stack)


def resolve(environment: Mapping[str, str], *, with_stack: bool = True) -> Settings:
    """Settings that `environment`, its settings file and (`with_stack`) a running stack give.

    Raises:
        ConfigInvalid: as `load`.
    """
    origin: dict[str, str] = {}
    found = {
        name: environment[variable]
        for name, variable in VARIABLES.items()
        if environment.get(variable)
    }
    origin |= {name: VARIABLES[name] for name in found}
    home = Path(found.get("home") or _default_home(environment)).expanduser().absolute()
    path = Path(environment.get(SETTINGS_FILE) or home / "settings.yaml").expanduser()
    for name, value in _file_values(path, wanted=bool(environment.get(SETTINGS_FILE))).items():
        found.setdefault(name, value)
        origin.setdefault(name, f"{name} in {path}")
    found["home"] = str(home)
    if with_stack:
        found = _stack_values(home / STACK_FILE, configured=found) | found
    return _validated(found, origin=origin)


def child_environment(
    settings: Settings, *, extra: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Environment of a process this one starts: what it inherits below `settings` and `extra`.

    Prefect and Dask settings of the surrounding shell do not leak in: two sources would disagree.
    Keys travel this way because a command line is visible to every user of the machine.
    """
    foreign: tuple[str, ...] = ("HALOCLINE_", "PREFECT_", "DASK_", "WEED_")
    if settings.s3_key is not None:
        foreign += ("AWS_",)  # a profile of the shell must not stand in for the configured key
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    fixed = {"PYTHONHASHSEED": "0", "PYTHONUNBUFFERED": "1"}
    own = settings.variables() | _prefect_variables(settings) | _direct(inherited)
    return inherited | ONE_THREAD | fixed | own | dict(extra or {})


def export(settings: Settings) -> None:
    """Make this process's environment agree with `settings`; call it before importing prefect."""
    os.environ.update(settings.variables() | _direct(os.environ))
    for name, value in _prefect_variables(settings).items():
        os.environ.setdefault(name, value)


def _prefect_variables(settings: Settings) -> dict[str, str]:
    """Prefect keeps its files below home, sends no statistics, and does not look for a profile."""
    return {
        "PREFECT_HOME": str(settings.home / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }


def _direct(environment: Mapping[str, str]) -> dict[str, str]:
    """A proxy of the shell is not asked for what is on this machine."""
    told = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
    direct = ",".join(dict.fromkeys([*filter(None, told.split(",")), "127.0.0.1", "localhost"]))
    return {"no_proxy": direct, "NO_PROXY": direct}


def _default_home(environment: Mapping[str, str]) -> Path:
    user = Path(environment.get("HOME") or Path.home())
    if sys.platform == "darwin":
        return user / "Library" / "Application Support" / "halocline"
    return Path(environment.get("XDG_DATA_HOME") or user / ".local" / "share") / "halocline"


def _file_values(path: Path, *, wanted: bool) -> dict[str, Any]:
    if not path.is_file():
        if wanted:
            raise ConfigInvalid(
                f"{SETTINGS_FILE} names {path}, which is no file: create it or unset it"
            )
        return {}
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        raise ConfigInvalid(f"{path} is not readable as YAML: {fault}") from fault
    if values is None:
        return {}
    known = sorted(set(VARIABLES) - {"home"})
    unknown = sorted(set(values) - set(known)) if isinstance(values, dict) else [str(values)]
    if unknown:
        raise ConfigInvalid(
            f"{path} holds {', '.join(unknown)}; wanted only the keys {', '.join(known)}"
        )
    secret = next((name for name in ("s3_secret", "prefect_api_auth") if name in values), None)
    if secret is not None and path.stat().st_mode & 0o077:
        raise ConfigInvalid(
            f"{path} holds {secret} and can be read by other users: chmod 600 {path}"
        )
    return {name: str(value) for name, value in values.items()}


def _stack_values(path: Path, *, configured: Mapping[str, Any]) -> dict[str, Any]:
    """What a running stack offers; its S3 keys only together with its store."""
    try:
        offered = json.loads(path.read_text(encoding="utf-8"))["settings"]
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise ConfigInvalid(
            f"the stack's state file {path} cannot be read ({fault!r}): `halocline down`, then "
            "`halocline up`, writes it anew"
        ) from fault
    s3 = {"store", "s3_endpoint", "s3_key", "s3_secret", "s3_region"}
    skipped = s3 if s3 & set(configured) else set()
    return {name: value for name, value in offered.items() if name not in skipped}


def _validated(found: Mapping[str, Any], *, origin: Mapping[str, str]) -> Settings:
    try:
        return Settings.model_validate(found)
    except ValidationError as fault:
        first = fault.errors(include_url=False)[0]
        name = str(first["loc"][0])
        shown = "a secret" if name in SECRETS else repr(str(found.get(name)))
        reason = first["msg"].removeprefix("Value error, ")
        where = origin.get(name, name)
        raise ConfigInvalid(
            f"{where} is {shown}: {reason}; correct it or unset it to use the embedded stack"
        ) from None
