"""Makes the whole models that TensorFlow quantized and LiteRT ran, with which our engine is compared.

Run with: TF_USE_LEGACY_KERAS=1 python make_models.py FOLDER, a folder with the four IDX files of MNIST, gzipped.
The committed file was made by tensorflow-cpu 2.21.0 with tf_keras 2.21.0, ai-edge-litert 2.3.0, and onnxruntime
1.32.0 (numpy 2.4.6, x86-64 with AVX-512 VNNI), seed 20261123.

Three networks are trained for a little while, quantized after training to int8 throughout by TensorFlow's converter
(ranges from 500 training images), taken apart, and run on the first 128 test images by LiteRT's reference kernels and
by LiteRT as it comes; the two that are chains by ONNX Runtime, too. That the numpy models of arithmetic.py give the
same codes is checked on the way.

models.safetensors has `images` (uint8; the code of a pixel is pixel − 128 in all three models) and `labels`, and for
each MODEL

    MODEL/NUMBER/kernel, .kernel.scales, .bias   as in operations.safetensors
    MODEL/reference, MODEL/litert                codes of the output for every image
    MODEL/onnxruntime                            those of ONNX Runtime, given the same tensors (not for `branched`)
    MODEL/NUMBER/codes                           what operation NUMBER gives for the first two images, in the
                                                 reference kernels

and an entry MODEL/NUMBER of the metadata for each operation: words as in operations.safetensors, and `inputs`, the
numbers of the operations it reads, and `shape`, that of one example. Operation 0 is the input.
"""

import dataclasses
import gzip
import os
import pathlib
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_USE_LEGACY_KERAS"] = "1"
import numpy as np
import tensorflow as tf
import tf_keras as keras
from ai_edge_litert import schema_py_generated as tfl
from ai_edge_litert.interpreter import Interpreter, OpResolverType

import arithmetic
from make_fixtures import describe, grid_text, house_layout, metadata, save, tensors
from litert import Case, Grid
from onnx_runtime import run_chain

L = keras.layers
TESTED, WATCHED = 128, 2


def images(folder, part):
    bytes_of = lambda name: np.frombuffer(gzip.open(pathlib.Path(folder) / name).read(), np.uint8)
    pixels = bytes_of(f"{part}-images-idx3-ubyte.gz")[16:].reshape(-1, 28, 28, 1)
    return pixels, bytes_of(f"{part}-labels-idx1-ubyte.gz")[8:]


def small_cnn(batch):
    return keras.Sequential([
        L.Input((28, 28, 1), batch_size=batch), L.Conv2D(12, 3, activation="relu"), L.MaxPooling2D(), L.Flatten(),
        L.Dense(10)])


def lenet_bn(batch):
    def block(filters):
        return [L.Conv2D(filters, 3, padding="same"), L.BatchNormalization(momentum=0.9), L.ReLU(), L.MaxPooling2D()]

    return keras.Sequential([
        L.Input((28, 28, 1), batch_size=batch), *block(32), *block(64), L.Flatten(), L.Dense(128, activation="relu"),
        L.Dense(10)])


def branched(batch):
    """The other operations: depthwise, Add, Concatenate, average pooling, padding, global average, softmax."""
    image = L.Input((28, 28, 1), batch_size=batch)
    x = L.ReLU(6.0)(L.BatchNormalization(momentum=0.9)(L.Conv2D(8, 5, strides=2, padding="same")(image)))
    y = L.ReLU()(L.BatchNormalization(momentum=0.9)(L.DepthwiseConv2D(3, padding="same")(x)))
    y = L.BatchNormalization(momentum=0.9)(L.Conv2D(8, 1)(y))
    x = L.ReLU()(L.Add()([x, y]))
    pools = [pool(3, strides=2, padding="same")(x) for pool in (L.MaxPooling2D, L.AveragePooling2D)]
    x = L.ZeroPadding2D(((1, 0), (0, 1)))(L.Concatenate()(pools))
    x = L.Conv2D(24, 3, activation="relu")(x)
    return keras.Model(image, L.Softmax()(L.Dense(10)(L.GlobalAveragePooling2D()(x))))


