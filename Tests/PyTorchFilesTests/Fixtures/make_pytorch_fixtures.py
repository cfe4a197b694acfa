"""Makes state dicts of small PyTorch networks as safetensors files, with inputs and outputs.

Run with: python make_pytorch_fixtures.py
The committed files were made by torch 2.13.0 (CPU), safetensors 0.8.0 and numpy 2.4.6 on x86-64, seed 20261207.

NAME.safetensors is the state dict of a network in evaluation. Its metadata `order` has the names of the arrays in the
network's order, a name a line; `row-numbered` has no metadata. NAME-io.safetensors has `input`, [batch, height, width,
channels], and `output`, as the network gives it; of images with the channels last, too.
"""

import pathlib

import torch
from safetensors.torch import save_file
from torch import nn

folder = pathlib.Path(__file__).parent
torch.manual_seed(20261207)
torch.set_num_threads(1)


class Block(nn.Module):
    """Two convolutions and a shortcut, as in the ResNet-8 of MLPerf Tiny."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, padding=1)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Conv2d(inputs, outputs, 1, stride) if stride > 1 else nn.Identity()

    def forward(self, x):
        y = torch.relu(self.bn1(self.conv1(x)))
        return torch.relu(self.bn2(self.conv2(y)) + self.shortcut(x))


class ResNet8(nn.Module):
    def __init__(self, width=6):
        super().__init__()
        self.stem = nn.Conv2d(3, width, 3, padding=1)
        self.bn = nn.BatchNorm2d(width)
        self.layer1 = Block(width, width, 1)
        self.layer2 = Block(width, 2 * width, 2)
        self.layer3 = Block(2 * width, 4 * width, 2)
        self.pool = nn.AvgPool2d(8)
        self.fc = nn.Linear(4 * width, 10)

    def forward(self, x):
        x = torch.relu(self.bn(self.stem(x)))
        return self.fc(torch.flatten(self.pool(self.layer3(self.layer2(self.layer1(x)))), 1))


class InvertedResidual(nn.Module):
    """The block of MobileNetV2: 1x1 up, depthwise 3x3, 1x1 down, and the input added where the shapes are equal."""

    def __init__(self, inputs, outputs, stride, expansion):
        super().__init__()
        hidden = inputs * expansion
        self.adds = stride == 1 and inputs == outputs
        self.conv = nn.Sequential(
            nn.Conv2d(inputs, hidden, 1, bias=False), nn.BatchNorm2d(hidden), nn.ReLU6(),
            nn.Conv2d(hidden, hidden, 3, stride, padding=1, groups=hidden, bias=False), nn.BatchNorm2d(hidden),
            nn.ReLU6(), nn.Conv2d(hidden, outputs, 1, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        return x + self.conv(x) if self.adds else self.conv(x)


class MobileNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 8, 3, 2, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU6(),
            InvertedResidual(8, 8, 1, 2), InvertedResidual(8, 12, 2, 3), InvertedResidual(12, 12, 1, 3))
        self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(12 * 8 * 8, 10))

    def forward(self, x):
        return self.classifier(torch.flatten(self.features(x), 1))


class Layouts(nn.Module):
    """Each layout once: what is flattened, made an image again, enlarged, and joined behind a flattening."""

    def __init__(self):
        super().__init__()
        self.encode = nn.Conv2d(3, 4, 3, stride=2, padding=1)
        self.depthwise = nn.Conv2d(4, 8, (3, 2), groups=4)
        self.inner = nn.Linear(2 * 3 * 8, 5, bias=False)
        self.scores = nn.BatchNorm1d(48)
        self.outer = nn.Linear(5, 2 * 3 * 4)
        self.wide = nn.BatchNorm1d(24)
        self.transpose = nn.ConvTranspose2d(4, 3, 4, stride=2, padding=1)
        self.gaps = nn.ConvTranspose2d(4, 2, 2, stride=3, bias=False)
        self.head = nn.Linear(3 * 4 * 6 + 2 * 5 * 8 + 5, 4)

    def forward(self, x):
        x = torch.relu(self.depthwise(self.encode(x)))
        code = self.inner(torch.relu(self.scores(torch.flatten(x, 1))))
        image = torch.relu(self.wide(self.outer(code))).reshape(-1, 4, 2, 3)
        larger = [self.transpose(image), self.gaps(image)]
        return self.head(torch.cat([torch.flatten(y, 1) for y in larger] + [code], 1))


class Upsampler(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose2d(2, 4, 2, stride=2)
        self.smooth = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False)
        self.repeat = nn.Upsample(scale_factor=(1, 3), mode="nearest")
        self.mix = nn.Conv2d(4, 3, 1)

    def forward(self, x):
        return self.mix(self.repeat(self.smooth(self.up(x))))


def settle(network, shape):
    """Draws what PyTorch starts with ones and zeros, and lets the statistics follow a few batches."""
    for module in network.modules():
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.bias, -0.3, 0.3)
            module.momentum = 0.5
    for _ in range(6):
        network(torch.randn(16, *shape))
    return network.eval()


def last(tensor):
    return tensor.permute(0, 2, 3, 1) if tensor.dim() == 4 else tensor


def save(name, network, shape, batch=2):
    x = torch.randn(batch, *shape)
    with torch.no_grad():
        tensors = {"input": last(x).contiguous(), "output": last(network(x)).contiguous()}
    save_file(tensors, folder / f"{name}-io.safetensors")


def save_state(name, state, order=True):
    metadata = {"order": "\n".join(state)} if order else None
    save_file({key: value.contiguous() for key, value in state.items()}, folder / f"{name}.safetensors", metadata)


for name, network, shape in [
    ("resnet8", ResNet8(), (3, 32, 32)),
    ("mobilenet", MobileNet(), (3, 32, 32)),
    ("layouts", Layouts(), (3, 8, 8)),
    ("upsampler", Upsampler(), (2, 2, 3)),
]:
    settle(network, shape)
    save_state(name, network.state_dict())
    save(name, network, shape)

# Half precision: the network computes in floats, with the weights that the file has.
for suffix, kind in [("f16", torch.float16), ("bf16", torch.bfloat16)]:
    network = settle(Layouts(), (3, 8, 8))
    state = {key: value.to(kind) if value.is_floating_point() else value for key, value in network.state_dict().items()}
    network.load_state_dict(state)
    save_state(f"layouts-{suffix}", state)
    save(f"layouts-{suffix}", network, (3, 8, 8))

# Layers in a row, named by numbers alone and, with an order in the metadata, by words out of their alphabetical order.
row = settle(
    nn.Sequential(
        nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(4, 4, 3, bias=False), nn.BatchNorm2d(4), nn.ReLU(),
        nn.MaxPool2d(2), nn.Flatten(), nn.Linear(16, 6), nn.BatchNorm1d(6), nn.ReLU(), nn.Dropout(0.5),
        nn.Linear(6, 3)),
    (2, 8, 8))
save_state("row-numbered", row.state_dict(), order=False)
words = {"0": "stem", "1": "norm", "3": "conv", "4": "bn", "8": "hidden", "9": "act", "12": "fc"}
renamed = {f"{words[key.split('.')[0]]}.{key.split('.')[1]}": value for key, value in row.state_dict().items()}
save_state("row-named", renamed)
save("row", row, (2, 8, 8))
print("torch", torch.__version__)
