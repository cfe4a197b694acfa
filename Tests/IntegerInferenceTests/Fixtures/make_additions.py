"""Makes the sums at the ends of what LiteRT's kernels can rescale, with which our engine is compared.

Run with: python make_additions.py
The committed file was made by ai-edge-litert 2.3.0 and onnxruntime 1.32.0 (onnx 1.23.2, numpy 2.4.6; x86-64 with
AVX-512 VNNI), seed 20261129.

additions.safetensors is written as operations.safetensors is; make_fixtures.py says how. XNNPACK takes an ADD if both
input scales are 2^-10 times the output's or more, and below 2^8 times; else LiteRT's own kernel runs. Where both are
small, that kernel gives the codes of the reference kernel; for scales of 2^8 times and more it does not, and we refuse
them. The reference kernel demands a multiplier of the sum below 1: the larger scale below 2^19 times the output's.
"""

import pathlib

import numpy as np

import make_fixtures
from litert import Case, Grid, run_litert

make_fixtures.random = np.random.default_rng(20261129)
make_fixtures.tensors.clear()
make_fixtures.metadata.clear()
every = np.arange(-128, 128, dtype=np.int8)
a, b = (np.ascontiguousarray(codes) for codes in np.meshgrid(every, every[::32]))


def summands(first, second):
    zeros = [int(zero) for zero in make_fixtures.random.integers(-128, 128, 2)]
    return [(a, Grid(first, zeros[0])), (b, Grid(second, zeros[1]))]


for place, (first, second, output) in enumerate((
    (0.0005, 0.9, 1.0), (2.0**-10, 0.7, 1.0), (np.nextafter(np.float32(2.0**-10), np.float32(0)), 0.7, 1.0),
    (0.9, 1e-6, 0.8), (0.0001, 0.0005, 1.0), (3e-5, 0.02, 0.05), (0.5, 2.0**-12, 1.0), (1e-30, 0.3, 0.3),
)):
    zero = int(make_fixtures.random.integers(-128, 128))
    case = Case(f"add-small-{place}", "add", summands(first, second), Grid(output, zero), a.shape)
    make_fixtures.record(case)
for place, ratio in enumerate((2.0**8, 1000.0, 2.0**19 - 1)):
    case = Case(f"add-large-{place}", "add", summands(ratio, 0.5), Grid(1.0, 3), a.shape)
    make_fixtures.compare(case, {"reference": run_litert(case)[0]}, "none")
make_fixtures.save(pathlib.Path(__file__).parent / "additions.safetensors")
