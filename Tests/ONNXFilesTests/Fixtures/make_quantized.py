"""Quantizes small ONNX models with ONNX Runtime's quantize_static, and runs the files in ONNX Runtime as it comes.

Run with: python make_quantized.py. The committed files were made by onnx 1.23.2 and onnxruntime 1.32.0 (numpy 2.4.6,
x86-64 with AVX-512 VNNI), seed 20261129.

Weights and calibration data are random. Each model has the parts of a family of networks, and is quantized in several
ways: QDQ or QOperator, with signed or unsigned activations, one scale for a tensor or one for each channel.
quantized/ has the files; quantized.safetensors has for each NAME

    NAME.default   the output codes of ONNX Runtime's default session, minus 128 if they are unsigned: [examples, outputs],
                   images as [height, width, channels]
    NAME.int8      those of a session with session.qdqisint8allowed=1, the default on ARM, if they are others: on x86-64
                   the default session gives the tensors of a QDQ model unsigned codes first

and prints how many codes are others without optimizations, where each node runs by itself.

The input codes are the upper bytes of SplitMix64's first numbers from state 0, minus 128, in the order [height, width,
channels]. A model that takes floating-point numbers gets those that the codes represent; of a model that gives them the
codes are computed with the scale and zero point of the last DequantizeLinear.
"""

import pathlib

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from safetensors.numpy import save_file

EXAMPLES = 8
SEED = 20261129
HERE = pathlib.Path(__file__).parent


def random_codes(count):
    state = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    state = state ^ (state >> np.uint64(31))
    return ((state >> np.uint64(56)).astype(np.int64) - 128).astype(np.int8)


