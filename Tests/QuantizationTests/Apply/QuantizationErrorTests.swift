import Layers
import Quantization
import Quantizers
import Support
import Tensors
import TestSupport
import Testing

/// A model that cannot be quantized is refused with the layer, the cause and the remedy, and stays as it was.
@Suite struct QuantizationErrorTests {
  private final class Swish: Layer {
    override func call(_ inputs: Tensor, training: Bool) -> Tensor { inputs * inputs.sigmoid() }
    override func copied() -> Layer { Swish(name: name) }
  }

  private final class Doubling: Layer {
    override func call(_ inputs: Tensor, training: Bool) -> Tensor { inputs * 2 }
  }

  @Test func `a model with a layer that cannot be copied is refused`() {
    let text =
      "twice (Doubling) cannot be copied: it does not say how: override copied() to return a new, unbuilt one"
    expectRefusal(of: Models.sequential([Dense(units: 2), Doubling(name: "twice")], [3]), text)
    let inside = Sequential([Doubling(name: "twice")], inputShape: [3])
    expectRefusal(of: Models.sequential([quantizeAnnotate(Dense(units: 3)), inside], [3]), text, by: apply)
  }

  /// Expects an error with this text, and the model to be the same to the bit.
  private func expectRefusal(
    of model: Model, _ text: String, _ location: SourceLocation = #_sourceLocation,
    by quantize: (Model) throws(QuantizationError) -> QuantizedModel = { model throws(QuantizationError) in
      try quantizeModel(model)
    }
  ) {
    let before = model.isBuilt ? model.weightBits : []
    do throws(QuantizationError) {
      _ = try quantize(model)
      Issue.record("it was not refused", sourceLocation: location)
    } catch {
      #expect(error.description == text, sourceLocation: location)
    }
    if model.isBuilt { #expect(model.weightBits == before, sourceLocation: location) }
  }

  private func apply(_ model: Model) throws(QuantizationError) -> QuantizedModel { try quantizeApply(model) }

  @Test func `a model without annotations is refused`() {
    expectRefusal(
      of: Models.sequential([Dense(units: 2)], [3]),
      "sequential (Sequential): no layer is annotated, so there is nothing to quantize: wrap layers by "
        + "quantizeAnnotate(_:), or all of them by quantizeAnnotateModel(_:)", by: apply)
  }

  @Test func `a model that is not built is refused`() {
    let text =
      "sequential (Sequential) is not built, so it has no weights to quantize: give it an inputShape:, or "
      + "call it once"
    expectRefusal(of: Sequential([Dense(units: 2)]), text)
    expectRefusal(of: Sequential([quantizeAnnotate(Dense(units: 2))]), text, by: apply)
  }

  @Test func `a model that is already quantized is refused`() throws {
    let quantized = try quantizeModel(
      Models.sequential([Dense(units: 2)], [3]), calibratingOn: [Models.batch([3])])
    let remedy =
      "is quantized already: quantize the float model instead, or get it back by removeQuantization(_:)"
    let text = "quantized_sequential (QuantizedModel) \(remedy)"
    expectRefusal(of: quantized, text)
    expectRefusal(of: quantized, text, by: apply)
    expectRefusal(of: Sequential([quantized, ReLU()], inputShape: [3]), text)
    expectRefusal(
      of: Sequential([Wrapper(quantized), quantizeAnnotate(ReLU())], inputShape: [3]), text, by: apply)
    let wrapped = Sequential([Wrapper(QuantizeWrapper(Dense(units: 2))), ReLU()], inputShape: [3])
    expectRefusal(of: wrapped, "quant_dense (QuantizeWrapper) \(remedy)")
    let edge = QuantizeLayer(FixedQuantizer(from: 0, to: 1), name: "edge")
    expectRefusal(of: Sequential([edge, Dense(units: 2)], inputShape: [3]), "edge (QuantizeLayer) \(remedy)")
  }

  @Test func `a layer annotated twice is refused`() {
    let text =
      "dense (Dense) is annotated twice, by itself and by a layer or model around it: annotate it once"
    expectRefusal(
      of: Sequential(
        [QuantizeAnnotate(quantizeAnnotate(Dense(units: 2)))], inputShape: [3]), text, by: apply)
    let inner = Sequential([quantizeAnnotate(Dense(units: 2))], name: "inner")
    expectRefusal(of: Sequential([QuantizeAnnotate(inner)], inputShape: [3]), text, by: apply)
  }

  @Test func `an annotation inside another layer is refused`() {
    expectRefusal(
      of: Sequential(
        [Wrapper(quantizeAnnotate(Dense(units: 2))), quantizeAnnotate(ReLU())], inputShape: [3]),
      "wrapper (Wrapper) cannot be quantized as it is: dense (Dense) inside it is annotated, and only whole "
        + "layers of a model can be: annotate this one, with a configuration that names the weights inside by "
        + "their paths", by: apply)
  }

  @Test func `a configuration for a whole model is refused`() {
    let inner = Sequential([Dense(units: 2)], name: "inner")
    expectRefusal(
      of: Sequential([quantizeAnnotate(inner, config: QuantizeConfig())], inputShape: [3]),
      "inner (Sequential) cannot be quantized as it is: a configuration is for one layer, and this is a model: "
        + "annotate the layers inside it", by: apply)
  }

  @Test func `a layer without a rule is refused`() {
    expectRefusal(
      of: Models.sequential([Dense(units: 2), Swish()], [3]),
      "swish (Swish) cannot be quantized as it is: annotate it with a configuration of its own, "
        + "quantizeAnnotate(layer, config:), or annotate the other layers one by one and leave it in float")
  }

  static let normalizationAlone =
    "batch_normalization (BatchNormalization) cannot be quantized as it is: place it directly behind an annotated "
    + "Conv2D, DepthwiseConv2D or Dense layer that has no activation and whose output nothing else reads, and it "
    + "will be folded into that layer; or give it a configuration of its own; or leave it out of the annotation"

  @Test func `a normalization that cannot be folded is refused`() {
    let alone = Self.normalizationAlone
    expectRefusal(of: Models.sequential([BatchNormalization(), Dense(units: 2)], [3]), alone)
    expectRefusal(
      of: Models.sequential([Dense(units: 2), ReLU(), BatchNormalization()], [3]), alone)
    expectRefusal(
      of: Models.sequential([Dense(units: 2, activation: .relu), BatchNormalization()], [3]), alone)
    // The layer before has another reader, or is the model's output too, or stays in float.
    let x = Input([3])
    let y = Dense(units: 2)(x)
    let z = BatchNormalization()(y)
    expectRefusal(of: Model(inputs: x, outputs: Add()([y, z]), name: "m"), alone)
    expectRefusal(of: Model(inputs: [x], outputs: [y, z], name: "m"), alone)
    expectRefusal(
      of: Models.sequential([Dense(units: 2), quantizeAnnotate(BatchNormalization())], [3]), alone, by: apply)
  }

  @Test func `a normalization behind a quantized bias is refused`() {
    let config = QuantizeConfig(weights: ["bias": LastValueQuantizer()])
    expectRefusal(
      of: Models.sequential([quantizeAnnotate(Dense(units: 2), config: config), BatchNormalization()], [3]),
      "batch_normalization (BatchNormalization) cannot be quantized as it is: it is to be folded into dense "
        + "(Dense), whose configuration quantizes bias, and folding changes that: name kernel alone there, or give "
        + "the normalization a configuration of its own")
  }

  @Test func `a layer of which only some calls are annotated is refused`() {
    let x = Input([3])
    let text =
      "dense (Dense) is called 2 times and annotated in 1 of these, and all calls have the same weights: annotate all "
      + "of the calls, or none"
    let shared = Dense(units: 3)
    for isFirst in [true, false] {
      let y = isFirst ? quantizeAnnotate(shared)(x) : shared(x)
      let model = Model(inputs: x, outputs: isFirst ? shared(y) : quantizeAnnotate(shared)(y))
      expectRefusal(of: model, text, by: apply)
    }
  }

  @Test func `a layer whose calls are to have different weights is refused`() {
    let (x, shared) = (Input([3]), Dense(units: 3))
    let configs = [4, 8].map { bits in
      QuantizeConfig(weights: ["kernel": LastValueQuantizer(QuantizerFormat(bitWidth: bits, symmetric: true))]
      )
    }
    let first = quantizeAnnotate(shared, config: configs[0])(x)
    expectRefusal(
      of: Model(inputs: x, outputs: QuantizeAnnotate(shared, config: configs[1], name: "second")(first)),
      "dense (Dense) cannot be quantized as it is: it is called several times, and its configurations differ in its "
        + "weights, which are the same for all calls: give each call the same weights", by: apply)
  }

  @Test func `mistakes in a configuration are refused`() {
    func expect(_ config: QuantizeConfig, _ text: String, _ location: SourceLocation = #_sourceLocation) {
      let model = Models.sequential([quantizeAnnotate(Dense(units: 2), config: config)], [3])
      expectRefusal(of: model, text, location)
    }
    expect(
      QuantizeConfig(output: .unchanged),
      "dense (Dense): its configuration has no quantizer, neither for weights nor for outputs: give it one, or "
        + "leave the layer out of the annotation")
    expect(
      QuantizeConfig(weights: ["kernle": LastValueQuantizer()]),
      "dense (Dense) has no weight \"kernle\" to quantize; it has kernel, bias: name one of those in the "
        + "configuration")
    let perChannel = LastValueQuantizer(.weightsPerChannel)
    func noChannels(_ tensor: String, _ shape: [Int]) -> String {
      "dense (Dense): a range for each channel is asked for \(tensor), whose shape \(shape) has no such channels: "
        + "use one range for all, axis: nil"
    }
    expect(QuantizeConfig(weights: ["bias": perChannel]), noChannels("bias", [2]))
    let fourth = LastValueQuantizer(QuantizerFormat(axis: 3))
    expect(QuantizeConfig(weights: ["kernel": fourth]), noChannels("kernel", [3, 2]))
    for axis in [0, 2, -2] {
      let output = QuantizeConfig.Output.quantized(MovingAverageQuantizer(QuantizerFormat(axis: axis)))
      expect(QuantizeConfig(output: output), noChannels("an example of its output", [2]))
    }
  }

  @Test func `a per-channel range for a scalar is refused`() {
    let output = QuantizeConfig.Output.quantized(MovingAverageQuantizer(QuantizerFormat(axis: 1)))
    let scalar = quantizeAnnotate(Reshape(targetShape: [], name: "r"), config: QuantizeConfig(output: output))
    expectRefusal(
      of: Models.sequential([Dense(units: 1), scalar], [3]),
      "r (Reshape): a range for each channel is asked for an example of its output, whose shape [] has no such "
        + "channels: use one range for all, axis: nil")
  }

  /// Finite inputs may overflow inside the model, and weights may be broken beforehand.
  @Test func `weights and activations that are not finite are refused`() throws {
    let model = Models.sequential([Dense(units: 2, name: "a"), Dense(units: 2, name: "b")], [3])
    model.layer("a").weight("kernel").value = .filled(2, shape: [3, 2])
    let quantized = try quantizeModel(model, calibratingOn: [Models.batch([3])])
    let ranges = quantized.weightBits
    let text =
      "is not finite, so no range can cover it: look for what made NaN or infinity, such as a training that "
      + "diverged, or inputs too large"
    let large = Tensor.filled(.greatestFiniteMagnitude, shape: [1, 3])
    do throws(QuantizationError) {
      try quantized.calibrate(on: [Models.batch([3]), large])
      Issue.record("it was not refused")
    } catch {
      #expect(error.description == "quant_a/output, in calibration batch 2, \(text)")
    }
    #expect(quantized.weightBits == ranges)
    #expect(quantized.quantizers.allSatisfy { $0.quantizer.phase == .learning })
    let kernel = model.layer("b").weight("kernel")
    kernel.value = Tensor([0, .nan, 0, 0], shape: [2, 2])
    expectRefusal(of: model, "quant_b/kernel \(text)")
  }

  @Test func `wrong calibration data is refused and changes no range`() throws {
    let model = Models.sequential([Dense(units: 2)], [3])
    func expect(_ batches: [[Tensor]], _ text: String, _ location: SourceLocation = #_sourceLocation) {
      expectRefusal(of: model, text, location) { model throws(QuantizationError) in
        try quantizeModel(model, calibratingOn: batches)
      }
    }
    expect(
      [],
      "there is no data to calibrate on, so no activation would have a range: give a batch of inputs, or leave "
        + "calibratingOn out and train before you infer")
    let (good, shape) = (Models.batch([3]), "expected inputs of shape [batch, 3]; got")
    let remedy = "give a tensor for each of the model's inputs, with the batch first"
    expect([[good], [Models.batch([4])]], "calibration batch 2: \(shape) [4, 4]: \(remedy)")
    expect([[Models.batch([1, 3])]], "calibration batch 1: \(shape) [4, 1, 3]: \(remedy)")
    expect([[good, good]], "calibration batch 1: \(shape) [4, 3] and [4, 3]: \(remedy)")
    for value: Float in [.nan, .infinity, -.infinity] {
      expect(
        [[good], [Tensor([0, value, 0], shape: [1, 3])]],
        "calibration batch 2 holds \(value), which no range can cover: look for what made it")
    }
    let quantized = try quantizeModel(model, calibratingOn: [good])
    let ranges = quantized.weightBits
    #expect(throws: QuantizationError.noCalibrationData) { try quantized.calibrate(on: [Tensor]()) }
    #expect(throws: QuantizationError.self) {
      try quantized.calibrate(on: [good * 2, Tensor([.nan, 0, 0], shape: [1, 3])])
    }
    #expect(quantized.weightBits == ranges)
  }

  @Test(arguments: [0, 17]) func `a scheme refuses bit widths out of range`(_ bits: Int) async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [bits] in
      _ = QuantizeScheme.nBit(weights: bits, activations: 8)
    }
    #expect(standardError(of: result).contains("QuantizerFormat: expected 1 to 16 bits"))
    let other = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [bits] in
      _ = QuantizeScheme.nBit(weights: 8, activations: bits)
    }
    #expect(standardError(of: other).contains("for a narrow range; got \(bits)"))
  }

  @Test(arguments: [[8, 1], [8, 4]]) func `calibration refuses inputs of other numbers of examples`(
    _ counts: [Int]
  ) throws {
    let inputs = [Input([3], name: "left"), Input([3], name: "right")]
    let model = Model(inputs: inputs, outputs: Dense(units: 2)(Add()(inputs)))
    let batch = counts.map { Models.batch([3], count: $0) }
    let error = #expect(throws: QuantizationError.self) { try quantizeModel(model, calibratingOn: [batch]) }
    #expect(
      error?.description
        == "calibration batch 1: input \"left\" has 8 examples and input \"right\" has "
        + (counts[1] == 1 ? "1 example" : "4 examples") + ": give every input equally many")
  }
}
