import Conversion
import Datasets
import FixedPoint
import Foundation
import IntegerInference
import Layers
import Quantization
import Support
import Tensors
import Testing
import Training

/// The integers compute what training simulates in floats.
@Suite struct AgreementTests {
  private func agreement(
    _ item: Zoo, _ scheme: QuantizeScheme = .tflite8Bit, _ arithmetic: IntegerArithmetic? = nil
  ) throws -> Agreement {
    let model = try item.quantized(scheme)
    return try model.agreement(with: convert(model, arithmetic: arithmetic).model, on: item.batch)
  }

  /// Inference runs the operations that conversion makes: no code differs.
  @Test(arguments: Zoo.allCases) func `integers give the simulated codes with every folding`(_ item: Zoo)
    throws
  {
    for form in BatchNormFolding.allCases {
      var scheme = QuantizeScheme.tflite8Bit
      scheme.batchNormFolding = form
      let found = try agreement(item, scheme)
      #expect(found.examples == 24 && found.codes > 24)
      #expect(found.equalCodes == found.codes && found.sameClass == 24, "\(form): \(found.text)")
    }
  }

  /// Codes are bytes at every bit width.
  @Test(arguments: 2...8) func `integers equal the simulation at 2 to 8 bits`(_ bits: Int) throws {
    for item in Zoo.allCases {
      for scheme in [
        QuantizeScheme.nBit(weights: bits, activations: 8), .nBit(weights: 8, activations: bits),
        .nBit(weights: bits, activations: bits, learnedSteps: true),
      ] {
        let found = try agreement(item, scheme)
        #expect(found.equalCodes == found.codes, "\(item), \(scheme.name): \(found.text)")
      }
    }
  }

  /// An unfolded normalization negates a channel if its factor is below 0.
  ///
  /// The opposite of the lowest code needs one more bit, and saturates at the highest code with 8 bits.
  @Test(arguments: 2...8) func `integers equal the simulation if an unfolded factor negates a channel`(
    _ bits: Int
  ) throws {
    let model = Sequential(
      [
        Conv2D(filters: 4, kernelSize: 7, padding: .same, name: "conv"), BatchNormalization(),
        Flatten(), Dense(units: 5),
      ], inputShape: [6, 6, 1], seed: 1)
    // One weight far from the others: the lowest code of every width, as a step is at most 2 · mean.
    model.weights[0].value = Tensor((0..<196).map { $0 < 4 ? -1 : 1e-3 }, shape: [7, 7, 1, 4])
    model.weights[2].value = Tensor([1, -1, 0.5, -2], shape: [4])
    var generator = SeededGenerator(seed: 1)
    let batch = Tensor.uniform(-1, 1, shape: [24, 6, 6, 1], using: &generator)
    var scheme = QuantizeScheme.nBit(weights: bits, activations: 8, learnedSteps: true)
    scheme.batchNormFolding = .unfolded
    let quantized = try quantizeModel(model, calibratingOn: [batch], scheme: scheme)
    let (integers, _) = try convert(quantized)
    let kernel = try #require(integers.operations.first { $0.name.contains("conv") }?.kernel)
    #expect(kernel.bitWidth == min(bits + 1, 8) && kernel.intWeights.min() == -1 << Int8(bits - 1))
    #expect(kernel.intWeights.max() == (bits == 8 ? 127 : 1 << Int8(bits - 1)))
    let found = quantized.agreement(with: integers, on: batch)
    #expect(found.equalCodes == found.codes, "\(found.text)")
  }

  @Test(arguments: Zoo.allCases)
  func `integers equal the simulation in every arithmetic`(_ item: Zoo) throws {
    var powers = QuantizeScheme.powerOfTwo
    powers.arithmetic = .onnxRuntime
    var ownGrids = QuantizeScheme.onnxRuntime8Bit
    (ownGrids.sharesPoolScales, ownGrids.fixedScales) = (false, [])
    for scheme in [.onnxRuntime8Bit, ownGrids, .xnnpack8Bit, powers] {
      let found = try agreement(item, scheme)
      #expect(found.equalCodes == found.codes, "\(scheme.name): \(found.text)")
    }
  }

