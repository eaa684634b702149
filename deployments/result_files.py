"""Files the toolbox writes: looked at before the work, so that none replaces what was given."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from halocline.model.digest import sha256_of
from halocline.model.errors import ConfigInvalid


def refuse_results(results: Sequence[Path], *, inputs: Sequence[Path]) -> None:
    """Each of the results can be written, and takes the place of no input and no other result.

    A result of before may be there: it is replaced. An input that is not there is no matter here.

    Raises:
        ConfigInvalid: the operator's; a result is an input under this or another name, is a
            folder, lies below a file or where nothing may be written.
    """
    for place, result in enumerate(results):
        for given in inputs:
            if _is_same(result, given):
                raise ConfigInvalid(
                    f"{result} would be written over {given}, which is an input: choose another "
                    "--out"
                )
        if any(_is_same(result, other) for other in results[:place]):
            raise ConfigInvalid(f"{result} would be written twice: choose another --out")
        _refuse_place(result)


def write_results(contents: Mapping[Path, bytes]) -> list[Path]:
    """Every file holds its content, whole; returns the files in order.

    Raises:
        ConfigInvalid: the operator's; the system refuses, and the file named is as it was.
    """
    for path, content in contents.items():
        try:
            _write_whole(path, content)
        except OSError as fault:
            raise ConfigInvalid(f"{path} cannot be written: {fault.strerror or fault}") from fault
    return list(contents)


def clear_results(
    results: Sequence[Path], *, written: Sequence[Path], earlier: Mapping[Path, str]
) -> list[str]:
    """Of the results a run may have, only those written stay of what an earlier run wrote.

    `earlier`: file → sha256 it was written with. A file that no run is known to have written, or
    that was changed since, is left; a sentence of each.
    """
    told = []
    for path in results:
        if path in written or not path.is_file():
            continue
        if not path.is_symlink() and sha256_of(path.read_bytes()) == earlier.get(path):
            path.unlink()
        else:
            told.append(f"{path} was there before and is no result of this run: left as it is")
    return told


def _write_whole(path: Path, content: bytes) -> None:
    # A link keeps pointing at its file: the file it names is the one that is replaced.
    target = path.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".halocline-{os.getpid()}.part")
    try:
        beside.write_bytes(content)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def _is_same(one: Path, other: Path) -> bool:
    """Whether two paths name one file: spelled alike, or through links of either kind."""
    if one.resolve() == other.resolve():
        return True
    try:
        return one.samefile(other)
    except OSError:
        return False


def _refuse_place(result: Path) -> None:
    if result.is_dir():
        raise ConfigInvalid(f"{result} is a folder: wanted a file, such as {result / 'result.nc'}")
    if result.exists() and not result.is_file():
        raise ConfigInvalid(f"{result} is no plain file: choose another --out")
    folder = next(one for one in result.resolve().parents if one.exists())
    if not folder.is_dir():
        raise ConfigInvalid(f"{result} cannot be written: {folder} is a file, not a folder")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ConfigInvalid(f"{result} cannot be written: nothing may be written in {folder}")
