import Foundation
import Layers
import Quantization
import Tensors
import TestSupport
import Testing

/// Every layer of the package is quantized by a rule, or refused by name.
@Suite struct RegistryTests {
  /// A layer named `x`, and the paths of its quantizers; nil if it is refused.
  struct Row: Sendable, CustomTestStringConvertible {
    let type: String
    var inputs = [[6, 6, 2]]
    let paths: [String]?
    let make: @Sendable () -> Layer
    var testDescription: String { type }
  }

  static let rows: [Row] =
    [
      Row(type: "Dense", inputs: [[4]], paths: ["quant_x/kernel", "quant_x/output"]) {
        Dense(units: 3, name: "x")
      },
      Row(type: "Conv2D", paths: ["quant_x/kernel", "quant_x/output"]) {
        Conv2D(filters: 2, kernelSize: 3, name: "x")
      },
      Row(type: "DepthwiseConv2D", paths: ["quant_x/depthwise_kernel", "quant_x/output"]) {
        DepthwiseConv2D(kernelSize: 3, name: "x")
      },
      Row(
        type: "SeparableConv2D",
        paths: [
          "quant_x_depthwise/depthwise_kernel", "quant_x_depthwise/output", "quant_x/kernel",
          "quant_x/output",
        ]
      ) { SeparableConv2D(filters: 2, kernelSize: 3, name: "x") },
      Row(type: "Conv2DTranspose", paths: ["quant_x/kernel", "quant_x/output"]) {
        Conv2DTranspose(filters: 2, kernelSize: 3, name: "x")
      },
      Row(type: "ReLU", paths: ["quant_x/output"]) { ReLU(name: "x") },
      Row(type: "LeakyReLU", paths: ["quant_x/output"]) { LeakyReLU(name: "x") },
      Row(type: "HardSwish", paths: ["quant_x/output"]) { HardSwish(name: "x") },
      Row(type: "Softmax", inputs: [[4]], paths: ["quant_x/output"]) { Softmax(name: "x") },
      Row(type: "Add", inputs: [[4], [4]], paths: ["quant_x/output"]) { Add(name: "x") },
      Row(type: "Multiply", inputs: [[4], [4]], paths: ["quant_x/output"]) { Multiply(name: "x") },
      Row(type: "Subtract", inputs: [[4], [4]], paths: ["quant_x/output"]) { Subtract(name: "x") },
      Row(type: "Concatenate", inputs: [[4], [4]], paths: ["quant_x/output"]) { Concatenate(name: "x") },
      Row(type: "GlobalAveragePooling2D", paths: ["quant_x/output"]) { GlobalAveragePooling2D(name: "x") },
      Row(type: "Rescaling", paths: ["quant_x/output"]) { Rescaling(scale: 0.5, name: "x") },
      Row(type: "Normalization", paths: ["quant_x/output"]) { Normalization(name: "x") },
      // An average pooling has its input's scale.
      Row(type: "AveragePooling2D", paths: []) { AveragePooling2D(name: "x") },
      // So has an upsampling, nearest or bilinear.
      Row(type: "UpSampling2D", paths: []) { UpSampling2D(name: "x") },
      // Layers that only move codes have no quantizer.
      Row(type: "GlobalMaxPooling2D", paths: []) { GlobalMaxPooling2D(name: "x") },
      Row(type: "Cropping2D", paths: []) { Cropping2D(name: "x") },
      Row(type: "MaxPooling2D", paths: []) { MaxPooling2D(name: "x") },
      Row(type: "Flatten", paths: []) { Flatten(name: "x") },
      Row(type: "Reshape", paths: []) { Reshape(targetShape: [-1], name: "x") },
      Row(type: "ZeroPadding2D", paths: []) { ZeroPadding2D(name: "x") },
      Row(type: "Dropout", paths: []) { Dropout(rate: 0.5, name: "x") },
      // Alone it is refused; behind a kernel it is folded: see PlacementTests.
      Row(type: "BatchNormalization", paths: nil) { BatchNormalization(name: "x") },
      Row(type: "Wrapper", paths: nil) { Wrapper(ReLU(), name: "x") },
    ]
    + ActivationFunction.allCases.map { function in
      Row(type: "Activation", inputs: [[4]], paths: function == .linear ? [] : ["quant_x/output"]) {
        Activation(function, name: "x")
      }
    }

  @Test(arguments: rows) func `every layer is quantized as the registry says or refused by name`(_ row: Row)
    throws
  {
    let inputs = row.inputs.enumerated().map { Input($1, name: "in\($0)") }
    // Something to quantize in any case.
    let end = Flatten(name: "flat")(row.make()(inputs))
    let model = Model(inputs: inputs, outputs: [Dense(units: 2, name: "end")(end)], name: "m")
    let batch = row.inputs.map { Models.batch($0) }
    guard let paths = row.paths else {
      let error = #expect(throws: QuantizationError.self) {
        try quantizeModel(model, calibratingOn: [batch])
      }
      guard case .unsupportedLayer("x (\(row.type))", _)? = error else {
        Issue.record("\(error.map(\.description) ?? "no error")")
        return
      }
      return
    }
    let quantized = try quantizeModel(model, calibratingOn: [batch])
    let own = quantized.quantizerPaths.filter { $0.hasPrefix("quant_x") }
    #expect(own == paths)
    #expect(quantized.warnings == [])
    expectExplanationsToMatch(quantized)
  }

  /// Layers that are no operations: base classes, the model's inputs, and models, which are replaced by their layers.
  private static let others: Set = ["BaseConv2D", "Pooling2D", "InputLayer", "Model", "Sequential"]

  @Test func `the registry's test covers every layer of the package`() throws {
    let folder = "\(Checkout.root)/Sources/Engine/Layers"
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".swift") }
    var types: Set<String> = []
    for file in files {
      let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
      let classes = #/(?:public|open) (?:final )?class (\w+): (?:Layer|Model|BaseConv2D|Pooling2D|Wrapper)\b/#
      types.formUnion(text.matches(of: classes).map { String($0.1) })
    }
    #expect(types.count > 20)
    #expect(types.subtracting(Self.others) == Set(Self.rows.map(\.type)))
  }
}
