import Foundation
import Layers
import Support
import Tensors
import TestSupport
import Testing

@testable import KerasFiles

/// Weights of Keras 3 and tf_keras in models built here; outputs are compared with what the libraries computed.
@Suite(.enabled(if: KerasFile.isAvailable, KerasFixtures.missing)) struct KerasWeightsTests {
  @Test(arguments: [
    ("keras3.keras", "keras3"), ("keras3.h5", "keras3"), ("tf_keras.h5", "tf_keras"),
  ])
  func `a model with all kinds of layers computes what Keras computes`(file: String, output: String) throws {
    let model = KerasFixtures.model()
    try model.loadWeights(keras: KerasFixtures.path(file))
    expectClose(model(try KerasFixtures.expected("inputs")), try KerasFixtures.expected(output))
  }

  @Test(arguments: [
    ("keras3.weights.h5", "keras3_small"), ("tf_keras.weights.h5", "tf_keras_small"),
    ("tf_keras_weights.h5", "tf_keras_small"),
  ])
  func `weights alone are loaded too`(file: String, output: String) throws {
    let model = KerasFixtures.smallModel()
    try model.loadWeights(keras: KerasFixtures.path(file))
    expectClose(model(try KerasFixtures.expected("inputs")), try KerasFixtures.expected(output))
  }

  /// Its groups are called `_layer_checkpoint_dependencies/conv2d_2`, where a second convolution is meant.
  @Test func `weights by Keras 2.13 are loaded, whose numbers have gaps`() throws {
    let row = Sequential([BatchNormalization(), Conv2D(filters: 2, kernelSize: 1)], inputShape: [6, 6, 2])
    let model = Sequential(
      [
        Conv2D(filters: 2, kernelSize: 3), Conv2D(filters: 2, kernelSize: 1), row, Flatten(), Dense(units: 3),
      ], inputShape: [8, 8, 3])
    try model.loadWeights(keras: KerasFixtures.path("keras2.weights.h5", in: "old"))
    let expected = try String(contentsOfFile: KerasFixtures.path("expected.txt", in: "old"), encoding: .utf8)
    let outputs = expected.split(whereSeparator: \.isWhitespace).compactMap { Float($0) }
    expectClose(model(try KerasFixtures.expected("inputs")), Tensor(outputs, shape: [2, 3]))
  }

  @Test(arguments: ["keras3.weights.h5", "tf_keras.weights.h5", "tf_keras_weights.h5"])
  func `layers in a wrapper are loaded as without it`(file: String) throws {
    let plain = KerasFixtures.smallModel()
    try plain.loadWeights(keras: KerasFixtures.path(file))
    let wrapped = Sequential(
      [
        Wrapper(Conv2D(filters: 2, kernelSize: 3)), BatchNormalization(), Flatten(),
        Wrapper(Wrapper(Dense(units: 3))),
      ], inputShape: [8, 8, 3])
    try wrapped.loadWeights(keras: KerasFixtures.path(file))
    #expect(wrapped.weights.map(\.value.values) == plain.weights.map(\.value.values))
  }

  @Test func `a wrapper with weights of its own is refused`() throws {
    final class Ranged: Wrapper {
      override func build(inputShape: [Int]) {
        super.build(inputShape: inputShape)
        addWeight("max", shape: [], initializer: .ones)
      }
    }
    let layers = [Conv2D(filters: 2, kernelSize: 3), BatchNormalization(), Flatten()]
    let model = Sequential(layers + [Ranged(Dense(units: 3), name: "ranged")], inputShape: [8, 8, 3])
    let path = try KerasFixtures.path("keras3.weights.h5")
    let error = #expect(throws: KerasFileError.self) { try model.loadWeights(keras: path) }
    #expect(error?.place == "layer ranged (Ranged)")
    #expect(error?.description.hasSuffix("load the weights before the model is quantized") == true)
  }

  /// In a model with the layers' names, they may stand in another order.
  @Test func `layers are found by their names if all are there`() throws {
    let file = try KerasFile(contentsOf: KerasFixtures.path("types.weights.h5"))
    let x = Input([2])
    let first = Dense(units: 2, name: "float64")(x)
    let model = Model(
      inputs: x,
      outputs: Dense(units: 2, name: "bfloat16")(Dense(units: 2, name: "float16")(first)))
    try model.loadWeights(from: file)
    for name in ["float64", "float16", "bfloat16"] {
      #expect(model.layer(name).weight("kernel").value.values == [1, -0.5, 2.25, 3])
      #expect(model.layer(name).weight("bias").value.values == [0.125, -1024])
    }
  }

  /// Keras stores a layer once, where it first comes to it, and counts it in both places.
  @Test func `a layer that a model and one inside share has one group`() throws {
    func dense(_ name: String) -> Dense { Dense(units: 1, useBias: false, name: name) }
    let (inside, x, shared) = (Input([1]), Input([1]), dense("shared"))
    let nested = Model(inputs: inside, outputs: dense("inner")(shared(inside)), name: "nested")

    let before = Model(inputs: x, outputs: dense("last")(nested(shared(dense("first")(x)))))
    try before.loadWeights(from: Self.file("dense", "dense_1", "functional/layers/dense_1", "dense_2"))
    #expect(
      before.namedWeights.map(\.path) == [
        "first/kernel", "shared/kernel", "nested/inner/kernel", "last/kernel",
      ])
    #expect(before.weights.map(\.value.values) == [[0], [1], [2], [3]])

    let after = Model(inputs: x, outputs: dense("end")(shared(nested(dense("begin")(x)))))
    try after.loadWeights(
      from: Self.file("dense", "functional/layers/dense", "functional/layers/dense_1", "dense_2"))
    #expect(
      after.namedWeights.map(\.path) == [
        "begin/kernel", "nested/shared/kernel", "nested/inner/kernel", "end/kernel",
      ])
    #expect(after.weights.map(\.value.values) == [[0], [1], [2], [3]])
  }

  /// A file with a kernel [1, 1] in each of these groups, whose value is the group's index.
  private static func file(_ groups: String...) -> KerasFile {
    let arrays = groups.enumerated().map { index, group in
      KerasFile.Array(path: "layers/\(group)/vars/0", shape: [1, 1], type: .float32, values: [Float(index)])
    }
    return KerasFile(
      source: "shared", kind: .weightsHDF5, configuration: nil, kerasVersion: nil,
      arrays: Dictionary(uniqueKeysWithValues: arrays.map { ($0.path, $0) }), attributes: [:], skipped: [:])
  }

  // MARK: - What does not fit

  @Test(arguments: [
    (
      "keras3.weights.h5",
      "layer conv2d (Conv2D), array \"layers/conv2d/vars/0\" (float32 [3, 3, 3, 2]): the array has shape "
        + "[3, 3, 3, 2], and the weight kernel has [3, 3, 3, 4]; give the layer and its input the sizes they were "
        + "saved with"
    ),
    (
      "tf_keras_weights.h5",
      "layer conv2d (Conv2D), array \"conv2d_5/conv2d_5/kernel:0\" (float32 [3, 3, 3, 2]): the array has shape "
        + "[3, 3, 3, 2], and the weight kernel has [3, 3, 3, 4]; give the layer and its input the sizes they were "
        + "saved with"
    ),
  ])
  func `another shape is refused with both shapes, and nothing is changed`(file: String, message: String)
    throws
  {
    let model = KerasFixtures.smallModel(filters: 4)
    let before = model.weights.map(\.value.values)
    let path = try KerasFixtures.path(file)
    let error = #expect(throws: KerasFileError.self) { try model.loadWeights(keras: path) }
    #expect(error?.description == "\(path), \(message)")
    #expect(model.weights.map(\.value.values) == before)
  }

  @Test func `the last layer not fitting changes no layer before`() throws {
    let model = Sequential(
      [Conv2D(filters: 2, kernelSize: 3), BatchNormalization(), Flatten(), Dense(units: 4)],
      inputShape: [8, 8, 3])
    let before = model.weights.map(\.value.values)
    let path = try KerasFixtures.path("keras3.weights.h5")
    let error = #expect(throws: KerasFileError.self) { try model.loadWeights(keras: path) }
    #expect(error?.place?.hasPrefix("layer dense (Dense), array \"layers/dense/vars/0\"") == true)
    #expect(model.weights.map(\.value.values) == before)
  }

  @Test(arguments: [
    ("keras3.weights.h5", ["layers/batch_normalization/vars/0", "layers/batch_normalization/vars/3"]),
    ("tf_keras_weights.h5", ["gamma:0", "moving_variance:0"]),
  ])
  func `a layer with other weights is refused with the names of both`(file: String, names: [String]) throws {
    let model = KerasFixtures.smallModel(scale: false)
    let path = try KerasFixtures.path(file)
    let error = #expect(throws: KerasFileError.self) { try model.loadWeights(keras: path) }
    let message = error?.description ?? ""
    for name in names { #expect(message.contains(name)) }
    #expect(message.contains("batch_normalization (BatchNormalization)"))
    #expect(
      message.contains("has the weights beta, moving_mean, moving_variance; give the layer the settings"))
  }

  @Test(arguments: ["keras3.weights.h5", "tf_keras_weights.h5", "keras3.keras", "keras3.h5", "tf_keras.h5"])
  func `a model of other layers is refused`(file: String) throws {
    let path = try KerasFixtures.path(file)
    let shorter = Sequential([Flatten(), Dense(units: 3)], inputShape: [6, 6, 2])
    let error = #expect(throws: KerasFileError.self) { try shorter.loadWeights(keras: path) }
    #expect(error?.description.contains("and the model has dense; build the model of the layers") == true)
    let longer = Sequential(
      [KerasFixtures.smallModel(), Dense(units: 3), Dense(units: 3)], inputShape: [8, 8, 3])
    #expect(throws: KerasFileError.self) { try longer.loadWeights(keras: path) }
  }

  @Test func `a file of Keras 2 with beta instead of gamma is no match for gamma`() throws {
    let array = KerasFile.Array(path: "a", shape: [2], type: .float32, values: [1, 2])
    let layer = BatchNormalization(center: false)
    layer.buildOnce(inputShape: [2])
    func fits(_ names: String...) -> Bool {
      var group = KerasWeightGroup(name: nil, path: "")
      group.arrays = names.map { ("batch_normalization/\($0):0", array) }
      return KerasWeightLoader.fits(layer, group)
    }
    #expect(fits("gamma", "moving_mean", "moving_variance"))
    #expect(fits("moving_variance", "gamma", "moving_mean"))
    #expect(!fits("beta", "moving_mean", "moving_variance"))
  }

  @Test(arguments: ["int8.weights.h5", "int4.weights.h5"])
  func `quantized kernels are refused`(file: String) throws {
    let model = Sequential([Dense(units: 4)], inputShape: [4])
    let path = try KerasFixtures.path(file)
    let error = #expect(throws: KerasFileError.self) { try model.loadWeights(keras: path) }
    #expect(error?.cause == .quantized(type: "int8"))
    #expect(error?.description.contains("save the model's weights before quantize(…)") == true)
  }

  @Test func `a model that is not built is the caller's mistake`() async {
    await #expect(processExitsWith: .failure) {
      try Sequential([Dense(units: 1)]).loadWeights(keras: "weights.h5")
    }
  }

  // MARK: - Order

  /// Two branches from one layer: the deeper one comes first wherever it is joined, as Keras has it.
  @Test func `layers are in Keras's order`() {
    let x = Input([4, 4, 1])
    let first = Conv2D(filters: 1, kernelSize: 1, name: "first")(x)
    let short = Conv2D(filters: 1, kernelSize: 1, name: "short")(first)
    let long = Conv2D(filters: 1, kernelSize: 1, name: "long2")(
      Conv2D(filters: 1, kernelSize: 1, name: "long1")(first))
    let model = Model(inputs: x, outputs: Add(name: "add")([short, long]))
    #expect(model.layers.map(\.name) == ["first", "short", "long1", "long2", "add"])
    #expect(model.layersInKerasOrder.map(\.name) == ["first", "long1", "short", "long2", "add"])
  }

  @Test func `kinds are spelled as Keras spells them`() {
    let layers: [(Layer, String)] = [
      (Conv2D(filters: 1, kernelSize: 1), "conv2d"), (DepthwiseConv2D(kernelSize: 1), "depthwise_conv2d"),
      (SeparableConv2D(filters: 1, kernelSize: 1), "separable_conv2d"), (ReLU(), "re_lu"),
      (Conv2DTranspose(filters: 1, kernelSize: 1), "conv2d_transpose"), (LeakyReLU(), "leaky_re_lu"),
      (BatchNormalization(), "batch_normalization"), (GlobalAveragePooling2D(), "global_average_pooling2d"),
      (Sequential([Dense(units: 1)]), "sequential"), (KerasFixtures.smallModel(), "sequential"),
    ]
    for (layer, key) in layers { #expect(layer.kerasKey == key) }
  }
}
