import Conversion
import Datasets
import FixedPoint
import Foundation
import IntegerInference
import Layers
import NetworkZoo
import ONNXFiles
import Quantization
import Subjects
import Support
import Tensors
import Training

// Writes ONNX files with the numbers that our integers give: of the networks of the zoo on random images, and, if a
// folder with MNIST is named, of networks trained on it through the rounding, on the 10,000 test images.
// `peers/onnx_results.py FOLDER` runs the files in ONNX Runtime, and counts the codes that differ.
//
//   swift run -c release --package-path Tests/Benchmarks onnx-results FOLDER [MNIST]

let arguments = CommandLine.arguments
guard arguments.count == 2 || arguments.count == 3 else {
  print("usage: onnx-results FOLDER [MNIST]")
  exit(64)
}
let folder = arguments[1]
try AtomicFile.createFolder(folder)

/// Writes a model in every format, with its inputs and the outputs that our integers give.
func write(_ quantized: QuantizedModel, _ inputs: [[Float]], examples: Int, to name: String) throws {
  let integers = try convert(quantized, arithmetic: .onnxRuntime).model
  for format in ONNXFormat.allCases {
    for opset in ONNXOperatorSet.allCases {
      let path = "\(folder)/\(name).\(format).\(opset.rawValue)"
      try integers.write(toONNX: path + ".onnx", format: format, opset: opset)
      guard format == .qdq, opset == .v13 else { continue }
      try integers.write(toONNX: path + ".fast.onnx", format: format, opset: opset, avoidsSaturation: false)
    }
  }
  let codes = try zip(integers.inputs, inputs).map { input, reals in
    // QuantizeLinear rounds ties to even, and a trained quantizer may round them up.
    let grid = integers.operations[input].grid
    return try AffineQuantizer(
      scale: grid.scale, zeroPoint: grid.zeroPoint, quantizedRange: grid.quantizedRange, rounding: .halfToEven
    ).quantizeToInt8(reals)
  }
  let results = IntegerSession(integers, maximumBatch: 128).codes(codes, examples: examples)
  for (index, reals) in inputs.enumerated() {
    try AtomicFile.write(bytes(reals), to: "\(folder)/\(name).input\(index)")
  }
  for (index, (codes, output)) in zip(results, integers.outputs).enumerated() {
    let grid = integers.operations[output].grid
    let reals = codes.map { Float(Int32($0) - grid.zeroPoint) * grid.scale }
    try AtomicFile.write(bytes(reals), to: "\(folder)/\(name).output\(index)")
  }
}

func bytes(_ reals: [Float]) -> [UInt8] { reals.withUnsafeBytes { Array($0) } }

let schemes: [(name: String, scheme: QuantizeScheme)] = [
  ("ORT8", .onnxRuntime8Bit), ("W8A8", .nBit(weights: 8, activations: 8)),
  ("W4A8", .nBit(weights: 4, activations: 8)), ("W4A4", .nBit(weights: 4, activations: 4)),
]
for network in ZooNetwork.allCases {
  let float = network.trained(steps: 60)
  let inputs = ZooExamples(of: network, count: 1_000, seed: 4).inputs.map(\.values)
  for (name, scheme) in schemes {
    try write(
      try network.quantized(float, scheme, steps: 20), inputs, examples: 1_000,
      to: "\(network.rawValue)-\(name)")
  }
}

if arguments.count == 3 {
  func trainer(_ model: Model, _ rate: LearningRate) -> Trainer {
    Trainer(
      model, optimizer: Adam(learningRate: rate), loss: .sparseCategoricalCrossEntropy(fromLogits: true),
      metrics: [.accuracy], seed: 1)
  }
  let mnist = try MNIST.load(from: arguments[2])
  let images = mnist.test.floats()
  let calibration = Tensor(mnist.training.floats(of: 0..<1024), shape: [1024, 28, 28, 1])
  for subject in Subject.allCases {
    let model = subject.model(seed: 1)
    try trainer(model, 0.001).fit(mnist.training, epochs: 1, batchSize: 128)
    for weights in [8, 4] {
      let quantized = try quantizeModel(
        model, calibratingOn: [calibration], scheme: .nBit(weights: weights, activations: 8))
      try trainer(quantized, 0.0003).fit(mnist.training, epochs: 1, batchSize: 128)
      try write(
        quantized, [images], examples: mnist.test.count, to: "mnist-\(subject.rawValue)-W\(weights)A8")
    }
  }
}
print("run them: python Tests/Benchmarks/peers/onnx_results.py \(folder)")
