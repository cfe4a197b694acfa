import FixedPoint
import IntegerInference
import Support
import Testing

/// The operations of `Fixtures/make_operators.py` against LiteRT's reference kernels, LiteRT with XNNPACK, and ONNX
/// Runtime.
@Suite struct RuntimeOperatorTests {
  /// A file, and how many codes of each runtime are in it.
  struct Family: CustomStringConvertible, Sendable {
    let file: String
    let reference: Int
    let litert: Int
    let onnxruntime: Int
    var description: String { file }
  }

  static let families = [
    Family(file: "windows", reference: 7886, litert: 7886, onnxruntime: 7103),
    Family(file: "transposed", reference: 3627, litert: 3435, onnxruntime: 0),
    Family(file: "operands", reference: 2880, litert: 2880, onnxruntime: 1440),
    Family(file: "images", reference: 5525, litert: 5525, onnxruntime: 2088),
  ]

  @Test(arguments: families, IntegerSession.Path.allCases)
  func `every operation of a file equals LiteRT's reference kernels`(
    _ family: Family, _ path: IntegerSession.Path
  ) throws {
    let tally = try RuntimeTally([family.file], .tflite, "reference", path)
    #expect(tally.unequal == [:])
    #expect(tally.compared == family.reference)
  }

  @Test(arguments: families, IntegerSession.Path.allCases)
  func `every operation of a file equals LiteRT with XNNPACK`(_ family: Family, _ path: IntegerSession.Path)
    throws
  {
    let tally = try RuntimeTally([family.file], .xnnpack, "litert", path)
    #expect(tally.unequal == [:])
    #expect(tally.compared == family.litert)
  }

  @Test(arguments: families, IntegerSession.Path.allCases)
  func `every operation of a file equals ONNX Runtime`(_ family: Family, _ path: IntegerSession.Path) throws {
    let tally = try RuntimeTally([family.file], .onnxRuntime, "onnxruntime", path)
    #expect(tally.unequal == [:])
    #expect(tally.compared == family.onnxruntime)
  }

  /// Sums, differences, products and PReLUs of all 65,536 pairs of codes on 18 sets of grids, by the hashes of the
  /// runtimes' codes.
  @Test(arguments: [
    (IntegerArithmetic.tflite, "reference"), (.xnnpack, "litert"), (.onnxRuntime, "onnxruntime"),
  ])
  func `every pair of codes gives what its runtime gives`(_ arithmetic: IntegerArithmetic, _ role: String)
    throws
  {
    let runtimes = try RuntimeCodes("operands")
    var (unequal, compared) = ([String](), 0)
    for name in runtimes.file.metadata.keys.sorted() {
      let words = try runtimes.words(name)
      guard words.has("pairs"), words.has(Substring(role)) else { continue }
      for path in IntegerSession.Path.allCases {
        let codes = try pairs(name, words, of: runtimes, arithmetic, path)
        if SHA256.hex(codes.map { UInt8(bitPattern: $0) }) != (try words.text(Substring(role))) {
          unequal.append("\(name), \(path)")
        }
      }
      compared += 1
    }
    #expect(unequal == [])
    #expect(compared == (arithmetic == .onnxRuntime ? 18 : 72))
  }

  /// The codes of our engine for all pairs; the slopes of a PReLU are a constant with a slope for each channel.
  private func pairs(
    _ name: String, _ words: CaseWords, of runtimes: RuntimeCodes, _ arithmetic: IntegerArithmetic,
    _ path: IntegerSession.Path
  ) throws -> [Int8] {
    let all = (-128...127).map { Int8($0) }
    let left = all.flatMap { [Int8](repeating: $0, count: 256) }
    let right = [[Int8]](repeating: all, count: 256).flatMap(\.self)
    let hasSlopes = words.has("constants")
    let operations = [
      IntegerOperation(name: "x", kind: .input, shape: [1, 256, 256], grid: try words.grid("input")),
      IntegerOperation(
        name: "y", kind: hasSlopes ? .constant(all) : .input, shape: [1, hasSlopes ? 1 : 256, 256],
        grid: try words.grid("input.1")),
      IntegerOperation(
        name: name, kind: try runtimes.kind(name, words), inputs: [0, 1], shape: [1, 256, 256],
        grid: try words.grid("output")),
    ]
    let model = try IntegerModel(name: name, arithmetic: arithmetic, operations: operations, outputs: [2])
    return IntegerSession(model, path: path).codes(hasSlopes ? [left] : [left, right], examples: 1)[0]
  }
}