  /// Where codes are rescaled several times one after another, a leaky ReLU behind another or a sigmoid in front of a
  /// concatenation, they differ by three; so they do where many means of a pooling lie halfway between two codes.
  @Test(arguments: Zoo.allCases) func `arithmetics differ by a step or a few`(_ item: Zoo) throws {
    let most = [.leakyReLU, .sigmoid, .pooling].contains(item) ? 3 : 1
    for arithmetic in IntegerArithmetic.allCases {
      let found = try agreement(item, .tflite8Bit, arithmetic)
      #expect(found.largestDifference <= most, "\(arithmetic): \(found.text)")
      #expect(found.shareEqual > 0.45, "\(arithmetic): \(found.text)")
    }
  }

  /// Without an arithmetic inference rounds real numbers, by other code than conversion's.
  @Test(arguments: Zoo.allCases) func `integers stay within a few steps of rounded real numbers`(_ item: Zoo)
    throws
  {
    var scheme = QuantizeScheme.tflite8Bit
    scheme.arithmetic = nil
    let found = try agreement(item, scheme, .tflite)
    #expect(found.largestDifference <= (item == .leakyReLU ? 3 : 2), "\(found.text)")
    #expect(found.shareEqual > 0.5, "\(found.text)")
  }

  @Test(arguments: [8, 4]) func `two inputs and two outputs have the codes of the integers`(_ bits: Int)
    throws
  {
    let (left, right) = (Input([5, 5, 2], name: "left"), Input([5, 5, 2], name: "right"))
    let sum = ReLU()(Add()([Conv2D(filters: 2, kernelSize: 3, padding: .same)(left), right]))
    let pooled = GlobalAveragePooling2D()(sum)
    let model = Model(inputs: [left, right], outputs: [Softmax()(Dense(units: 3)(pooled)), Flatten()(sum)])
    Zoo.draw(model)
    var generator = SeededGenerator(seed: 3)
    let batch = [1.0, 0.3].map {
      Tensor.uniform(Float(-$0), Float($0), shape: [40, 5, 5, 2], using: &generator)
    }
    let quantized = try quantizeModel(
      model, calibratingOn: [batch], scheme: .nBit(weights: bits, activations: bits))
    let integers = try IntegerModel(converting: quantized)
    let given = zip(integers.inputs, batch).map { integers.operations[$0].grid.quantizeToInt8($1.values) }
    let codes = IntegerSession(integers, maximumBatch: 40).codes(given, examples: 40)
    for (index, (output, codes)) in zip(quantized.allOutputs(batch), codes).enumerated() {
      let grid = integers.operations[integers.outputs[index]].grid
      #expect(output.values == grid.dequantize(codes), "output \(index)")
    }
  }

  /// A layer left in float rounds nothing; the operations around it run on integers all the same.
  @Test func `a layer in float lets the others run on integers`() throws {
    let input = Input([6, 6, 2])
    let first = quantizeAnnotate(Conv2D(filters: 3, kernelSize: 3, name: "first"))(input)
    let middle = LeakyReLU(name: "middle")(first)
    let last = quantizeAnnotate(Dense(units: 3, name: "last"))(quantizeAnnotate(Flatten())(middle))
    let model = Model(inputs: input, outputs: last)
    Zoo.draw(model)
    var generator = SeededGenerator(seed: 3)
    let batch = Tensor.uniform(-1, 1, shape: [16, 6, 6, 2], using: &generator)
    let quantized = try quantizeApply(model, calibratingOn: [batch])
    // The part before the layer in float, as a model of its own, has the codes of its integers.
    let part = try quantizeApply(
      Model(inputs: model.inputs, outputs: [first]), calibratingOn: [batch])
    let index = try #require(quantized.operations.firstIndex { $0.name == "first" })
    let before = quantized.operationOutputs([batch])[index]
    #expect(before.values == part(batch).values)
    let after = quantized(batch)
    #expect(Set(after.values).count > 10 && after.values.allSatisfy(\.isFinite))
  }

