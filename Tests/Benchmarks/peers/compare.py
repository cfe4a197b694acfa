"""Training speed of this package, TensorFlow and PyTorch in one go: python peers/compare.py [steps] [rounds] [debug] [direct]

Measured with tensorflow 2.21.0, tf_keras 2.21.0, tensorflow_model_optimization 0.8.1 and torch 2.15.0. Builds the
benchmark, then runs everything in turns, a few rounds of it, on the same two cores, and prints the best round of each:
other work on the machine disturbs the rounds, and the least disturbed says most about the program. For each network
float training and quantization-aware training, by `quantizeModel`, TFMOT and PyTorch, in batches of 32 and 128, our
convolutions in Winograd's form where it fits (`Trainer(…, convolutions: .winograd)`), or with direct directly; in the
end, what quantization costs here beside the float step. With debug the debug build of this package runs too.
TRAINING_SPEED names a training-speed that is built already.
"""
import os
import re
import shutil
import subprocess
import sys

from machine import processor

MODELS = {
    "small": "small CNN", "lenet-bn": "LeNet-BN", "mobile": "MobileNet-like, multiplier 2", "resnet-8": "ResNet-8"}
MODES = {"float": ("tf_keras", "PyTorch"), "qat": ("TFMOT", "PyTorch, FX")}
BATCHES = ("32", "128")
ALGORITHM = "direct" if "direct" in sys.argv else "winograd"  # of our convolutions
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


def measure(programs, model, steps, rounds, mode, batch):
    """Runs the programs in turns; gives the best images a second and the peak memory of each."""
    best, memory, lines = {}, {}, {}
    for _ in range(rounds):
        for name, command in programs.items():
            option = [ALGORITHM] if name.startswith("swift-qat") else []
            (speed, peak), line = figures(command + [model, steps, mode, batch] + option)
            if speed > best.get(name, 0):
                best[name], lines[name] = speed, line
            memory[name] = max(memory.get(name, 0), peak)
    for line in lines.values():
        print(f"    {batch}, {mode}: {line}", file=sys.stderr)
    return best, memory


def release_program():
    return os.environ.get("TRAINING_SPEED") or build("release")


def main():
    steps = sys.argv[1] if len(sys.argv) > 1 else "400"
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    pinned = ["taskset", "-c", "0,1"] if shutil.which("taskset") else []  # two cores for everyone
    release = pinned + [release_program()]
    ours = {"swift-qat": release}
    if "debug" in sys.argv:
        ours["swift-qat, debug build"] = pinned + [build("debug")]
    print(processor())
    print(f"\n| training, Adam; our convolutions {ALGORITHM} | batch | ours, images/s | × better peer | TensorFlow | PyTorch | peak MB: ours | TensorFlow | PyTorch |")
    print("| :--- |" + " ---: |" * 8)
    for model, title in MODELS.items():
        for mode, names in MODES.items():
            scripts = ("train_tf_keras.py", "train_pytorch.py")
            peers = {name: pinned + [sys.executable, "-B", os.path.join(here, script)]
                     for name, script in zip(names, scripts)}
            for batch in BATCHES:
                best, memory = measure(ours | peers, model, steps, rounds, mode, batch)
                peer = max(best[name] for name in names)
                for name in ours:
                    what = "floats" if mode == "float" else "8 bits"
                    row = [f"{title}, {what}{name.removeprefix('swift-qat')}", batch, f"{best[name]:,.0f}"]
                    row += [f"{best[name] / peer:.2f}"] + [f"{best[other]:,.0f}" for other in names]
                    row += [f"{memory[program]:.0f}" for program in [name, *names]]
                    print("| " + " | ".join(row) + " |", flush=True)
    for model, title in MODELS.items():
        print(f"\n{title}: float and quantized steps in turns\n", flush=True)
        subprocess.run(release + [model, steps, "race", "128", ALGORITHM], check=True)


main()
