"""Writes small quantized ONNX models node by node, as several tools write them, and runs them in ONNX Runtime.

Run with: python make_handmade.py. The committed files were made by onnx 1.23.2 and onnxruntime 1.32.0 (numpy 2.4.6,
x86-64 with AVX-512 VNNI), seed 20261129.

quantize_static makes none of these: weights kept as floating-point numbers behind QuantizeLinear and Clip (Brevitas),
scales below 0 (NNCF), biases of floating-point numbers and a ReduceMean (torch's exporter), activations right behind a
convolution, shapes computed by nodes, constants as nodes, four bits in both forms of the format, data in another file.
handmade/ has the files; handmade.safetensors has the output codes of each, as quantized.safetensors does.
"""

import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save_file

import make_quantized
from make_quantized import SEED

HERE = pathlib.Path(__file__).parent
SCALE, ZERO = np.float32(0.03), np.int8(-5)


class Net:
    """A quantized model under construction; a method adds nodes and returns a name."""

    def __init__(self, shape=("N", 3, 6, 5), type=TensorProto.FLOAT, opset=19):
        self.nodes, self.constants, self.opset = [], [], opset
        self.random = np.random.default_rng(SEED)
        self.shape, self.type = shape, type
        self.domains = {"": opset}

    def constant(self, values, name=None):
        name = name or f"c{len(self.constants)}"
        tensor = values if isinstance(values, TensorProto) else numpy_helper.from_array(np.asarray(values), name)
        tensor.name = name
        self.constants.append(tensor)
        return name

    def add(self, operator, *inputs, outputs=1, **attributes):
        names = [f"{operator.lower()}_{len(self.nodes)}" + (f"_{i}" if i else "") for i in range(outputs)]
        inputs = [one if isinstance(one, str) else self.constant(one) for one in inputs]
        if attributes.get("domain"):
            self.domains[attributes["domain"]] = 1
        self.nodes.append(helper.make_node(operator, inputs, names, name=names[0] + "_node", **attributes))
        return names[0] if outputs == 1 else names

    def quantize(self, x, scale=SCALE, zero=ZERO, **attributes):
        return self.add("QuantizeLinear", x, np.float32(scale), zero, **attributes)

    def dequantize(self, x, scale=SCALE, zero=ZERO, **attributes):
        return self.add("DequantizeLinear", x, scale, zero, **attributes)

    def qdq(self, x, scale=SCALE, zero=ZERO, **attributes):
        return self.dequantize(self.quantize(x, scale, zero), np.float32(scale), zero)

    def codes(self, *shape, low=-127, high=127, type=np.int8):
        return self.random.integers(low, high + 1, shape).astype(type)

    def scales(self, count):
        return self.random.uniform(0.001, 0.01, count).astype(np.float32)

    def weights(self, *shape, axis=0):
        scales = self.scales(shape[axis])
        return self.dequantize(self.codes(*shape), scales, np.zeros(len(scales), np.int8), axis=axis), scales

    def conv(self, x, inputs=3, filters=4, size=3, bias=False, **attributes):
        """A convolution of numbers on the usual grid, with a bias of floating-point numbers or without one."""
        w, scales = self.weights(filters, inputs, size, size)
        extra = [self.random.normal(0, 0.5, filters).astype(np.float32)] if bias else []
        return self.add("Conv", x, w, *extra, **attributes)

    def model(self, output, type=None, shape=None):
        source = helper.make_tensor_value_info("x", self.type, self.shape)
        result = helper.make_tensor_value_info(output, type or TensorProto.FLOAT, shape)
        graph = helper.make_graph(self.nodes, "net", [source], [result], self.constants)
        opsets = [helper.make_opsetid(*one) for one in self.domains.items()]
        model = onnx.shape_inference.infer_shapes(helper.make_model(graph, opset_imports=opsets, ir_version=10))
        del model.graph.value_info[:]
        onnx.checker.check_model(model)
        return model


