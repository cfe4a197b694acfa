"""The PyTorch peers of the training benchmark: python train_pytorch.py small|lenet-bn [steps] [float|qat]

Two threads, channels last, Adam with the same settings; its fused form, the fastest on a CPU. With qat the model
is prepared by FX graph mode with the default fake-quants for x86: convolution, normalization and ReLU fused.
"""
import time
import warnings

import torch
from torch import nn

from timing import BATCH, BATCHES, THREADS, arguments, report, window_means

WARM_UP = 10


def model(subject):
    if subject == "small":
        return nn.Sequential(
            nn.Conv2d(1, 12, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(12 * 13 * 13, 10))

    def block(inputs, filters):
        return [
            nn.Conv2d(inputs, filters, 3, padding=1), nn.BatchNorm2d(filters, eps=1e-3, momentum=0.01),
            nn.ReLU(), nn.MaxPool2d(2)]

    return nn.Sequential(
        *block(1, 32), *block(32, 64), nn.Flatten(), nn.Linear(7 * 7 * 64, 128), nn.ReLU(),
        nn.Linear(128, 10))


def prepared(network, image):
    """The network with its convolutions fused and fake-quants in it."""
    from torch.ao.quantization import get_default_qat_qconfig_mapping
    from torch.ao.quantization.quantize_fx import prepare_qat_fx

    return prepare_qat_fx(network, get_default_qat_qconfig_mapping("x86"), (image,))


subject, steps, quantizes = arguments()
warnings.filterwarnings("ignore")
torch.set_num_threads(THREADS)
torch.manual_seed(1)
network = model(subject).to(memory_format=torch.channels_last).train()
images = [torch.rand(BATCH, 1, 28, 28).contiguous(memory_format=torch.channels_last) for _ in range(BATCHES)]
labels = [torch.randint(0, 10, (BATCH,)) for _ in range(BATCHES)]
if quantizes:
    network = prepared(network, images[0]).to(memory_format=torch.channels_last).train()
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
versions = f"PyTorch {torch.__version__}" + (", FX graph mode" if quantizes else "")
report(subject, window_means(times), versions, loss.item())
