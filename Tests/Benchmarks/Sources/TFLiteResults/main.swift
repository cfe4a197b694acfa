import Conversion
import Datasets
import FixedPoint
import Foundation
import IntegerInference
import Layers
import Quantization
import Subjects
import Support
import TFLiteFiles
import Tensors
import Training

// Trains networks on the real MNIST through the rounding, and writes .tflite files with the codes that our integers give
// for the 10,000 test images. `peers/tflite_results.py FOLDER` runs the files in LiteRT and TFLite Micro, and counts the
// codes that differ.
//
//   swift run -c release --package-path Tests/Benchmarks tflite-results MNIST FOLDER

let arguments = CommandLine.arguments
guard arguments.count == 3 else {
  print("usage: tflite-results MNIST FOLDER")
  exit(64)
}
let (mnist, folder) = (try MNIST.load(from: arguments[1]), arguments[2])
try AtomicFile.createFolder(folder)

func trainer(_ model: Model, _ rate: LearningRate) -> Trainer {
  Trainer(
    model, optimizer: Adam(learningRate: rate), loss: .sparseCategoricalCrossEntropy(fromLogits: true),
    metrics: [.accuracy], seed: 1)
}

let images = mnist.test.floats()
let calibration = Tensor(mnist.training.floats(of: 0..<1024), shape: [1024, 28, 28, 1])
for subject in Subject.allCases {
  let model = subject.model(seed: 1)
  try trainer(model, 0.001).fit(mnist.training, epochs: 1, batchSize: 128)
  for weights in [8, 4] {
    // TFLite Micro refuses 4-bit weights of dense layers with a scale for each unit.
    let quantized = try quantizeModel(
      model, calibratingOn: [calibration],
      scheme: .nBit(weights: weights, activations: 8, scalePerUnit: weights == 8))
    try trainer(quantized, 0.0003).fit(mnist.training, epochs: 1, batchSize: 128)
    for arithmetic in [IntegerArithmetic.tflite, .xnnpack] {
      let integers = try convert(quantized, arithmetic: arithmetic).model
      let path = "\(folder)/\(subject.rawValue)-W\(weights)A8.\(arithmetic.rawValue)"
      for note in try integers.write(toTFLite: path + ".tflite") { print("\(path): \(note)") }
      let codes = integers.operations[integers.inputs[0]].grid.quantizeToInt8(images)
      let results = IntegerSession(integers, maximumBatch: 128).codes(codes, examples: mnist.test.count)
      try AtomicFile.write(codes.map { UInt8(bitPattern: $0) }, to: path + ".inputs")
      try AtomicFile.write(results.map { UInt8(bitPattern: $0) }, to: path + ".codes")
    }
  }
}
print("run them: python Tests/Benchmarks/peers/tflite_results.py \(folder)")