def trained(make, pixels, labels):
    """The float model, for one image at a time, after one pass over the images given."""
    keras.utils.set_random_seed(20261123)
    learner = make(None)
    from_logits = not isinstance(learner.layers[-1], L.Softmax)
    learner.compile(keras.optimizers.legacy.Adam(0.004), keras.losses.SparseCategoricalCrossentropy(from_logits))
    learner.fit(pixels / np.float32(255), labels, batch_size=64, verbose=0)
    model = make(1)
    model.set_weights(learner.get_weights())
    return model


def converted(model, pixels):
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([image[None] / np.float32(255)] for image in pixels)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tf.int8
    return converter.convert()


def run(flatbuffer, codes, resolver, watched=0):
    """The output's codes for every image, and those of all tensors, by number, for the first `watched` ones."""
    interpreter = Interpreter(
        model_content=flatbuffer, num_threads=1, experimental_op_resolver_type=resolver,
        experimental_preserve_all_tensors=watched > 0)
    interpreter.allocate_tensors()
    source, sink = interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]
    outputs, seen = [], []
    for image in codes[:watched] if watched else codes:
        interpreter.set_tensor(source, image[None])
        interpreter.invoke()
        outputs.append(interpreter.get_tensor(sink)[0])
        if watched:
            seen.append({
                detail["index"]: interpreter.get_tensor(detail["index"])
                for detail in interpreter.get_tensor_details() if detail["name"]})
    return np.stack(outputs), seen


OPERATIONS = {
    "CONV_2D": "conv", "DEPTHWISE_CONV_2D": "depthwise", "FULLY_CONNECTED": "dense", "MAX_POOL_2D": "max_pool",
    "AVERAGE_POOL_2D": "average_pool", "MEAN": "mean", "ADD": "add", "CONCATENATION": "concatenation",
    "RESHAPE": "reshape", "PAD": "pad", "SOFTMAX": "softmax",
}
NAMES = {code: name for name, code in vars(tfl.BuiltinOperator).items() if name in OPERATIONS}


class Dissected:
    """A flatbuffer's operations as cases, without codes: what each reads, and its tensors."""

    def __init__(self, flatbuffer):
        self.model = tfl.ModelT.InitFromObj(tfl.Model.GetRootAsModel(flatbuffer, 0))
        self.graph = self.model.subgraphs[0]
        self.number_of = {int(self.graph.inputs[0]): 0}  # tensor → operation
        self.cases, self.reads, self.results = [], [], [int(self.graph.inputs[0])]
        for operator in self.graph.operators:
            self.append(operator)

    def constant(self, number, dtype):
        tensor = self.graph.tensors[number]
        values = self.model.buffers[tensor.buffer].data
        return None if values is None else np.frombuffer(bytes(values), dtype).reshape(tensor.shape)

    def grid(self, number):
        quantization = self.graph.tensors[number].quantization
        return Grid(quantization.scale, int(quantization.zeroPoint[0]))

    def append(self, operator):
        code = self.model.operatorCodes[operator.opcodeIndex]
        op = OPERATIONS[NAMES[max(code.builtinCode, code.deprecatedBuiltinCode)]]
        options, result = operator.builtinOptions, int(operator.outputs[0])
        reads = [int(number) for number in operator.inputs if int(number) in self.number_of]
        shape = tuple(int(extent) for extent in self.graph.tensors[result].shape)
        inputs = [(None, self.grid(number)) for number in reads]
        case = Case(f"{len(self.cases) + 1}", op, inputs, self.grid(result), shape)
        activations = {0: "none", 1: "relu", 3: "relu6"}
        case.activation = activations[getattr(options, "fusedActivationFunction", 0)]
        if hasattr(options, "padding"):
            case.padding = "same" if options.padding == tfl.Padding.SAME else "valid"
            case.strides = (options.strideH, options.strideW)
        if op in ("max_pool", "average_pool"):
            case.window = (options.filterHeight, options.filterWidth)
        if op in ("conv", "depthwise", "dense"):
            case.kernel, case.kernel_grid = self.constant(operator.inputs[1], np.int8), self.grid(operator.inputs[1])
            channels = shape[-1]
            has_bias = len(operator.inputs) > 2 and operator.inputs[2] >= 0
            case.bias = self.constant(operator.inputs[2], np.int32) if has_bias else np.zeros(channels, np.int32)
        if op == "pad":
            case.paddings = self.constant(operator.inputs[1], np.int32)
        if op == "concatenation":
            case.axis = options.axis
        self.reads.append([self.number_of[number] for number in reads])
        self.number_of[result] = len(self.cases) + 1
        self.cases.append(case)
        self.results.append(result)

    def computed(self, codes, runtime):
        """The codes of every operation by the numpy models, for any number of images."""
        every = [codes]
        for case, reads in zip(self.cases, self.reads):
            shape = (len(codes), *case.output_shape[1:])
            inputs = [(every[number], grid) for number, (_, grid) in zip(reads, case.inputs)]
            every.append(arithmetic.model(dataclasses.replace(case, inputs=inputs, output_shape=shape), runtime))
        return every


