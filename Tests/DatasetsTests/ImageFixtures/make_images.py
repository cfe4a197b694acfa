"""Makes PNG files in a folder for each class, and the pixels that Keras reads from them.

Run with: python make_images.py
The committed files were made by Keras 3.15.1 on tensorflow 2.21.0 (numpy 2.4.6, x86-64), seed 20261129; the PNGs are
encoded by this script with zlib.

photos/ has the classes b-class and a-class, a hidden folder, and a text file. keras.txt has a line for each reading, `MODE HEIGHT
WIDTH VALUES`: image after image, floats of 0 to 255 with three decimals, separated by commas; the first line has the
labels.
"""

import os
import pathlib
import struct
import zlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
import keras
import numpy as np

folder = pathlib.Path(__file__).parent
photos = folder / "photos"
random = np.random.default_rng(20261129)
kinds = {1: 0, 2: 4, 3: 2, 4: 6}


def save(name, pixels, bits=8):
    """Writes grey, grey with alpha, RGB or RGBA pixels, by the number of channels."""
    height, width, channels = pixels.shape
    data = pixels.astype(">u2" if bits == 16 else "u1")
    rows = b"".join(b"\0" + data[row].tobytes() for row in range(height))

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, bits, kinds[channels], 0, 0, 0)
    path = photos / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


def draw(*shape, high=256):
    return random.integers(0, high, shape)


save("b-class/1.png", draw(5, 4, 3))
save("b-class/10.png", draw(5, 4, 1))
save("b-class/2.PNG", draw(5, 4, 4))
save("a-class/x.png", draw(8, 6, 3))
save("a-class/grey-alpha.png", draw(3, 9, 2))
save(".hidden/x.png", draw(2, 2, 1))
(photos / "b-class" / "notes.txt").write_text("No image.\n")

lines = []
for mode in ("rgb", "grayscale"):
    for size in ((5, 4), (3, 2), (11, 9)):
        data = keras.utils.image_dataset_from_directory(
            str(photos), color_mode=mode, image_size=size, shuffle=False, batch_size=None, verbose=False)
        images, labels = zip(*[(image.numpy(), int(label)) for image, label in data])
        if not lines:
            lines.append("labels " + ",".join(str(label) for label in labels))
        values = np.stack(images).ravel()
        lines.append(f"{mode} {size[0]} {size[1]} " + ",".join(f"{value:.3f}" for value in values))
(folder / "keras.txt").write_text("\n".join(lines) + "\n")
