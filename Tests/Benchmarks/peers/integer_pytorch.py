"""The PyTorch peer of the integer benchmark: python integer_pytorch.py small|lenet-bn

FX graph mode post-training quantization for x86, convolution, normalization and ReLU fused, traced to TorchScript and
frozen, channels last, two threads. The model takes floats, so each call quantizes them, as the tool has it.
"""
import sys
import warnings

import torch
from torch import nn
from torch.ao.quantization import get_default_qconfig_mapping
from torch.ao.quantization.quantize_fx import convert_fx, prepare_fx
from integer_windows import BATCHES, MODELS, THREADS, images_a_second, report

warnings.filterwarnings("ignore")


def network(shape):
    layers, channels, side = [], 1, 28
    for filters, padding in shape["convolutions"]:
        layers.append(nn.Conv2d(channels, filters, 3, padding=1 if padding == "same" else 0))
        if shape["normalized"]:
            layers.append(nn.BatchNorm2d(filters))
        layers += [nn.ReLU(), nn.MaxPool2d(2)]
        channels, side = filters, (side if padding == "same" else side - 2) // 2
    layers.append(nn.Flatten())
    width = channels * side * side
    for units in shape["units"]:
        layers.append(nn.Linear(width, units))
        if units != shape["units"][-1]:
            layers.append(nn.ReLU())
        width = units
    return nn.Sequential(*layers).eval()


subject = sys.argv[1] if len(sys.argv) > 1 else "small"
torch.set_num_threads(THREADS)
torch.manual_seed(1)
torch.backends.quantized.engine = "x86"
example = (torch.rand(8, 1, 28, 28),)
with torch.inference_mode():
    prepared = prepare_fx(network(MODELS[subject]), get_default_qconfig_mapping("x86"), example)
    prepared(torch.rand(64, 1, 28, 28))
    quantized = convert_fx(prepared)
    scripted = torch.jit.freeze(torch.jit.trace(quantized, example))
    for batch in BATCHES:
        images = torch.rand(batch, 1, 28, 28).contiguous(memory_format=torch.channels_last)
        report(
            subject, batch, images_a_second(lambda: scripted(images), batch), f"PyTorch {torch.__version__}, FX, traced")
