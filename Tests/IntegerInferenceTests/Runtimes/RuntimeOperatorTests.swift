import FixedPoint
import IntegerInference
import Testing

/// The operations of `Fixtures/make_operators.py` against LiteRT's reference kernels, LiteRT with XNNPACK, and ONNX
/// Runtime.
@Suite struct RuntimeOperatorTests {
  /// A file, and how many codes of each runtime are in it.
  struct Family: CustomStringConvertible, Sendable {
    let file: String
    let litert: Int
    let onnxruntime: Int
    var description: String { file }
  }

  static let families = [Family(file: "windows", litert: 7886, onnxruntime: 7103)]

  @Test(arguments: families, IntegerSession.Path.allCases)
  func `every operation of a file equals LiteRT's reference kernels`(
    _ family: Family, _ path: IntegerSession.Path
  ) throws {
    let tally = try RuntimeTally([family.file], .tflite, "reference", path)
    #expect(tally.unequal == [:])
    #expect(tally.compared == family.litert)
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
}
