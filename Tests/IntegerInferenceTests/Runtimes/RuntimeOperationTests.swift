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
    #expect(tally.compared == 168_930)
  }

  @Test(arguments: IntegerSession.Path.allCases)
  func `every operation gives the codes of LiteRT with XNNPACK`(path: IntegerSession.Path) throws {
    let tally = try compare(.xnnpack, with: "litert", path: path)
    #expect(tally.unequal == [:])
    #expect(tally.compared == 162_786)
  }

  @Test(arguments: IntegerSession.Path.allCases)
  func `every operation gives the codes of ONNX Runtime`(path: IntegerSession.Path) throws {
    let tally = try compare(.onnxRuntime, with: "onnxruntime", path: path)
    #expect(tally.unequal == [:])
    #expect(tally.compared == 150_732)
  }

  private func compare(
    _ arithmetic: IntegerArithmetic, with role: String, path: IntegerSession.Path
  ) throws -> RuntimeTally {
    try RuntimeTally(
      ["operations", "activations", "own_grids", "additions", "whole_windows"], arithmetic, role, path)
  }
}
