"""Writes the .npy files that NPYArrayTests reads, one for each form that numpy gives a file.

Run with: python make_npy.py. The committed files were made by numpy 2.4.6.

TYPE.npy has for each element type its least and its greatest number and four others, in the shape [2, 3]; the tests
state the numbers. version2.npy and version3.npy are int8.npy in later versions of the format, scalar.npy, vector.npy
and empty.npy have the shapes [], [3] and [0, 4]. The others are refused: fortran.npy is int8.npy with the first
dimension running fastest, big_endian.npy, bool.npy, float16.npy and records.npy have other element types.
"""

import pathlib

import numpy as np

FOLDER = pathlib.Path(__file__).parent


def main():
    for name in ["int8", "uint8", "int16", "uint16", "int32", "int64"]:
        limits = np.iinfo(name)
        middle = [0, 1, 2, 100] if limits.min == 0 else [-1, 0, 1, 100]
        array = np.array([limits.min, *middle, limits.max], name).reshape(2, 3)
        np.save(FOLDER / f"{name}.npy", array)
    for name in ["float32", "float64"]:
        limits = np.finfo(name)
        numbers = [limits.min, -0.1, 0, limits.smallest_subnormal, 0.1, limits.max]
        np.save(FOLDER / f"{name}.npy", np.array(numbers, name).reshape(2, 3))
    int8 = np.load(FOLDER / "int8.npy")
    for version in [2, 3]:
        with open(FOLDER / f"version{version}.npy", "wb") as file:
            np.lib.format.write_array(file, int8, version=(version, 0))
    np.save(FOLDER / "scalar.npy", np.float32(2.5))
    np.save(FOLDER / "vector.npy", np.array([3, -4, 5], np.int16))
    np.save(FOLDER / "empty.npy", np.zeros((0, 4), np.float32))
    np.save(FOLDER / "fortran.npy", np.asfortranarray(int8))
    np.save(FOLDER / "big_endian.npy", np.array([1, 2], ">f4"))
    np.save(FOLDER / "bool.npy", np.array([True, False]))
    np.save(FOLDER / "float16.npy", np.array([0.5], np.float16))
    np.save(FOLDER / "records.npy", np.zeros(2, [("a", "<i4"), ("b", "<f4")]))


if __name__ == "__main__":
    main()
