import FixedPoint
import IntegerInference
import Safetensors
import Testing

/// Single operations against LiteRT's reference kernels, LiteRT with XNNPACK, and ONNX Runtime.
@Suite struct RuntimeOperationTests {
  @Test(arguments: IntegerSession.Path.allCases)
  func `every operation gives the codes of LiteRT's reference kernels`(path: IntegerSession.Path) throws {
    let tally = try compare(.tflite, with: "reference", path: path)
    #expect(tally.unequal == [:])
    #expect(tally.compared == 146_402)
  }

  @Test(arguments: IntegerSession.Path.allCases)
  func `every operation gives the codes of LiteRT with XNNPACK`(path: IntegerSession.Path) throws {
    let tally = try compare(.xnnpack, with: "litert", path: path)
    #expect(tally.unequal == [:])
    #expect(tally.compared == 146_402)
  }

  @Test(arguments: IntegerSession.Path.allCases)
  func `every operation gives the codes of ONNX Runtime`(path: IntegerSession.Path) throws {
    let tally = try compare(.onnxRuntime, with: "onnxruntime", path: path)
    #expect(tally.unequal == [:])
    #expect(tally.compared == 133340)
  }

  /// The number of compared codes, and the numbers of unequal codes by case.
  private struct Tally {
    var compared = 0
    var unequal: [String: Int] = [:]
  }

  private func compare(
    _ arithmetic: IntegerArithmetic, with role: String, path: IntegerSession.Path
  ) throws -> Tally {
    var tally = Tally()
    for file in ["operations", "activations", "own_grids"] {
      let runtimes = try RuntimeCodes(file)
      for name in runtimes.file.metadata.keys.sorted() {
        guard let expected = try runtimes.codes("\(name)/\(role)") else { continue }
        let found = try run(name, of: runtimes, arithmetic, role, path)
        tally.compared += expected.count
        try #require(expected.count == found.count, "\(name)")
        let differences = zip(expected, found).count { $0 != $1 }
        if differences > 0 { tally.unequal[name] = differences }
      }
    }
    return tally
  }

  /// The codes of our engine for a case: a model of its inputs and the single operation.
  private func run(
    _ name: String, of runtimes: RuntimeCodes, _ arithmetic: IntegerArithmetic, _ role: String,
    _ path: IntegerSession.Path
  ) throws -> [Int8] {
    let words = try runtimes.words(name)
    var operations: [IntegerOperation] = []
    var codes: [[Int8]] = []
    var examples = 0
    for index in 0... {
      let key = index == 0 ? "input" : "input.\(index)"
      guard words.has(Substring(key)) else { break }
      let tensor = try #require(runtimes.file["\(name)/\(key)"])
      examples = tensor.shape[0]
      codes.append(try #require(tensor.values()))
      operations.append(
        IntegerOperation(
          name: key, kind: .input, shape: Array(tensor.shape.dropFirst()),
          grid: try words.grid(Substring(key))))
    }
    let output = try #require(runtimes.file["\(name)/\(role)"])
    operations.append(
      IntegerOperation(
        name: name, kind: try runtimes.kind(name, words), inputs: Array(operations.indices),
        shape: Array(output.shape.dropFirst()), grid: try words.grid("output")))
    if let clamp = try words.clampBehindPool() {
      operations.append(
        IntegerOperation(
          name: "clamp", kind: clamp, inputs: [operations.count - 1], shape: Array(output.shape.dropFirst()),
          grid: try words.grid("output")))
    }
    let model = try IntegerModel(
      name: name, arithmetic: arithmetic, operations: operations, outputs: [operations.count - 1])
    return IntegerSession(model, maximumBatch: examples, path: path).codes(codes, examples: examples)[0]
  }
}
