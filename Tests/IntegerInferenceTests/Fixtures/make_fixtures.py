"""Makes the cases in which our integer operations are compared with LiteRT and ONNX Runtime.

Run with: python make_fixtures.py
The committed file was made by ai-edge-litert 2.3.0 and onnxruntime 1.32.0 (onnx 1.23.2, numpy 2.4.6; x86-64 with
AVX-512 VNNI), seed 20261123.

operations.safetensors; activations.safetensors with the leaky ReLUs, sigmoids and tangents of every input code; and
own_grids.safetensors with the poolings and softmaxes to which ONNX Runtime alone gives a grid of their own. A case
NAME has the tensors

    NAME/input, NAME/input.1 …      int8 codes, NHWC
    NAME/kernel, NAME/kernel.scales, NAME/bias
                                    as Keras has them: convolution [height, width, channels, filters],
                                    depthwise [height, width, channels, multiplier], dense [inputs, units]
    NAME/reference                  codes of LiteRT's reference kernels
    NAME/litert                     codes of LiteRT as it comes
    NAME/onnxruntime                codes of ONNX Runtime, where it has the operation (onnx_runtime.py says how)

and an entry NAME of the file's metadata: words `key=value` with `op`, `activation`, `window`, `strides`, `padding`
(top, left, bottom, right), `axis` (of an example), `slope` (the bits of a 32-bit float), the grids `input`, `input.1` …
and `output` as scale:zero, the scale as the bits of a 32-bit float; and `kernels`, which says whose the codes under
`litert` are: xnnpack's or builtin's.

What the runtimes compute is written down in arithmetic.py, and this script checks it on every number before it
writes any. In short, and as observed in the versions above (the interpreter within TensorFlow 2.21.0 gives the same
codes as ai-edge-litert):

- Convolution, depthwise: LiteRT's reference kernel multiplies the int32 accumulator by a Q31 multiplier and rounds
  twice; XNNPACK and ONNX Runtime multiply by a float32, in float32, and round half to even. Equal but for ties.
- Dense: LiteRT's reference kernel multiplies in float64 and rounds half away from zero (no Q31 there); the others
  as above.
- Max pooling: padding never counts. Average pooling: sum ÷ count on the codes, half away from zero, padding not
  counted, scales unused; XNNPACK does not take it.
- Mean: the reference kernel puts 1 ÷ n into the Q31 multiplier, cut off; XNNPACK rounds a float32.
- Add: the reference kernel shifts both inputs left by 20, multiplies each, adds, multiplies; three double roundings.
  XNNPACK has multipliers of 21 bits, and rounds once, half up.
- Quantize: reference as convolution; XNNPACK has a multiplier in 256ths, half up.
- Softmax: the reference kernel has fixed-point integers only (and aborts where a row's Σexp exceeds 2^9); LiteRT as it
  comes has a table of expf and sums in float32. ONNX Runtime multiplies by 1 ÷ scale with the fraction cut off.
- Concatenation: refused unless all grids are the same.
- Hard swish: 16 bits throughout, the last product cut off towards zero; XNNPACK does not take it. ONNX Runtime:
  float32.
- Leaky ReLU: the reference kernel has two Q31 multipliers, of quotients in float32, and rounds twice; XNNPACK two in
  256ths, half up, and refuses it if one is not 2^-8 … 2^7. ONNX Runtime: float32.
- Sigmoid, tanh: float32 between the codes everywhere. The reference kernels have a table made of expf and tanhf, half
  away from zero; XNNPACK a sigmoid in float64, half to even after the zero point; ONNX Runtime quotients of polynomials
  by fused multiply-adds. The sigmoid's grid is fixed in LiteRT: its reference kernel refuses another, XNNPACK does not.
- Average pooling in ONNX Runtime: float32, summed row by row, divided by the count and by the scale, half to even after
  the zero point was added; so with an odd zero point ties go to odd distances from it.
- ONNX Runtime's other operations are float32, half to even: add by two fused multiply-adds, mean with a scale that was
  multiplied by n before it was divided, requantization by a division.
"""

