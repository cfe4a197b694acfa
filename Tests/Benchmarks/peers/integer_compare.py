"""Speed of integer inference: this package, LiteRT, ONNX Runtime and PyTorch in one go.

    python peers/integer_compare.py [rounds]

Run from Tests/Benchmarks, with a Python that has tensorflow, tf_keras, ai-edge-litert, onnx, onnxruntime and torch.
Builds the benchmark, then runs everything in turns, a few rounds of it, on the same two cores, and prints the best
round of each: other work on the machine disturbs the rounds, and the least disturbed says most about the program.
"""
import os
import re
import shutil
import subprocess
import sys

MODELS = {"small": "Conv 12@3x3 ReLU - MaxPool - Dense 10", "lenet-bn": "LeNet with batch normalization"}
OURS, TABLE_OF_OURS = "swift-qat", (
    "int8, float requantization", "int8, TFLite's fixed point", "float32", "float32, quantized")
here = os.path.dirname(os.path.abspath(__file__))
package = os.path.dirname(here)


def build():
    command = ["swift", "build", "--package-path", package, "--product", "integer-speed", "-c", "release"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    path = subprocess.run(command + ["--show-bin-path"], check=True, capture_output=True, text=True).stdout
    return os.path.join(path.strip(), "integer-speed")


def rates(command):
    """Of each line "model, batch 1: 2 images/s; program": ((program, batch), images a second)."""
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    for batch, rate, program in re.findall(r"batch (\d+): ([\d.]+) images/s; (.*)", lines):
        yield (program, int(batch)), float(rate)


def table(model, title, best):
    def program_of(name):
        return name if name.startswith(("int8", "float32")) else name.split(",")[0]

    rows, names = {}, {}
    for (name, batch), rate in best.items():
        program = program_of(name)
        if rate > rows.setdefault(program, {}).get(batch, 0):
            rows[program][batch] = rate
        names[program] = f"{OURS}, {name}" if program == name and name in TABLE_OF_OURS else name
    peers = [program for program in rows if program not in TABLE_OF_OURS]
    peer = {batch: max(rows[program][batch] for program in peers) for batch in (1, 128)}
    print(f"\n{model}: {title}, int8, two threads, images/s\n")
    print("| program | batch 1 | × best peer | batch 128 | × best peer |\n| --- | --: | --: | --: | --: |")
    for program, row in rows.items():
        cells = " | ".join(f"{row[batch]:,.0f} | {row[batch] / peer[batch]:.2f}" for batch in (1, 128))
        print(f"| {names[program]} | {cells} |")


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    pinned = ["taskset", "-c", "0,1"] if shutil.which("taskset") else []  # two cores for everyone
    peers = ["integer_litert.py", "integer_onnxruntime.py", "integer_pytorch.py"]
    programs = [[build()]] + [[sys.executable, os.path.join(here, peer)] for peer in peers]
    for model, title in MODELS.items():
        best = {}
        for _ in range(rounds):
            for program in programs:
                for key, rate in rates(pinned + program + [model]):
                    best[key] = max(best.get(key, 0), rate)
        table(model, title, best)


main()
