import FixedPoint
import IntegerInference
import Safetensors
import Testing

/// Whole models that TensorFlow quantized, on 128 images of MNIST, against the interpreter that runs them.
@Suite struct RuntimeModelTests {
  private static let names = ["small-cnn", "lenet-bn", "branched"]

  @Test(arguments: names, IntegerSession.Path.allCases)
  func `whole models give the codes of LiteRT's reference kernels`(name: String, path: IntegerSession.Path)
    throws
  {
    try expectEqual(name, .tflite, to: "reference", path)
  }

  @Test(arguments: names, IntegerSession.Path.allCases)
  func `whole models give the codes of LiteRT with XNNPACK`(name: String, path: IntegerSession.Path) throws {
    try expectEqual(name, .xnnpack, to: "litert", path)
  }

  /// The model with branches is left out: ONNX Runtime's average pooling rounds ties by the order of its
  /// sums.
  @Test(arguments: names.dropLast(), IntegerSession.Path.allCases)
  func `whole models without branches give the codes of ONNX Runtime`(name: String, path: IntegerSession.Path)
    throws
  {
    try expectEqual(name, .onnxRuntime, to: "onnxruntime", path)
  }

  @Test(arguments: names)
  func `every tensor within a model equals that of LiteRT's reference kernels`(name: String) throws {
    let runtimes = try RuntimeCodes("models")
    let model = try runtimes.model(name, arithmetic: .tflite)
    let codes = try runtimes.imageCodes(count: 2)
    let found = IntegerSession(model).intermediateCodes(codes)
    for index in model.operations.indices {
      let expected: [Int8] = try runtimes.file.values("\(name)/\(index)/codes")
      #expect(found[index].count == expected.count)
      #expect(zip(found[index], expected).count { $0 != $1 } == 0, "operation \(index) of \(name)")
    }
  }

  /// The two runtimes differ on the same model, so a single arithmetic could not describe both.
  @Test func `the runtimes differ from each other on the same models`() throws {
    let runtimes = try RuntimeCodes("models")
    let differences = try Self.names.map { name in
      let reference: [Int8] = try runtimes.file.values("\(name)/reference")
      let litert: [Int8] = try runtimes.file.values("\(name)/litert")
      return zip(reference, litert).count { $0 != $1 }
    }
    #expect(differences == [1, 40, 192])
  }

  @Test func `the quantized models read digits`() throws {
    let runtimes = try RuntimeCodes("models")
    let labels: [UInt8] = try runtimes.file.values("labels")
    let right = try Self.names.map { name in
      let model = try runtimes.model(name, arithmetic: .tflite)
      let codes = IntegerSession(model, maximumBatch: 128).codes(
        try runtimes.imageCodes(count: 128), examples: 128)
      return labels.indices.count { image in
        let scores = codes[(image * 10)..<(image * 10 + 10)]
        return scores.max() == scores[scores.startIndex + Int(labels[image])]
      }
    }
    // Of 128; trained for one pass over 20,000 images.
    #expect(right == [123, 125, 113])
  }

  private func expectEqual(
    _ name: String, _ arithmetic: IntegerArithmetic, to role: String, _ path: IntegerSession.Path
  ) throws {
    let runtimes = try RuntimeCodes("models")
    let expected: [Int8] = try runtimes.file.values("\(name)/\(role)")
    let model = try runtimes.model(name, arithmetic: arithmetic)
    // A batch that does not divide 128, and so a shorter last one.
    let session = IntegerSession(model, maximumBatch: 50, path: path)
    let found = session.codes(try runtimes.imageCodes(count: 128), examples: 128)
    #expect(zip(found, expected).count { $0 != $1 } == 0)
    #expect(found.count == expected.count)
  }
}

extension RuntimeCodes {
  /// The model of this name; its operations have the indices of the file.
  func model(_ name: String, arithmetic: IntegerArithmetic) throws -> IntegerModel {
    var operations: [IntegerOperation] = []
    while file.metadata["\(name)/\(operations.count)"] != nil {
      let entry = "\(name)/\(operations.count)"
      let words = try words(entry)
      let isInput = try words.text("op") == "input"
      operations.append(
        IntegerOperation(
          name: entry, kind: isInput ? .input : try kind(entry, words),
          inputs: isInput ? [] : try words.integers("inputs"), shape: try words.integers("shape"),
          grid: try words.grid("output")))
    }
    return try IntegerModel(
      name: name, arithmetic: arithmetic, operations: operations, outputs: [operations.count - 1])
  }

  /// The first images as codes: pixel − 128.
  func imageCodes(count: Int) throws -> [Int8] {
    let pixels: [UInt8] = try file.values("images")
    return pixels.prefix(count * 784).map { Int8(Int($0) - 128) }
  }
}
