#!/usr/bin/env bash
# The threads of an ONNX Runtime session go on spinning after `run` has returned: for about 40 ms (0.04 s of processor time
# with two threads, measured on two cores) they hold the cores of whatever runs next. A benchmark that gives two programs
# turns, each right after the other, measures the second one on fewer cores; ours read two thirds of its images a second.
# With session.intra_op.allow_spinning set to 0 nothing is spun.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import time

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

print("onnxruntime", onnxruntime.__version__)
size = 512
weights = numpy_helper.from_array(np.ones((size, size), np.float32), "w")
graph = helper.make_graph(
    [helper.make_node("MatMul", ["x", "w"], ["y"])], "g",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, [size, size])],
    [helper.make_tensor_value_info("y", TensorProto.FLOAT, [size, size])], [weights])
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
onnx.checker.check_model(model)


def spun(allowed):
    """Seconds of processor time of this process while it sleeps half a second after a run."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    options.add_session_config_entry("session.intra_op.allow_spinning", allowed)
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    x = np.ones((size, size), np.float32)
    found = []
    for _ in range(5):
        for _ in range(20):
            session.run(None, {"x": x})
        begin = time.process_time()
        time.sleep(0.5)
        found.append(time.process_time() - begin)
    return sorted(found)[2]


spinning, sleeping = spun("1"), spun("0")
print(f"processor time after a run: {spinning:.3f} s with spinning, {sleeping:.3f} s without")
assert spinning > 0.01, "the threads no longer spin after a run"
assert sleeping < 0.005, "the threads spin though they must not"
PYTHON
