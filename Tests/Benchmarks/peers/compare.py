"""Training speed of this package, tf_keras and PyTorch in one go: python peers/compare.py [steps] [rounds]

Run from Tests/Benchmarks, with a Python that has tensorflow, tf_keras and torch. Builds the benchmark, then
runs everything in turns, a few rounds of it, and prints the best of each: other work on the machine disturbs
the rounds, and the least disturbed says most about the program.
"""
import os
import re
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
    """Images a second of the quickest tenth of the steps and of all, peak MB, and the line itself."""
    line = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip().split("\n")[-1]
    found = [float(re.search(rf"([\d,]+) {label}", line)[1].replace(",", "")) for label in
             ("images/s of the quickest tenth", "images/s of all", "peak MB")]
    return found, line


def main():
    steps = sys.argv[1] if len(sys.argv) > 1 else "200"
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
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
                (quick, mean, peak), lines[name] = figures(command + [model, steps])
                old = best.get(name, (0, 0))
                best[name] = (max(old[0], quick), max(old[1], mean))
                memory[name] = max(memory.get(name, 0), peak)
        peer = max(best["tf_keras"][0], best["PyTorch"][0])
        print(f"\n{model}: {title}, batch 128, Adam\n")
        print("| program | images/s | × better peer | images/s, all steps | peak MB |\n| --- | --: | --: | --: | --: |")
        for name in programs:
            quick, mean = best[name]
            print(f"| {name} | {quick:,.0f} | {quick / peer:.2f} | {mean:,.0f} | {memory[name]:.0f} |")
        versions = [line.split("; ")[-1].rsplit(", loss", 1)[0] for name, line in lines.items()
                    if not name.startswith("swift")]
        print("\n" + ", ".join(versions))


main()
