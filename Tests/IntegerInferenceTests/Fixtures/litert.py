"""Builds models of one operation and runs them in LiteRT.

A `Case` says everything about one operation on int8 codes. `run_litert` makes its flatbuffer by hand, so that
scales, zero points and weights are exactly those asked for, and runs it twice:

    reference   LiteRT's reference kernels (OpResolverType.BUILTIN_REF)
    litert      LiteRT as it comes: XNNPACK, and LiteRT's optimized kernels for what XNNPACK refuses
"""

import dataclasses

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as tfl
from ai_edge_litert.interpreter import Interpreter, OpResolverType


@dataclasses.dataclass
class Grid:
    """real = scale × (code − zero); `scale` is one float32, or one for each channel of the last axis."""

    scale: object
    zero: int = 0

    def __post_init__(self):
        self.scale = np.atleast_1d(np.asarray(self.scale, np.float32))


@dataclasses.dataclass
class Case:
    """One operation. Kernels lie as TFLite has them: conv OHWI, depthwise 1HWO, dense [units, features]."""

    name: str
    op: str
    inputs: list  # [(int8 codes, Grid)]
    output: Grid
    output_shape: tuple
    kernel: np.ndarray = None
    kernel_grid: Grid = None
    bias: np.ndarray = None
    activation: str = "none"
    padding: str = "valid"
    strides: tuple = (1, 1)
    window: tuple = (1, 1)
    paddings: np.ndarray = None
    axis: int = 0
    slope: float = 0  # of a leaky ReLU


ACTIVATIONS = {
    "none": tfl.ActivationFunctionType.NONE,
    "relu": tfl.ActivationFunctionType.RELU,
    "relu6": tfl.ActivationFunctionType.RELU6,
}


class _Builder:
    """Collects the tensors and buffers of a TFLite model of one subgraph."""

    def __init__(self):
        self.buffers = [tfl.BufferT()]
        self.tensors = []

    def add(self, shape, dtype, grid=None, values=None, axis=0):
        tensor = tfl.TensorT()
        tensor.shape = list(shape)
        tensor.type = {"int8": tfl.TensorType.INT8, "int32": tfl.TensorType.INT32}[dtype]
        tensor.name = f"tensor_{len(self.tensors)}".encode()
        tensor.buffer = 0
        if values is not None:
            buffer = tfl.BufferT()
            buffer.data = np.frombuffer(np.ascontiguousarray(values).tobytes(), np.uint8)
            tensor.buffer = len(self.buffers)
            self.buffers.append(buffer)
        if grid is not None:
            quantization = tfl.QuantizationParametersT()
            quantization.scale = grid.scale.tolist()
            quantization.zeroPoint = [grid.zero] * len(grid.scale)
            quantization.quantizedDimension = axis
            tensor.quantization = quantization
        self.tensors.append(tensor)
        return len(self.tensors) - 1

    def finish(self, operator, options_type, options, inputs, activations, outputs, version):
        code = tfl.OperatorCodeT()
        code.builtinCode = operator
        code.deprecatedBuiltinCode = min(operator, 127)
        code.version = version
        op = tfl.OperatorT()
        op.opcodeIndex = 0
        op.inputs, op.outputs = inputs, outputs
        op.builtinOptionsType, op.builtinOptions = options_type, options
        graph = tfl.SubGraphT()
        graph.tensors, graph.operators = self.tensors, [op]
        graph.inputs, graph.outputs = activations, outputs
        graph.name = b"main"
        model = tfl.ModelT()
        model.version, model.operatorCodes, model.subgraphs, model.buffers = 3, [code], [graph], self.buffers
        builder = flatbuffers.Builder(1024)
        builder.Finish(model.Pack(builder), b"TFL3")
        return bytes(builder.Output())


