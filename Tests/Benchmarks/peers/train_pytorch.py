"""The PyTorch peer of the training benchmark: python train_pytorch.py small|lenet-bn [steps]

Two threads, channels last, Adam with the same settings; its fused form, the fastest on a CPU.
"""
import resource
import sys
import time

import torch
from torch import nn

THREADS, BATCH, BATCHES, WARM_UP = 2, 128, 8, 10


def model(subject):
    if subject == "small":
        return nn.Sequential(
            nn.Conv2d(1, 12, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(12 * 13 * 13, 10))

    def block(inputs, filters):
        return [
            nn.Conv2d(inputs, filters, 3, padding="same"), nn.BatchNorm2d(filters, eps=1e-3, momentum=0.01),
            nn.ReLU(), nn.MaxPool2d(2)]

    return nn.Sequential(
        *block(1, 32), *block(32, 64), nn.Flatten(), nn.Linear(7 * 7 * 64, 128), nn.ReLU(),
        nn.Linear(128, 10))


subject = sys.argv[1] if len(sys.argv) > 1 else "small"
steps = int(sys.argv[2]) if len(sys.argv) > 2 else 200
torch.set_num_threads(THREADS)
torch.manual_seed(1)
network = model(subject).to(memory_format=torch.channels_last).train()
images = [torch.rand(BATCH, 1, 28, 28).contiguous(memory_format=torch.channels_last) for _ in range(BATCHES)]
labels = [torch.randint(0, 10, (BATCH,)) for _ in range(BATCHES)]
optimizer = torch.optim.Adam(network.parameters(), lr=1e-3, eps=1e-7, fused=True)
cost = nn.CrossEntropyLoss()
times = []
for step in range(steps + WARM_UP):
    start = time.perf_counter()
    optimizer.zero_grad(set_to_none=True)
    loss = cost(network(images[step % BATCHES]), labels[step % BATCHES])
    loss.backward()
    optimizer.step()
    if step >= WARM_UP:
        times.append(time.perf_counter() - start)

windows = [times[first : first + 20] for first in range(0, len(times), 20)]
means = sorted(sum(window) / len(window) for window in windows)
step = means[len(means) // 2]
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(
    f"{subject}: {BATCH / step:.0f} images/s, {peak:.0f} peak MB; "
    f"PyTorch {torch.__version__}, loss {loss.item():.4f}")
