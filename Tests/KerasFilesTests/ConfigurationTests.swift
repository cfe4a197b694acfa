import Foundation
import Layers
import Safetensors
import Support
import Tensors
import TestSupport
import Testing

@testable import KerasFiles

/// Configurations that Keras 3 and tf_keras wrote, and what they compute; see `Fixtures/make_configurations.py`.
@Suite struct ConfigurationTests {
  /// A model of a fixture.
  struct Case: Sendable, CustomTestStringConvertible {
    let file: SafetensorsFile
    let keras: String
    let name: String
    var testDescription: String { "\(keras): \(name)" }
    var configuration: String { file.metadata[name] ?? "" }

    /// The model with initial weights.
    func model(limits: KerasLimits = KerasLimits(weights: 1 << 20), notes: (String) -> Void = { _ in }) throws
      -> Model
    {
      try Model(
        KerasReading(
          of: configuration, version: keras == "keras" ? "3.15.1" : "2.21.0", source: "fixture",
          limits: limits), noting: notes)
    }

    func tensors(_ kind: String) throws -> [Tensor] {
      let found = file.tensors.filter { $0.name.hasPrefix("\(name)/\(kind)/") }
      return try found.sorted { $0.name < $1.name }.map {
        Tensor(try #require($0.floats()), shape: $0.shape)
      }
    }
  }

  static func all(_ isWanted: (String) -> Bool) -> [Case] {
    ["keras", "tf_keras"].flatMap { keras -> [Case] in
      let url = Bundle.module.url(
        forResource: keras, withExtension: "safetensors", subdirectory: "Fixtures/configurations")
      guard let url, let file = try? SafetensorsFile(contentsOf: url.path) else { return [] }
      return file.metadata.keys.filter(isWanted).sorted().map { Case(file: file, keras: keras, name: $0) }
    }
  }

  static let models = all { !$0.hasSuffix("!") }
  static let refused = all { $0.hasSuffix("!") }

  @Test func `the fixtures are there`() {
    #expect(Self.models.count > 60 && Self.refused.count > 30)
  }

  @Test(arguments: models) func `a model computes what Keras computes`(_ one: Case) throws {
    let model = try one.model()
    for (path, variable) in model.namedWeights {
      let tensor = try #require(one.file["\(one.name)/weight/\(path)"], "\(path)")
      try #require(variable.shape == tensor.shape, "\(path)")
      variable.value = Tensor(try #require(tensor.floats()), shape: tensor.shape)
    }
    let stored = one.file.tensors.filter { $0.name.hasPrefix("\(one.name)/weight/") }
    #expect(stored.count == model.namedWeights.count)
    let expected = try one.tensors("output")
    let outputs = model.allOutputs(try one.tensors("input"))
    #expect(outputs.map(\.shape) == expected.map(\.shape))
    for (ours, theirs) in zip(outputs, expected) {
      let scale = theirs.values.map(abs).max() ?? 0
      let error = zip(ours.values, theirs.values).map { abs($0 - $1) }.max() ?? .infinity
      #expect(error <= 1e-5 * max(scale, 1e-3), "\(error) of \(scale)")
    }
  }

  @Test(arguments: models) func `a model can be copied, with its names`(_ one: Case) throws {
    let model = try one.model()
    let copy = try #require(try model.copied() as? Model)
    copy.copyWeights(from: model)
    #expect(copy.inputNames == model.inputNames && copy.outputNames == model.outputNames)
  }

  @Test func `layers that Keras froze are frozen`() throws {
    for one in Self.models.filter({ $0.name == "frozen" }) {
      let model = try one.model()
      #expect(model.layers.map(\.trainable) == [false, true])
      #expect(model.trainableWeights.map(\.name) == ["trained/kernel", "trained/bias"])
    }
  }

  @Test func `layers that train otherwise are told, a kind in a line`() throws {
    for one in Self.models.filter({ $0.name == "nothing in inference" }) {
      var notes: [String] = []
      _ = try one.model { notes.append($0) }
      #expect(
        notes.count == 10 && notes[1].contains("(GaussianNoise) of \"sequence\": GaussianNoise does nothing"))
    }
  }

  @Test func `activations become layers behind, and sizes that are open are filled in`() throws {
    let silu = try #require(Self.models.first { $0.name == "activation silu" })
    #expect(try silu.model().layers.map(\.name).suffix(3) == ["d", "d_sigmoid", "d_silu"])
    let open = try #require(Self.refused.first { $0.name == "open!" })
    let model = try Model(
      KerasReading(
        of: open.configuration, version: "3.15.1", source: "fixture",
        limits: KerasLimits(weights: 1 << 10), inputShapes: [[9, 8, 3]]))
    #expect(model.inputs[0].shape == [9, 8, 3] && model.nodes[1].outputShape == [7, 6, 2])
  }

  @Test(arguments: [
    ("dilation!", "\"wide\" (Conv2D) of \"sequence\": its dilation_rate is [2, 2]; expected 1"),
    ("groups!", "\"grouped\" (Conv2D) of \"sequence\": its groups is 3; expected 1"),
    (
      "channels first!",
      "\"first\" (MaxPooling2D) of \"sequence\": its data_format is channels_first; expected"
    ),
    ("other axis!", "\"rows\" (BatchNormalization) of \"sequence\": its axis is [1]; expected the last one"),
    (
      "elu!",
      "\"curved\" (Dense) of \"sequence\": its activation is elu, which is not known here; expected one of"
    ),
    ("both!", "its negative_slope is 0.1"),
    ("threshold!", "\"high\" (ReLU) of \"sequence\": its threshold is 1.0; expected 0"),
    ("layer!", "\"learned\" (PReLU) of \"sequence\": there is no layer here for the class PReLU; "),
    ("Lambda!", "\"code\" (Lambda) of \"sequence\": it holds Python code, which is never run; replace it"),
    (
      "lambda!",
      "\"code\" (Dense) of \"sequence\": its activation is Python code, which is never run; expected"
    ),
    ("policy!", "\"half\" (Dense) of \"sequence\": its dtype policy is mixed_float16; expected float32"),
    ("open!", "dimension 1 of its input is open (None); pass the shape of one example by inputShapes:"),
    (
      "broadcast!",
      "\"sum\" (Add) of \"network\": it adds inputs of the shapes [5, 6, 3] and [1, 1, 3]; expected"
    ),
    ("two shapes!", "\"conv\" (Conv2D) of \"network\": it is called with inputs of the shapes"),
    ("two outputs inside!", "it is a model of 2 outputs inside another model; expected one output"),
    ("operation!", "of 2.0 and an output; expected a sum"),
    ("custom!", "\"own\" of \"sequence\": it is of a class of its maker's own, ours>Dense; code of others"),
    (
      "quantized!",
      "\"codes\" (Dense) of \"sequence\": it was quantized by Keras (int8); save the model before"
    ),
  ]) func `what has no counterpart is refused with layer, cause and remedy`(name: String, message: String)
    throws
  {
    let cases = Self.refused.filter { $0.name == name }
    #expect(!cases.isEmpty)
    for one in cases {
      let error = #expect(throws: KerasFileError.self) { try one.model() }
      #expect(error?.description.contains(message) == true, "\(one.keras): \(error?.description ?? "")")
    }
  }

  @Test func `every refused model of the fixtures has a message`() {
    #expect(Set(Self.refused.map(\.name)).count == 18)
  }
}
