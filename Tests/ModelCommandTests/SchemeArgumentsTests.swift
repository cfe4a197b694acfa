import FixedPoint
import Foundation
import Quantization
import TestSupport
import Testing

@testable import ModelCommand

/// Schemes and files as they are named on the command line.
@Suite struct SchemeArgumentsTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func scheme(_ arguments: [String], to file: String = "m.tflite") throws -> QuantizeScheme {
    let output = try OutputArguments.parse(["--to", "\(folder.path)/\(file)"])
    return try SchemeArguments.parse(arguments).scheme(for: ModelOutput(output))
  }

  @Test func `a scheme has its bits, and the arithmetic that the file's runtime has`() throws {
    #expect(try scheme([]).name == "W8A8" && scheme([]).arithmetic == .tflite)
    #expect(try scheme(["--scheme", "w4a8"]).name == "W4A8")
    #expect(
      try scheme(["--scheme", "W2A4", "--learned-steps"], to: "m.safetensors").name == "W2A4, learned steps")
    #expect(throws: (any Error).self) { try scheme(["--scheme", "w2a4"]) }
    #expect(try scheme(["--scheme", "power-of-two"]).name == "powers of two, 8 bits")
    #expect(try scheme(["--runtime", "xnnpack"]).arithmetic == .xnnpack)
    let onnx = try scheme(["--scheme", "w4a8"], to: "m.onnx")
    #expect(
      onnx.arithmetic == .onnxRuntime && !onnx.sharesConcatenationScales && onnx.fixedScales == [.softmax])
    #expect(try scheme(["--runtime", "onnxRuntime"], to: "m.safetensors").arithmetic == .onnxRuntime)
  }

  @Test(arguments: ["w9a8", "w8", "a8w8", "w0a8", "w8a1", "int8", "w8a8x", ""])
  func `another scheme is refused`(_ text: String) {
    #expect(throws: (any Error).self) { try scheme(["--scheme", text]) }
  }

  @Test func `a runtime that cannot read the file is refused`() {
    #expect(throws: (any Error).self) { try scheme(["--runtime", "onnxRuntime"]) }
    #expect(throws: (any Error).self) { try scheme(["--runtime", "tflite"], to: "m.onnx") }
    #expect(throws: (any Error).self) { try scheme(["--scheme", "power-of-two", "--learned-steps"]) }
    #expect(throws: (any Error).self) { try scheme(["--percentile", "50"]) }
  }

  @Test func `a file is refused for its ending, its options or its folder before any work`() throws {
    func open(_ arguments: String...) throws { _ = try ModelOutput(OutputArguments.parse(arguments)) }
    try open("--to", "\(folder.path)/m.TFLITE")
    try open("--to", "\(folder.path)/m.onnx", "--onnx", "qoperator", "--opset", "13")
    for arguments in [
      ["--to", "\(folder.path)/m"], ["--to", "\(folder.path)/m.h5"], ["--to", "\(folder.path)/no/m.tflite"],
      ["--to", "\(folder.path)/m.tflite", "--opset", "21"],
      ["--to", "\(folder.path)/m.tflite", "--onnx", "qoperator"],
      ["--to", "\(folder.path)/m.onnx", "--opset", "12"],
    ] {
      #expect(throws: (any Error).self, "\(arguments)") {
        _ = try ModelOutput(OutputArguments.parse(arguments))
      }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test func `the shape of an example is extents with an x between them`() {
    #expect(
      InputShape(argument: "96x96x3")?.extents == [96, 96, 3] && InputShape(argument: "640")?.extents == [640]
    )
    for text in ["", "x", "0x3", "3x", "3×3", "-1", "3x9999999"] {
      #expect(InputShape(argument: text) == nil, "\(text)")
    }
  }
}