def record(name, flatbuffer, codes):
    """Runs a model, checks the numpy models on it, and keeps it."""
    parts = Dissected(flatbuffer)
    _, watched = run(flatbuffer, codes, OpResolverType.BUILTIN_REF, WATCHED)
    for runtime, resolver in (("reference", OpResolverType.BUILTIN_REF), ("litert", OpResolverType.AUTO)):
        found, _ = run(flatbuffer, codes, resolver)
        computed = parts.computed(codes, runtime)
        assert np.array_equal(computed[-1], found), (name, runtime, int((computed[-1] != found).sum()))
        tensors[f"{name}/{runtime}"] = found
        if runtime == "reference":
            for number, tensor in enumerate(parts.results):
                seen = np.concatenate([one[tensor] for one in watched])
                assert np.array_equal(computed[number][:WATCHED], seen), (name, number)
                tensors[f"{name}/{number}/codes"] = seen
    found = run_chain(parts.cases, codes)
    if found is not None:
        assert np.array_equal(parts.computed(codes, "onnxruntime")[-1], found), (name, "onnxruntime")
        tensors[f"{name}/onnxruntime"] = found
    first = parts.cases[0].inputs[0][1]
    metadata[f"{name}/0"] = f"op=input shape=28,28,1 output={grid_text(first)}"
    for number, (case, reads) in enumerate(zip(parts.cases, parts.reads), 1):
        case.inputs = [(codes_shape(parts, read), grid) for read, (_, grid) in zip(reads, case.inputs)]
        extents = ",".join(str(extent) for extent in case.output_shape[1:])
        metadata[f"{name}/{number}"] = f"{describe(case, 'any')} shape={extents} inputs={','.join(map(str, reads))}"
        if case.kernel is not None:
            tensors[f"{name}/{number}/kernel"] = np.ascontiguousarray(house_layout(case))
            tensors[f"{name}/{number}/kernel.scales"] = case.kernel_grid.scale
            tensors[f"{name}/{number}/bias"] = case.bias
    return tensors[f"{name}/reference"], tensors[f"{name}/litert"]


def codes_shape(parts, number):
    """An empty tensor of the shape that operation `number` gives."""
    return np.empty((1, 28, 28, 1) if number == 0 else parts.cases[number - 1].output_shape, np.int8)


if __name__ == "__main__":
    folder = sys.argv[1]
    pixels, labels = images(folder, "train")
    tested, answers = images(folder, "t10k")
    tensors["images"], tensors["labels"] = tested[:TESTED, :, :, 0].copy(), answers[:TESTED].copy()
    codes = (tested[:TESTED].astype(np.int16) - 128).astype(np.int8)
    for name, make in (("small-cnn", small_cnn), ("lenet-bn", lenet_bn), ("branched", branched)):
        flatbuffer = converted(trained(make, pixels[:20000], labels[:20000]), pixels[:500])
        reference, litert = record(name, flatbuffer, codes)
        right = int((reference.argmax(1) == answers[:TESTED]).sum())
        print(f"{name}: {len(flatbuffer)} bytes, {right} of {TESTED} right, {int((reference != litert).sum())} of"
              f" {reference.size} codes of LiteRT as it comes unlike those of its reference kernels")
    save(pathlib.Path(__file__).parent / "models.safetensors")
