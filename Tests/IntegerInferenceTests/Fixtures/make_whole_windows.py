"""Makes whole_windows.safetensors: average poolings whose window is the whole image, in ONNX Runtime.

Run with: python make_whole_windows.py
The committed file was made by onnxruntime 1.32.0 (onnx 1.23.2, numpy 2.4.6); seed 31. Tensors and words are those of
make_fixtures.py, whose numpy functions were compared with every committed number.

As observed in this version: QLinearAveragePool takes the kernel of QLinearGlobalAveragePool, which sums integers and
adds the zero point after rounding, if its window is as large as the image and there is no padding. A larger window
over a padded image sums floats as other windows do.
"""

import pathlib

import numpy as np

import make_fixtures
from litert import Grid
from make_fixtures import Case, record_own_grid, save, window_shape

if __name__ == "__main__":
    random = np.random.default_rng(31)
    for place in range(24):
        size = ((2, 2), (8, 8), (4, 5), (1, 1), (3, 1), (7, 7))[place % 6]
        padding = "same" if place in (6, 8, 13) else "valid"
        shape = (6, *size, 7)
        grid = Grid((0.0625, 0.05, 0.1)[place % 3], int(random.integers(-128, 128)))
        output = Grid(np.float32(grid.scale[0]) * np.float32((1, 0.5, 0.83, 0.25)[place % 4]), int(random.integers(-100, 100)))
        codes = np.clip(random.integers(-140, 140, shape), -128, 127).astype(np.int8)
        strides = size if padding == "same" else (1, 1)
        record_own_grid(Case(
            f"average_pool-{place}", "average_pool", [(codes, grid)], output,
            window_shape(shape, size, strides, padding, shape[3]), padding=padding, strides=strides, window=size))
    save(pathlib.Path(__file__).parent / "whole_windows.safetensors")
    for (op, runtime), (cases, count, _) in make_fixtures.tally.items():
        print(f"{op} {runtime}: {cases} cases, {count} codes")
