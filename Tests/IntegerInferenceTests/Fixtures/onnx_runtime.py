"""Runs a `Case`, or a chain of them, in ONNX Runtime, by the nodes that a quantized model there consists of.

    conv, depthwise   QLinearConv               add                     QLinearAdd
    dense             QGemm                     mean                    QLinearGlobalAveragePool
    softmax           QLinearSoftmax            sigmoid                 QLinearSigmoid
    leaky_relu        QLinearLeakyRelu          average_pool            QLinearAveragePool
    quantize, relu, relu6, hard_swish, tanh     DequantizeLinear, ReLU, Clip, HardSwish or Tanh, QuantizeLinear

Other operations only move codes there.
"""

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper

INT8 = onnx.TensorProto.INT8


def grid_constants(case):
    """Scale and zero point of each input and of the output, by the names that the nodes use."""
    constants = {"ys": case.output.scale[0], "yz": np.int8(case.output.zero)}
    for name, (_, grid) in zip("xb", case.inputs):
        constants |= {f"{name}s": grid.scale[0], f"{name}z": np.int8(grid.zero)}
    return constants


def kernel_constants(case):
    scales = case.kernel_grid.scale
    axes = {"dense": (1, 0), "conv": (0, 3, 1, 2), "depthwise": (3, 0, 1, 2)}[case.op]
    return {
        "w": np.ascontiguousarray(case.kernel.transpose(axes)), "bias": case.bias.astype(np.int32),
        "ws": scales if len(scales) > 1 else scales[0],
        "wz": np.zeros(scales.shape, np.int8) if len(scales) > 1 else np.int8(0),
    }


def microsoft(name, inputs, **attributes):
    return helper.make_node(name, inputs.split(), ["y"], domain="com.microsoft", **attributes)


def nodes(case):
    """The nodes that compute a case, from `x` (and `b`) to `y`."""
    if case.op in ("conv", "depthwise"):
        group = case.inputs[0][0].shape[3] if case.op == "depthwise" else 1
        padding = "SAME_UPPER" if case.padding == "same" else "VALID"
        inputs = ["x", "xs", "xz", "w", "ws", "wz", "ys", "yz", "bias"]
        return [helper.make_node(
            "QLinearConv", inputs, ["y"], strides=list(case.strides), group=group, auto_pad=padding)]
    if case.op == "dense":
        return [microsoft("QGemm", "x xs xz w ws wz bias ys yz", transB=0)]
    if case.op == "add":
        return [microsoft("QLinearAdd", "x xs xz b bs bz ys yz")]
    if case.op == "mean":
        return [microsoft("QLinearGlobalAveragePool", "x xs xz ys yz", channels_last=0)]
    if case.op == "softmax":
        return [microsoft("QLinearSoftmax", "x xs xz ys yz", axis=-1, opset=13)]
    if case.op == "average_pool":
        return [microsoft(
            "QLinearAveragePool", "x xs xz ys yz", kernel_shape=list(case.window), strides=list(case.strides),
            auto_pad="SAME_UPPER" if case.padding == "same" else "VALID")]
    if case.op == "sigmoid":
        return [microsoft("QLinearSigmoid", "x xs xz ys yz")]
    if case.op == "leaky_relu":
        return [microsoft("QLinearLeakyRelu", "x xs xz ys yz", alpha=case.slope)]
    between = {
        "tanh": [helper.make_node("Tanh", ["f"], ["g"])],
        "relu": [helper.make_node("Relu", ["f"], ["g"])],
        "hard_swish": [helper.make_node("HardSwish", ["f"], ["g"])],
        "relu6": [helper.make_node("Clip", ["f", "0", "6"], ["g"])],
    }
    last = helper.make_node("QuantizeLinear", ["f" if case.op == "quantize" else "g", "ys", "yz"], ["y"])
    return [helper.make_node("DequantizeLinear", ["x", "xs", "xz"], ["f"]), *between.get(case.op, []), last]


def run(every_node, codes, constants, result):
    """The codes of the tensor named `result`."""
    inputs = [helper.make_tensor_value_info(name, INT8, values.shape) for name, values in codes.items()]
    graph = helper.make_graph(
        every_node, "graph", inputs, [helper.make_tensor_value_info(result, INT8, None)],
        [numpy_helper.from_array(np.asarray(value), key) for key, value in constants.items()])
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=9)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(None, codes)[0]


def run_chain(cases, images):
    """The codes of the last of a chain of cases, for images; None if one of them is not of those below."""
    if not {case.op for case in cases} <= {"conv", "max_pool", "reshape", "dense"}:
        return None
    every_node, constants = [helper.make_node("Transpose", ["images"], ["0"], perm=[0, 3, 1, 2])], {}
    for number, case in enumerate(cases, 1):
        names = {"x": f"{number - 1}", "y": f"{number}"}
        if case.kernel is not None:
            own = grid_constants(case) | kernel_constants(case)
            names |= {name: f"{number}.{name}" for name in own}
            constants |= {names[name]: value for name, value in own.items()}
            added = nodes(case)
        elif case.op == "max_pool":
            padding = "SAME_UPPER" if case.padding == "same" else "VALID"
            added = [helper.make_node(
                "MaxPool", ["x"], ["y"], kernel_shape=list(case.window), strides=list(case.strides), auto_pad=padding)]
        else:  # codes lie as in NHWC
            added = [
                helper.make_node("Transpose", ["x"], [f"{number}.t"], perm=[0, 2, 3, 1]),
                helper.make_node("Flatten", [f"{number}.t"], ["y"])]
        for node in added:
            node.input[:] = [names.get(name, name) for name in node.input]
            node.output[:] = [names.get(name, name) for name in node.output]
        every_node += added
    return run(every_node, {"images": images}, constants, f"{len(cases)}")


def run_onnxruntime(case):
    """The codes, or None for what has no counterpart there.

    A fused ReLU is no node there: an output whose zero point is −128 has nothing below 0. ReLU6 is left out."""
    clamps = case.activation == "relu6" or (case.activation == "relu" and case.output.zero != -128)
    if clamps or case.op not in (
        "conv", "depthwise", "dense", "add", "mean", "softmax", "quantize", "relu", "relu6", "hard_swish",
        "leaky_relu", "sigmoid", "tanh", "average_pool"
    ):
        return None
    constants = grid_constants(case) | (kernel_constants(case) if case.kernel is not None else {})
    if case.op == "relu6":
        constants |= {"0": np.float32(0), "6": np.float32(6)}
    is_image = case.op in ("conv", "depthwise", "mean", "average_pool")
    codes = {
        name: np.ascontiguousarray(values.transpose(0, 3, 1, 2)) if is_image else values
        for name, (values, _) in zip("xb", case.inputs)
    }
    y = run(nodes(case), codes, constants, "y")
    if case.op == "mean":
        return y.reshape(case.output_shape)
    return np.ascontiguousarray(y.transpose(0, 2, 3, 1)) if is_image else y
