"""Runs the files of `tflite-results` in LiteRT and TFLite Micro, and counts the codes that differ from ours.

Run with: python tflite_results.py FOLDER. Measured with ai-edge-litert 2.3.0 and tflite-micro 0.dev20261023182759
(numpy 2.4.6).
"""

import pathlib
import sys

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from tflite_micro.python.tflite_micro import runtime

KINDS = {"tflite": OpResolverType.BUILTIN_REF, "xnnpack": OpResolverType.AUTO}


def litert(path, inputs, kind):
    interpreter = Interpreter(str(path), experimental_op_resolver_type=kind)
    source, target = interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]
    interpreter.resize_tensor_input(source, [100, 28, 28, 1])
    interpreter.allocate_tensors()
    results = []
    for first in range(0, len(inputs), 100):
        interpreter.set_tensor(source, inputs[first:first + 100])
        interpreter.invoke()
        results.append(interpreter.get_tensor(target).copy())
    return np.concatenate(results)


def micro(path, inputs):
    interpreter = runtime.Interpreter.from_file(str(path), arena_size=1 << 20)
    results = []
    for one in inputs:
        interpreter.set_input(one[None], 0)
        interpreter.invoke()
        results.append(interpreter.get_output(0).copy())
    return np.concatenate(results)


def main(folder):
    for path in sorted(folder.glob("*.tflite")):
        inputs = np.fromfile(path.with_suffix(".inputs"), np.int8).reshape(-1, 28, 28, 1)
        ours = np.fromfile(path.with_suffix(".codes"), np.int8).reshape(len(inputs), -1)
        arithmetic = path.suffixes[-2][1:]
        theirs = litert(path, inputs, KINDS[arithmetic])
        print(f"{path.name}: {path.stat().st_size} bytes, LiteRT, {arithmetic}: {(ours != theirs).sum()} of {ours.size}")
        if arithmetic == "tflite":
            try:
                differing = (ours != micro(path, inputs)).sum()
                print(f"{path.name}: TFLite Micro: {differing} of {ours.size}")
            except RuntimeError as error:
                print(f"{path.name}: TFLite Micro refuses it: {error}")


main(pathlib.Path(sys.argv[1]))
