"""Ten thousand broken real files: each judged or set aside with a reason, none takes others along.

`python -m tests.bench argo_hostile`; each batch runs in a process of its own, so that a crash of
the interpreter or a hang is seen and counted. HALOCLINE_HOSTILE sets another number of files.
"""

import os
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from halocline.qc.argo import manual
from tests.bench._argo_hostile import Fate, judge_broken, real_files, sound_ones
from tests.bench.argo_truth import shared

WANTED = 10_000
BATCH = 100
SEED = 20261125
PATIENCE_S = 900
"""A batch that takes longer hangs."""


def main() -> None:
    argo = shared() / "argo"
    if not argo.is_dir():
        print(f"no real files at {argo}: nothing measured")
        return
    wanted = int(os.environ.get("HALOCLINE_HOSTILE", WANTED))
    total, done, crashes, hangs, faults = Fate(), 0, 0, 0, []
    number = 0
    while done < wanted:
        with ProcessPoolExecutor(max_workers=1) as pool:
            job = pool.submit(batch, str(argo), number)
            try:
                count, fate = job.result(timeout=PATIENCE_S)
                total.add(fate)
                done += count
            except BrokenProcessPool:
                crashes += 1
            except TimeoutError:
                hangs += 1
            except Exception as fault:  # noqa: BLE001 — counted and shown: it is a bug of ours
                faults.append(f"batch {number}: {type(fault).__name__}: {fault}"[:200])
            number += 1
            if crashes + hangs + len(faults) > 20:
                break
    print(f"{done:,} broken files: {total.processed:,} judged, {total.reasons.total():,} set aside")
    for reason, count in total.reasons.most_common():
        print(f"  {reason:18} {count:6,}")
    print(f"crashes {crashes}, hangs {hangs}, errors of ours {len(faults)}, "
          f"sound files lost {len(total.sound_lost)} of {number}")  # fmt: skip
    for one in faults:
        print(f"  {one}")


def batch(argo: str, number: int) -> tuple[int, Fate]:
    """One batch of broken files, with one sound file among them."""
    files = real_files(Path(argo))
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