def functions():
    """Tanh, HardSwish and a softmax over channels, as codes of their own grids."""
    net = Net()
    y = net.qdq(net.add("Tanh", net.qdq("x")), 0.008, np.int8(1))
    y = net.qdq(net.conv(y, bias=True), 0.05, np.int8(-3))
    y = net.qdq(net.add("HardSwish", y), 0.04, np.int8(-100))
    y = net.qdq(net.add("LeakyRelu", y, alpha=0.1), 0.03, np.int8(-90))
    y = net.add("Transpose", y, perm=[0, 2, 3, 1])
    y = net.qdq(net.add("Softmax", y, axis=-1), 1 / 256, np.int8(-128))
    net.nodes[-1].name = "channels_last"
    return net.model(y)


def fused():
    """Activations between an operation and its QuantizeLinear, whose zero point does not make up for them."""
    net = Net()
    x = net.qdq("x")
    y = net.qdq(net.add("Relu", net.conv(x, bias=True)), 0.04, np.int8(0))
    z = net.qdq(net.add("Clip", net.conv(y, 4, 4, pads=[1, 1, 1, 1]), np.float32(0), np.float32(2)), 0.03, np.int8(-20))
    y = net.qdq(net.add("Relu", net.add("Add", y, z)), 0.05, np.int8(-10))
    return net.model(net.qdq(net.add("Relu", y), 0.05, np.int8(-10)))


def brevitas():
    """Weights of 4 bits that a QuantizeLinear and a Clip make of floating-point numbers; activations of 4 bits."""
    net = Net()
    low, high = np.uint8(0), np.uint8(15)
    x = net.quantize("x", 0.02, np.int8(0))
    x = net.dequantize(net.add("Clip", x, np.int8(-127), np.int8(127)), np.float32(0.02), np.int8(0))
    weights = net.random.normal(0, 0.1, (6, 3, 3, 3)).astype(np.float32)
    scales = (np.abs(weights).max((1, 2, 3)) / 7).astype(np.float32)
    zeros = np.zeros(6, np.int8)
    w = net.add("QuantizeLinear", weights, scales, zeros, axis=0)
    w = net.add("DequantizeLinear", net.add("Clip", w, np.int8(-7), np.int8(7)), scales, zeros, axis=0)
    y = net.add("Relu", net.add("Conv", x, w, net.random.normal(0, 0.1, 6).astype(np.float32)))
    y = net.add("Clip", net.quantize(y, 0.1, np.uint8(0)), low, high)
    y = net.dequantize(y, np.float32(0.1), np.uint8(0))
    y = net.add("MaxPool", y, kernel_shape=[2, 2])
    weights = net.random.normal(0, 0.1, (3, 36)).astype(np.float32)
    scale = np.float32(np.abs(weights).max() / 7)
    w = net.add("Clip", net.quantize(weights, scale, np.int8(0)), np.int8(-7), np.int8(7))
    y = net.add("Gemm", net.add("Flatten", y), net.dequantize(w, scale, np.int8(0)),
                net.random.normal(0, 0.1, 3).astype(np.float32), transB=1)
    return net.model(net.qdq(y, 0.02, np.int8(0)))


def torch_like():
    """A ReduceMean over height and width, a weight that is transposed behind its DequantizeLinear, a Dropout."""
    net = Net()
    y = net.qdq(net.add("Relu", net.conv(net.qdq("x"), bias=True)), 0.03, np.int8(-128))
    y = net.qdq(net.add("ReduceMean", y, np.array([2, 3]), keepdims=0), 0.01, np.int8(-128))
    w = net.dequantize(net.codes(5, 4), net.scales(5), np.zeros(5, np.int8), axis=0)
    y = net.add("Gemm", net.add("Dropout", y), net.add("Transpose", w, perm=[1, 0]), net.random.normal(0, 1, 5).astype(np.float32))
    return net.model(net.qdq(y, 0.01, np.int8(3)))


