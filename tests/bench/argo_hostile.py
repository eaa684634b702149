"""Ten thousand broken real files: each judged or set aside with a reason, none takes others along.

`python -m tests.bench argo_hostile`; batches run in two processes, so that a crash of the
interpreter or a hang is seen and counted, and the next batch goes to a new process.
HALOCLINE_HOSTILE sets another number of files.
"""

import os
import resource
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from halocline.qc.argo import manual
from tests.bench._argo_hostile import Fate, judge_broken, real_files, sound_ones
from tests.bench.argo_truth import shared

WANTED = 10_000
BATCH = 100
PROCESSES = 2
SEED = 20261125
PATIENCE_CPU_S = 120
"""A batch that takes more of the processor hangs: a hundred files take about three seconds."""
PATIENCE_S = 3600
"""So does one that waits so long, whatever the machine does beside."""


@dataclass
class Tally:
    """What became of batches."""

    files: int = 0
    batches: int = 0
    fate: Fate = field(default_factory=Fate)
    troubles: list[str] = field(default_factory=list)
    """Crashes, hangs and errors of ours, each with the number of its batch."""

    def add(self, other: "Tally") -> None:
        self.files += other.files
        self.batches += other.batches
        self.fate.add(other.fate)
        self.troubles += other.troubles


def main() -> None:
    argo = shared() / "argo"
    if not argo.is_dir():
        print(f"no real files at {argo}: nothing measured")
        return
    count = -(-int(os.environ.get("HALOCLINE_HOSTILE", WANTED)) // BATCH)
    total = Tally()
    with ThreadPoolExecutor(PROCESSES) as threads:
        shares = [range(start, count, PROCESSES) for start in range(PROCESSES)]
        for one in threads.map(lambda numbers: _watch(str(argo), numbers), shares):
            total.add(one)
    fate = total.fate
    print(f"{total.files:,} broken files: {fate.processed:,} judged, "
          f"{fate.reasons.total():,} set aside")  # fmt: skip
    for reason, number in fate.reasons.most_common():
        print(f"  {reason:18} {number:6,}")
    print(f"crashes, hangs and errors of ours {len(total.troubles)}; "
          f"sound files lost {len(fate.sound_lost)} of {total.batches}")  # fmt: skip
    for one in sorted(total.troubles):
        print(f"  {one}")


def _watch(argo: str, numbers: range) -> Tally:
    """These batches, in a process that is replaced when it dies or falls silent."""
    tally, line, process = Tally(), None, None
    for number in numbers:
        if line is None:
            line, far = get_context("spawn").Pipe()
            process = get_context("spawn").Process(target=_serve, args=(argo, far), daemon=True)
            process.start()
            far.close()
        line.send(number)
        trouble = "hang"
        try:
            if line.poll(PATIENCE_S):
                found = line.recv()
                tally.add(found)
                print(f"batch {number} done", file=sys.stderr, flush=True)
                continue
        except EOFError:
            process.join()
            trouble = "hang" if process.exitcode == -signal.SIGXCPU else "crash"
        tally.troubles.append(f"batch {number}: {trouble}")
        process.kill()
        line = None
    if line is not None:
        line.send(None)
        process.join()
    return tally


def _serve(argo: str, line: Connection) -> None:
    while (number := line.recv()) is not None:
        spent = int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
        # The system ends a process that goes on beyond: a busy machine does not count.
        resource.setrlimit(resource.RLIMIT_CPU, (spent + PATIENCE_CPU_S, resource.RLIM_INFINITY))
        try:
            count, fate = batch(argo, number)
            found = Tally(count, 1, fate)
        except Exception as fault:  # noqa: BLE001 — counted and shown: it is a bug of ours
            found = Tally(troubles=[f"batch {number}: {type(fault).__name__}: {fault}"[:300]])
        line.send(found)


_files = cache(real_files)


def batch(argo: str, number: int) -> tuple[int, Fate]:
    """One batch of broken files, with one sound file among them."""
    files = _files(Path(argo))
    rng = np.random.default_rng([SEED, number])
    sound = sound_ones(files)[number % len(sound_ones(files))]
    others = [name for name in files if f"/{sound.split('/')[3]}/" not in name]
    chosen = rng.choice(len(others), min(BATCH, len(others)), replace=False)
    picked = {others[k]: files[others[k]] for k in sorted(chosen.tolist())}
    with TemporaryDirectory(prefix="halocline-hostile-") as folder:
        fate = judge_broken({**picked, sound: files[sound]}, Path(folder), suite=manual(), rng=rng,
                            sound=sound)  # fmt: skip
    return len(picked), fate


if __name__ == "__main__":
    main()
