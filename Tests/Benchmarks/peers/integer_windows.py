"""What the peers of the integer benchmark share: the models' shapes and how time is taken.

Images a second: the median over 15 windows of at least a tenth of a second each, after two that warm up.
"""
import time

THREADS, BATCHES, WINDOWS, WINDOW = 2, (1, 128), 15, 0.1

# Convolutions as (filters, padding), each with a 3 × 3 kernel, a normalization (in LeNet-BN), ReLU and max pooling;
# then the dense layers' units, ReLU between them.
MODELS = {
    "small": dict(convolutions=[(12, "valid")], units=[10], normalized=False),
    "lenet-bn": dict(convolutions=[(32, "same"), (64, "same")], units=[128, 10], normalized=True),
}


def images_a_second(run, batch):
    """Calls run() again and again; each call is `batch` images."""
    calls, rates = 1, []
    while len(rates) < WINDOWS + 2:
        start = time.perf_counter()
        for _ in range(calls):
            run()
        seconds = time.perf_counter() - start
        if seconds < WINDOW:
            calls = max(calls + 1, int(calls * min(1.2 * WINDOW / max(seconds, 1e-9), 100)))
            continue
        rates.append(calls * batch / seconds)
    return sorted(rates[2:])[WINDOWS // 2]


def report(subject, batch, rate, program):
    print(f"{subject}, batch {batch}: {rate:.0f} images/s; {program}", flush=True)
