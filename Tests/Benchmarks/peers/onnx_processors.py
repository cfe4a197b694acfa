"""Runs the files of `onnx-results` on processors that qemu-user emulates, and counts the codes that differ from ours.

Run with: python onnx_processors.py FOLDER [EXAMPLES]. Measured with Debian's qemu-user 7.2, which has no AVX-512, and
onnxruntime 1.32.0 (numpy 2.4.6). Haswell has AVX2 without VNNI, Nehalem neither AVX nor FMA.
"""

import pathlib
import subprocess
import sys

import numpy as np
import onnxruntime as ort

PROCESSORS = ["Haswell", "EPYC", "SandyBridge", "Nehalem"]
SESSIONS = [("qdq.13", "0"), ("qdq.13.fast", "0"), ("qdq.13.fast", "1"), ("qOperator.13", "0"), ("standardQDQ.13", "0")]


def count(folder, examples, form, precision):
    """Prints the sum over all files of a form, and those that differ."""
    different = total = 0
    for path in sorted(folder.glob(f"*.{form}.onnx")):
        options = ort.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = 1
        options.add_session_config_entry("session.x64quantprecision", precision)
        session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        name = path.name.split(".")[0]
        inputs = {}
        for index, value in enumerate(session.get_inputs()):
            size = int(np.prod(value.shape[1:]))
            reals = np.fromfile(folder / f"{name}.input{index}", np.float32, count=examples * size)
            inputs[value.name] = reals.reshape([examples] + value.shape[1:])
        own = 0
        for index, result in enumerate(session.run(None, inputs)):
            ours = np.fromfile(folder / f"{name}.output{index}", np.float32, count=result.size)
            own += int((ours != result.reshape(-1)).sum())
            total += result.size
        different += own
        if own and name.startswith("mnist"):
            print(f"    {path.name}: {own} of {result.size}")
    print(f"  {form}, x64quantprecision {precision}: {different} of {total}", flush=True)


def main(folder, examples):
    for processor in PROCESSORS:
        print(processor, flush=True)
        for form, precision in SESSIONS:
            subprocess.run(
                ["qemu-x86_64", "-cpu", processor, sys.executable, __file__, folder, examples, form, precision],
                check=True, stderr=subprocess.DEVNULL)


if len(sys.argv) == 5:
    count(pathlib.Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
else:
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "200")
