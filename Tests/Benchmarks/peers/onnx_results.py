"""Runs the files of `onnx-results` in ONNX Runtime, and counts the codes that differ from ours.

Run with: python onnx_results.py FOLDER [PART OF A NAME …]. Measured with onnxruntime 1.32.0 and onnx 1.23.2 (numpy 2.4.6).

Each file has to pass onnx.checker. It is run in a default session and in one with all optimizations off. Outputs are
numbers of codes, so two of them are equal if their codes are.
"""

import pathlib
import sys

import numpy as np
import onnx
import onnxruntime as ort


def run(path, inputs, level):
    options = ort.SessionOptions()
    options.graph_optimization_level = level
    options.log_severity_level = 3
    session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    names = [value.name for value in session.get_inputs()]
    results = []
    for first in range(0, len(inputs[0]), 100):
        results.append(session.run(None, {name: one[first:first + 100] for name, one in zip(names, inputs)}))
    return [np.concatenate(parts).reshape(-1) for parts in zip(*results)]


def main(folder, words):
    sums = {}
    for path in sorted(folder.glob("*.onnx")):
        if not all(word in path.name for word in words):
            continue
        model = onnx.load(path)
        onnx.checker.check_model(model, full_check=True)
        name, form = path.stem.split(".", 1)
        shapes = [[axis.dim_value for axis in value.type.tensor_type.shape.dim[1:]] for value in model.graph.input]
        inputs = [np.fromfile(folder / f"{name}.input{index}", np.float32).reshape([-1] + shape)
                  for index, shape in enumerate(shapes)]
        ours = [np.fromfile(folder / f"{name}.output{index}", np.float32) for index in range(len(model.graph.output))]
        count = sum(one.size for one in ours)
        counts = []
        for level in (ort.GraphOptimizationLevel.ORT_ENABLE_ALL, ort.GraphOptimizationLevel.ORT_DISABLE_ALL):
            theirs = run(path, inputs, level)
            counts.append(sum(int((a != b).sum()) for a, b in zip(ours, theirs)))
        print(f"{path.name}: {path.stat().st_size} bytes, default {counts[0]}, optimizations off {counts[1]} of {count}",
              flush=True)
        family = ("mnist" if name.startswith("mnist") else "zoo", form)
        sums[family] = np.add(sums.get(family, 0), counts + [count])
    for (family, form), (default, off, count) in sorted(sums.items()):
        print(f"{family}, {form}: default {default}, optimizations off {off} of {count}")


main(pathlib.Path(sys.argv[1]), sys.argv[2:])
