import KerasFiles
import ONNXFiles
import QAT
import Support
import TFLiteFiles

/// The codes of a model's first output.
func codes(of model: IntegerModel, _ inputs: [Int8], examples: Int) -> [Int8] {
  IntegerSession(model, maximumBatch: examples).codes(inputs, examples: examples)
}

/// Codes drawn at random, to be read by a model.
func probeCodes(count: Int, inputs: Int) -> [Int8] {
  var generator = SeededGenerator(seed: 1).derived("codes")
  return (0..<count * inputs).map { _ in Int8.random(in: -128...127, using: &generator) }
}

/// A model of the bytes of a .tflite file, which takes five codes as the undamaged one does.
func model(_ bytes: [UInt8]) throws -> IntegerModel {
  let model = try IntegerModel(TFLiteFile(bytes, source: "damaged"))
  guard model.operations[0].count == 5 else { throw OtherShape() }
  return model
}

private struct OtherShape: Error {}

/// The share of examples whose highest of ten scores is that of the label.
func share(ofRight codes: [Int8], _ labels: [Int]) -> Double {
  let right = labels.indices.count { image in
    let scores = codes[(10 * image)..<(10 * image + 10)]
    return scores.indices.max { codes[$0] < codes[$1] } == 10 * image + labels[image]
  }
  return Double(right) / Double(labels.count)
}

/// A model of a .tflite or an ONNX file.
func open(_ path: String) throws -> IntegerModel {
  path.ending == "onnx" ? try IntegerModel(onnx: path) : try IntegerModel(tflite: path)
}

/// A whole number with groups of three digits.
func grouped(_ number: Int) -> String { NumberFormat.grouped.string(Double(number)) }

extension String {
  /// What stands behind the last dot of a path.
  var ending: String { split(separator: ".").last.map(String.init) ?? "" }
}

/// How large a network is in a file.
struct FileSize {
  let name: String
  /// The bytes of the weights as the file has them, of the biases and the weights' scales.
  let parameters: Int
  /// The bytes of the file.
  let total: Int
  /// All other bytes; nil where there is no file.
  let rest: Int?

  /// Floats alone, without a file.
  init(_ name: String, parameters: Int) {
    (self.name, self.parameters, total, rest) = (name, parameters, parameters, nil)
  }

  init(tflite model: IntegerModel, named name: String, in folder: ScratchFolder) throws {
    let path = "\(folder.path)/size.tflite"
    try model.write(toTFLite: path)
    try self.init(name, model, bits: nil, path)
  }

  init(onnx model: IntegerModel, opset: ONNXOperatorSet, named name: String, in folder: ScratchFolder) throws
  {
    let path = "\(folder.path)/size.onnx"
    try model.write(toONNX: path, opset: opset)
    try self.init(name, model, bits: opset == .v13 ? 8 : nil, path)
  }

  private init(_ name: String, _ model: IntegerModel, bits: Int?, _ path: String) throws {
    let kernels = model.operations.compactMap(\.kernel)
    self.name = name
    parameters = kernels.reduce(0) { sum, kernel in
      sum + (kernel.intWeights.count * (bits ?? kernel.bitWidth) + 7) / 8
        + 4 * (kernel.scales.count + kernel.bias32.count)
    }
    total = try AtomicFile.read(path).count
    rest = total - parameters
  }
}

/// What there is to see of a layer's weights and of what flows out of it.
struct Examined {
  let name: String
  let bits: Int
  /// The codes of the weights.
  let codes: [Int8]
  let channels: Int
  /// How many channels have weights that reach less than half of the highest code.
  let halfEmpty: Int
  /// How many channels have the same code wherever they were seen.
  let dead: Int
  /// How many of these have the code of 0.
  let deadAtZero: Int

  /// How many different codes the weights have.
  var used: Int { Set(codes).count }
  /// How many codes there are.
  var available: Int { 1 << bits }

  init(_ operation: IntegerOperation, _ kernel: IntegerKernel, _ outputs: [Int8]) {
    (name, bits, codes) = (String(operation.name.suffix(24)), kernel.bitWidth, kernel.intWeights)
    let channels = kernel.bias32.count
    let highest = (1 << (kernel.bitWidth - 1)) - 1
    self.channels = channels
    halfEmpty = (0..<channels).count { channel in
      let own = stride(from: channel, to: kernel.intWeights.count, by: channels).map { kernel.intWeights[$0] }
      return 2 * (own.map { Int($0.magnitude) }.max() ?? 0) < highest
    }
    let dead = (0..<channels).filter { channel in
      stride(from: channel, to: outputs.count, by: channels).allSatisfy { outputs[$0] == outputs[channel] }
    }
    self.dead = dead.count
    deadAtZero = dead.count { Int32(outputs[$0]) == operation.grid.zeroPoint }
  }
}

/// The operations with weights of a model, and what they give for the codes of some examples.
func examined(_ model: IntegerModel, _ inputs: [Int8], examples: Int) -> [Examined] {
  let flowing = IntegerSession(model, maximumBatch: examples).intermediateCodes(inputs)
  return zip(model.operations, flowing).compactMap { operation, codes in
    operation.kernel.map { Examined(operation, $0, codes) }
  }
}

/// What there is in a Keras file, and, for pictures of 28 × 28 pixels, what it is as a .tflite file.
func kerasReport(_ path: String, calibratingOn images: Tensor, in folder: ScratchFolder) -> String {
  do {
    let model = try Model(keras: path)
    let numbers = model.weights.reduce(0) { $0 + $1.value.count }
    let found = "\(model.layers.count) layers, \(grouped(numbers)) numbers"
    guard model.inputs.count == 1, model.inputs[0].shape == [28, 28, 1] else {
      return found + "; it takes other pictures than our digits: qat-model quantize calibrates it on yours"
    }
    let file = "\(folder.path)/keras.tflite"
    try convert(quantizeModel(model, calibratingOn: [images])).model.write(toTFLite: file)
    return found + "; in int8, as .tflite: \(grouped(try AtomicFile.read(file).count)) bytes"
  } catch { return "\(error)" }
}
