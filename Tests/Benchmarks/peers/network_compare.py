"""Speed of integer networks of MLPerf Tiny's shapes: this package beside LiteRT, in turns.

    python peers/network_compare.py MODELS [windows]

MODELS is a folder with kws_ref_model.tflite, pretrainedResnet_quant.tflite and ad01_int8.tflite (`swift run qat-model
fetch` names their places); the files of the other two networks are made by network-speed. Measured with ai-edge-litert
2.3.0 and numpy 2.4.6.

Each network runs with both arithmetics, in batches of 1 and 32, on one and two threads. A turn is a short window of
LiteRT and one of each arithmetic on one thread, and then on two, one right after the other, so that other work on the
machine disturbs all alike. Ratios are the medians over all turns and, for a machine that is not quiet, those of the
fastest tenth of the windows. Then come the machine's peaks,
measured in the same run, and the share of them that one thread reaches. NETWORK_SPEED names a network-speed that is
built already.
"""
import os
import subprocess
import sys
import tempfile
import time

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from importlib.metadata import version
from machine import processor

FETCHED = {
    "keyword spotting": "kws_ref_model.tflite",
    "ResNet-8": "pretrainedResnet_quant.tflite",
    "autoencoder": "ad01_int8.tflite",
}
MADE = {"MobileNetV1-0.25": "mobilenet-v1-0.25-96.tflite", "streaming wake word": "streaming-wake-word.tflite"}
ARITHMETICS = {"xnnpack": "XNNPACK's arithmetic", "tflite": "fixed point"}
BATCHES, THREADS = (1, 32), (1, 2)
WINDOW, PAUSE = 0.003, 0.06  # seconds; ONNX Runtime's threads spin for 40 ms after a call
here = os.path.dirname(os.path.abspath(__file__))
package = os.path.dirname(here)


