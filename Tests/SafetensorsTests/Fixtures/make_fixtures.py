"""Makes the files of Python's safetensors that are read in Swift, and checks the one written by Swift.

    python make_fixtures.py          makes numpy.safetensors, torch.safetensors, foreign.safetensors
    python make_fixtures.py check    opens swift.safetensors and compares every value

The committed files were made and checked with safetensors 0.8.0, numpy 2.4.6, torch 2.15.0 (Python 3.11,
x86-64). swift.safetensors is what WritingTests.swift encodes; a test pins its bytes by SHA-256, so that the
check need not be run again until they change. To write it anew:

    QAT_WRITE_FIXTURE=Tests/SafetensorsTests/Fixtures/swift.safetensors swift test --filter WritingTests
"""

import json
import pathlib
import sys

import numpy as np
import safetensors
import safetensors.numpy
import safetensors.torch
import torch

FOLDER = pathlib.Path(__file__).parent


def numbers(dtype, shape, offset=0):
    """Counts from `offset` on; FixtureTests.swift expects the same."""
    count = int(np.prod(shape, dtype=np.int64))
    return (np.arange(count) + offset).astype(dtype).reshape(shape)


def numpy_file():
    tensors = {
        "conv/kernel": numbers(np.float32, (3, 1, 2, 4), -12) * np.float32(0.125),
        "conv/bias": np.array([-0.0, np.inf, -np.inf, 2.0**-149, 3.4028234663852886e38], np.float32),
        "float64": numbers(np.float64, (2, 2), -1) / 3,
        "float16": np.array([-0.0, 2.0**-24, 1.5, -65504, np.inf], np.float16),
        "int8": numbers(np.int8, (256,), -128),
        "uint8": numbers(np.uint8, (256,)),
        "int16": np.array([-(2**15), -1, 2**15 - 1], np.int16),
        "uint16": np.array([0, 2**16 - 1], np.uint16),
        "int32": np.array([-(2**31), -1, 2**31 - 1], np.int32),
        "uint32": np.array([0, 2**32 - 1], np.uint32),
        "int64": np.array([-(2**63), -1, 2**63 - 1], np.int64),
        "uint64": np.array([0, 2**64 - 1], np.uint64),
        "bool": np.array([True, False, True]),
        "a single number": np.array(7, np.int32),
        "no numbers": np.zeros((3, 0, 2), np.float32),
        "Gewichte für \"Größe\"\\\n\t\u0001🙂": np.array([1], np.uint8),
    }
    # One key: of several, the order is left to chance.
    metadata = {"about": "line 1\nline 2: \"½\" \\ / \u001f\u007f"}
    safetensors.numpy.save_file(tensors, FOLDER / "numpy.safetensors", metadata)


def torch_file():
    bits = torch.arange(8, dtype=torch.uint8)
    tensors = {
        "bfloat16": torch.tensor([-0.0, 1.5, -2.0**-133, float("inf")], dtype=torch.bfloat16),
        "complex64": torch.tensor([1 - 2j, 0.5 + 0.25j], dtype=torch.complex64),
    }
    for name in ["float8_e4m3fn", "float8_e5m2", "float8_e8m0fnu", "float8_e4m3fnuz", "float8_e5m2fnuz"]:
        tensors[name] = bits.clone().view(getattr(torch, name))
    safetensors.torch.save_file(tensors, FOLDER / "torch.safetensors")


def foreign_file():
    """A valid file as other programs write it: names sorted, spaces, escapes, unaligned, no padding."""
    header = json.dumps(
        {
            "__metadata__": {"größe 🙂": "½", "empty": ""},
            "a": {"shape": [2], "data_offsets": [4, 12], "dtype": "F32"},
            "b": {"dtype": "U8", "data_offsets": [1, 4], "shape": [3, 1]},
            "c": {"data_offsets": [0, 1], "dtype": "I8", "shape": []},
            "é🙂": {"data_offsets": [1, 1], "dtype": "I8", "shape": [0]},
        },
        indent=1,
        ensure_ascii=True,
    ).encode()
    header += b" " * ((3 - len(header)) % 8)  # Ends at an odd place.
    data = np.int8(-5).tobytes() + bytes([7, 8, 9]) + np.array([0.5, -0.25], np.float32).tobytes()
    file = len(header).to_bytes(8, "little") + header + data
    assert set(safetensors.numpy.load(file)) == {"a", "b", "c", "é🙂"}
    (FOLDER / "foreign.safetensors").write_bytes(file)


def check():
    path = FOLDER / "swift.safetensors"
    expected = {
        "dense/kernel": numbers(np.float32, (4, 3), -6) * np.float32(0.1),
        "dense/bias": np.array([-0.0, np.inf, 2.0**-149], np.float32),
        "quantized": numbers(np.int8, (4, 64), -128),
        "accumulator": np.array([-(2**31), -1, 0, 2**31 - 1], np.int32),
        "image": numbers(np.uint8, (1, 16, 16, 1)),
        "step": np.array(-(2**63), np.int64),
        "state": np.array([2**64 - 1, 1], np.uint64),
        "double": np.array([1 / 3], np.float64),
        "empty": np.zeros((0, 5), np.float32),
        "Größe \"½\"\n\u0001🙂": np.array([1, 0], np.uint8),
    }
    found = safetensors.numpy.load_file(path)
    assert set(found) == set(expected), set(found) ^ set(expected)
    for name, values in expected.items():
        assert found[name].dtype == values.dtype, name
        assert found[name].shape == values.shape, name
        assert found[name].tobytes() == values.tobytes(), name
    metadata = {"format": "np", "made by": "swift-qat\n\"½\" \\ / \u001f\u007f"}
    with safetensors.safe_open(path, framework="np") as file:
        assert file.metadata() == metadata
    # And its bytes are those of the reference writer, but for the order of the metadata's keys.
    ours, theirs = path.read_bytes(), safetensors.numpy.save(expected, metadata)
    length = int.from_bytes(ours[:8], "little")
    assert ours[:8] == theirs[:8] and ours[8 + length :] == theirs[8 + length :]
    assert ours[8 : 8 + length].partition(b"},")[2] == theirs[8 : 8 + length].partition(b"},")[2]
    print(f"{path.name}: {len(found)} tensors as expected; safetensors {safetensors.__version__}")


if __name__ == "__main__":
    if sys.argv[1:] == ["check"]:
        check()
    else:
        numpy_file()
        torch_file()
        foreign_file()
