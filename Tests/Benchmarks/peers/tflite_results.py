"""Runs the files of `tflite-results` in LiteRT and TFLite Micro, and counts the codes that differ from ours.

Run with: python tflite_results.py FOLDER. Measured with ai-edge-litert 2.3.0 and tflite-micro 0.dev20261023182759
(numpy 2.4.6).
"""

import pathlib
import sys

import numpy as np
from ai_edge_litert.interpreter import OpResolverType
from tflite_micro.python.tflite_micro import runtime

from litert_codes import litert

KINDS = {"tflite": OpResolverType.BUILTIN_REF, "xnnpack": OpResolverType.AUTO}


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
