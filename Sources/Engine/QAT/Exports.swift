// The engine under one name: `import QAT` is all that a program needs to train, quantize and convert.

@_exported import Conversion
@_exported import Datasets
@_exported import FixedPoint
@_exported import IntegerInference
@_exported import Layers
@_exported import PNGFiles
@_exported import Quantization
@_exported import Quantizers
@_exported import Safetensors
@_exported import Support
@_exported import Tensors
@_exported import Training