class Net:
    """A model of floating-point numbers under construction; a method adds a node and returns its output's name."""

    def __init__(self, shape, opset=17):
        self.nodes, self.constants, self.opset = [], [], opset
        self.random = np.random.default_rng(SEED)
        self.input = helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)

    def constant(self, values):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(values), name))
        return name

    def weights(self, *shape, spread=1.0):
        return self.constant((self.random.normal(0, spread, shape) / np.sqrt(np.prod(shape[1:]))).astype(np.float32))

    def add(self, operator, *inputs, outputs=1, **attributes):
        names = [f"{operator.lower()}_{len(self.nodes)}" + (f"_{i}" if i else "") for i in range(outputs)]
        self.nodes.append(helper.make_node(operator, list(inputs), names, name=names[0] + "_node", **attributes))
        return names[0] if outputs == 1 else names

    def conv(self, x, inputs, filters, size=3, groups=1, **attributes):
        # Channels of different ranges, so that scales for channels differ.
        factors = np.exp(self.random.uniform(-1.5, 0.5, (filters, 1, 1, 1)))
        w = self.random.normal(0, 1, (filters, inputs // groups, size, size)) / np.sqrt(inputs // groups * size * size)
        b = self.random.normal(0, 0.3, filters).astype(np.float32)
        return self.add("Conv", x, self.constant((w * factors).astype(np.float32)), self.constant(b), group=groups,
                        **attributes)

    def gemm(self, x, inputs, units):
        return self.add("Gemm", x, self.weights(units, inputs),
                        self.constant(self.random.normal(0, 0.3, units).astype(np.float32)), transB=1)

    def model(self, *outputs):
        # Outputs without shapes are inferred.
        results = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs]
        graph = helper.make_graph(self.nodes, "net", [self.input], results, self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", self.opset)], ir_version=9)
        model = onnx.shape_inference.infer_shapes(model)
        onnx.checker.check_model(model)
        return model


IMAGES = ["N", 3, 10, 12]


def digits():
    net = Net(IMAGES)
    y = net.add("Relu", net.conv("x", 3, 6))
    y = net.add("MaxPool", y, kernel_shape=[2, 2], strides=[2, 2])
    return net.model(net.gemm(net.add("Flatten", y), 6 * 4 * 5, 7))


def resnet():
    net = Net(IMAGES)
    y = net.add("Relu", net.conv("x", 3, 8, pads=[1, 1, 1, 1]))
    z = net.conv(y, 8, 8, pads=[1, 1, 1, 1])
    y = net.add("Relu", net.add("Add", y, z))
    z = net.conv(y, 8, 12, pads=[1, 1, 1, 1], strides=[2, 2])
    y = net.add("Add", net.conv(y, 8, 12, size=1, strides=[2, 2]), z)
    y = net.add("Flatten", net.add("GlobalAveragePool", y))
    return net.model(net.add("Softmax", net.gemm(y, 12, 5)))


def mobilenet():
    net = Net(IMAGES)
    limits = net.constant(np.float32(0)), net.constant(np.float32(6))
    y = net.add("Clip", net.conv("x", 3, 8, pads=[0, 0, 1, 1], strides=[2, 2]), *limits)
    z = net.add("Clip", net.conv(y, 8, 24, size=1), *limits)
    z = net.add("Clip", net.conv(z, 24, 24, groups=24, pads=[1, 1, 1, 1]), *limits)
    y = net.add("Add", y, net.conv(z, 24, 8, size=1))
    y = net.conv(y, 8, 16, groups=8, dilations=[2, 1], pads=[2, 1, 2, 1])
    y = net.add("AveragePool", y, kernel_shape=[2, 3], strides=[1, 2])
    return net.model(net.conv(y, 16, 4, size=1, groups=2))


def branches():
    net = Net(IMAGES)
    y = net.add("LeakyRelu", net.conv("x", 3, 4), alpha=0.2)
    z = net.add("Sigmoid", net.conv("x", 3, 4))
    y = net.add("Concat", y, z, net.add("Mul", y, z), axis=1)
    y = net.add("Resize", y, "", net.constant(np.array([1, 1, 2, 2], np.float32)), mode="nearest",
                coordinate_transformation_mode="asymmetric", nearest_mode="floor")
    y = net.add("Pad", y, net.constant(np.array([0, 0, 1, 0, 0, 0, 0, 2])))
    return net.model(net.conv(y, 12, 3, strides=[2, 3]))


def movement():
    net = Net(IMAGES)
    y = net.conv("x", 3, 4)
    y = net.add("Transpose", y, perm=[0, 1, 3, 2])
    y = net.add("Slice", y, net.constant(np.array([1, 0])), net.constant(np.array([2**40, -1])),
                net.constant(np.array([2, 3])), net.constant(np.array([1, 2])))
    a, b = net.add("Split", y, net.constant(np.array([1, 3])), outputs=2, axis=1)
    y = net.add("Concat", b, a, axis=1)
    y = net.add("Reshape", y, net.constant(np.array([0, -1])))
    return net.model(net.gemm(y, 4 * 9 * 4, 6))


def keras():
    """As tf2onnx writes Keras models: images come with channels last, a MatMul has no bias."""
    net = Net(["N", 10, 12, 3])
    y = net.add("Transpose", "x", perm=[0, 3, 1, 2])
    y = net.add("Relu", net.conv(y, 3, 4, strides=[2, 2], pads=[0, 0, 1, 1]))
    y = net.add("Transpose", y, perm=[0, 2, 3, 1])
    y = net.add("Reshape", y, net.constant(np.array([-1, 5 * 6 * 4])))
    y = net.add("MatMul", y, net.weights(5 * 6 * 4, 6))
    return net.model(net.add("Add", y, net.constant(net.random.normal(0, 0.3, 6).astype(np.float32))))


def limits():
    """Activations behind additions and poolings, whose grids do not begin at 0 if they are symmetric."""
    net = Net(IMAGES)
    y = net.conv("x", 3, 4)
    a = net.add("AveragePool", y, kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[2, 2])
    b = net.add("MaxPool", y, kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[2, 2])
    y = net.add("Clip", net.add("Mul", a, b), net.constant(np.float32(-1)), net.constant(np.float32(1)))
    y = net.add("Relu", net.add("Add", y, a))
    y = net.add("MaxPool", y, kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1)
    return net.model(net.add("Mul", y, net.constant(np.array([0.5, -1, 2, 1], np.float32).reshape(4, 1, 1))))


class Data(CalibrationDataReader):
    def __init__(self, shape):
        shape = [extent if isinstance(extent, int) and extent > 0 else 1 for extent in shape]
        random = np.random.default_rng(SEED)
        self.rest = iter([{"x": random.normal(0, 1, shape).astype(np.float32)} for _ in range(40)])

    def get_next(self):
        return next(self.rest, None)


def quantized(model, format=QuantFormat.QDQ, activations=QuantType.QInt8, weights=QuantType.QInt8, channels=True, **options):
    extents = [d.dim_value for d in model.graph.input[0].type.tensor_type.shape.dim]
    path = HERE / "quantized.tmp"
    extra = {"WeightSymmetric": True} | options
    quantize_static(model, str(path), Data(extents), quant_format=format, activation_type=activations,
                    weight_type=weights, per_channel=channels, extra_options=extra)
    content = onnx.load(path)
    path.unlink()
    # What the tool says of its own way is of no use here.
    content.ClearField("metadata_props")
    del content.graph.value_info[:]
    return content


def with_type(model, type):
    """The model with codes as inputs and outputs: without its first QuantizeLinear and its last DequantizeLinear."""
    nodes = list(model.graph.node)
    first = next(node for node in nodes if node.op_type == "QuantizeLinear" and node.input[0] == "x")
    last = next(node for node in nodes if node.output[0] == model.graph.output[0].name)
    assert last.op_type == "DequantizeLinear"
    model.graph.node.remove(first)
    model.graph.node.remove(last)
    model.graph.input[0].name = first.output[0]
    model.graph.input[0].type.tensor_type.elem_type = type
    model.graph.output[0].name = last.input[0]
    model.graph.output[0].type.tensor_type.elem_type = type
    return model


def initializer(model, name):
    given = [node.attribute[0].t for node in model.graph.node if node.op_type == "Constant" and node.output[0] == name]
    return numpy_helper.to_array(next(t for t in [*model.graph.initializer, *given] if t.name == name or t in given))


def output_codes(model, numbers):
    """Codes as they are, minus 128 if they are unsigned; of floating-point numbers those of the last grid."""
    if numbers.dtype == np.float32:
        name = model.graph.output[0].name
        producer = next(node for node in model.graph.node if name in node.output)
        while producer.op_type in ("Reshape", "Transpose", "Flatten"):
            producer = next(node for node in model.graph.node if producer.input[0] in node.output)
        assert producer.op_type == "DequantizeLinear", producer.op_type
        scale, zero = initializer(model, producer.input[1]), initializer(model, producer.input[2])
        numbers = (np.rint(numbers / scale) + zero).astype(zero.dtype)
    if numbers.dtype == np.uint8:
        numbers = (numbers.astype(np.int16) - 128).astype(np.int8)
    assert numbers.dtype == np.int8
    return numbers


def input_values(model, has_channels_last):
    value = model.graph.input[0]
    shape = [d.dim_value or 1 for d in value.type.tensor_type.shape.dim][1:]
    own = shape if has_channels_last or len(shape) != 3 else [shape[1], shape[2], shape[0]]
    codes = random_codes(EXAMPLES * int(np.prod(own))).reshape(EXAMPLES, *own)
    if own is not shape:
        codes = np.ascontiguousarray(codes.transpose(0, 3, 1, 2))
    kind = value.type.tensor_type.elem_type
    if kind == TensorProto.INT8:
        return codes
    if kind == TensorProto.UINT8:
        return (codes.astype(np.int16) + 128).astype(np.uint8)
    name = value.name
    while True:
        reader = next(node for node in model.graph.node if name in node.input)
        if reader.op_type == "QuantizeLinear":
            break
        assert reader.op_type in ("Transpose", "Reshape"), reader.op_type
        name = reader.output[0]
    scale, zero = initializer(model, reader.input[1]), initializer(model, reader.input[2])
    shift = 128 if zero.dtype == np.uint8 else 0
    return (scale * (codes.astype(np.int32) + shift - zero.astype(np.int32)).astype(np.float32)).astype(np.float32)


def run(path, plain=False, int8=False, has_channels_last=False):
    model = onnx.load(path)
    options = onnxruntime.SessionOptions()
    options.add_session_config_entry("session.qdqisint8allowed", "1" if int8 else "0")
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    if plain:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    values = input_values(model, has_channels_last)
    free = not isinstance(session.get_inputs()[0].shape[0], int)
    batches = [values] if free else [one[None] for one in values]
    name = session.get_inputs()[0].name
    results = np.concatenate([session.run(None, {name: batch})[0] for batch in batches])
    codes = output_codes(model, results)
    if codes.ndim == 4 and model.graph.node[-1].name != "channels_last":
        codes = codes.transpose(0, 2, 3, 1)
    return np.ascontiguousarray(codes.reshape(EXAMPLES, -1))


WAYS = {
    "": {},
    "_unsigned": dict(activations=QuantType.QUInt8, channels=False),
    "_symmetric": dict(ActivationSymmetric=True),
    "_operators": dict(format=QuantFormat.QOperator),
    "_operators_unsigned": dict(format=QuantFormat.QOperator, activations=QuantType.QUInt8),
}
FAMILIES = [digits, resnet, mobilenet, branches, movement, keras, limits]
EVERY_WAY = [digits, resnet, mobilenet]


def models():
    for make in FAMILIES:
        for way, options in WAYS.items():
            if make not in EVERY_WAY and way in ("_symmetric", "_operators_unsigned"):
                continue
            yield make.__name__ + way, lambda make=make, options=options: quantized(make(), **options)
    yield "digits_codes", lambda: with_type(quantized(digits()), TensorProto.INT8)
    yield "digits_unsigned_codes", lambda: with_type(
        quantized(digits(), activations=QuantType.QUInt8, channels=False), TensorProto.UINT8)
    yield "digits_kept", lambda: quantized(digits(), QDQKeepRemovableActivations=True)
    yield "mobilenet_kept", lambda: quantized(mobilenet(), QDQKeepRemovableActivations=True)
    yield "digits_unsigned_weights", lambda: quantized(
        digits(), activations=QuantType.QUInt8, weights=QuantType.QUInt8, channels=False)
    yield "digits_4_bits", lambda: quantized(digits(), weights=QuantType.QInt4)


def results(path, has_channels_last=False):
    """The codes of a file's model by session, and a line about them."""
    default = run(path, has_channels_last=has_channels_last)
    int8 = run(path, int8=True, has_channels_last=has_channels_last)
    differ = int((default != run(path, plain=True, has_channels_last=has_channels_last)).sum())
    codes = {"default": default} | ({"int8": int8} if (default != int8).any() else {})
    text = f"{path.stem} {path.stat().st_size} bytes, {default.size} codes, {differ} others without optimizations"
    return codes, text + (f", {int((default != int8).sum())} with int8 allowed" if len(codes) == 2 else "")


def main():
    (HERE / "quantized").mkdir(exist_ok=True)
    tensors = {}
    for name, make in models():
        path = HERE / "quantized" / f"{name}.onnx"
        onnx.save(make(), path)
        codes, text = results(path, has_channels_last=name.startswith("keras"))
        tensors |= {f"{name}.{kind}": values for kind, values in codes.items()}
        print(text)
    save_file(tensors, HERE / "quantized.safetensors")


if __name__ == "__main__":
    main()
