import Layers
import Quantization
import Quantizers
import Support
import Tensors
import Testing
import Training

/// The integers of a model are made once, and made again when a weight, a range or a phase has changed.
@Suite struct PreparedInferenceTests {
  private let inputs = Models.batch([6, 6, 2], count: 8)

  private func quantized(_ scheme: QuantizeScheme) throws -> QuantizedModel {
    try quantizeModel(
      Models.sequential(
        [
          Conv2D(filters: 4, kernelSize: 3, name: "c"), BatchNormalization(), ReLU(), MaxPooling2D(),
          Flatten(),
          Dense(units: 3, name: "d"),
        ], [6, 6, 2]), calibratingOn: [inputs], scheme: scheme)
  }

  private func fresh(_ model: QuantizedModel) throws -> [UInt32] {
    let copy = try #require(try model.copied() as? QuantizedModel)
    return copy(inputs).values.map(\.bitPattern)
  }

  @Test(arguments: 0..<3) func `a change of any variable is seen by the next inference`(_ index: Int) throws {
    let schemes: [QuantizeScheme] = [
      .tflite8Bit, .xnnpack8Bit, .nBit(weights: 4, activations: 4, learnedSteps: true),
    ]
    let model = try quantized(schemes[index])
    var seen: Set<[UInt32]> = [model(inputs).values.map(\.bitPattern)]
    for (path, variable) in model.namedWeights where !path.hasSuffix("observed") {
      let factor: Float = path.hasSuffix("offset") || path.hasSuffix("beta") ? 0.5 : 0.75
      variable.value = variable.value * factor + (path.hasSuffix("bias") ? 0.5 : 0)
      let outputs = model(inputs).values.map(\.bitPattern)
      let expected = try fresh(model)
      #expect(outputs == expected, "\(path)")
      seen.insert(outputs)
    }
    #expect(seen.count > model.namedWeights.count / 2)
  }

  @Test func `a change of a phase is seen by the next inference`() throws {
    let model = try quantized(.tflite8Bit)
    _ = model(inputs)
    for (path, quantizer) in model.quantizers {
      for phase in [Quantizer.Phase.off, .frozen, .learning] {
        quantizer.phase = phase
        let expected = try fresh(model)
        #expect(model(inputs).values.map(\.bitPattern) == expected, "\(path), \(phase)")
      }
    }
  }

  @Test func `inference after training is that of a fresh copy`() throws {
    let model = try quantized(.tflite8Bit)
    let trainer = Trainer(model, optimizer: SGD(learningRate: 0.1), loss: .meanSquaredError)
    var before = model(inputs).values
    for _ in 0..<3 {
      _ = trainer.step(inputs: inputs, targets: .values(Models.batch([3], count: 8)))
      let after = model(inputs).values
      let expected = try fresh(model)
      #expect(after != before && after.map(\.bitPattern) == expected)
      before = after
    }
  }

  @Test(arguments: [1, 3, 8, 5]) func `all operations at once give what each gives, in batches of every size`(
    _ count: Int
  ) throws {
    let model = try quantized(.tflite8Bit)
    _ = model(Models.batch([6, 6, 2], count: 4))
    let batch = Models.batch([6, 6, 2], count: count, seed: 3)
    #expect(model(batch).values == model.operationOutputs([batch]).last?.values)
    #expect(model(batch).shape == [count, 3])
  }

  @Test(arguments: [3, 4]) func `an input that nothing reads takes no other's place`(_ width: Int) throws {
    let (unused, read) = (Input([width]), Input([4]))
    let float = Model(inputs: [unused, read], outputs: Dense(units: 2)(read), seed: 1)
    let given = [Models.batch([width], count: 8, seed: 1), Models.batch([4], count: 8, seed: 2)]
    let model = try quantizeModel(float, calibratingOn: [given])
    let expected = float.allOutputs(given)[0].values
    let found = model.allOutputs(given)[0].values
    #expect(zip(expected, found).allSatisfy { abs($0 - $1) < 0.05 })
  }

  /// The first example makes codes again behind ReLU, which turns −∞ into 0.
  @Test func `an input that is not finite runs in floats as far as it reaches`() throws {
    let model = try quantized(.tflite8Bit)
    let clean = model(inputs).values
    var values = inputs.values
    values[0] = .nan
    let outputs = model(Tensor(values, shape: inputs.shape)).values
    #expect(outputs[0].isNaN)
    #expect(model(inputs).values == clean)
  }
}
