import Conversion
import FixedPoint
import Foundation
import IntegerInference
import Layers
import Quantization
import Safetensors
import Support
import Tensors
import TestSupport
import Testing

@testable import KerasFiles

/// Whole files by Keras 3 and tf_keras, with their weights; see `Fixtures/make_models.py` and `make_weights.py`.
@Suite(.enabled(if: KerasFile.isAvailable, "install libhdf5-dev and libzip-dev"))
struct WholeModelTests {
  static func path(_ name: String) throws -> String {
    try #require(Bundle.module.resourceURL).appendingPathComponent("Fixtures/\(name)").path
  }

  /// The largest difference from what Keras computes, as a part of the largest number there.
  static func error(_ ours: Tensor, _ theirs: [Float]) -> Float {
    guard ours.count == theirs.count else { return .infinity }
    let scale = theirs.map(abs).max() ?? 1
    return (zip(ours.values, theirs).map { abs($0 - $1) }.max() ?? .infinity) / scale
  }

  @Test func `a network of Keras 3 computes what Keras computes`() throws {
    let fixture = try SafetensorsFile(contentsOf: Self.path("models/expected.safetensors"))
    var notes: [String] = []
    let model = try Model(keras: Self.path("models/mobile.keras")) { notes.append($0) }
    let images = Tensor(try fixture.floats("input"), shape: [4, 28, 28, 1])
    #expect(Self.error(model(images), try fixture.floats("output")) < 1e-5)
    #expect(model.name == "mobile" && model.inputNames == ["image"] && model.outputNames == ["scores"])
    #expect(notes.isEmpty)
    let inside = try #require(model.layer("inside") as? Model)
    #expect(inside.layers.map(\.name).contains("third_depthwise"))
    let normalization = try #require(model.layer("first_depthwise_bn") as? BatchNormalization)
    #expect(normalization.epsilon == 1e-4 && normalization.momentum == 0.99)
  }

  @Test(arguments: [("keras3.keras", "keras3"), ("keras3.h5", "keras3"), ("tf_keras.h5", "tf_keras")])
  func `a file with all kinds of layers computes what Keras computes`(file: String, keras: String) throws {
    let model = try Model(keras: KerasFixtures.path(file))
    expectClose(model(try KerasFixtures.expected("inputs")), try KerasFixtures.expected(keras))
  }

  @Test func `weights without names of layers follow the order of the configuration`() throws {
    let fixture = try SafetensorsFile(contentsOf: Self.path("models/order.safetensors"))
    let model = try Model(keras: Self.path("models/tf_order.keras"))
    let outputs = model(Tensor(try fixture.floats("input"), shape: [2, 6, 6, 3]))
    #expect(Self.error(outputs, try fixture.floats("output")) < 1e-5)
  }

  @Test func `a file of weights alone is refused with the remedy`() throws {
    let path = try KerasFixtures.path("keras3.weights.h5")
    let error = #expect(throws: KerasFileError.self) { try Model(keras: path) }
    #expect(
      error?.description.contains("the file holds weights alone, without the model's layers; save the whole")
        == true)
  }

  @Test(arguments: ["tflite", "onnxRuntime"])
  func `a network of Keras 3 is quantized and becomes integers`(runtime: String) throws {
    let fixture = try SafetensorsFile(contentsOf: Self.path("models/expected.safetensors"))
    let model = try Model(keras: Self.path("models/mobile.keras"))
    let images = Tensor(try fixture.floats("input"), shape: [4, 28, 28, 1])
    let quantized = try quantizeModel(
      model, calibratingOn: [images],
      scheme: runtime == "tflite" ? .tflite8Bit : .onnxRuntime8Bit)
    let (integers, report) = try convert(quantized)
    // Each convolution takes in its normalization and its ReLU; the rescaling is a depthwise convolution of its own.
    let kinds = Dictionary(grouping: report.operations, by: \.kind).mapValues(\.count)
    #expect(
      kinds == [
        "input": 1, "depthwise convolution": 4, "padding": 1, "convolution": 7, "add": 2,
        "global average pooling": 1, "dense": 1, "softmax": 1,
      ])
    #expect(quantized.agreement(with: integers, on: images).equalCodes == 40)
  }
}
