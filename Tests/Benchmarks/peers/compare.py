"""Training speed of this package, TensorFlow and PyTorch in one go: python peers/compare.py [steps] [rounds]

Needs tensorflow, tf_keras, tensorflow_model_optimization and torch. Builds the benchmark, then runs everything in
turns, a few rounds of it, on the same two cores, and prints the best round of each: other work on the machine
disturbs the rounds, and the least disturbed says most about the program. First float training, then
quantization-aware training by `quantizeModel`, TFMOT and PyTorch; in the end, what the latter costs here beside
the float step.
"""
import os
import re
import shutil
import subprocess
import sys

MODELS = {"small": "Conv 12@3x3 ReLU - MaxPool - Dense 10", "lenet-bn": "LeNet with batch normalization"}
TITLES = {"float": "float training", "qat": "quantization-aware training"}
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


def table(programs, model, steps, rounds, mode):
    """Runs the programs in turns and prints the best of each beside the best peer's."""
    best, memory, lines = {}, {}, {}
    for _ in range(rounds):
        for name, command in programs.items():
            (speed, peak), line = figures(command + [model, steps, mode])
            if speed > best.get(name, 0):
                best[name], lines[name] = speed, line
            memory[name] = max(memory.get(name, 0), peak)
    peer = max(speed for name, speed in best.items() if not name.startswith("swift-qat"))
    print(f"\n{model}, {TITLES[mode]}: {MODELS[model]}, batch 128, Adam\n")
    print("| program | images/s | × better peer | peak MB |\n| --- | --: | --: | --: |")
    for name in programs:
        print(f"| {name} | {best[name]:,.0f} | {best[name] / peer:.2f} | {memory[name]:.0f} |")
    for line in lines.values():
        print(line)


def main():
    steps = sys.argv[1] if len(sys.argv) > 1 else "400"
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    pinned = ["taskset", "-c", "0,1"] if shutil.which("taskset") else []  # two cores for everyone
    release = pinned + [build("release")]
    ours = {"swift-qat, debug": pinned + [build("debug")], "swift-qat, release": release}

    def peers(tensorflow, pytorch):
        return {
            tensorflow: pinned + [sys.executable, "-B", os.path.join(here, "train_tf_keras.py")],
            pytorch: pinned + [sys.executable, "-B", os.path.join(here, "train_pytorch.py")],
        }

    for model in MODELS:
        table(ours | peers("tf_keras", "PyTorch"), model, steps, rounds, "float")
    for model in MODELS:
        table(ours | peers("TFMOT", "PyTorch, FX"), model, steps, rounds, "qat")
    for model in MODELS:
        print(f"\n{model}: float and quantized steps in turns\n", flush=True)
        subprocess.run(release + [model, steps, "race"], check=True)


main()
