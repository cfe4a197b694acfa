import Foundation
import Layers
import Safetensors
import Support
import Tensors
import Testing

@testable import KerasFiles

/// The files of `Fixtures`, which the scripts there made, and the models that they were made of.
enum KerasFixtures {
  /// The remedy where the package was built without the libraries.
  static let missing: Comment =
    "install libhdf5-dev and libzip-dev, run swift package purge-cache, and build again without QAT_PORTABLE"

  /// The path of a file.
  static func path(_ name: String, in folder: String = "weights") throws -> String {
    try #require(Bundle.module.resourceURL).appending(path: "Fixtures/\(folder)/\(name)").path
  }

  /// A tensor of `expected.safetensors`.
  static func expected(_ name: String) throws -> Tensor {
    let file = try SafetensorsFile(contentsOf: path("expected.safetensors"))
    let tensor = try #require(file[name])
    return Tensor(try file.floats(name), shape: tensor.shape)
  }

  /// The large model with our names, which are others than in the files, and its branches in another order.
  static func model() -> Model {
    let inside = Input([8, 8, 4])
    let inner = Sequential([BatchNormalization(), Conv2D(filters: 3, kernelSize: 1)], inputShape: [8, 8, 4])
    let nested = Model(
      inputs: inside, outputs: Normalization()(inner(Conv2D(filters: 4, kernelSize: 1)(inside))))

    let input = Input([8, 8, 3])
    var x = Conv2D(filters: 4, kernelSize: 3, padding: .same, useBias: false)(input)
    x = BatchNormalization(scale: false)(x)
    let shared = Conv2D(filters: 4, kernelSize: 1, activation: .relu, name: "shared")
    let other = Conv2D(filters: 4, kernelSize: 1)(x)
    var long = DepthwiseConv2D(kernelSize: 3, padding: .same)(x)
    long = BatchNormalization(center: false)(long)
    long = shared(SeparableConv2D(filters: 4, kernelSize: 3, padding: .same)(long))
    x = nested(Add()([shared(x), long, other]))
    x = Conv2DTranspose(filters: 2, kernelSize: 3, strides: 2, padding: .same)(x)
    return Model(inputs: input, outputs: Dense(units: 3, useBias: false)(GlobalAveragePooling2D()(x)))
  }

  /// The small model, whose normalization has other names and settings if asked for.
  static func smallModel(filters: Int = 2, useBias: Bool = true, scale: Bool = true) -> Model {
    Sequential(
      [
        Conv2D(filters: filters, kernelSize: 3, useBias: useBias), BatchNormalization(scale: scale),
        Flatten(),
        Dense(units: 3),
      ], inputShape: [8, 8, 3])
  }
}

/// Whether all numbers are equal within a hundred thousandth of the largest.
func expectClose(_ found: Tensor, _ expected: Tensor) {
  let largest = expected.values.map(abs).max() ?? 0
  let worst = zip(found.values, expected.values).map { abs($0 - $1) }.max() ?? 0
  #expect(found.shape == expected.shape && worst <= 1e-5 * largest, "off by \(worst) of \(largest)")
}
