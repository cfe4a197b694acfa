import FixedPoint
import IntegerInference
import Safetensors
import Testing

/// Single operations against LiteRT's reference kernels, LiteRT with XNNPACK, and ONNX Runtime.
@Suite struct RuntimeOperationTests {
  /// What LiteRT computes otherwise than a requantization: the quotient of the scales of its `RELU` and `RELU6` is a
  /// 32-bit float, and codes next to a tie are rounded to the other side, 61 of 4096.
  private static let unfusedReLUs = ["relu-4": 53, "relu-6": 1, "relu6-4": 7]

  /// What ONNX Runtime computes otherwise: an addition by fused multiply-adds of the raw codes, and a mean by the
  /// input's scale ÷ (the output's · count); next to ties, a few codes are rounded to the other side.
  private static let nearTies = [
    "add-near-ties-0": 85, "add-near-ties-1": 153, "add-near-ties-2": 35, "add-near-ties-3": 72,
    "mean-near-ties-0": 2, "mean-near-ties-1": 3, "mean-near-ties-2": 6,
  ]

  @Test(arguments: IntegerSession.Path.allCases)
  func everyOperationGivesTheCodesOfLiteRTsReferenceKernels(path: IntegerSession.Path) throws {
    let tally = try compare(.tflite, with: "reference", path: path)
    #expect(tally.unequal == Self.unfusedReLUs)
    #expect(tally.largestDifference == 1)
    #expect(tally.compared == 105_954)
  }

  @Test(arguments: IntegerSession.Path.allCases)
  func everyOperationGivesTheCodesOfLiteRTWithXNNPACK(path: IntegerSession.Path) throws {
    let tally = try compare(.xnnpack, with: "litert", path: path)
    #expect(tally.unequal == Self.unfusedReLUs)
    #expect(tally.largestDifference == 1)
    #expect(tally.compared == 105_954)
  }

  @Test(arguments: IntegerSession.Path.allCases)
  func everyOperationOfONNXRuntimeGivesItsCodes(path: IntegerSession.Path) throws {
    let tally = try compare(.onnxRuntime, with: "onnxruntime", path: path)
    #expect(tally.unequal == Self.nearTies)
    #expect(tally.largestDifference == 1)
    #expect(tally.compared == 77_978)
  }

  /// How many codes were compared, where how many were unequal, and by how much at most.
  private struct Tally {
    var compared = 0
    var unequal: [String: Int] = [:]
    var largestDifference = 0
  }

  private func compare(
    _ scheme: IntegerScheme, with role: String, path: IntegerSession.Path
  ) throws -> Tally {
    let runtimes = try RuntimeCodes("operations")
    var tally = Tally()
    for name in runtimes.file.metadata.keys.sorted() {
      guard let expected = try runtimes.codes("\(name)/\(role)") else { continue }
      let found = try run(name, of: runtimes, scheme, path)
      tally.compared += expected.count
      try #require(expected.count == found.count, "\(name)")
      let differences = zip(expected, found).map { abs(Int($0) - Int($1)) }.filter { $0 > 0 }
      if !differences.isEmpty { tally.unequal[name] = differences.count }
      tally.largestDifference = max(tally.largestDifference, differences.max() ?? 0)
    }
    return tally
  }

  /// The codes that our engine gives for a case: a model of its inputs and the one operation.
  private func run(
    _ name: String, of runtimes: RuntimeCodes, _ scheme: IntegerScheme, _ path: IntegerSession.Path
  ) throws -> [Int8] {
    let words = try runtimes.words(name)
    var operations: [IntegerOperation] = []
    var codes: [[Int8]] = []
    var examples = 0
    for place in 0... {
      let key = place == 0 ? "input" : "input.\(place)"
      guard words.has(Substring(key)) else { break }
      let tensor = try #require(runtimes.file["\(name)/\(key)"])
      examples = tensor.shape[0]
      codes.append(try #require(tensor.values()))
      operations.append(
        IntegerOperation(
          name: key, kind: .input, shape: Array(tensor.shape.dropFirst()),
          grid: try words.grid(Substring(key))))
    }
    let output = try #require(runtimes.file["\(name)/reference"])
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
      name: name, scheme: scheme, operations: operations, outputs: [operations.count - 1])
    return IntegerSession(model, maximumBatch: examples, path: path).codes(codes, examples: examples)[0]
  }
}
