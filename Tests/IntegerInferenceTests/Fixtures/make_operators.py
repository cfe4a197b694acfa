"""Makes the cases of the operations that .tflite files have and make_fixtures.py lacks, one file a family.

Run with: python make_operators.py [FAMILY …]
The committed files were made by ai-edge-litert 2.3.0 and onnxruntime 1.32.0 (onnx 1.23.2, numpy 2.4.6; x86-64 with
AVX-512 VNNI); the seed of each family stands beside its name below.

    windows.safetensors     dilated and grouped convolutions, dilated depthwise convolutions

Tensors and words are those of make_fixtures.py. In addition there are the word `dilations`, and the word `kernels`,
which says whose the codes under NAME/litert are: xnnpack's or builtin's. ONNX Runtime is asked where it has the
operation on codes. Every committed number was first compared with the numpy functions of operator_arithmetic.py.

As observed in the versions above:

- Dilation and groups change which products are summed, and nothing of how sums become codes. XNNPACK takes both.
"""

import pathlib
import sys

import numpy as np
from onnx import helper

import make_fixtures
import onnx_runtime
from arithmetic import clamped, requantized_fixed_point, requantized_float32
from litert import Grid
from make_fixtures import grid_text, keep, metadata
from operator_arithmetic import convolution_sums, same_padding
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


FAMILIES = {"windows": (windows, 20261129)}


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
