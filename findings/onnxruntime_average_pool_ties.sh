#!/usr/bin/env bash
# ONNX Runtime fuses DequantizeLinear -> AveragePool -> QuantizeLinear into QLinearAveragePool, which adds the zero point
# before it rounds half to even; QuantizeLinear adds it afterwards. Its own tool gives a pooling the grid of its input, so
# means of 2 x 2 codes are often exact ties: with an odd zero point all of them go the other way.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper

print("onnxruntime", onnxruntime.__version__, "onnx", onnx.__version__, "numpy", np.__version__)
INT8 = onnx.TensorProto.INT8
image = np.random.default_rng(1).integers(-128, 128, (1, 4, 100, 100)).astype(np.int8)


def run(zero, level):
    constants = {"s": np.float32(0.0625), "z": np.int8(zero)}
    nodes = [
        helper.make_node("DequantizeLinear", ["x", "s", "z"], ["f"]),
        helper.make_node("AveragePool", ["f"], ["g"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("QuantizeLinear", ["g", "s", "z"], ["y"]),
    ]
    graph = helper.make_graph(
        nodes, "graph", [helper.make_tensor_value_info("x", INT8, image.shape)],
        [helper.make_tensor_value_info("y", INT8, [1, 4, 50, 50])],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.checker.check_model(model)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level, options.log_severity_level = level, 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(None, {"x": image})[0].astype(int)


levels = onnxruntime.GraphOptimizationLevel
windows = image.reshape(4, 50, 2, 50, 2).astype(int).sum((2, 4))
for zero in (2, 3):
    plain, fused = run(zero, levels.ORT_DISABLE_ALL)[0], run(zero, levels.ORT_ENABLE_ALL)[0]
    ties = int((windows % 4 == 2).sum())
    differing = int((plain != fused).sum())
    print(f"zero point {zero}: {differing} of {plain.size} codes differ from the unfused operators; {ties} are ties")
    assert differing == (ties if zero % 2 else 0), "it changed"
    assert ((plain != fused) <= (windows % 4 == 2)).all(), "it changed: where"
PYTHON
