"""Runs a .tflite file of codes in LiteRT, for scripts that compare codes."""

import numpy as np
from ai_edge_litert.interpreter import Interpreter


def litert(path, codes, kind):
    """The codes of the only output for codes[count, …] of the only input, 100 at a time, by kernels of a kind."""
    interpreter = Interpreter(str(path), experimental_op_resolver_type=kind)
    source, target = interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]
    interpreter.resize_tensor_input(source, codes[:100].shape)
    interpreter.allocate_tensors()
    results = []
    for first in range(0, len(codes), 100):
        interpreter.set_tensor(source, codes[first:first + 100])
        interpreter.invoke()
        results.append(interpreter.get_tensor(target).copy())
    return np.concatenate(results)
