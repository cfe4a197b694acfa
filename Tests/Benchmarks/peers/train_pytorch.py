"""The PyTorch peers of the training benchmark: python train_pytorch.py small|lenet-bn|mobile|resnet-8 [steps] [float|qat] [batch]

Two threads, channels last, Adam with the same settings; its fused form, the fastest on a CPU. With qat the model
is prepared by FX graph mode with the default fake-quants for x86: convolution, normalization and ReLU fused.
"""
import time
import warnings

import torch
from torch import nn

from timing import BATCHES, THREADS, arguments, image_shape, report, window_means

WARM_UP = 10


def normalized(inputs, filters, size=3, strides=1, groups=1):
    """A convolution and its normalization. Padding of 1 is on both sides, where TensorFlow's is at the end for strides of
    2: the number of products is the same."""
    return nn.Sequential(
        nn.Conv2d(inputs, filters, size, strides, padding=size // 2, groups=groups, bias=False),
        nn.BatchNorm2d(filters, eps=1e-3, momentum=0.01))


class Residual(nn.Module):
    """Two convolutions beside a shortcut."""

    def __init__(self, inputs, filters, strides):
        super().__init__()
        self.first = nn.Sequential(normalized(inputs, filters, strides=strides), nn.ReLU())
        self.second = normalized(filters, filters)
        self.shortcut = nn.Conv2d(inputs, filters, 1, strides) if strides > 1 else nn.Identity()
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.shortcut(x) + self.second(self.first(x)))


def mobile():
    parts, inputs = [normalized(1, 16, strides=2), nn.ReLU()], 16
    for filters, strides in ((32, 1), (64, 2), (64, 1)):
        parts += [normalized(inputs, 2 * inputs, strides=strides, groups=inputs), nn.ReLU()]
        parts += [normalized(2 * inputs, filters, size=1), nn.ReLU()]
        inputs = filters
    return nn.Sequential(*parts, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, 10))


def resnet():
    blocks = [Residual(16, 16, 1), Residual(16, 32, 2), Residual(32, 64, 2)]
    return nn.Sequential(
        normalized(3, 16), nn.ReLU(), *blocks, nn.AvgPool2d(8), nn.Flatten(), nn.Linear(64, 10))


def model(subject):
    if subject in ("mobile", "resnet-8"):
        return mobile() if subject == "mobile" else resnet()
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


subject, steps, quantizes, batch = arguments()
warnings.filterwarnings("ignore")
torch.set_num_threads(THREADS)
torch.manual_seed(1)
network = model(subject).to(memory_format=torch.channels_last).train()
height, width, channels = image_shape(subject)
images = [torch.rand(batch, channels, height, width).contiguous(memory_format=torch.channels_last) for _ in range(BATCHES)]
labels = [torch.randint(0, 10, (batch,)) for _ in range(BATCHES)]
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
report(subject, batch, window_means(times), versions, loss.item())
