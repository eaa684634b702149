"""Judge Argo files where they lie: no service, no bucket, one netCDF for each file given."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from halocline.model.digest import digest_of, sha256_of
from halocline.model.errors import BadUpstreamData, ConfigInvalid
from halocline.model.greylist import GreylistEntry
from halocline.model.profiles import Profiles
from halocline.model.quarantine import Quarantined, Reason
from halocline.pipeline.bgc import BgcFindings, findings
from halocline.pipeline.code_digest import code_digest
from halocline.pipeline.judged import JudgedFile, JudgedFloat, judge_together
from halocline.pipeline.qc_inputs import Given, find_inputs
from halocline.pipeline.qc_pictures import draw_float
from halocline.pipeline.qc_report import FloatReport, QcReport, report_of
from halocline.pipeline.stopwatch import Stopwatch
from halocline.predict.argo_opinion import Opinion
from halocline.products import argo_profiles
from halocline.products.provenance import Provenance
from halocline.qc.argo import ArgoSuite, check, test_names
from halocline.sources.argo_gdac.decode import decode
from halocline.sources.argo_gdac.editions import ProfileFile, layers
from halocline.sources.argo_gdac.kinds import kind_of, must_be_named_for
from halocline.sources.argo_gdac.metadata import Metadata, read_metadata
from halocline.sources.netcdf.container import open_raw
from halocline.suites import suite_digest

EPOCH: Final = np.datetime64("1950-01-01T00:00:00", "s")


@dataclass(frozen=True)
class _Read:
    """The files of one float, decoded."""

    files: tuple[ProfileFile, ...]
    synthetic: frozenset[str]
    outputs: Mapping[str, str]
    metadata: Metadata
    inputs: tuple[tuple[str, str], ...]
    aside: tuple[Quarantined, ...]
    latest: np.datetime64
    """Newest DATE_UPDATE of the files: the only "now"."""
    left_out: int
    """Files of a kind that is not read and that nobody named one by one."""


def qc_files(
    paths: Sequence[Path],
    *,
    out: Path,
    suite: ArgoSuite,
    now: np.datetime64,
    plot: bool = False,
    adjust: bool = False,
    opinion: Opinion | None = None,
    tell: Callable[[FloatReport], None] = lambda _: None,
) -> QcReport:
    """Write the judged copy of every file of profiles below `out`, and count what was found.

    A float's files are judged together: tests that look at other cycles see all that were given.
    Nothing can be later than the newest DATE_UPDATE of the float's files, or than `now` where none
    is dated: the same files give the same bytes on another day. `adjust`: oxygen and nitrate are
    corrected against a reference where their error shows. `opinion`: a learned model whose
    probabilities stand beside the flags and change none. `tell` hears of each float.

    Raises:
        ConfigInvalid: the operator's; a path does not exist, a result would replace an input.
    """
    inputs = find_inputs(paths)
    _must_not_replace(inputs.floats, out)
    reports, aside, left_out = [], list(inputs.aside), inputs.left_out
    for platform, given in inputs.floats.items():
        watch = Stopwatch()
        with watch.stage("float"):
            read = _read(platform, given, now)
            judged = _judge(read, platform, suite, inputs.greylist, opinion)
            files = [file for one in judged for file in one.files]
            provenance = _provenance(platform, read, suite, opinion)
            bgc = findings(judged[0].profiles, judged[0].flags) if adjust and judged else None
            _write(files, read, out, provenance, bgc)
            if plot and judged:
                draw_float(judged[0], provenance, out)
        aside += read.aside
        left_out += read.left_out
        if files:
            reports.append(report_of(platform, files, suite, watch.seconds["float"], bgc))
            tell(reports[-1])
    return QcReport(
        floats=tuple(reports),
        aside=tuple(aside),
        left_out=left_out,
        suite=suite.title or suite.suite,
        suite_digest=suite_digest(suite),
        greylist=tuple(path.name for path in inputs.greylist_files),
    )


def best_profiles(paths: Sequence[Path]) -> dict[str, Profiles]:
    """The best edition of every core profile among and below `paths`, by float.

    Files that cannot be read are passed over.

    Raises:
        ConfigInvalid: the operator's; a path does not exist.
    """
    found = {}
    for platform, given in find_inputs(paths).floats.items():
        read = _read(platform, given, np.datetime64("NaT"))
        core = [one for one in read.files if not one.is_bio and one.file not in read.synthetic]
        if core:
            found[platform] = layers(platform, core, read.metadata)[0].profiles
    return found


def _must_not_replace(floats: Mapping[str, Sequence[Given]], out: Path) -> None:
    sources = {one.path.resolve() for given in floats.values() for one in given}
    for given in floats.values():
        for one in given:
            if (out / one.output).resolve() in sources:
                raise ConfigInvalid(f"{one.output} is an input: choose another folder than {out}")


def _read(platform: str, given: Sequence[Given], now: np.datetime64) -> _Read:
    files: list[ProfileFile] = []
    synthetic, aside, inputs, left_out = set(), [], [], 0
    metadata = Metadata(platform)
    for one in given:
        content = one.path.read_bytes()
        try:
            kind = kind_of(open_raw(content))
            if kind == "meta":
                metadata = _metadata(content, platform)
            else:
                files.append(profile_file(content, one.name, platform=platform))
        except BadUpstreamData as fault:
            if fault.reason != Reason.OUT_OF_SCOPE or one.explicit:
                aside.append(Quarantined(one.name, fault.reason, fault.detail, platform))
            else:
                left_out += 1
            continue
        inputs.append((one.name, sha256_of(content)))
        if kind == "synthetic":
            synthetic.add(one.name)
    stamps = [row.date_update for file in files for row in file.rows]
    return _Read(
        files=tuple(files),
        synthetic=frozenset(synthetic),
        outputs={one.name: one.output for one in given},
        metadata=metadata,
        inputs=tuple(sorted(inputs)),
        aside=tuple(aside),
        latest=max((one for one in stamps if not np.isnat(one) and one <= now), default=now),
        left_out=left_out,
    )


def profile_file(content: bytes, name: str, *, platform: str) -> ProfileFile:
    """A file of profiles of this float, decoded.

    Raises:
        BadUpstreamData: theirs; it cannot be read, is another float's, or holds no value.
    """
    raw = open_raw(content)
    rows = decode(content, name)
    must_be_named_for(rows, name)
    others = sorted({row.platform for row in rows} - {platform})
    if others:
        detail = f"{', '.join(others)[:200]} in the file, wanted {platform}"
        raise BadUpstreamData(Reason.WRONG_PLATFORM, detail)
    if not any(row.has_values for row in rows):
        raise BadUpstreamData(Reason.NO_DATA, "no profile has a value")
    width = int(raw.read("PRES").shape[1])
    return ProfileFile(name, kind_of(raw) == "bio", tuple(rows), width)


def _metadata(content: bytes, platform: str) -> Metadata:
    found = read_metadata(content)
    if found.platform != platform:
        detail = f"{found.platform!r} in the file, {platform} in its name"
        raise BadUpstreamData(Reason.WRONG_PLATFORM, detail)
    return found


def _judge(
    read: _Read,
    platform: str,
    suite: ArgoSuite,
    greylist: tuple[GreylistEntry, ...] | None,
    opinion: Opinion | None,
) -> list[JudgedFloat]:
    """Synthetic profiles are a set of their own: core and B values again, on other levels."""
    now = float((read.latest - EPOCH) / np.timedelta64(1, "D"))
    by_suite = partial(check, suite=suite, reference_juld=now, greylist=greylist)
    sets = (
        [one for one in read.files if one.file not in read.synthetic],
        [one for one in read.files if one.file in read.synthetic],
    )
    asked = (lambda _: {}) if opinion is None else opinion.probabilities
    return [
        judge_together(platform, files, read.metadata, by_suite, asked) for files in sets if files
    ]


def _provenance(
    platform: str, read: _Read, suite: ArgoSuite, opinion: Opinion | None
) -> Provenance:
    code, thresholds, none = code_digest(), suite_digest(suite), digest_of([])
    now = f"{read.latest}Z"
    models = {} if opinion is None else {"opinion": opinion.version}
    inputs = [list(one) for one in read.inputs]
    recipe = digest_of([platform, code, thresholds, now, models, inputs])
    return Provenance(
        network="argo",
        platform=platform,
        year=0,
        recipe=recipe,
        inputs=read.inputs,
        code_digest=code,
        suite_digest=thresholds,
        config_digest=none,
        seed=0,
        reference_time=now,
        models=models,
    )


def _write(
    judged: Sequence[JudgedFile],
    read: _Read,
    out: Path,
    provenance: Provenance,
    bgc: BgcFindings | None,
) -> None:
    for one in judged:
        path = out / read.outputs[one.file]
        path.parent.mkdir(parents=True, exist_ok=True)
        content = argo_profiles.encode(
            profiles=one.profiles,
            flags=one.flags,
            filled={},
            provenance=provenance,
            fill_method="none",
            tests=test_names(),
            corrected=bgc.corrected(one.profiles, one.flags) if bgc else None,
            uncorrected=bgc.uncorrected() if bgc else None,
            probability=one.probability,
            wording=argo_profiles.CHECKED,
        )
        path.write_bytes(content)
