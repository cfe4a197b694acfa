#!/usr/bin/env bash
# onnx's ReferenceEvaluator adds the zero point of QLinearMatMul's result before it rounds; the operator's formula, and
# ONNX Runtime, round first. With an odd zero point every tie becomes another code, so the evaluator cannot serve as an
# oracle for integer kernels.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

print("onnx", onnx.__version__, "onnxruntime", onnxruntime.__version__)


def constant(name, value, kind):
    return helper.make_tensor(name, kind, [], [value])


def model(zero_point):
    float_, int8 = TensorProto.FLOAT, TensorProto.INT8
    constants = [
        constant("as", 1.0, float_), constant("az", 0, int8), constant("bs", 0.5, float_), constant("bz", 0, int8),
        constant("ys", 1.0, float_), constant("yz", zero_point, int8), helper.make_tensor("b", int8, [1, 1], [1])]
    node = helper.make_node("QLinearMatMul", ["a", "as", "az", "b", "bs", "bz", "ys", "yz"], ["y"])
    graph = helper.make_graph(
        [node], "g", [helper.make_tensor_value_info("a", int8, [3, 1])],
        [helper.make_tensor_value_info("y", int8, [3, 1])], constants)
    result = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(result)
    return result


a = np.array([[1], [3], [5]], dtype=np.int8)  # 0.5, 1.5 and 2.5 steps
found = {}
for zero_point in (0, 1):
    proto = model(zero_point)
    session = onnxruntime.InferenceSession(proto.SerializeToString(), providers=["CPUExecutionProvider"])
    runtime = session.run(None, {"a": a})[0].ravel().tolist()
    evaluator = ReferenceEvaluator(proto).run(None, {"a": a})[0].ravel().tolist()
    found[zero_point] = (runtime, evaluator)
    print("zero point", zero_point, "ONNX Runtime", runtime, "evaluator", evaluator)
assert found[0] == ([0, 2, 2], [0, 2, 2]), "it changed: zero point 0"
assert found[1] == ([1, 3, 3], [2, 2, 4]), "it changed: zero point 1"
PYTHON
