"""Exports small PyTorch networks as ONNX files, by Brevitas and by torch's exporter, and runs them in ONNX Runtime.

Run with: python make_exported.py. The committed files were made by torch 2.13.0+cpu, torchao 0.18.0, brevitas 0.13.4,
onnxscript 0.7.2, onnx 1.23.2 and onnxruntime 1.32.0 (numpy 2.4.6, x86-64 with AVX-512 VNNI), seed 20261129.

exported/ has the files; exported.safetensors has the output codes of each, as quantized.safetensors does.

    brevitas_8, brevitas_4    QCDQ of Brevitas: weights of floating-point numbers behind QuantizeLinear and Clip
    torch, torch_operators    torch's exporter, eval mode, and quantize_static
    pt2e                      torch's exporter of a network that torchao's PT2E quantized
"""

import pathlib
import warnings

import brevitas.nn as qnn
import numpy as np
import onnx
import torch
from brevitas.export import export_onnx_qcdq
from brevitas.quant import Int8ActPerTensorFloat, Int8WeightPerChannelFloat, Uint8ActPerTensorFloat
from onnxruntime.quantization import QuantFormat
from safetensors.numpy import save_file
from torch import nn
from torchao.quantization.pt2e import MinMaxObserver, PerChannelMinMaxObserver
from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_pt2e
from torchao.quantization.pt2e.quantizer import (
    QuantizationAnnotation, QuantizationSpec, Quantizer, SharedQuantizationSpec)

import make_quantized
from make_quantized import SEED

HERE = pathlib.Path(__file__).parent
warnings.filterwarnings("ignore")


class Quantized(nn.Module):
    def __init__(self, bits):
        super().__init__()
        weights = dict(weight_quant=Int8WeightPerChannelFloat, weight_bit_width=bits)
        self.image = qnn.QuantIdentity(act_quant=Int8ActPerTensorFloat, return_quant_tensor=True)
        self.conv = qnn.QuantConv2d(3, 6, 3, bias=True, return_quant_tensor=True, **weights)
        self.relu = qnn.QuantReLU(act_quant=Uint8ActPerTensorFloat, bit_width=bits, return_quant_tensor=True)
        self.pool = nn.MaxPool2d(2)
        self.dense = qnn.QuantLinear(120, 7, bias=True, output_quant=Int8ActPerTensorFloat, **weights)

    def forward(self, x):
        return self.dense(self.pool(self.relu(self.conv(self.image(x)))).flatten(1))


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8)
        self.conv2, self.bn2 = nn.Conv2d(8, 8, 3, padding=1, groups=8, bias=False), nn.BatchNorm2d(8)
        self.conv3 = nn.Conv2d(16, 12, 1)
        self.pool, self.drop, self.dense = nn.AdaptiveAvgPool2d(1), nn.Dropout(0.3), nn.Linear(12, 5)
        for norm in (self.bn1, self.bn2):
            nn.init.uniform_(norm.running_mean, -0.3, 0.3)
            nn.init.uniform_(norm.running_var, 0.5, 1.5)

    def forward(self, x):
        x = nn.functional.max_pool2d(torch.relu(self.bn1(self.conv1(x))), 2)
        y = torch.nn.functional.relu6(self.bn2(self.conv2(x)))
        x = torch.relu(self.conv3(torch.cat([x, y], 1)))
        return self.dense(self.drop(self.pool(x).flatten(1)))


class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.dense = nn.Conv2d(3, 6, 3), nn.Linear(120, 7)

    def forward(self, x):
        return self.dense(nn.functional.max_pool2d(torch.relu(self.conv(x)), 2).flatten(1))


class Int8(Quantizer):
    """Every operation's output on a grid of its own, a ReLU's with the convolution before it; weights by channel."""

    activations = QuantizationSpec(
        dtype=torch.int8, quant_min=-128, quant_max=127, qscheme=torch.per_tensor_affine,
        observer_or_fake_quant_ctr=MinMaxObserver.with_args(eps=2**-12))
    weights = QuantizationSpec(
        dtype=torch.int8, quant_min=-127, quant_max=127, qscheme=torch.per_channel_symmetric, ch_axis=0,
        observer_or_fake_quant_ctr=PerChannelMinMaxObserver.with_args(eps=2**-12))

    def annotate(self, model):
        for node in model.graph.nodes:
            kind = str(node.target)
            if "conv2d" in kind or "linear" in kind:
                rectified = [user for user in node.users if "relu" in str(user.target)]
                inputs = {node.args[0]: self.activations, node.args[1]: self.weights}
                self.note(node, inputs, None if rectified else self.activations)
                for user in rectified:
                    self.note(user, {}, self.activations)
            elif "max_pool" in kind:
                self.note(node, {node.args[0]: self.activations}, SharedQuantizationSpec((node.args[0], node)))
        return model

    def note(self, node, inputs, output):
        node.meta["quantization_annotation"] = QuantizationAnnotation(
            input_qspec_map=inputs, output_qspec=output, _annotated=True)

    def validate(self, model):
        pass


def pt2e():
    torch.manual_seed(SEED)
    images = torch.randn(16, 3, 10, 12)
    model = prepare_pt2e(torch.export.export(Small().eval(), (images[:1],), strict=True).module(), Int8())
    for image in images:
        model(image[None])
    path = HERE / "exported.tmp"
    torch.onnx.export(convert_pt2e(model), (images[:1],), str(path), dynamo=True, input_names=["x"])
    return loaded(path)


def brevitas(bits):
    torch.manual_seed(SEED)
    model, images = Quantized(bits).train(), torch.randn(16, 3, 10, 12)
    for _ in range(3):
        model(images)
    path = HERE / "exported.tmp"
    export_onnx_qcdq(model.eval(), args=images[:1], export_path=str(path))
    return loaded(path)


def exported():
    torch.manual_seed(SEED)
    path = HERE / "exported.tmp"
    torch.onnx.export(Network().eval(), (torch.randn(1, 3, 10, 12),), str(path), dynamo=True, input_names=["x"])
    return loaded(path)


def loaded(path):
    """A file with its data, without what the exporter says of its own way, which holds paths."""
    model = onnx.load(path)
    for file in (path, path.with_name(path.name + ".data")):
        file.unlink(missing_ok=True)
    model.ClearField("metadata_props")
    del model.graph.value_info[:]
    for part in [model.graph, *model.graph.node, *model.graph.input, *model.graph.output, *model.graph.initializer]:
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    return model


def main():
    (HERE / "exported").mkdir(exist_ok=True)
    models = {f"brevitas_{bits}": brevitas(bits) for bits in (8, 4)}
    models["pt2e"] = pt2e()
    floats = exported()
    print("torch's exporter:", [node.op_type for node in floats.graph.node], [t.name for t in floats.graph.initializer])
    models["torch"] = make_quantized.quantized(floats)
    models["torch_operators"] = make_quantized.quantized(floats, format=QuantFormat.QOperator)
    tensors = {}
    for name, model in models.items():
        path = HERE / "exported" / f"{name}.onnx"
        onnx.save(model, path)
        codes, text = make_quantized.results(path)
        tensors |= {f"{name}.{kind}": values for kind, values in codes.items()}
        print(text, sorted({node.op_type for node in model.graph.node}))
    save_file(tensors, HERE / "exported.safetensors")


if __name__ == "__main__":
    main()
