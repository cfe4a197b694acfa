#!/usr/bin/env bash
# On x86-64 ONNX Runtime gives the signed tensors of a QDQ model unsigned codes, but not a tensor that two nodes read. The
# convolutions and additions beside it then have one signed and one unsigned neighbour, are not fused, and run with
# floating-point numbers: every residual connection of a model of signed codes. Of unsigned codes, or with the session
# option session.qdqisint8allowed, nothing is left in floats.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import platform

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper

print("onnxruntime", onnxruntime.__version__, "onnx", onnx.__version__, "numpy", np.__version__, platform.machine())
FLOAT = onnx.TensorProto.FLOAT
random = np.random.default_rng(1)


def operators(kind, allowed):
    zero = np.int8(4) if kind is np.int8 else np.uint8(132)
    constants = {"s": np.float32(0.05), "z": zero, "ws": np.float32(0.01), "wz": np.int8(0)}
    for name in "vw":
        constants[name] = random.integers(-127, 128, (4, 4, 3, 3)).astype(np.int8)
    nodes = [helper.make_node("DequantizeLinear", [name, "ws", "wz"], [name + "d"]) for name in "vw"]

    def grid(name):
        nodes.append(helper.make_node("QuantizeLinear", [name, "s", "z"], [name + "q"]))
        nodes.append(helper.make_node("DequantizeLinear", [name + "q", "s", "z"], [name + "d"]))

    grid("x")
    nodes.append(helper.make_node("Conv", ["xd", "vd"], ["a"], pads=[1, 1, 1, 1]))
    grid("a")
    nodes.append(helper.make_node("Conv", ["ad", "wd"], ["b"], pads=[1, 1, 1, 1]))
    grid("b")
    nodes.append(helper.make_node("Add", ["ad", "bd"], ["c"]))
    grid("c")
    graph = helper.make_graph(
        nodes, "graph", [helper.make_tensor_value_info("x", FLOAT, [1, 4, 8, 8])],
        [helper.make_tensor_value_info("cd", FLOAT, [1, 4, 8, 8])],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model, full_check=True)
    options = onnxruntime.SessionOptions()
    options.log_severity_level, options.optimized_model_filepath = 3, "optimized.onnx"
    options.add_session_config_entry("session.qdqisint8allowed", allowed)
    onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    run = [node.op_type for node in onnx.load("optimized.onnx").graph.node]
    return {name: run.count(name) for name in ("Conv", "Add", "QLinearConv", "QLinearAdd")}


for kind, allowed, floats in ((np.int8, "0", True), (np.uint8, "0", False), (np.int8, "1", False)):
    counts = operators(kind, allowed)
    print(f"{kind.__name__} activations, session.qdqisint8allowed={allowed}: {counts}")
    assert (counts["Conv"] == 2 and counts["Add"] == 1) == floats, "it changed"
    assert (counts["QLinearConv"] == 2 and counts["QLinearAdd"] == 1) == (not floats), "it changed"
PYTHON
