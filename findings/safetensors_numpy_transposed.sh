#!/usr/bin/env bash
# safetensors' numpy writer stores the memory of an array, not its elements: a transposed or a sliced array comes back as
# other numbers, without an error. The torch writer refuses such tensors. A fixture or checkpoint made from `w.T` is
# then wrong, with the right shape and type. np.ascontiguousarray(w.T) is written as meant.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check safetensors==0.8.0 numpy==2.4.6
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys

import numpy as np
import safetensors
from safetensors.numpy import load_file, save_file

print("safetensors", safetensors.__version__, "numpy", np.__version__)
path = sys.argv[1] + "/x.safetensors"
w = np.arange(6, dtype=np.float32).reshape(2, 3)
big = np.arange(8, dtype=np.float32).reshape(2, 4)
cases = {"transposed": w.T, "columns": big[:, :2], "contiguous": np.ascontiguousarray(w.T)}
found = {}
for name, array in cases.items():
    save_file({"x": array}, path)
    found[name] = load_file(path)["x"]
    print(name, "written", array.tolist(), "read", found[name].tolist())
assert found["transposed"].tolist() == [[0, 1], [2, 3], [4, 5]], "it changed: transposed"
assert found["columns"].tolist() == [[0, 1], [2, 3]], "it changed: columns"
assert np.array_equal(found["contiguous"], w.T)
PYTHON
