"""Runs real .tflite files in LiteRT and TFLite Micro, for the codes that the Swift engine must give.

Run with: python make_real_models.py FOLDER, the folder of the files (that of QAT_MODELS in the tests). The committed
file was made by ai-edge-litert 2.3.0 and tflite-micro 0.dev20261023182759 (numpy 2.4.6, x86-64 with AVX-512 VNNI).

The input codes are the upper bytes of SplitMix64's first numbers from state 0, minus 128, so that a test can make them
again. real_models.safetensors has for each MODEL

    MODEL/reference   the output codes of LiteRT's reference kernels (OpResolverType.BUILTIN_REF), [examples, outputs]
    MODEL/litert      those of LiteRT as it comes
    MODEL/micro       those of TFLite Micro, for the file that LiteRT refuses

for 1,000 inputs; of the autoencoder, whose output has 640 codes, for 100; and the SHA-256 of each file as metadata.
"""

import hashlib
import pathlib
import sys

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from safetensors.numpy import save_file

MODELS = {
    "ad01_int8": 100,
    "hello_world_int8": 1000,
    "kws_ref_model": 1000,
    "micro_speech_quantized": 1000,
    "person_detect": 1000,
    "pretrainedResnet_quant": 1000,
}


def codes(count):
    state = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    state = state ^ (state >> np.uint64(31))
    return ((state >> np.uint64(56)).astype(np.int64) - 128).astype(np.int8)


def litert(path, inputs, kind):
    interpreter = Interpreter(str(path), experimental_op_resolver_type=kind)
    interpreter.allocate_tensors()
    source, target = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    results = []
    for one in inputs:
        interpreter.set_tensor(source["index"], one.reshape(source["shape"]))
        interpreter.invoke()
        results.append(interpreter.get_tensor(target["index"]).reshape(-1).copy())
    return np.stack(results)


def micro(path, inputs, shape):
    from tflite_micro.python.tflite_micro import runtime

    interpreter = runtime.Interpreter.from_file(str(path), arena_size=1 << 20)
    results = []
    for one in inputs:
        interpreter.set_input(one.reshape(shape), 0)
        interpreter.invoke()
        results.append(interpreter.get_output(0).reshape(-1).copy())
    return np.stack(results)


def main(folder):
    tensors, metadata = {}, {}
    for name, examples in MODELS.items():
        path = folder / f"{name}.tflite"
        metadata[name] = hashlib.sha256(path.read_bytes()).hexdigest()
        if name == "person_detect":
            shape = (1, 96, 96, 1)
            tensors[f"{name}/micro"] = micro(path, codes(examples * 9216).reshape(examples, -1), shape)
            continue
        size = int(np.prod(Interpreter(str(path)).get_input_details()[0]["shape"]))
        inputs = codes(examples * size).reshape(examples, -1)
        tensors[f"{name}/reference"] = litert(path, inputs, OpResolverType.BUILTIN_REF)
        tensors[f"{name}/litert"] = litert(path, inputs, OpResolverType.AUTO)
        print(name, (tensors[f"{name}/reference"] != tensors[f"{name}/litert"]).sum(), "codes differ")
    save_file(tensors, pathlib.Path(__file__).parent / "real_models.safetensors", metadata)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