class Server:
    """network-speed, which runs our sessions and takes their time itself."""

    def __init__(self, path):
        self.process = subprocess.Popen([path, "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, order):
        self.process.stdin.write(order + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().split()
        if not answer:
            sys.exit(f"network-speed ended at: {order}")
        return [float(number) for number in answer]


class Ours:
    def __init__(self, server, name, arithmetic, batch, threads, path):
        self.server, self.name = server, name
        self.multiply_adds, self.bytes = server.ask(f"open {name} {arithmetic} {batch} {threads} {path}")

    def seconds(self, calls):
        return self.server.ask(f"run {self.name} {calls}")[0]


class LiteRT:
    def __init__(self, batch, threads, path):
        self.interpreter = Interpreter(model_path=path, num_threads=threads)
        place = self.interpreter.get_input_details()[0]
        shape = [batch] + list(place["shape"][1:])
        self.interpreter.resize_tensor_input(place["index"], shape)
        self.interpreter.allocate_tensors()
        codes = np.random.default_rng(2).integers(-128, 128, shape).astype(np.int8)
        self.interpreter.set_tensor(place["index"], codes)

    def seconds(self, calls):
        begin = time.perf_counter()
        for _ in range(calls):
            self.interpreter.invoke()
        return time.perf_counter() - begin


def calls_in_window(program, window):
    program.seconds(3)
    return max(1, round(window / min(program.seconds(3) / 3 for _ in range(3))))


def turns(programs, windows, window=WINDOW):
    """The calls a second of each program, window by window."""
    calls = [calls_in_window(program, window) for program in programs]
    rates = [[] for _ in programs]
    for _ in range(windows):
        for program, count, own in zip(programs, calls, rates):
            time.sleep(PAUSE)  # threads of the program before, which wait for more work, fall asleep
            program.seconds(max(1, count // 10))  # its threads and caches are warm when time is taken
            own.append(count / program.seconds(count))
    return rates


def median(numbers):
    return sorted(numbers)[len(numbers) // 2]


def fast(numbers):
    return sorted(numbers)[len(numbers) * 9 // 10]


def server_program():
    if os.environ.get("NETWORK_SPEED"):
        return os.environ["NETWORK_SPEED"]
    command = ["swift", "build", "--package-path", package, "--product", "network-speed", "-c", "release"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    path = subprocess.run(command + ["--show-bin-path"], check=True, capture_output=True, text=True).stdout
    return os.path.join(path.strip(), "network-speed")


def measure(server, path, windows):
    """For each batch and number of threads the rates of LiteRT and of both arithmetics, and the network's size."""
    result = {}
    for batch in BATCHES:
        programs = []
        for threads in THREADS:
            ours = [Ours(server, f"{a}{threads}", a, batch, threads, path) for a in ARITHMETICS]
            programs += [LiteRT(batch, threads, path)] + ours
        rates = turns(programs, windows)
        for place, threads in enumerate(THREADS):
            result[batch, threads] = rates[3 * place : 3 * place + 3]
    return result, ours[0].multiply_adds, ours[0].bytes


def mean(ratios):
    return float(np.exp(np.mean(np.log(ratios))))


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    windows = int(sys.argv[2]) if len(sys.argv) > 2 else 101
    program = server_program()
    server = Server(program)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([program, "make", folder], check=True)
        paths = {name: os.path.join(sys.argv[1], file) for name, file in FETCHED.items()}
        paths |= {name: os.path.join(folder, file) for name, file in MADE.items()}
        print(processor())
        peaks = {what: [] for what in ("products", "cache", "memory")}
        networks = {}
        for name, path in paths.items():
            for what, rates in peaks.items():
                rates += server.ask(f"peak {what}")
            networks[name] = measure(server, path, windows)
    print_ratios(networks, "median of the turns", median_ratio)
    print_ratios(networks, "fastest tenth of the windows, which other work disturbed least", fast_ratio)
    print_limits(networks, {what: max(rates) for what, rates in peaks.items()})


def median_ratio(ours, theirs):
    return median([a / b for a, b in zip(ours, theirs)])


def fast_ratio(ours, theirs):
    return fast(ours) / fast(theirs)


def print_ratios(networks, title, ratio):
    print(f"\nours ÷ LiteRT {version('ai-edge-litert')}, int8, {title}\n")
    print("| | " + " | ".join(networks) + " | geometric mean |\n| :--- |" + " ---: |" * (len(networks) + 1))

    def print_row(name, pairs):
        ratios = [ratio(*pair) for pair in pairs]
        print(f"| {name} | " + " | ".join(f"{number:.2f}" for number in ratios + [mean(ratios)]) + " |")

    rates = [rates for rates, _, _ in networks.values()]
    for own, name in enumerate(ARITHMETICS.values(), 1):
        for batch, threads in [(batch, threads) for batch in BATCHES for threads in THREADS]:
            pairs = [(r[batch, threads][own], r[batch, threads][0]) for r in rates]
            print_row(f"batch {batch}, threads: {threads}, {name}", pairs)
    for batch in BATCHES:
        print_row(f"batch {batch}: our two threads ÷ our one", [(r[batch, 2][1], r[batch, 1][1]) for r in rates])


def print_limits(networks, peaks):
    """A network's limit: its operations at the processor's peak, or its weights at the cache's. Rates are those of the
    fastest tenth of the windows here, since the peaks are those of the fastest."""
    print(
        f"\npeaks of one core: {peaks['products'] / 1e9:.0f} GOP/s of products, {peaks['cache'] / 1e9:.0f} GB/s from the"
        f" second-level cache, {peaks['memory'] / 1e9:.0f} GB/s from memory\n")
    print(
        "| one thread, batch 1 | LiteRT, images/s | ours, images/s | GOP/s | limit of products | limit of weights | reached |")
    print("| :--- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, (rates, multiply_adds, size) in networks.items():
        theirs, ours = fast(rates[1, 1][0]), fast(rates[1, 1][1])
        by_products, by_weights = peaks["products"] / (2 * multiply_adds), peaks["cache"] / size
        print(
            f"| {name} | {theirs:,.0f} | {ours:,.0f} | {2 * multiply_adds * ours / 1e9:.0f} | {by_products:,.0f} |"
            f" {by_weights:,.0f} | {100 * ours / min(by_products, by_weights):.0f} % |")


if __name__ == "__main__":
    main()
