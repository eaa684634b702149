"""Make `mask.npz` from the mask of global-land-mask 1.0.0, and say what it holds.

    python -m halocline.qc.argo._land.make <folder>/globe_combined_mask_compressed.npz mask.npz

The source marks 30 arc-seconds of ocean; a cell of ours is land where none of its 10 × 10 is.
"""

import sys

import numpy as np

from halocline.qc.argo._land import COLUMNS, ROWS


def main(source: str, target: str) -> None:
    """`target` holds the coarse mask; equal sources give equal bytes."""
    with np.load(source) as found:
        ocean, latitude, longitude = found["mask"], found["lat"], found["lon"]
    if latitude[0] < latitude[-1]:
        ocean = ocean[::-1]
    if longitude[0] > -179:
        raise SystemExit(f"the source begins at {longitude[0]}°, not at 180° W")
    height, width = ocean.shape[0] // ROWS, ocean.shape[1] // COLUMNS
    rows = [
        ~ocean[k * height : (k + 1) * height].reshape(height, COLUMNS, width).any(axis=(0, 2))
        for k in range(ROWS)
    ]
    land = np.packbits(np.array(rows), axis=1)
    np.savez_compressed(target, land=land)
    share = float(np.unpackbits(land).mean())
    sys.stdout.write(f"{target}: {share:.4f} of {ROWS} × {COLUMNS} cells are land throughout\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