import json
import pathlib

import numpy as np
import safetensors.numpy

import arithmetic
from litert import Case, Grid, run_litert
from onnx_runtime import run_onnxruntime

random = np.random.default_rng(20261123)
tensors, metadata, tally = {}, {}, {}


def codes(*shape):
    """Codes of any value, the ends somewhat more often than the others."""
    return np.clip(random.integers(-140, 140, shape), -128, 127).astype(np.int8)


def weights(*shape):
    return np.clip(random.integers(-130, 131, shape), -127, 127).astype(np.int8)


def scales(count, low=1e-3, high=2e-2):
    return np.exp(random.uniform(np.log(low), np.log(high), count)).astype(np.float32)


def grid_text(grid):
    return f"{grid.scale.view(np.uint32)[0]:08x}:{grid.zero}"


def house_layout(case):
    if case.op == "dense":
        return case.kernel.T
    if case.op == "conv":
        return case.kernel.transpose(1, 2, 3, 0)
    channels = case.inputs[0][0].shape[3]
    return case.kernel.reshape(*case.kernel.shape[1:3], channels, -1)


def save(path):
    """Writes tensors and metadata; the package's own order of metadata changes from run to run, so ours is used."""
    written = safetensors.numpy.save(tensors, metadata)
    end = 8 + int.from_bytes(written[:8], "little")
    header = json.dumps(json.loads(written[8:end]) | {"__metadata__": metadata}, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    path.write_bytes(len(header).to_bytes(8, "little") + header + written[end:])


def describe(case, kernels):
    words = {"op": case.op, "activation": case.activation, "kernels": kernels, "output": grid_text(case.output)}
    for place, (_, grid) in enumerate(case.inputs):
        words["input" if place == 0 else f"input.{place}"] = grid_text(grid)
    if case.op in ("conv", "depthwise", "max_pool", "average_pool"):
        size = case.window if case.kernel is None else case.kernel.shape[1:3]
        shape = case.inputs[0][0].shape
        _, top, bottom = arithmetic.padded_extent(shape[1], size[0], case.strides[0], case.padding)
        _, left, right = arithmetic.padded_extent(shape[2], size[1], case.strides[1], case.padding)
        words |= {"window": "%d,%d" % tuple(size), "strides": "%d,%d" % case.strides}
        words["padding"] = f"{top},{left},{bottom},{right}"
    if case.op == "pad":
        words["padding"] = "%d,%d,%d,%d" % (*case.paddings[1:3, 0], *case.paddings[1:3, 1])
    if case.op == "concatenation":
        words["axis"] = str(case.axis - 1)
    if case.op == "leaky_relu":
        words["slope"] = f"{np.float32(case.slope).view(np.uint32):08x}"
    return " ".join(f"{key}={value}" for key, value in words.items())


def keep(name, array):
    tensors[name] = np.ascontiguousarray(array)


def record(case):
    """Runs a case everywhere, checks the numpy model on it, and keeps it."""
    assert case.name not in metadata, case.name
    reference, litert, kernels = run_litert(case)
    onnxruntime = None if case.op == "average_pool" else run_onnxruntime(case)  # those are in own_grids.safetensors
    compare(case, {"reference": reference, "litert": litert, "onnxruntime": onnxruntime}, kernels)


def record_own_grid(case):
    """Runs a case in ONNX Runtime alone, checks the numpy model on it, and keeps it."""
    assert case.name not in metadata, case.name
    compare(case, {"onnxruntime": run_onnxruntime(case)}, "none")


def compare(case, runs, kernels):
    """Checks the numpy model on what the runtimes gave, and keeps all of it."""
    reference = runs.get("reference", next(iter(runs.values())))
    for runtime, found in runs.items():
        if found is None:
            continue
        assert not isinstance(found, str), (case.name, runtime, found)
        expected = arithmetic.model(case, runtime).reshape(found.shape)
        assert np.array_equal(expected, found), (case.name, runtime, np.argwhere(expected != found)[:5])
        differing = int(np.count_nonzero(found.ravel() != reference.ravel()))
        row = tally.setdefault((case.op, runtime + (f" ({kernels})" if runtime == "litert" else "")), [0, 0, 0])
        row[0], row[1], row[2] = row[0] + 1, row[1] + found.size, row[2] + differing
        keep(f"{case.name}/{runtime}", found)
    for place, (values, _) in enumerate(case.inputs):
        keep(f"{case.name}/input" + (f".{place}" if place else ""), values)
    if case.kernel is not None:
        keep(f"{case.name}/kernel", house_layout(case))
        keep(f"{case.name}/kernel.scales", case.kernel_grid.scale)
        keep(f"{case.name}/bias", case.bias.astype(np.int32))
    metadata[case.name] = describe(case, kernels)


def window_shape(shape, size, strides, padding, channels):
    rows, columns = (arithmetic.padded_extent(shape[1 + i], size[i], strides[i], padding)[0] for i in (0, 1))
    return (shape[0], rows, columns, channels)


def convolution(name, shape, filters, size, strides=(1, 1), padding="valid", zeros=(-3, 5), activation="none",
                kernel_scales=None, scale=0.02, output=0.25, bias=20000, depthwise=False):
    """A convolution of random codes; depthwise if `filters` is to be taken as the number of output channels."""
    kernel = weights(1, *size, filters) if depthwise else weights(filters, *size, shape[3])
    record(Case(
        name, "depthwise" if depthwise else "conv", [(codes(*shape), Grid(scale, zeros[0]))], Grid(output, zeros[1]),
        window_shape(shape, size, strides, padding, filters), kernel,
        Grid(scales(filters) if kernel_scales is None else kernel_scales),
        random.integers(-bias, bias + 1, filters), activation, padding, strides))


def dense(name, batch, inputs, units, zeros=(-3, 5), activation="none", kernel_scales=None, scale=0.02, output=0.25,
          bias=20000):
    record(Case(
        name, "dense", [(codes(batch, inputs), Grid(scale, zeros[0]))], Grid(output, zeros[1]), (batch, units),
        weights(units, inputs), Grid(scales(units) if kernel_scales is None else kernel_scales),
        random.integers(-bias, bias + 1, units), activation))


def linear_cases():
    """The same shapes with a scale a channel and with one scale."""
    for kind, count in (("channels", None), ("tensor", 1)):
        one = lambda: None if count is None else scales(1)
        convolution(f"conv-3x3-same-{kind}", (2, 9, 7, 5), 8, (3, 3), padding="same", kernel_scales=one())
        convolution(f"conv-one-channel-{kind}", (1, 28, 28, 1), 12, (3, 3), zeros=(-128, -128), activation="relu",
                    kernel_scales=one(), scale=1 / 255, output=0.02, bias=4000)
        convolution(f"conv-strided-same-relu6-{kind}", (2, 10, 7, 6), 9, (3, 3), (2, 2), "same", (127, 127), "relu6",
                    one(), output=0.05)
        convolution(f"conv-5x5-strides-3-2-{kind}", (1, 14, 11, 4), 8, (5, 5), (3, 2), "valid", (127, -128), "relu6",
                    one(), output=0.03)
        convolution(f"conv-1x1-{kind}", (1, 5, 6, 16), 33, (1, 1), zeros=(0, 0), kernel_scales=one())
        convolution(f"conv-1x1-strided-{kind}", (1, 5, 6, 17), 16, (1, 1), (2, 2), zeros=(-128, 127),
                    kernel_scales=one())
        convolution(f"conv-window-of-image-{kind}", (3, 4, 5, 3), 7, (4, 5), zeros=(9, 0), kernel_scales=one())
        convolution(f"conv-2x3-same-{kind}", (1, 6, 8, 3), 5, (2, 3), padding="same", zeros=(9, -128),
                    activation="relu", kernel_scales=one())
        convolution(f"conv-multiplier-above-one-{kind}", (1, 4, 4, 2), 6, (3, 3), padding="same", zeros=(-3, 5),
                    kernel_scales=one(), scale=0.5, output=0.0004, bias=300)
        convolution(f"conv-many-channels-{kind}", (1, 4, 4, 64), 16, (3, 3), padding="same", zeros=(-128, -128),
                    activation="relu", kernel_scales=one(), output=0.5)
        convolution(f"depthwise-3x3-same-{kind}", (2, 8, 7, 9), 9, (3, 3), padding="same", zeros=(7, -20),
                    kernel_scales=one(), output=0.1, bias=3000, depthwise=True)
        convolution(f"depthwise-3x3-strided-relu6-{kind}", (1, 9, 10, 16), 16, (3, 3), (2, 2), "same", (-128, -128),
                    "relu6", one(), output=0.024, bias=3000, depthwise=True)
        convolution(f"depthwise-multiplier-2-{kind}", (1, 9, 7, 5), 10, (3, 3), (2, 2), "same", (127, -5),
                    kernel_scales=one(), output=0.1, bias=3000, depthwise=True)
        convolution(f"depthwise-5x5-{kind}", (1, 9, 7, 6), 6, (5, 5), (2, 1), "valid", (7, -20), "relu", one(),
                    output=0.08, bias=3000, depthwise=True)
        dense(f"dense-{kind}", 5, 64, 33, kernel_scales=one())
        dense(f"dense-relu-{kind}", 1, 130, 10, (-128, -128), "relu", one(), output=0.4)
        dense(f"dense-relu6-{kind}", 4, 31, 16, (127, -40), "relu6", one(), output=0.04)
        dense(f"dense-multiplier-above-one-{kind}", 4, 3, 20, (10, -10), kernel_scales=one(), scale=0.5,
              output=0.0004, bias=300)
    convolution("conv-exact-ties", (1, 6, 6, 4), 8, (3, 3), padding="same", zeros=(0, 1), scale=0.25, output=1.0,
                kernel_scales=np.float32(2.0) ** random.integers(-7, -3, 8))
    convolution("conv-all-saturate", (1, 5, 5, 8), 4, (3, 3), scale=0.5, output=0.01)
    dense("dense-exact-ties", 8, 40, 32, (-128, -1), scale=0.25, output=1.0, kernel_scales=np.float32(2.0**-6))


def requantization_cases():
    """One input that is real 0, so that each accumulator is its bias, put as near to a tie as an integer can be."""
    for name, low, high in (("small", 2.0**-21, 2.0**-12), ("middle", 2.0**-12, 2.0**-4), ("large", 2.0**-4, 60.0)):
        units, grid, output = 1024, Grid(0.0078, -7), Grid(0.031, -1)
        kernel_grid = Grid(np.exp(random.uniform(np.log(low), np.log(high), units)) * 0.031 / 0.0078)
        multiplier = grid.scale[0].astype(np.float64) * kernel_grid.scale / output.scale[0]
        wanted = random.integers(-130, 130, units) + 0.5
        bias = np.clip(np.rint(wanted / multiplier), -(2**30), 2**30).astype(np.int64)
        zero_code = np.full((1, 1), grid.zero, np.int8)
        record(Case(f"dense-near-ties-{name}", "dense", [(zero_code, grid)], output, (1, units),
                    np.ones((units, 1), np.int8), kernel_grid, bias))
        image = zero_code.reshape(1, 1, 1, 1)
        record(Case(f"conv-near-ties-{name}", "conv", [(image, grid)], output, (1, 1, 1, units),
                    np.ones((units, 1, 1, 1), np.int8), kernel_grid, bias))
        image = np.full((1, 1, 1, units), grid.zero, np.int8)
        record(Case(f"depthwise-near-ties-{name}", "depthwise", [(image, grid)], output, (1, 1, 1, units),
                    np.ones((1, 1, 1, units), np.int8), kernel_grid, bias))


def pool_cases():
    for op in ("max_pool", "average_pool"):
        for window, strides in (
            ((2, 2), (2, 2)), ((3, 3), (2, 2)), ((3, 2), (1, 1)), ((5, 4), (3, 2)), ((9, 7), (1, 1)),
        ):
            for padding in ("valid", "same"):
                size = "%dx%d-%d-%d" % (*window, *strides)
                activation = "relu6" if window == (3, 2) else "none"
                grid, shape = Grid(0.05, -20), (2, 9, 7, 5)
                record(Case(
                    f"{op}-{size}-{padding}", op, [(codes(*shape), grid)], grid,
                    window_shape(shape, window, strides, padding, shape[3]), activation=activation, padding=padding,
                    strides=strides, window=window))


def grid_cases():
    """Operations that go from grids to a grid; the first with the same grid."""
    for place in range(10):
        height, width = ((7, 7), (1, 1), (4, 4), (6, 7), (3, 5))[place % 5]
        grid = Grid(scales(1, 0.01, 0.1)[0], int(random.integers(-128, 128)))
        ratio, zero = random.uniform(0.2, 1.6), int(random.integers(-128, 128))
        output = grid if place == 0 else Grid(grid.scale[0] * ratio, zero)
        record(Case(f"mean-{place}", "mean", [(codes(2, height, width, 24), grid)], output, (2, 24)))
    for place, (ratio, height, width) in enumerate(((0.1, 5, 5), (0.7, 4, 3), (0.3, 10, 1))):
        grid, output = (
            Grid(np.float32(0.04) * np.float32(factor), int(random.integers(-128, 128))) for factor in (ratio, 1))
        record(Case(f"mean-near-ties-{place}", "mean", [(codes(1, height, width, 512), grid)], output, (1, 512)))
    every = np.arange(-128, 128, dtype=np.int8)
    for place, (a_ratio, b_ratio) in enumerate(((0.1, 0.3), (0.7, 0.9), (0.35, 0.05), (1 / 3, 0.15))):
        # Ratios of the scales that no float32 holds, so that sums lie next to ties.
        a_grid, b_grid, output = (
            Grid(np.float32(0.04) * np.float32(ratio), int(random.integers(-128, 128)))
            for ratio in (a_ratio, b_ratio, 1))
        record(Case(f"add-near-ties-{place}", "add", [(codes(16, 256), a_grid), (codes(16, 256), b_grid)], output,
                    (16, 256)))
    for place in range(8):
        a_grid, b_grid, output = (
            Grid(scales(1, 0.01, 0.1)[0], int(zero)) for zero in random.integers(-128, 128, 3))
        if place == 0:
            a_grid, b_grid, output = Grid(0.5, 3), Grid(0.25, -2), Grid(1.0, 0)  # every tie
        a, b = np.meshgrid(every, random.permutation(every)[:16])
        activation = ("none", "relu", "relu6")[place % 3]
        record(Case(f"add-{place}", "add", [(np.ascontiguousarray(a), a_grid), (np.ascontiguousarray(b), b_grid)],
                    output, a.shape, activation=activation))
    for op in ("quantize", "relu", "relu6"):
        for place, ratio in enumerate((1.0, 0.5, 0.0625, 0.1, 0.75, 1.3, 3.7, 20.0)):
            grid = Grid(0.05, int(random.integers(-128, 128)))
            output = Grid(np.float32(0.05) / np.float32(ratio), int(random.integers(-128, 128)))
            record(Case(f"{op}-{place}", op, [(every[None], grid)], output, (1, 256)))
    for place, scale in enumerate((0.001, 0.02, 0.1, 0.25, 1.0, 4.0)):
        grid = Grid(scale, int(random.integers(-128, 128)))
        for classes in (1, 2, 10, 200):
            rows = codes(24 if classes <= 10 else 4, classes)
            record(Case(f"softmax-{place}-{classes}", "softmax", [(rows, grid)], Grid(1 / 256, -128), rows.shape))


    # Rows for which the two softmaxes differ, found by a search.
    rows = np.array(
        [[101, 117, 110, 115, 114, 106], [107, 107, 120, 109, 111, 102], [127, 119, 123, 107, 106, 105]], np.int8)
    record(Case("softmax-apart", "softmax", [(rows, Grid(0.25, 0))], Grid(1 / 256, -128), rows.shape))


def own_grid_cases():
    """Poolings with equal and with other grids, scales with many ties, odd and even zero points; softmaxes of scales
    that are a whole part of 1 and that are not."""
    for place in range(24):
        size, strides = (((2, 2), (2, 2)), ((3, 3), (2, 2)), ((3, 2), (1, 1)), ((5, 4), (3, 2)))[place % 4]
        padding = ("valid", "same")[place // 4 % 2]
        grid = Grid(0.0625 if place < 8 else scales(1, 0.01, 0.1)[0], int(random.integers(-128, 128)))
        ratio = 1 if place % 3 == 0 else 0.5 if place < 8 else random.uniform(0.4, 1.5)
        zero = grid.zero if place % 6 == 0 else int(random.integers(-100, 100))
        output, shape = Grid(grid.scale[0] * np.float32(ratio), zero), (2, 9, 8, 5)
        record_own_grid(Case(
            f"average_pool-{place}", "average_pool", [(codes(*shape), grid)], output,
            window_shape(shape, size, strides, padding, shape[3]), padding=padding, strides=strides, window=size))
    outputs = ((1 / 256, -128), (1 / 255, -128), (1 / 127, 0), (0.0037, -119), (0.004, -128), (1 / 103 * 0.9999, -3),
               (1 / 512, -13), (0.0099, 4))
    for place, (scale, zero) in enumerate(outputs):
        for classes in (2, 10, 200):
            grid = Grid((0.02, 0.1, 0.3, 0.7)[place % 4], int(random.integers(-128, 128)))
            rows = codes(24 if classes <= 10 else 4, classes)
            rows[:2] = rows[0, 0]  # equal logits, whose probabilities are ties for an odd number of steps
            record_own_grid(Case(f"softmax-{place}-{classes}", "softmax", [(rows, grid)], Grid(scale, zero), rows.shape))


def moving_cases():
    grid = Grid(0.1, 3)
    parts = [(codes(2, 3, 4, channels), grid) for channels in (2, 1, 5)]
    record(Case("concatenation-channels", "concatenation", parts, grid, (2, 3, 4, 8), axis=3))
    parts = [(codes(2, rows, 4, 3), grid) for rows in (1, 3)]
    record(Case("concatenation-rows", "concatenation", parts, grid, (2, 4, 4, 3), axis=1))
    paddings = np.array([[0, 0], [1, 2], [0, 3], [0, 0]])
    record(Case("pad", "pad", [(codes(2, 3, 4, 2), grid)], grid, (2, 6, 7, 2), paddings=paddings))
    record(Case("reshape", "reshape", [(codes(2, 3, 4, 2), grid)], grid, (2, 24)))
    other = Case("refused", "concatenation", [(codes(1, 4), grid), (codes(1, 4), Grid(0.2, 3))], grid, (1, 8), axis=1)
    reference, litert, _ = run_litert(other)
    assert isinstance(reference, str) and isinstance(litert, str), "LiteRT concatenates tensors of two scales now"


def hard_swish_cases():
    every = np.arange(-128, 128, dtype=np.int8)
    grids = ((0.05, 0, 0.04, -100), (0.1, -3, 0.09, -97), (0.02, 5, 0.02, 7), (0.008, 100, 0.0075, 9),
             (0.3, -128, 0.3, -128), (0.047, -14, 0.024, -112), (1.7, 20, 0.9, -2), (0.03, 0, 0.0005, 0))
    for place, (scale, zero, output, output_zero) in enumerate(grids):
        record(Case(f"hard_swish-{place}", "hard_swish", [(every[None], Grid(scale, zero))],
                    Grid(output, output_zero), (1, 256)))


def leaky_relu_cases():
    """Common and odd slopes, ratios with many ties, ratios and slopes that XNNPACK leaves to LiteRT; every input code."""
    every = np.arange(-128, 128, dtype=np.int8)
    pairs = [(1.0, 0.3), (0.5, 0.5), (0.25, 0.2), (0.1, 0.3), (0.3, 0.1), (0.7, 0.01), (1.3, 0.2), (3.7, 0.01),
             (2.0, 1.0), (0.6, 1.5), (0.4, 3.0), (1.0, 0.0), (0.9, 0.0), (0.8, 0.001), (0.0625, 0.05), (1.0, 2.0**-8),
             (2.0**-8, 1.0), (0.003, 0.3), (128.0, 1.0), (200.0, 0.1), (1.0, 128.0), (1.0, 200.0), (0.1, 1e-12)]
    pairs += [(np.exp(random.uniform(-3, 1.5)), random.uniform(0, 0.6)) for _ in range(25)]
    for place, (ratio, slope) in enumerate(pairs):
        grid = Grid(scales(1, 0.01, 0.1)[0], int(random.integers(-128, 128)))
        output = Grid(grid.scale[0] / np.float32(ratio), int(random.integers(-128, 128)))
        record(Case(f"leaky_relu-{place}", "leaky_relu", [(every[None], grid)], output, (1, 256),
                    slope=float(np.float32(slope))))
    found = 0
    while found < 6:  # XNNPACK's multiplier in 256ths depends on which product is rounded first
        scale, output, slope = scales(3, 0.01, 1)
        either = [np.rint(np.float32(256) * ratio) for ratio in (scale / output * slope, scale * slope / output)]
        if either[0] != either[1] and min(either) >= 1:
            record(Case(f"leaky_relu-order-{found}", "leaky_relu", [(every[None], Grid(scale, 0))], Grid(output, 0),
                        (1, 256), slope=float(slope)))
            found += 1


def table_cases(op, fixed, inverse):
    """Every input code: scales from one code to all that saturate, and those whose codes fall next to ties."""
    every = np.arange(-128, 128, dtype=np.int8)
    spread = [2.0**-20, 1e-3, 0.01, 0.02, 0.03, 0.05, 0.0625, 0.1, 0.25, 1.0, 5.0, 1e6]
    for place in range(48):
        zero = int(random.integers(-128, 128))
        if place < len(spread):
            scale = np.float32(spread[place])
        else:
            tie = int(random.integers(1, 60)) * 2 + 0.5 + place % 2
            scale = np.float32(inverse(tie) / int(random.integers(3, 60)))
            for _ in range(place % 3):
                scale = np.nextafter(scale, np.float32(1))
        record(Case(f"{op}-{place}", op, [(every[None], Grid(scale, zero))], fixed, (1, 256)))


def s_curve_cases():
    table_cases("sigmoid", Grid(1 / 256, -128), lambda tie: np.log((128 + tie) / (128 - tie)))
    table_cases("tanh", Grid(1 / 128, 0), lambda tie: np.arctanh(tie / 128))


if __name__ == "__main__":
    linear_cases()
    requantization_cases()
    pool_cases()
    grid_cases()
    moving_cases()
    hard_swish_cases()
    save(pathlib.Path(__file__).parent / "operations.safetensors")
    tensors, metadata = {}, {}
    leaky_relu_cases()
    s_curve_cases()
    save(pathlib.Path(__file__).parent / "activations.safetensors")
    tensors, metadata = {}, {}
    own_grid_cases()
    save(pathlib.Path(__file__).parent / "own_grids.safetensors")
    print("operation      runtime            cases  codes  unlike reference")
    for (op, runtime), (cases, count, differing) in tally.items():
        print(f"{op:14s} {runtime:18s} {cases:5d} {count:6d} {differing:6d}")
