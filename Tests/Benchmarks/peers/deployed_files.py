"""Quantizes Keras files with qat-model, runs the written files in LiteRT and ONNX Runtime, and counts differing codes.

Run with: python deployed_files.py QAT_MODEL KERAS_FILE [IMAGES.npy]. QAT_MODEL is the built command, .build/release/qat-model.
Without IMAGES.npy, float32, 1,000 smooth random images of values 0 to 255 are made with seed 1. The file is written four
times: as .tflite for LiteRT's reference kernels and for its default ones, and as .onnx (QDQ and QOperator); each is run on
all images, and its codes are compared with those of `qat-model run`. Exit code 1 if any code differs.

Measured with ai-edge-litert 2.3.0, onnxruntime 1.32.0, numpy 2.4.6.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import onnxruntime
from ai_edge_litert.interpreter import OpResolverType

from litert_codes import litert


def smooth_images(count, shape, seed=1):
    """Images of a few large blobs and some noise, from 0 to 255."""
    random = np.random.default_rng(seed)
    small = random.uniform(0, 255, (count, 4, 4, shape[2]))
    rows = np.linspace(0, 3, shape[0])
    columns = np.linspace(0, 3, shape[1])

    def interpolated(values, places, axis):
        low = np.minimum(np.floor(places).astype(int), 2)
        share = (places - low).reshape([-1 if index == axis else 1 for index in range(4)])
        return np.take(values, low, axis) * (1 - share) + np.take(values, low + 1, axis) * share

    images = interpolated(interpolated(small, rows, 1), columns, 2)
    return np.clip(images + random.normal(0, 16, images.shape), 0, 255).astype(np.float32)


def ort(path, codes):
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: codes})[0]


def main(command, model, images=None):
    def qat_model(*arguments):
        return subprocess.run([command, *map(str, arguments)], check=True, capture_output=True, text=True).stdout

    folder = pathlib.Path(tempfile.mkdtemp())
    if images is None:
        shape = [int(part) for part in qat_model("inspect", model).split("(None, ")[1].split(")")[0].split(", ")]
        images = folder / "images.npy"
        np.save(images, smooth_images(1000, shape))
    pixels = np.load(images)
    differing = 0
    kinds = [
        ("reference.tflite", ["--runtime", "tflite"], lambda path, codes: litert(path, codes, OpResolverType.BUILTIN_REF)),
        ("default.tflite", ["--runtime", "xnnpack"], lambda path, codes: litert(path, codes, OpResolverType.AUTO)),
        ("qdq.onnx", ["--onnx", "qdq", "--takes", "int8"], ort),
        ("qoperator.onnx", ["--onnx", "qoperator", "--takes", "int8"], ort),
    ]
    for name, options, run in kinds:
        path, own = folder / name, folder / f"{name}.safetensors"
        base = ["quantize", model, "--calibrate", images, "--examples", 200]
        runtime = options if options[0] == "--runtime" else ["--runtime", "onnxRuntime"]
        qat_model(*base, *options, "--to", path)
        qat_model(*base, *runtime, "--to", own)
        first = json.loads(qat_model("inspect", own, "--json"))["operations"][0]
        grid = np.float32(first["scale"]), first["zeroPoint"]
        codes = np.clip(np.rint(pixels / grid[0]) + grid[1], -128, 127).astype(np.int8)
        np.save(folder / "codes.npy", codes)
        ours = json.loads(qat_model("run", own, "--input", folder / "codes.npy", "--json"))
        ours = np.array([result["codes"] for result in ours], np.int8)
        theirs = run(path, codes).reshape(ours.shape)
        count = int((ours != theirs).sum())
        differing += count
        print(f"{name}: {path.stat().st_size} bytes; {count} of {ours.size} codes differ over {len(codes)} images")
    return 1 if differing else 0


sys.exit(main(*sys.argv[1:]))
