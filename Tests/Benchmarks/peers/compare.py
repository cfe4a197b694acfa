"""Training speed of this package, tf_keras and PyTorch in one go: python peers/compare.py [steps] [rounds]

Run from Tests/Benchmarks, with a Python that has tensorflow, tf_keras and torch. Builds the benchmark, then
runs everything in turns, a few rounds of it, on the same two cores, and prints the best round of each: other
work on the machine disturbs the rounds, and the least disturbed says most about the program.
"""
import os
import re
import shutil
import subprocess
import sys

MODELS = {"small": "Conv 12@3x3 ReLU - MaxPool - Dense 10", "lenet-bn": "LeNet with batch normalization"}
here = os.path.dirname(os.path.abspath(__file__))
package = os.path.dirname(here)


def build(configuration):
    command = ["swift", "build", "--package-path", package, "--product", "training-speed", "-c", configuration]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    path = subprocess.run(command + ["--show-bin-path"], check=True, capture_output=True, text=True).stdout
    return os.path.join(path.strip(), "training-speed")


def figures(command):
    """Images a second, peak MB, and the line itself."""
    line = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip().split("\n")[-1]
    return [float(re.search(rf": ([\d.]+) images/s|, ([\d.]+) peak MB", part)[group])
            for part, group in ((line, 1), (line[line.index("images/s"):], 2))], line


def main():
    steps = sys.argv[1] if len(sys.argv) > 1 else "400"
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    pinned = ["taskset", "-c", "0,1"] if shutil.which("taskset") else []  # two cores for everyone
    programs = {
        "swift-qat, debug": [build("debug")],
        "swift-qat, release": [build("release")],
        "tf_keras": [sys.executable, os.path.join(here, "train_tf_keras.py")],
        "PyTorch": [sys.executable, os.path.join(here, "train_pytorch.py")],
    }
    for model, title in MODELS.items():
        best, memory, lines = {}, {}, {}
        for _ in range(rounds):
            for name, command in programs.items():
                (speed, peak), line = figures(pinned + command + [model, steps])
                if speed > best.get(name, 0):
                    best[name], lines[name] = speed, line
                memory[name] = max(memory.get(name, 0), peak)
        peer = max(best["tf_keras"], best["PyTorch"])
        print(f"\n{model}: {title}, batch 128, Adam\n")
        print("| program | images/s | × better peer | peak MB |\n| --- | --: | --: | --: |")
        for name in programs:
            print(f"| {name} | {best[name]:,.0f} | {best[name] / peer:.2f} | {memory[name]:.0f} |")
        for line in lines.values():
            print(line)


main()