def _options(case):
    """The operator, the type of its options and the options themselves."""
    op, options_of = case.op, tfl.BuiltinOptions
    activation = ACTIVATIONS[case.activation]
    padding = tfl.Padding.SAME if case.padding == "same" else tfl.Padding.VALID
    if op in ("conv", "depthwise", "max_pool", "average_pool"):
        options = {"conv": tfl.Conv2DOptionsT, "depthwise": tfl.DepthwiseConv2DOptionsT}.get(op, tfl.Pool2DOptionsT)()
        options.padding, (options.strideH, options.strideW) = padding, case.strides
        options.fusedActivationFunction = activation
        if op == "conv":
            return tfl.BuiltinOperator.CONV_2D, options_of.Conv2DOptions, options
        if op == "depthwise":
            options.depthMultiplier = case.output_shape[-1] // case.inputs[0][0].shape[-1]
            return tfl.BuiltinOperator.DEPTHWISE_CONV_2D, options_of.DepthwiseConv2DOptions, options
        options.filterHeight, options.filterWidth = case.window
        kind = tfl.BuiltinOperator
        return (kind.MAX_POOL_2D if op == "max_pool" else kind.AVERAGE_POOL_2D), options_of.Pool2DOptions, options
    name, code, fields = {
        "dense": ("FullyConnected", "FULLY_CONNECTED", {"fusedActivationFunction": activation}),
        "mean": ("Reducer", "MEAN", {"keepDims": len(case.output_shape) == 4}),
        "add": ("Add", "ADD", {"fusedActivationFunction": activation}),
        "concatenation": ("Concatenation", "CONCATENATION", {"axis": case.axis}),
        "reshape": ("Reshape", "RESHAPE", {"newShape": list(case.output_shape)}),
        "pad": ("Pad", "PAD", {}),
        "softmax": ("Softmax", "SOFTMAX", {"beta": 1.0}),
        "hard_swish": ("HardSwish", "HARD_SWISH", {}),
        "leaky_relu": ("LeakyRelu", "LEAKY_RELU", {"alpha": case.slope}),
        "sigmoid": (None, "LOGISTIC", {}),
        "tanh": (None, "TANH", {}),
        "relu": (None, "RELU", {}),
        "relu6": (None, "RELU6", {}),
        "quantize": ("Quantize", "QUANTIZE", {}),
    }[op]
    operator = getattr(tfl.BuiltinOperator, code)
    if name is None:
        return operator, options_of.NONE, None
    options = getattr(tfl, f"{name}OptionsT")()
    for key, value in fields.items():
        setattr(options, key, value)
    return operator, getattr(options_of, f"{name}Options"), options


def flatbuffer(case):
    """The TFLite model of one operation."""
    builder = _Builder()
    activations = [builder.add(codes.shape, "int8", grid) for codes, grid in case.inputs]
    inputs = list(activations)
    if case.kernel is not None:
        axis = 3 if case.op == "depthwise" else 0
        inputs.append(builder.add(case.kernel.shape, "int8", case.kernel_grid, case.kernel, axis))
        # The float32 nearest to the product: TFLite checks the bias's scale, and uses it for nothing.
        scale = (case.inputs[0][1].scale.astype(np.float64) * case.kernel_grid.scale).astype(np.float32)
        inputs.append(builder.add(case.bias.shape, "int32", Grid(scale), case.bias.astype(np.int32)))
    constant = {"mean": np.array([1, 2]), "reshape": np.array(case.output_shape), "pad": case.paddings}.get(case.op)
    if constant is not None:
        inputs.append(builder.add(constant.shape, "int32", None, constant.astype(np.int32)))
    outputs = [builder.add(case.output_shape, "int8", case.output)]
    operator, options_type, options = _options(case)
    version = {"conv": 3, "depthwise": 3, "dense": 4, "reshape": 1, "hard_swish": 1}.get(case.op, 2)
    return builder.finish(operator, options_type, options, inputs, activations, outputs, version)


def run_flatbuffer(model, inputs, resolver):
    """The codes of the output, and whether XNNPACK took the operation."""
    interpreter = Interpreter(model_content=model, num_threads=1, experimental_op_resolver_type=resolver)
    interpreter.allocate_tensors()
    for detail, codes in zip(interpreter.get_input_details(), inputs):
        interpreter.set_tensor(detail["index"], codes)
    interpreter.invoke()
    names = [op["op_name"] for op in interpreter._get_ops_details()]
    return interpreter.get_tensor(interpreter.get_output_details()[0]["index"]), "DELEGATE" in names


def run_litert(case):
    """The codes of the reference kernels, those of LiteRT as it comes, and whose kernels the latter were.

    A runtime that refuses the operation gives its message instead of codes."""
    model, inputs, results = flatbuffer(case), [codes for codes, _ in case.inputs], []
    for resolver in (OpResolverType.BUILTIN_REF, OpResolverType.AUTO):
        try:
            codes, delegated = run_flatbuffer(model, inputs, resolver)
        except RuntimeError as error:
            codes, delegated = str(error).strip(), False
        results.append(codes)
    return *results, "xnnpack" if delegated else "builtin"
