"""Builds a TFLite model of any one operation and runs it in LiteRT.

`Operator` names the operation and its options as TFLite's schema does, and lists its inputs in their order: `Tensor`s
that the caller feeds, constants, and plain arrays of int32 (shapes, paddings, permutations). `run` gives the codes of
the reference kernels, those of LiteRT as it comes, and whose kernels the latter were (as litert.py does).
"""

import dataclasses

import numpy as np
from ai_edge_litert import schema_py_generated as tfl
from ai_edge_litert.interpreter import OpResolverType

from litert import Grid, _Builder, run_flatbuffer


@dataclasses.dataclass
class Tensor:
    """Codes on a grid; `axis` is that of the scales, if there are several."""

    codes: np.ndarray
    grid: Grid
    constant: bool = False
    axis: int = 0


@dataclasses.dataclass
class Operator:
    """One operation: `name` as in CONV_2D; `options` as in ("Conv2D", {"strideH": 2})."""

    name: str
    inputs: list
    output: Grid
    output_shape: tuple
    options: tuple = None
    version: int = 2
    subgraph_inputs: list = None


def flatbuffer(case):
    builder = _Builder()
    inputs, fed = [], []
    for tensor in case.inputs:
        if isinstance(tensor, Tensor):
            values = tensor.codes if tensor.constant else None
            dtype = "int32" if tensor.codes.dtype == np.int32 else "int8"
            inputs.append(builder.add(tensor.codes.shape, dtype, tensor.grid, values, tensor.axis))
            if not tensor.constant:
                fed.append(inputs[-1])
        else:
            inputs.append(builder.add(tensor.shape, "int32", None, tensor.astype(np.int32)))
    outputs = [builder.add(case.output_shape, "int8", case.output)]
    options, options_type = None, tfl.BuiltinOptions.NONE
    if case.options:
        options = getattr(tfl, f"{case.options[0]}OptionsT")()
        options_type = getattr(tfl.BuiltinOptions, f"{case.options[0]}Options")
        for key, value in case.options[1].items():
            assert hasattr(options, key), key
            setattr(options, key, value)
    operator = getattr(tfl.BuiltinOperator, case.name)
    return builder.finish(operator, options_type, options, inputs, fed, outputs, case.version)


def run(case):
    """The codes of the reference kernels, those of LiteRT as it comes, and whose kernels the latter were."""
    model, results = flatbuffer(case), []
    fed = [tensor.codes for tensor in case.inputs if isinstance(tensor, Tensor) and not tensor.constant]
    for resolver in (OpResolverType.BUILTIN_REF, OpResolverType.AUTO):
        try:
            codes, delegated = run_flatbuffer(model, fed, resolver)
        except (RuntimeError, ValueError) as error:
            codes, delegated = str(error).strip(), False
        results.append(codes)
    return *results, "xnnpack" if delegated else "builtin"
