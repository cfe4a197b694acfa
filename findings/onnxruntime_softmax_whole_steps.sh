#!/usr/bin/env bash
# ONNX Runtime fuses DequantizeLinear -> Softmax -> QuantizeLinear into QLinearSoftmax, which multiplies probabilities by
# 1 / scale with the fraction cut off. Its own tool writes softmax outputs at scale 1/255 (QDQ format): as a float32 that
# is a little more than 1/255, so a probability is counted in 254 steps, and even a certain answer never reaches code 127.
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
logits = np.random.default_rng(1).integers(-128, 128, (1000, 10)).astype(np.int8)
logits[0] = [127] + [-128] * 9  # certain


def run(scale, level):
    constants = {"xs": np.float32(0.1), "xz": np.int8(0), "ys": np.float32(scale), "yz": np.int8(-128)}
    nodes = [
        helper.make_node("DequantizeLinear", ["x", "xs", "xz"], ["f"]),
        helper.make_node("Softmax", ["f"], ["p"], axis=-1),
        helper.make_node("QuantizeLinear", ["p", "ys", "yz"], ["y"]),
    ]
    graph = helper.make_graph(
        nodes, "graph", [helper.make_tensor_value_info("x", INT8, logits.shape)],
        [helper.make_tensor_value_info("y", INT8, logits.shape)],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.checker.check_model(model)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level, options.log_severity_level = level, 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(None, {"x": logits})[0].astype(int)


levels = onnxruntime.GraphOptimizationLevel
found = {}
for name, scale in (("1/255", 1 / 255), ("1/256", 1 / 256)):
    plain, fused = run(scale, levels.ORT_DISABLE_ALL), run(scale, levels.ORT_ENABLE_ALL)
    found[name] = (int((plain != fused).sum()), int(plain[0, 0]), int(fused[0, 0]))
    print(f"scale {name}: {found[name][0]} of {plain.size} codes differ from the unfused operators; the code of a "
          f"certain answer is {found[name][1]} unfused and {found[name][2]} fused")
assert found["1/255"][1:] == (127, 126) and found["1/255"][0] > 100, "it changed: 1/255"
assert found["1/256"] == (0, 127, 127), "it changed: 1/256"
PYTHON
