import Conversion
import IntegerInference
import Layers
import Quantization
import Quantizers
import Tensors
import Testing

/// Inputs and outputs that only layers without a computation read: they have grids, and convert.
@Suite struct MovingLayerTests {
  private let image = Tensor((0..<96).map { Float($0 * 29 % 64) / 32 - 1 }, shape: [3, 4, 4, 2])

  private func expectIntegers(_ model: Model, _ location: SourceLocation = #_sourceLocation) throws {
    for scheme in [QuantizeScheme.tflite8Bit, .xnnpack8Bit, .onnxRuntime8Bit] {
      let quantized = try quantizeModel(model, calibratingOn: [image], scheme: scheme)
      let integers = try convert(quantized).model
      let input = integers.operations[integers.inputs[0]].grid
      let found = IntegerSession(integers, maximumBatch: 3).codes(
        [input.quantizeToInt8(image.values)], examples: 3)
      for (output, (codes, reals)) in zip(integers.outputs, zip(found, quantized.allOutputs([image]))) {
        #expect(
          integers.operations[output].grid.quantizeToInt8(reals.values) == codes, sourceLocation: location)
      }
    }
  }

  @Test func `a model of layers that only move values converts`() throws {
    let models: [[Layer]] = [
      [Flatten()], [MaxPooling2D()], [Reshape(targetShape: [8, 4])], [Dropout(rate: 0.5)],
      [ZeroPadding2D(padding: 1)],
      [Activation(.linear)], [AveragePooling2D()],
      [ZeroPadding2D(padding: 1), MaxPooling2D(), Dropout(rate: 0.5), Flatten()], [MaxPooling2D(), ReLU()],
      [Sequential([MaxPooling2D(), Flatten()], inputShape: [4, 4, 2], name: "inner")],
    ]
    for layers in models { try expectIntegers(Sequential(layers, inputShape: [4, 4, 2])) }
  }

  @Test func `an input that is moved to an output beside a computation converts`() throws {
    let x = Input([4, 4, 2])
    let scores = Dense(units: 3)(Flatten()(x))
    try expectIntegers(Model(inputs: [x], outputs: [scores, MaxPooling2D()(x)], name: "m"))
    let y = Input([4, 4, 2])
    try expectIntegers(
      Model(inputs: [y], outputs: [y, Conv2D(filters: 2, kernelSize: 1)(y)], name: "own"))
  }

  @Test func `a float layer that an annotated one moves to an output is quantized behind it`() throws {
    let model = Sequential(
      [Dense(units: 4, name: "float"), quantizeAnnotate(Flatten())], inputShape: [2, 3])
    let batch = Tensor((0..<12).map { Float($0) / 6 - 1 }, shape: [2, 2, 3])
    let quantized = try quantizeApply(model, calibratingOn: [batch])
    #expect(quantized.quantizers.map(\.path) == ["quantize_float/output"])
    let error = #expect(throws: ConversionError.self) { try convert(quantized) }
    #expect(
      error?.description.hasPrefix("float (Dense) is left in float") == true, "\(error?.description ?? "")")
  }

  @Test func `an annotated layer whose configuration leaves a tensor in float is told so`() throws {
    let config = QuantizeConfig(
      weights: ["kernel": LastValueQuantizer(QuantizerFormat(symmetric: true, narrowRange: true))],
      output: .unchanged)
    let model = Sequential(
      [quantizeAnnotate(Dense(units: 4, name: "first"), config: config), quantizeAnnotate(Dense(units: 2))],
      inputShape: [3])
    let batch = Tensor((0..<12).map { Float($0) / 6 - 1 }, shape: [4, 3])
    let error = #expect(throws: ConversionError.self) {
      try convert(quantizeApply(model, calibratingOn: [batch]))
    }
    #expect(
      error?.description
        == "first (Dense) is annotated, and its configuration leaves its output in float: give it a quantizer there"
    )
  }
}
