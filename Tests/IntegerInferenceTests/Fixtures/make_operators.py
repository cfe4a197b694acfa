"""Makes the cases of the operations that .tflite files have and make_fixtures.py lacks, one file a family.

Run with: python make_operators.py [FAMILY …]
The committed files were made by ai-edge-litert 2.3.0 and onnxruntime 1.32.0 (onnx 1.23.2, numpy 2.4.6; x86-64 with
AVX-512 VNNI); the seed of each family stands beside its name below.

    windows.safetensors     dilated and grouped convolutions, dilated depthwise convolutions
    transposed.safetensors  transposed convolutions
    operands.safetensors    sums, differences and products of two tensors, one of them repeated or constant; PReLU
    images.safetensors      slices, transpositions, padding, and images of another size

Tensors and words are those of make_fixtures.py. In addition there are the words `dilations`; `constants`, the numbers
of the inputs that are constants in the file; `begin`, `size`, `strides`, `permutation`, `before`, `after` and `code` of
an example's axes; `alignCorners`, `halfPixelCenters` and `same`. Where the word `pairs` stands, the inputs are all
65,536 pairs of codes in ascending order, the first code changing slowest, and instead of the codes of a runtime there
is the word with its name: the SHA-256 of the codes. ONNX Runtime is asked where it has the operation on codes. Every
committed number was first compared with the numpy functions of operator_arithmetic.py.

As observed in the versions above:

- Dilation and groups change which products are summed, and nothing of how sums become codes. XNNPACK takes both.
- Transposed convolutions become codes as others do. XNNPACK leaves those with padding `same` and a kernel smaller than
  the stride to LiteRT's optimized kernel, which is not quite the reference: they are left out.
- SUB is ADD with the second operand's sign changed. XNNPACK takes both if both ratios to the output's scale are 2^-10
  to below 2^8; what LiteRT makes of lower ones is the reference, and of an ADD's higher ones is not.
- MUL: a multiplier of quotients in float32; the reference rounds twice, XNNPACK (from 2^-16 to below 2^8) once, half to
  even before the zero point; ONNX Runtime half to even after it.
- PRELU: two multipliers, each rounded twice, in both; XNNPACK refuses it.
- A ReLU6 ends at the zero point + 6 ÷ scale, half away from zero, in the reference; half to even after the zero point was
  added in XNNPACK: they differ where 6 ÷ scale is a tie, which no case here is.
- ONNX Runtime's QLinearAdd exchanges its operands if the first is a scalar.
- RESIZE_NEAREST_NEIGHBOR is the same everywhere; ONNX Runtime calls the modes asymmetric with floor, align_corners and
  half_pixel with round_prefer_ceil. RESIZE_BILINEAR: weights of 10 bits and half away from zero in the reference, of 11
  bits and half up in XNNPACK.
"""

import hashlib
import pathlib
import sys

import numpy as np
from onnx import helper

import make_fixtures
import onnx_runtime
from arithmetic import clamped, requantized_fixed_point, requantized_float32
from litert import Grid
from make_fixtures import grid_text, keep, metadata
from operator_arithmetic import (
    add_or_subtract, bilinear, convolution_sums, multiply, nearest, prelu, same_padding, transposed_padding,
    transposed_sums)
from operators import Operator, Tensor, run

ACTIVATIONS = {"none": 0, "relu": 1, "relu6": 3}
random = None  # the generator of the family that is made


def codes(*shape):
    """Codes of any value, the ends somewhat more often than the others."""
    return np.clip(random.integers(-140, 140, shape), -128, 127).astype(np.int8)


def zero():
    return int(random.integers(-128, 128))


def scales(count, low=1e-3, high=2e-2):
    return np.exp(random.uniform(np.log(low), np.log(high), count)).astype(np.float32)