  /// A float holds the integers up to 2²⁴ only; these sums reach four times as far, and odd ones among them.
  @Test func `dense sums beyond 2 to the 24 have the codes of the integers`() throws {
    let model = Sequential([Dense(units: 3, useBias: false)], inputShape: [5_000], seed: 1)
    var generator = SeededGenerator(seed: 1)
    let batch = Tensor.uniform(0.9, 1, shape: [64, 5_000], using: &generator)
    let kernel = (0..<15_000).map { index -> Float in
      index % 3 == 0 ? 1 - Float(index % 7) / 1_000 : generator.uniform(0.5, 1)
    }
    model.weights[0].value = Tensor(kernel, shape: [5_000, 3])
    let quantized = try quantizeModel(model, calibratingOn: [batch])
    let integers = try IntegerModel(converting: quantized)
    let codes = integers.operations[0].grid.quantizeToInt8(batch.values).map {
      Int($0) - Int(integers.operations[0].grid.zeroPoint)
    }
    let weights = try #require(integers.operations[1].kernel).intWeights
    let sums = (0..<64).map { row -> Int in
      (0..<5_000).reduce(0) { (sum: Int, k: Int) -> Int in sum + codes[row * 5_000 + k] * Int(weights[3 * k])
      }
    }
    #expect(sums.allSatisfy { $0 > 1 << 26 } && sums.contains { $0 % 2 != 0 })
    let found = quantized.agreement(with: integers, on: batch)
    #expect(found.equalCodes == found.codes, "\(found.text)")
  }

  @Test func `codes differ where no arithmetic is simulated`() throws {
    var scheme = QuantizeScheme.nBit(weights: 4, activations: 4)
    let exact = try agreement(.convolutions, scheme)
    scheme.arithmetic = nil
    let rounded = try agreement(.convolutions, scheme)
    #expect(exact.shareEqual == 1 && rounded.shareEqual < 1)
  }

  /// A network of digits, quantized after training, then trained on: as in the course.
  @Test(arguments: [8, 4]) func `a trained network gives the same answers in integers`(_ bits: Int) throws {
    let (training, unseen) = (Digits.generated(count: 600, seed: 1), Digits.generated(count: 400, seed: 2))
    let model = Sequential(
      [
        Conv2D(filters: 6, kernelSize: 3, padding: .same), BatchNormalization(momentum: 0.9), ReLU(),
        MaxPooling2D(), Conv2D(filters: 8, kernelSize: 3), BatchNormalization(momentum: 0.9), ReLU(),
        MaxPooling2D(), Flatten(), Dense(units: 16, activation: .relu), Dense(units: 10),
      ], inputShape: [28, 28, 1], seed: 1)
    func fit(_ model: Model, _ rate: Double) throws {
      let trainer = Trainer(
        model, optimizer: Adam(learningRate: .constant(Float(rate))),
        loss: .sparseCategoricalCrossEntropy(fromLogits: true), seed: 1)
      try trainer.fit(training, epochs: 2, batchSize: 32)
    }
    try fit(model, 0.003)
    let calibration = Tensor(training.floats(of: 0..<200), shape: [200, 28, 28, 1])
    let quantized = try quantizeModel(
      model, calibratingOn: [calibration], scheme: .nBit(weights: bits, activations: bits))
    let images = Tensor(unseen.floats(of: 0..<400), shape: [400, 28, 28, 1])
    let rounded = try convert(quantized).model
    let afterTraining = quantized.agreement(with: rounded, on: images)
    #expect(afterTraining.sameClass == 400 && afterTraining.shareEqual >= 0.9995, "\(afterTraining.text)")
    try fit(quantized, 0.001)
    let aware = try quantized.agreement(with: convert(quantized).model, on: images)
    #expect(aware.sameClass == 400 && aware.shareEqual >= 0.9995, "\(aware.text)")
    // Post-training quantization in one call gives the same integers.
    let (integers, _) = try convert(
      model, calibratingOn: [calibration], scheme: .nBit(weights: bits, activations: bits))
    #expect(integers.operations == rounded.operations && integers.operations.count == 8)
  }
}
