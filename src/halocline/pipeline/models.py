"""Trained models in the bucket: kept by content, the current one of a station named by a table.

A model's files lie under `models/<name>/<version>/` and are never changed or removed, but where the
store damaged them: learning the station again makes those whole. Which model is applied is the last
event of the table `models`, one commit. So a training that is killed leaves the model before it in
place, and going back is naming an old version again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from halocline.learn.model_files import CALIBRATION, CARD, MODEL, TREES, from_files, version_of
from halocline.learn.station import StationModel
from halocline.model.errors import ConfigInvalid, ContractBroken
from halocline.model.latest import latest
from halocline.pipeline.model_id import ModelId
from halocline.stores.bucket import Bucket
from halocline.stores.schemas import MODELS, rows_of
from halocline.stores.tables import Tables

CURRENT: Final = "current"
NONE: Final = "none"
"""Status of a name that is to be used without a model."""
REMEMBERED: Final = 4
"""Models one process keeps: a worker makes the years of a station one after another."""
Event = Mapping[str, Any]


class ModelDamaged(ContractBroken):
    """The bucket holds other bytes than were kept, or fewer files: of one station, not of all."""


def station_model_name(platform: str) -> str:
    """Name of the model that fills the gaps of a station."""
    return f"coasthf-{platform}"


def folder_of(model: ModelId) -> str:
    """Prefix of a model's files."""
    return f"models/{model.name}/{model.version}"


def current_models(bucket: Bucket) -> dict[str, Event]:
    """Last event of every model name in use, by name.

    Raises:
        SourceUnavailable: the store does not answer — retry.
    """
    events = latest(Tables(bucket).read(MODELS.name), key=MODELS.key).to_pylist()
    return {row["name"]: row for row in events if row["status"] == CURRENT}


def station_models(bucket: Bucket) -> dict[str, ModelId]:
    """The current model of every station that has one, by platform.

    Raises:
        SourceUnavailable: the store does not answer — retry.
    """
    return {
        row["platform"]: ModelId(row["name"], row["version"])
        for row in current_models(bucket).values()
    }


def history(bucket: Bucket, *, name: str | None = None) -> list[Event]:
    """Every event of one name, or of all, oldest first."""
    filters = [] if name is None else [("name", "=", name)]
    rows = Tables(bucket).read(MODELS.name, filters=filters).to_pylist()
    return sorted(rows, key=lambda row: (row["name"], row["seq"]))


@dataclass(frozen=True)
class Kept:
    """A model whose files are in the bucket."""

    model: ModelId
    mended: tuple[str, ...] = ()
    """Files that were lost or damaged beside others of it, and are whole again."""


def keep_files(files: Mapping[str, bytes], *, name: str, bucket: Bucket) -> Kept:
    """The model's files are in the bucket, whole; nothing points to them yet.

    So learning a station again mends its model: the version names the bytes, sound files are not
    touched, others replaced. The model itself comes last: a folder that holds it is whole.

    Raises:
        SourceUnavailable: the store does not answer — retry.
    """
    model = ModelId(name, version_of(files))
    folder = folder_of(model)
    was_there = bool(bucket.list(f"{folder}/"))
    written = [
        file
        for file in (CARD, CALIBRATION, TREES, MODEL)
        if bucket.mend(f"{folder}/{file}", files[file])
    ]
    return Kept(model, tuple(written) if was_there else ())


def register(events: Iterable[Event], *, bucket: Bucket, run: str) -> int:
    """Each event's model is the current one of its name, all in one commit; the table's version."""
    rows = rows_of(MODELS.name, [{**one} for one in events])
    return Tables(bucket).append(MODELS.name, rows, run=run)


def use(name: str, version: str, *, bucket: Bucket, run: str) -> Event:
    """The model of this name is again the version that begins with `version`, or NONE.

    Raises:
        ConfigInvalid: no version begins so, or several do — the operator's; nothing was done.
    """
    known = history(bucket, name=name)
    if not known:
        names = ", ".join(sorted({row["name"] for row in history(bucket)})) or "none"
        raise ConfigInvalid(f"no model is called {name!r}; there are: {names}")
    if version == NONE:
        chosen = {**known[-1], "status": NONE}
    else:
        found = {row["version"]: row for row in known if row["version"].startswith(version)}
        if len(found) != 1:
            versions = ", ".join(sorted({row["version"][:12] for row in known}))
            raise ConfigInvalid(
                f"{len(found)} versions of {name} begin with {version!r}; there are: {versions}"
            )
        chosen = {**next(iter(found.values())), "status": CURRENT}
    event = {key: one for key, one in chosen.items() if key not in {"run", "seq"}}
    register([event], bucket=bucket, run=run)
    return event


def load_model(model: ModelId, *, bucket: Bucket) -> StationModel:
    """The model as it was trained; kept in this process for its next year.

    Raises:
        ModelDamaged: the files are not those the version names.
        ModelOutdated: other code than this learned it.
        SourceUnavailable: the store does not answer — retry.
    """
    return _loaded(model, bucket)


@lru_cache(maxsize=REMEMBERED)
def _loaded(model: ModelId, bucket: Bucket) -> StationModel:
    folder = folder_of(model)
    try:
        files = {file: bucket.get(f"{folder}/{file}") for file in (MODEL, TREES)}
    except KeyError as fault:
        raise _damaged(model, bucket, "lacks a file of the model") from fault
    if version_of(files) != model.version:
        raise _damaged(model, bucket, "does not hold the model")
    return from_files(files)


def _damaged(model: ModelId, bucket: Bucket, what: str) -> ModelDamaged:
    return ModelDamaged(
        f"{bucket.url_of(folder_of(model))} {what} it is named for: bring its files back from a "
        "copy of the bucket, or learn the station again (`retrain` with its code in `stations` and "
        f"`force`); until then `halocline models use {model.name} …` goes back to another "
        "version, or `none` does without"
    )