def shapes():
    """A Reshape to a shape that nodes compute, constants that nodes give, and axes of extent 1 that come and go."""
    net = Net()
    scale = net.add("Constant", value=numpy_helper.from_array(np.float32(0.03)))
    zero = net.add("Constant", value=helper.make_tensor("", TensorProto.INT8, [], [-5]))
    y = net.add("DequantizeLinear", net.add("QuantizeLinear", "x", scale, zero), scale, zero)
    y = net.qdq(net.conv(y))
    y = net.qdq(net.add("GlobalAveragePool", y), 0.02, np.int8(7))
    y = net.add("Squeeze", y, np.array([2, 3]))
    y = net.add("Unsqueeze", y, np.array([2]))
    count = net.add("Gather", net.add("Shape", y), net.add("Constant", value_int=0))
    shape = net.add("Concat", net.add("Unsqueeze", count, np.array([0])), net.add("Constant", value_ints=[2, 2]), axis=0)
    y = net.add("Reshape", y, shape)
    y = net.add("Identity", net.add("Transpose", y, perm=[0, 2, 1]))
    w = net.dequantize(net.codes(2, 3), np.float32(0.01), np.int8(0))
    return net.model(net.qdq(net.add("MatMul", y, w), 0.02, np.int8(0)))


def windows():
    net = Net(("N", 3, 11, 9))
    y = net.qdq(net.conv(net.qdq("x"), auto_pad="SAME_LOWER", strides=[2, 2]))
    y = net.add("MaxPool", y, kernel_shape=[3, 2], strides=[2, 2], pads=[1, 0, 1, 1], ceil_mode=1)
    y = net.qdq(net.add("AveragePool", y, kernel_shape=[2, 2], pads=[0, 1, 1, 0], ceil_mode=1, strides=[2, 1]), 0.02, np.int8(4))
    y = net.add("Resize", y, "", np.array([1, 1, 2, 3], np.float32))
    y = net.add("Pad", y, np.array([1, 2]), "", np.array([-1]))
    z = net.qdq(net.add("Relu", net.add("Add", y, net.add("GlobalMaxPool", y))), 0.03, np.int8(-128))
    return net.model(z)


def signs():
    """Scales below 0 and 0, as NNCF writes them, and zero points other than 0."""
    net = Net()
    codes = net.codes(4, 3, 3, 3, low=-100, high=90)
    w = net.dequantize(codes, np.array([-0.01, 0.004, -0.0, 0.007], np.float32), np.array([0, 7, 0, -10], np.int8), axis=0)
    y = net.qdq(net.add("Conv", net.qdq("x"), w, np.array([0.5, -0.3, 0, 0.2], np.float32)))
    w = net.dequantize(net.codes(72, 2, low=118, high=240, type=np.uint8), np.float32(0.004), np.uint8(127))
    w2 = net.codes(48, 2, low=118, high=240, type=np.uint8)
    y = net.add("Gemm", net.add("Flatten", y), net.dequantize(w2, np.float32(0.004), np.uint8(127)))
    return net.model(net.qdq(y, 0.2, np.int8(9)))


def four_bits():
    """INT4 in the field of bytes and in that of numbers, UINT4, an odd number of codes."""
    net = Net(("N", 5), opset=21)
    x = net.qdq("x")
    w = helper.make_tensor("w", TensorProto.INT4, [3, 5], net.codes(15, low=-8, high=7))
    y = net.qdq(net.add("Gemm", x, net.dequantize(net.constant(w, "w"), net.scales(3) * 20, net.constant(
        helper.make_tensor("z", TensorProto.INT4, [3], [0, 0, 0]), "z"), axis=0), transB=1))
    w = helper.make_tensor("u", TensorProto.UINT4, [3, 3], net.codes(9, low=0, high=15, type=np.uint8))
    z = helper.make_tensor("v", TensorProto.UINT4, [], [8])
    y = net.qdq(net.add("MatMul", y, net.dequantize(net.constant(w, "u"), np.float32(0.1), net.constant(z, "v"))))
    packed = net.codes(3, type=np.uint8, low=0, high=255)
    w = TensorProto(dims=[3, 2], data_type=TensorProto.INT4, raw_data=bytes(packed))
    z = TensorProto(dims=[], data_type=TensorProto.INT4, raw_data=b"\0")
    y = net.add("MatMul", y, net.dequantize(net.constant(w, "p"), np.float32(0.1), net.constant(z, "q")))
    return net.model(net.qdq(y))


