import Conversion
import Foundation
import Layers
import Quantization
import Tensors
import TestSupport
import Testing

/// What each layer of the package still lacks between a float model and integers.
///
/// A new layer fails these tests until it has a row, and a row fails as soon as it lists a gap that is closed.
@Suite struct LayerSupportTests {
  /// The first step at which a model with the layer stops.
  enum Gap: String, Sendable {
    /// Quantization refuses it: it needs a configuration of its own.
    case quantization
    /// It is quantized, and conversion refuses it: there is no integer operation.
    case integers
  }

  /// A layer in the middle of a small model.
  struct Row: Sendable, CustomTestStringConvertible {
    let layer: String
    var variant = ""
    let gap: Gap?
    let body: @Sendable (SymbolicTensor) -> SymbolicTensor
    var testDescription: String { variant.isEmpty ? layer : "\(layer), \(variant)" }

    init(
      _ layer: String, _ variant: String = "", lacks gap: Gap? = nil,
      body: @escaping @Sendable (SymbolicTensor) -> SymbolicTensor
    ) {
      (self.layer, self.variant, self.gap, self.body) = (layer, variant, gap, body)
    }
  }

  static let rows: [Row] = [
    Row("Dense") { Dense(units: 3)(Flatten()($0)) },
    Row("Conv2D") { Conv2D(filters: 3, kernelSize: 3)($0) },
    Row("DepthwiseConv2D") { DepthwiseConv2D(kernelSize: 3, depthMultiplier: 2)($0) },
    Row("SeparableConv2D") { SeparableConv2D(filters: 3, kernelSize: 3)($0) },
    Row("BatchNormalization", "behind a convolution") {
      BatchNormalization()(Conv2D(filters: 3, kernelSize: 3)($0))
    },
    Row("BatchNormalization", "behind another layer", lacks: .quantization) {
      BatchNormalization()(MaxPooling2D()($0))
    },
    Row("Activation", "linear") { Activation(.linear)($0) },
    Row("Activation", "relu") { Activation(.relu)($0) },
    Row("Activation", "relu6") { Activation(.relu6)($0) },
    Row("Activation", "hardSwish") { Activation(.hardSwish)($0) },
    Row("Activation", "softmax") { Activation(.softmax)($0) },
    Row("Activation", "sigmoid") { Activation(.sigmoid)($0) },
    Row("Activation", "tanh") { Activation(.tanh)($0) },
    Row("ReLU") { ReLU(maxValue: 0.5)($0) },
    Row("LeakyReLU") { LeakyReLU()($0) },
    Row("HardSwish") { HardSwish()($0) },
    Row("Softmax") { Softmax()($0) },
    Row("Dropout") { Dropout(rate: 0.5)($0) },
    Row("Rescaling") { Rescaling(scale: 0.5, offset: 1)($0) },
    Row("Rescaling", "of each channel of a vector") {
      Rescaling(scale: [Float](repeating: 0.5, count: 31) + [-2], offset: [1])(Flatten()($0))
    },
    Row("Normalization") { Normalization(mean: [0.1, 0.2], variance: [2, 0.5])($0) },
    Row("Flatten") { Flatten()($0) },
    Row("Reshape") { Reshape(targetShape: [16, 2])($0) },
    Row("Add") { Add()([$0, ReLU()($0)]) },
    Row("Add", "of three", lacks: .integers) { Add()([$0, ReLU()($0), $0]) },
    Row("Concatenate") { Concatenate()([$0, ReLU()($0)]) },
    Row("MaxPooling2D") { MaxPooling2D()($0) },
    Row("AveragePooling2D") { AveragePooling2D()($0) },
    Row("GlobalAveragePooling2D") { GlobalAveragePooling2D()($0) },
    Row("GlobalAveragePooling2D", "with dimensions kept") {
      GlobalAveragePooling2D(keepDims: true)($0)
    },
    Row("GlobalMaxPooling2D") { GlobalMaxPooling2D()($0) },
    Row("GlobalMaxPooling2D", "with dimensions kept") { GlobalMaxPooling2D(keepDims: true)($0) },
    Row("Conv2DTranspose") { Conv2DTranspose(filters: 3, kernelSize: 3, strides: 2, padding: .same)($0) },
    Row("BatchNormalization", "behind a transposed convolution") {
      BatchNormalization()(Conv2DTranspose(filters: 3, kernelSize: 2, strides: 2)($0))
    },
    Row("UpSampling2D", "nearest") { UpSampling2D()($0) },
    Row("UpSampling2D", "bilinear") { UpSampling2D(interpolation: .bilinear)($0) },
    Row("Cropping2D") { Cropping2D(cropping: 1)($0) },
    Row("Subtract") { Subtract()([$0, ReLU()($0)]) },
    Row("Multiply") { Multiply()([$0, ReLU()($0)]) },
    Row("Multiply", "by a factor a channel") { Multiply()([$0, GlobalAveragePooling2D()($0)]) },
    Row("Multiply", "by a factor a pixel", lacks: .integers) {
      Multiply()([$0, Conv2D(filters: 1, kernelSize: 1)($0)])
    },
    Row("Multiply", "of three", lacks: .integers) { Multiply()([$0, ReLU()($0), $0]) },
    Row("ZeroPadding2D") { ZeroPadding2D(padding: 1)($0) },
    Row("Model", "inside a model") { Sequential([Flatten(), Dense(units: 3)], inputShape: [4, 4, 2])($0) },
    Row("Sequential") { Conv2D(filters: 3, kernelSize: 3)($0) },
    Row("InputLayer") { $0 },
  ]

  @Test(arguments: rows) func `a layer lacks what its row says`(_ row: Row) throws {
    #expect(try gap(row) == row.gap)
  }

  /// The first step that refuses the row's model.
  private func gap(_ row: Row) throws -> Gap? {
    let input = Input([4, 4, 2])
    let middle = row.body(Conv2D(filters: 2, kernelSize: 1)(input))
    let model = Model(inputs: input, outputs: Dense(units: 2)(Flatten()(middle)))
    Zoo.draw(model)
    let batch = Tensor((0..<96).map { Float($0 % 17) / 8 - 1 }, shape: [3, 4, 4, 2])
    let quantized: QuantizedModel
    do { quantized = try quantizeModel(model, calibratingOn: [batch]) } catch { return .quantization }
    do { _ = try convert(quantized) } catch { return .integers }
    return nil
  }

  @Test func `every layer of the package has a row`() throws {
    let folder = "\(Checkout.root)/Sources/Engine/Layers"
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".swift") }
    let names = try files.flatMap { file in
      try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
        .matches(of: #/public final class (\w+): |open class (Model): /#).map { String($0.1 ?? $0.2 ?? "") }
    }
    #expect(Set(names).subtracting(["Input"]) == Set(Self.rows.map(\.layer)))
  }
}
