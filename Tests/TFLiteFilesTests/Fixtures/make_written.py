"""Runs the files that our writer makes in LiteRT, for the codes that the Swift engine must give.

Run with: QAT_WRITE_TFLITE=FOLDER swift test --filter WritingTests, then python make_written.py FOLDER. The committed
file was made by ai-edge-litert 2.3.0 (numpy 2.4.6, x86-64 with AVX-512 VNNI).

The input codes are those of make_real_models.py. written.safetensors has for each file

    NAME.tflite    the output codes of LiteRT's reference kernels, [examples, outputs]
    NAME.xnnpack   those of LiteRT as it comes

and the SHA-256 of each file as metadata, so that a test knows that these are the bytes that were run.
"""

import hashlib
import pathlib
import sys

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from safetensors.numpy import save_file

import make_real_models

EXAMPLES = 20


def main(folder):
    tensors, metadata = {}, {}
    for path in sorted(folder.glob("*.tflite")):
        name, arithmetic = path.stem.split(".")
        metadata[path.stem] = hashlib.sha256(path.read_bytes()).hexdigest()
        size = int(np.prod(Interpreter(str(path)).get_input_details()[0]["shape"]))
        inputs = make_real_models.codes(EXAMPLES * size).reshape(EXAMPLES, -1)
        kind = {"tflite": OpResolverType.BUILTIN_REF, "xnnpack": OpResolverType.AUTO}[arithmetic]
        tensors[path.stem] = make_real_models.litert(path, inputs, kind)
    save_file(tensors, pathlib.Path(__file__).parent / "written.safetensors", metadata)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