def operators():
    """Nodes of codes that quantize_static does not write: a Clip of codes, a MaxPool and a Concat of one grid."""
    net = Net(type=TensorProto.UINT8)
    s, z, t, v = (net.constant(c) for c in (np.float32(0.02), np.uint8(120), np.float32(0.03), np.uint8(100)))
    w = net.constant(net.codes(4, 3, 3, 3))
    y = net.add("QLinearConv", "x", s, z, w, net.scales(4), np.zeros(4, np.int8), t, v, net.codes(4, low=-900, high=900, type=np.int32))
    y = net.add("Clip", y, np.uint8(90), np.uint8(200))
    y = net.add("Concat", y, net.add("MaxPool", y, kernel_shape=[3, 3], pads=[1, 1, 1, 1]), axis=1)
    y = net.add("QLinearSigmoid", y, t, v, np.float32(1 / 256), np.uint8(0), domain="com.microsoft")
    y = net.add("Pad", y, np.array([0, 0, 1, 1, 0, 1, 0, 0]), np.uint8(9))
    return net.model(y, TensorProto.UINT8, ["N", 8, 6, 3])


def microsoft():
    """The older domain of QuantizeLinear and DequantizeLinear."""
    net = Net(opset=13)
    d = dict(domain="com.microsoft")
    y = net.dequantize(net.quantize("x", **d), SCALE, ZERO, **d)
    w = net.dequantize(net.codes(4, 3, 3, 3), net.scales(4), np.zeros(4, np.int8), axis=0, **d)
    y = net.add("Conv", y, w)
    return net.model(net.dequantize(net.quantize(y, 0.04, np.int8(2), **d), np.float32(0.04), np.int8(2), **d), shape=["N", 4, 4, 3])


def external():
    """Weights in another file of the model's folder."""
    net = Net()
    net.domains[""] = 19
    return net.model(net.qdq(net.conv(net.qdq("x"))))


def two_readers():
    """An image that operations read in both orders, and a tensor that is quantized on two grids."""
    net = Net()
    x = net.qdq("x")
    y = net.add("Relu", net.conv(x))
    a, b = net.qdq(y), net.qdq(y, 0.05, np.int8(-128))
    c = net.qdq(net.add("Mul", a, b), 0.02, np.int8(-128))
    flat = net.add("Reshape", net.add("Transpose", c, perm=[0, 3, 1, 2]), np.array([0, 3, -1]))
    flat = net.add("Reshape", net.add("Transpose", flat, perm=[0, 2, 1]), np.array([-1, 48]))
    w = net.dequantize(net.codes(48, 2), np.float32(0.01), np.int8(0))
    return net.model(net.qdq(net.add("MatMul", flat, w), 0.1, np.int8(0)))


FAMILIES = [
    functions, fused, brevitas, torch_like, shapes, windows, signs, four_bits, operators, microsoft, external, two_readers,
]


def main():
    (HERE / "handmade").mkdir(exist_ok=True)
    tensors = {}
    for make in FAMILIES:
        name = make.__name__
        path = HERE / "handmade" / f"{name}.onnx"
        model = make()
        if make is external:
            onnx.save(model, path, save_as_external_data=True, location="external.data", size_threshold=0)
        else:
            onnx.save(model, path)
        codes, text = make_quantized.results(path)
        tensors |= {f"{name}.{kind}": values for kind, values in codes.items()}
        print(text)
    save_file(tensors, HERE / "handmade.safetensors")


if __name__ == "__main__":
    main()
