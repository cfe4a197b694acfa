"""The ONNX Runtime peer of the integer benchmark: python integer_onnxruntime.py small|lenet-bn

A model of QuantizeLinear and DequantizeLinear nodes (QDQ) made by ONNX Runtime's own static quantization, weights per
channel, two intra-op threads. Both forms of activations, signed and unsigned, are measured, and the faster counts.
"""
import os
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from integer_windows import BATCHES, MODELS, THREADS, images_a_second, report


class Images(CalibrationDataReader):
    def __init__(self):
        generator = np.random.default_rng(1)
        self.batches = iter([{"images": generator.random((8, 1, 28, 28), np.float32)} for _ in range(4)])

    def get_next(self):
        return next(self.batches, None)


def network(shape):
    """The float model, batch normalization folded into its convolutions already."""
    generator = np.random.default_rng(1)
    nodes, weights, value, channels, side = [], [], "images", 1, 28

    def weight(name, *extents):
        numbers = generator.normal(0, 1 / np.sqrt(np.prod(extents[1:])), extents).astype(np.float32)
        weights.append(numpy_helper.from_array(numbers, name))
        return name

    def node(kind, inputs, **attributes):
        nonlocal value
        result = f"value{len(nodes)}"
        nodes.append(helper.make_node(kind, inputs, [result], **attributes))
        value = result

    for number, (filters, padding) in enumerate(shape["convolutions"]):
        kernel = weight(f"kernel{number}", filters, channels, 3, 3)
        pad = 1 if padding == "same" else 0
        node("Conv", [value, kernel, weight(f"bias{number}", filters)], pads=[pad] * 4, kernel_shape=[3, 3])
        node("Relu", [value])
        node("MaxPool", [value], kernel_shape=[2, 2], strides=[2, 2])
        channels, side = filters, (side - 2 + 2 * pad) // 2
    node("Flatten", [value])
    width = channels * side * side
    for number, units in enumerate(shape["units"]):
        node("Gemm", [value, weight(f"matrix{number}", units, width), weight(f"offset{number}", units)], transB=1)
        if number < len(shape["units"]) - 1:
            node("Relu", [value])
        width = units
    graph = helper.make_graph(
        nodes, "network", [helper.make_tensor_value_info("images", TensorProto.FLOAT, ["batch", 1, 28, 28])],
        [helper.make_tensor_value_info(value, TensorProto.FLOAT, ["batch", width])], weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def rate(folder, subject, batch, activations):
    path = os.path.join(folder, f"{activations.name}.onnx")
    if not os.path.exists(path):
        quantize_static(
            os.path.join(folder, "float.onnx"), path, Images(), quant_format=QuantFormat.QDQ, per_channel=True,
            activation_type=activations, weight_type=QuantType.QInt8)
    options = ort.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = THREADS, 1
    session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    images = np.random.default_rng(2).random((batch, 1, 28, 28), np.float32)
    return images_a_second(lambda: session.run(None, {"images": images}), batch)


subject = sys.argv[1] if len(sys.argv) > 1 else "small"
with tempfile.TemporaryDirectory() as folder:
    onnx.save(network(MODELS[subject]), os.path.join(folder, "float.onnx"))
    for batch in BATCHES:
        forms = {form.name: rate(folder, subject, batch, form) for form in (QuantType.QUInt8, QuantType.QInt8)}
        best = max(forms, key=forms.get)
        report(subject, batch, forms[best], f"ONNX Runtime {ort.__version__}, {best} activations")