def record(name, words, inputs, results, expected):
    """Keeps a case: `inputs` as [(codes, grid)], `results` and `expected` by the runtime's name."""
    assert name not in metadata, name
    for runtime, found in results.items():
        if found is None:
            continue
        assert not isinstance(found, str), (name, runtime, found)
        wrong = np.argwhere(expected[runtime].reshape(found.shape) != found)
        assert len(wrong) == 0, (name, runtime, len(wrong), wrong[:5])
        keep(f"{name}/{runtime}", found)
    for place, (values, grid) in enumerate(inputs):
        key = "input" + (f".{place}" if place else "")
        keep(f"{name}/{key}", values)
        words[key] = grid_text(grid)
    metadata[name] = " ".join(f"{key}={value}" for key, value in words.items())


def in_onnx(image, grid, output, node, constants):
    """The codes of one node on an image, NHWC."""
    values = {"xs": grid.scale[0], "xz": np.int8(grid.zero), "ys": output.scale[0], "yz": np.int8(output.zero)}
    found = onnx_runtime.run(
        [node], {"x": np.ascontiguousarray(image.transpose(0, 3, 1, 2))}, values | constants, "y")
    return np.ascontiguousarray(found.transpose(0, 2, 3, 1))


# Windows.


def convolution(name, shape, filters, size, strides=(1, 1), dilations=(1, 1), padding="same", groups=1,
                depthwise=False, activation="none", kernel_scales=None, scale=0.02, output=0.25, bias=20000):
    """A convolution of random codes; of a depthwise convolution, `groups` are the channels."""
    groups = shape[3] if depthwise else groups
    kernel = codes(filters, *size, shape[3] // groups)
    kernel_scales = scales(filters) if kernel_scales is None else np.atleast_1d(np.float32(kernel_scales))
    image, bias = codes(*shape), random.integers(-bias, bias + 1, filters).astype(np.int32)
    grid, kernel_grid, output = Grid(scale, zero()), Grid(kernel_scales), Grid(output, zero())
    both = [same_padding(*each) for each in zip(shape[1:3], size, strides, dilations)]
    if padding == "valid":
        both = [((extent - (window - 1) * dilation - 1) // stride + 1, 0, 0)
                for extent, window, stride, dilation in zip(shape[1:3], size, strides, dilations)]
    (rows, top, bottom), (columns, left, right) = both
    kind = "DepthwiseConv2D" if depthwise else "Conv2D"
    options = {"padding": int(padding == "valid"), "strideH": strides[0], "strideW": strides[1],
               "dilationHFactor": dilations[0], "dilationWFactor": dilations[1],
               "fusedActivationFunction": ACTIVATIONS[activation]}
    if depthwise:
        options["depthMultiplier"] = filters // shape[3]
    tflite_kernel = kernel.transpose(3, 1, 2, 0) if depthwise else kernel
    bias_scale = (grid.scale.astype(np.float64) * kernel_scales).astype(np.float32)
    reference, litert, kernels = run(Operator(
        "DEPTHWISE_CONV_2D" if depthwise else "CONV_2D",
        [Tensor(image, grid), Tensor(tflite_kernel, kernel_grid, True, 3 if depthwise else 0),
         Tensor(bias, Grid(bias_scale), True)],
        output, (shape[0], rows, columns, filters), (kind, options), 3))
    assert kernels == "xnnpack", name
    results = {"reference": reference, "litert": litert}
    if activation == "none":
        node = helper.make_node(
            "QLinearConv", ["x", "xs", "xz", "w", "ws", "wz", "ys", "yz", "b"], ["y"], strides=list(strides),
            dilations=list(dilations), group=groups, pads=[top, left, bottom, right])
        results["onnxruntime"] = in_onnx(image, grid, output, node, {
            "w": np.ascontiguousarray(kernel.transpose(0, 3, 1, 2)), "b": bias,
            "ws": kernel_scales if len(kernel_scales) > 1 else kernel_scales[0],
            "wz": np.zeros(len(kernel_scales), np.int8) if len(kernel_scales) > 1 else np.int8(0)})
    sums = convolution_sums(image, grid.zero, kernel, bias, strides, dilations, (top, left), (rows, columns), groups)
    once = clamped(requantized_float32(sums, grid, kernel_grid, output), activation, output)
    twice = clamped(requantized_fixed_point(sums, grid, kernel_grid, output), activation, output)
    house = kernel.transpose(1, 2, 3, 0)
    if depthwise:
        house = house.reshape(*size, shape[3], filters // shape[3])
    keep(f"{name}/kernel", house)
    keep(f"{name}/kernel.scales", kernel_scales)
    keep(f"{name}/bias", bias)
    record(name, {"op": "depthwise" if depthwise else "conv", "activation": activation, "kernels": kernels,
                  "output": grid_text(output), "window": "%d,%d" % tuple(size), "strides": "%d,%d" % tuple(strides),
                  "dilations": "%d,%d" % tuple(dilations), "padding": f"{top},{left},{bottom},{right}"},
           [(image, grid)], results, {"reference": twice, "litert": once, "onnxruntime": once})


def windows():
    two = lambda count: np.float32(2.0) ** random.integers(-7, -3, count)
    convolution("dilated-2", (2, 9, 8, 3), 5, (3, 3), dilations=(2, 2))
    convolution("dilated-3-2-valid", (1, 11, 9, 4), 6, (3, 2), dilations=(3, 2), padding="valid", activation="relu")
    convolution("dilated-strided", (1, 12, 11, 2), 4, (3, 3), (2, 3), (2, 2), activation="relu6", output=0.05)
    convolution("dilated-without-pixels", (1, 1, 2, 3), 7, (2, 2), dilations=(5, 3))
    convolution("dilated-far", (1, 12, 14, 2), 3, (3, 3), dilations=(5, 7), output=0.1)
    convolution("dilated-ties", (1, 7, 7, 4), 8, (3, 3), dilations=(2, 1), kernel_scales=two(8), scale=0.25, output=1)
    convolution("dilated-one-scale", (1, 8, 6, 5), 17, (1, 3), dilations=(1, 2), kernel_scales=0.01)
    convolution("depthwise-dilated-2", (2, 9, 8, 5), 5, (3, 3), dilations=(2, 2), depthwise=True, output=0.1, bias=3000)
    convolution("depthwise-dilated-multiplier", (1, 10, 9, 3), 9, (3, 2), dilations=(2, 3), padding="valid",
                depthwise=True, activation="relu6", output=0.05, bias=3000)
    convolution("depthwise-dilated-ties", (1, 7, 6, 17), 17, (3, 3), (1, 1), (1, 3), depthwise=True,
                kernel_scales=two(17), scale=0.25, output=0.5, bias=3000)
    convolution("depthwise-dilated-far", (1, 9, 11, 2), 2, (2, 3), dilations=(8, 5), depthwise=True, output=0.05,
                bias=3000)
    for groups, shape, filters in ((2, (2, 6, 5, 4), 6), (3, (1, 5, 7, 9), 3), (4, (1, 4, 6, 4), 8), (5, (1, 5, 5, 5), 5),
                                   (2, (1, 5, 4, 34), 66)):
        convolution(f"groups-{groups}-{shape[3]}-{filters}", shape, filters, (3, 3), groups=groups,
                    activation="relu" if groups == 3 else "none")
    convolution("groups-strided-valid", (1, 9, 8, 6), 4, (2, 3), (2, 2), padding="valid", groups=2, activation="relu6",
                output=0.05)
    convolution("groups-dilated", (1, 9, 8, 6), 9, (3, 3), dilations=(2, 2), groups=3)
    convolution("groups-ties", (1, 5, 5, 8), 8, (1, 1), groups=4, kernel_scales=two(8), scale=0.25, output=0.25, bias=300)
    convolution("groups-one-scale", (1, 6, 5, 4), 6, (3, 3), groups=2, kernel_scales=0.008)


def transposed_convolution(name, shape, filters, size, strides, outputs, same=True, activation="none", biased=True,
                           kernel_scales=None, scale=0.02, output=0.25, bias=20000):
    kernel, image = codes(filters, *size, shape[3]), codes(*shape)
    kernel_scales = scales(filters) if kernel_scales is None else np.atleast_1d(np.float32(kernel_scales))
    bias = random.integers(-bias, bias + 1, filters).astype(np.int32) if biased else np.zeros(filters, np.int32)
    grid, kernel_grid, output = Grid(scale, zero()), Grid(kernel_scales), Grid(output, zero())
    output_shape = (shape[0], *outputs, filters)
    inputs = [np.array(output_shape), Tensor(kernel, kernel_grid, True), Tensor(image, grid)]
    if biased:
        bias_scale = (grid.scale.astype(np.float64) * kernel_scales).astype(np.float32)
        inputs.append(Tensor(bias, Grid(bias_scale), True))
    reference, litert, kernels = run(Operator(
        "TRANSPOSE_CONV", inputs, output, output_shape,
        ("TransposeConv", {"padding": int(not same), "strideH": strides[0], "strideW": strides[1],
                           "fusedActivationFunction": ACTIVATIONS[activation]}), 4 if activation != "none" else 3))
    (top, bottom), (left, right) = (
        transposed_padding(*each) if same else (0, 0) for each in zip(shape[1:3], outputs, size, strides))
    sums = transposed_sums(image, grid.zero, kernel, bias, strides, (top, left), outputs)
    results = {"reference": reference}
    if not same or all(np.array(size) >= strides):
        assert kernels == "xnnpack", name
        results["litert"] = litert
    keep(f"{name}/kernel", kernel.transpose(1, 2, 3, 0))
    keep(f"{name}/kernel.scales", kernel_scales)
    keep(f"{name}/bias", bias)
    record(name, {"op": "transposed", "activation": activation, "kernels": kernels, "output": grid_text(output),
                  "window": "%d,%d" % tuple(size), "strides": "%d,%d" % tuple(strides),
                  "padding": f"{top},{left},{bottom},{right}", "same": str(same).lower()}, [(image, grid)], results, {
        "reference": clamped(requantized_fixed_point(sums, grid, kernel_grid, output), activation, output),
        "litert": clamped(requantized_float32(sums, grid, kernel_grid, output), activation, output)})


def transposed():
    transposed_convolution("same-3x3-2", (2, 4, 4, 3), 5, (3, 3), (2, 2), (8, 8))
    transposed_convolution("same-3x3-2-odd", (1, 4, 5, 2), 4, (3, 3), (2, 2), (7, 9), activation="relu")
    transposed_convolution("same-2x2-2", (1, 3, 5, 4), 3, (2, 2), (2, 2), (6, 10), activation="relu6", output=0.05)
    transposed_convolution("same-4x5-3-2", (1, 3, 4, 2), 3, (4, 5), (3, 2), (8, 7))
    transposed_convolution("same-3x3-1", (1, 5, 4, 6), 17, (3, 3), (1, 1), (5, 4), kernel_scales=0.01)
    transposed_convolution("same-no-bias", (2, 2, 3, 3), 2, (3, 3), (2, 2), (4, 6), biased=False, output=0.1)
    transposed_convolution("valid-3x3-2", (1, 3, 4, 3), 4, (3, 3), (2, 2), (7, 9), same=False)
    transposed_convolution("valid-more-pixels", (1, 3, 2, 3), 4, (3, 2), (3, 3), (11, 6), same=False, activation="relu")
    transposed_convolution("valid-1x2-3", (1, 3, 3, 2), 3, (1, 2), (3, 3), (9, 9), same=False)
    transposed_convolution("valid-one-pixel", (1, 1, 1, 5), 6, (4, 3), (2, 1), (4, 3), same=False)
    transposed_convolution("same-small-kernel", (1, 3, 4, 2), 3, (2, 1), (3, 2), (8, 8))
    transposed_convolution("same-ties", (1, 4, 5, 4), 8, (3, 3), (2, 2), (8, 10), scale=0.25, output=0.5, bias=300,
                           kernel_scales=np.float32(2.0) ** random.integers(-7, -3, 8))
    transposed_convolution("valid-ties", (1, 4, 3, 4), 8, (3, 2), (2, 1), (9, 4), same=False, scale=0.25, output=1,
                           bias=300, kernel_scales=np.float32(2.0) ** random.integers(-7, -3, 8))


# Operands.

EVERY = np.arange(-128, 128, dtype=np.int8)
PAIRS = [np.ascontiguousarray(side) for side in np.meshgrid(EVERY, EVERY, indexing="ij")]
OPERATORS = {"add": "ADD", "subtract": "SUB", "multiply": "MUL", "prelu": "PRELU"}


def computed(op, x, y, output, activation, runtime):
    if op == "prelu":
        return prelu(x, y, output)
    if op == "multiply":
        return multiply(x, y, output, activation, runtime)
    return add_or_subtract(x, y, output, activation, -1 if op == "subtract" else 1, runtime)


def operands(name, op, x, y, output, activation="none", constants=(), pairs=False):
    """An operation on two tensors, [(codes, grid)]; with `pairs` only the hashes of the results are kept."""
    shape = np.broadcast_shapes(x[0].shape, y[0].shape)
    options = None if op == "prelu" else (OPERATORS[op].title(), {"fusedActivationFunction": ACTIVATIONS[activation]})
    sides = [Tensor(values, grid, place in constants) for place, (values, grid) in enumerate((x, y))]
    reference, litert, kernels = run(Operator(OPERATORS[op], sides, output, shape, options, 1 if op == "prelu" else 2))
    results = {"reference": reference, "litert": litert}
    expected = {"reference": computed(op, x, y, output, activation, "reference"),
                "litert": computed(op, x, y, output, activation, kernels)}
    alike = x[0].ndim == y[0].ndim or 1 in (x[0].size, y[0].size)  # other shapes have no counterpart in NCHW
    if op in ("add", "multiply") and activation == "none" and alike:
        node = onnx_runtime.microsoft({"add": "QLinearAdd", "multiply": "QLinearMul"}[op], "x xs xz b bs bz ys yz")
        results["onnxruntime"] = onnx_runtime.run([node], {"x": in_channels(x[0]), "b": in_channels(y[0])}, {
            "xs": x[1].scale[0], "xz": np.int8(x[1].zero), "bs": y[1].scale[0], "bz": np.int8(y[1].zero),
            "ys": output.scale[0], "yz": np.int8(output.zero)}, "y")
        results["onnxruntime"] = np.moveaxis(results["onnxruntime"], 1, -1) if len(shape) == 4 else results["onnxruntime"]
        expected["onnxruntime"] = computed(op, x, y, output, activation, "onnxruntime")
    words = {"op": op, "activation": activation, "kernels": kernels, "output": grid_text(output)}
    if constants:
        words["constants"] = ",".join(map(str, constants))
    if not pairs:
        record(name, words, [x, y], results, expected)
        return
    words |= {"pairs": "all", "input": grid_text(x[1]), "input.1": grid_text(y[1])}
    for runtime, found in results.items():
        assert np.array_equal(expected[runtime].reshape(found.shape), found), (name, runtime)
        words[runtime] = hashlib.sha256(np.ascontiguousarray(found).tobytes()).hexdigest()
    metadata[name] = " ".join(f"{key}={value}" for key, value in words.items())


def in_channels(values):
    """NHWC to NCHW, as ONNX has images: there a code for each channel is a scalar for the rows of a channel."""
    return np.ascontiguousarray(np.moveaxis(values, -1, 1)) if values.ndim == 4 else values


def operand_cases():
    fixed = [(0.5, 0.25, 1.0), (0.0625, 0.03125, 0.125), (0.02, 1 / 256, 0.015), (1.0, 1.0, 1.0), (0.1, 0.1, 0.1),
             (2.0, 0.5, 0.25), (0.001, 0.9, 0.7), (2.0**-15, 0.03125, 0.125), (0.01, 0.02, 30.0), (0.5, 0.5, 0.002)]
    for op in ("subtract", "multiply", "add", "prelu"):
        for place in range(len(fixed) + 8):
            three = fixed[place] if place < len(fixed) else tuple(scales(3, 0.005, 0.2))
            if op == "multiply" and place == 8:
                three = (0.01, 0.01, 9.0)  # below 2^-16
            zeros = (0, 0, 0) if place in (0, 4) else (zero(), zero(), zero())
            x, y, output = (Grid(*each) for each in zip(three, zeros))
            activation = ("none", "relu", "relu6", "none")[place % 4] if op != "prelu" else "none"
            # Where a slope's code changes fastest, the channels are the slopes.
            sides = [(PAIRS[0][None, None], x), (EVERY[None, None] if op == "prelu" else PAIRS[1][None, None], y)]
            operands(f"{op}-pairs-{place}", op, *sides, output, activation, (1,) if op == "prelu" else (), pairs=True)
    shapes = {"channels": (1, 1, 1, 6), "one": (1,), "row": (4, 6)}
    for op in ("subtract", "multiply", "add"):
        for name, shape in shapes.items():
            for place, constants in enumerate(((), (0,), (1,))):
                x, y, output = (Grid(float(scale), zero()) for scale in scales(3, 0.02, 0.1))
                sides = [(codes(2, 3, 4, 6), x), (codes(*shape), y)]
                if name == "channels" and not constants:
                    sides[1] = (codes(2, 1, 1, 6), y)
                if name != "channels" and not constants or name == "row" and op != "subtract" and place != 1:
                    continue
                if constants == (0,):
                    sides.reverse()
                operands(f"{op}-{name}-{place}", op, *sides, output, "none", constants)
    operands("prelu-channels", "prelu", (codes(2, 3, 4, 6), Grid(0.05, 3)), (codes(1, 1, 6), Grid(0.3 / 127, 0)),
             Grid(0.04, -9), "none", (1,))


# Moving codes.


def moved(name, op, image, words, inputs, options, expected, version=2, onnx=None):
    """An operation that moves codes; the grid stays."""
    grid = Grid(0.1, zero())
    reference, litert, kernels = run(Operator(
        op, [Tensor(image, grid), *inputs(grid)], grid, expected.shape, options, version))
    record(name, words | {"activation": "none", "kernels": kernels, "output": grid_text(grid)}, [(image, grid)],
           {"reference": reference, "litert": litert, "onnxruntime": onnx},
           {"reference": expected, "litert": expected, "onnxruntime": expected})


def text(numbers):
    return ",".join(map(str, numbers))


def movements():
    for place, (shape, begin, size, strides) in enumerate((
            ((2, 5, 4, 3), (1, 0, 0), (3, 4, 3), (1, 1, 1)), ((1, 7, 6, 4), (0, 1, 1), (4, 3, 2), (2, 2, 2)),
            ((2, 6, 5, 3), (5, 4, 2), (6, 2, 3), (-1, -3, -1)), ((1, 9), (8,), (3,), (-4,)),
            ((2, 3, 8), (0, 2), (3, 4), (1, 1)), ((1, 6, 6, 8), (0, 0, 4), (6, 6, 4), (1, 1, 1)))):
        image = codes(*shape)
        ends = [first + (count - 1) * step + (1 if step > 0 else -1)
                for first, count, step in zip(begin, size, strides)]
        whole = [axis + 1 for axis, end in enumerate(ends) if end < 0]  # an end before the first code has no number
        slices = tuple(slice(first, None if end < 0 else end, step) for first, end, step in zip(begin, ends, strides))
        moved(f"slice-{place}", "STRIDED_SLICE", image,
              {"op": "slice", "begin": text(begin), "size": text(size), "strides": text(strides)},
              lambda _: [np.array((0, *begin)), np.array((shape[0], *ends)), np.array((1, *strides))],
              ("StridedSlice", {"endMask": sum(1 << axis for axis in whole)}),
              np.ascontiguousarray(image[(slice(None), *slices)]))
    for place, (shape, permutation) in enumerate((
            ((2, 3, 4, 5), (1, 2, 0)), ((2, 3, 4, 5), (2, 0, 1)), ((1, 4, 3, 2), (1, 0, 2)), ((1, 3, 4, 5), (2, 1, 0)),
            ((2, 5, 4), (1, 0)), ((2, 3, 4, 5), (0, 1, 2)))):
        image, axes = codes(*shape), (0, *(axis + 1 for axis in permutation))
        moved(f"transpose-{place}", "TRANSPOSE", image, {"op": "transpose", "permutation": text(permutation)},
              lambda _: [np.array(axes)], ("Transpose", {}), np.ascontiguousarray(image.transpose(axes)))
    for place, (shape, before, after, code) in enumerate((
            ((2, 3, 4, 2), (1, 0, 2), (0, 3, 1), 7), ((1, 4, 4, 3), (2, 2, 0), (2, 2, 0), -128), ((1, 3), (2,), (1,), 5),
            ((2, 2, 3), (0, 1), (4, 0), 127))):
        image, amounts = codes(*shape), [(0, 0), *zip(before, after)]
        moved(f"padding-{place}", "PADV2", image,
              {"op": "padding", "before": text(before), "after": text(after), "code": str(code)},
              lambda grid: [np.array(amounts), Tensor(np.array([code], np.int8), grid, True)], ("PadV2", {}),
              np.pad(image, amounts, constant_values=code))


def resizings():
    sizes = ((4, 4, 8, 8), (3, 5, 6, 11), (7, 6, 3, 4), (5, 4, 5, 4), (1, 3, 4, 1), (9, 2, 2, 9), (2, 2, 7, 5), (6, 3, 13, 1))
    for place, (height, width, rows, columns) in enumerate(sizes):
        for align, half, mode, rule in ((False, False, "asymmetric", "floor"), (True, False, "align_corners", "round_prefer_ceil"),
                                        (False, True, "half_pixel", "round_prefer_ceil")):
            image, grid = codes(1, height, width, 3), Grid(0.1, zero())
            if place == 0:
                image = (image // 2).astype(np.int8) * 2  # more ties
            flags = {"alignCorners": align, "halfPixelCenters": half}
            for op in ("nearest", "bilinear"):
                kind = "ResizeNearestNeighbor" if op == "nearest" else "ResizeBilinear"
                reference, litert, kernels = run(Operator(
                    "RESIZE_NEAREST_NEIGHBOR" if op == "nearest" else "RESIZE_BILINEAR",
                    [Tensor(image, grid), np.array([rows, columns])], grid, (1, rows, columns, 3), (kind, flags), 3))
                results, of = {"reference": reference, "litert": litert}, (image, (rows, columns), align, half)
                if op == "nearest":
                    node = helper.make_node("Resize", ["x", "", "", "sizes"], ["y"], mode="nearest",
                                            coordinate_transformation_mode=mode, nearest_mode=rule)
                    results["onnxruntime"] = in_onnx(
                        image, grid, grid, node, {"sizes": np.array([1, 3, rows, columns], np.int64)})
                    expected = dict.fromkeys(results, nearest(*of))
                else:
                    expected = {"reference": bilinear(*of, "reference"), "litert": bilinear(*of, kernels)}
                record(f"{op}-{place}-{mode}", {
                    "op": op, "activation": "none", "kernels": kernels, "output": grid_text(grid),
                    "alignCorners": str(align).lower(), "halfPixelCenters": str(half).lower()},
                    [(image, grid)], results, expected)


def images():
    movements()
    resizings()


FAMILIES = {"windows": (windows, 20261129), "transposed": (transposed, 20261130), "operands": (operand_cases, 20261201),
            "images": (images, 20261202)}


if __name__ == "__main__":
    for family in sys.argv[1:] or FAMILIES:
        make, seed = FAMILIES[family]
        random = np.random.default_rng(seed)
        make_fixtures.tensors.clear()
        metadata.clear()
        make()
        path = pathlib.Path(__file__).parent / f"{family}.safetensors"
        make_fixtures.save(path)
        print(f"{family}: {len(metadata)} cases, {path.stat().st_size} bytes")
