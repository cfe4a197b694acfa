import QAT
import TestSupport
import Testing

/// The README's examples, kept from rotting.
@Suite struct ReadmeTests {
  @Test func `the engine page's first numbers are what it says of them`() throws {
    // Engine
    let quantizer = try AffineQuantizer(covering: (-1, 1))  // int8, and 0 is exact
    let code = quantizer.quantize(0.3)
    let back = quantizer.dequantize(code)  // within half of quantizer.scale

    let kernel = Variable("kernel", Tensor([0.2, -0.7], shape: [2, 1]))
    let seen = kernel.value.fakeQuantized(min: -1, max: 1, bitWidth: 4)  // floats on the grid
    let gradient = (seen - 0.5).squared().sum().gradients(of: [kernel])[0]  // straight through
    // Engine
    #expect(abs(back - 0.3) <= quantizer.scale / 2)
    #expect(quantizer.dequantize(quantizer.zeroPoint) == 0)
    // d/dx of (seen − 0.5)², straight through: 2 (seen − 0.5).
    #expect(gradient.values == seen.values.map { 2 * ($0 - 0.5) })
  }

  @Test func `the README's network learns, is quantized and becomes integers`() throws {
    let folder = try TemporaryFolder()
    let (path, file) = (folder.path + "/run.safetensors", folder.path + "/digits-int8.safetensors")
    // README
    let digits = Digits.generated(count: 2000, seed: 1)
    let model = Sequential(
      [
        Conv2D(filters: 8, kernelSize: 3), BatchNormalization(), ReLU(), MaxPooling2D(),
        Flatten(), Dense(units: 10),
      ], inputShape: [28, 28, 1], seed: 1)
    let loss = Loss.sparseCategoricalCrossEntropy(fromLogits: true)
    let trainer = Trainer(model, optimizer: Adam(), loss: loss, metrics: [.accuracy])
    try trainer.fit(
      digits, epochs: 3, callbacks: [ProgressBar(), Checkpoint(path)], resumingFrom: path)

    let quantized = try quantizeModel(model, calibratingOn: digits.prefix(200))  // the model stays as it is
    let qat = Trainer(
      quantized, optimizer: Adam(learningRate: 1e-4), loss: loss, metrics: [.accuracy])
    try qat.fit(digits, epochs: 1)
    print(quantized.explain())  // every fake-quant, and why it is there
    let dense = try quantized.integerParameters(of: "dense")  // codes, scales, biases, multipliers
    // README
    #expect(try #require(trainer.evaluate(digits).accuracy) > 0.9)
    #expect(try #require(qat.evaluate(digits).accuracy) > 0.9)
    #expect(dense.weightShape == [13 * 13 * 8, 10])
    // Engine
    let (integers, report) = try convert(quantized)  // fails, naming the layer, if a float is left
    print(report)  // scales, zero points, multipliers, bytes
    let session = IntegerSession(integers, maximumBatch: 128)
    let classes = session.classes(digits.floats(of: 0..<200))
    try integers.write(to: file)
    // Engine
    #expect(classes == quantized.predict(digits.prefix(200)).argmax())
    #expect(try IntegerModel(contentsOf: file) == integers)
  }

  @Test func `the training page's model of two heads learns both, in floats and quantized`() throws {
    let folder = try TemporaryFolder()
    let log = folder.path + "/log.csv"
    let digits = Digits.generated(count: 2000, seed: 1)
    let loss = Loss.sparseCategoricalCrossEntropy(fromLogits: true)
    // Training
    let image = Input([28, 28, 1], name: "image")
    let trunk = Dense(units: 32, activation: .relu)(Flatten()(image))
    let both = Model(
      inputs: [image],
      outputs: [Dense(units: 10, name: "digit")(trunk), Dense(units: 1, name: "ink")(trunk)], seed: 1)
    let heads = [
      Head("digit", loss: loss, metrics: [.accuracy]), Head("ink", loss: .meanSquaredError, weight: 0.5),
    ]
    let pixels = Tensor(digits.floats(), shape: [2000, 28, 28, 1])
    let examples = NamedExamples(
      inputs: ["image": pixels],
      targets: [
        "digit": .classes(digits.labels.map { Int($0) }), "ink": .values(pixels.mean(axes: [1, 2]) * 10),
      ])
    let training = examples.weighted(byClass: [1: 2], for: "digit")  // ones count twice
    let floats = Trainer(both, optimizer: Adam(learningRate: 3e-3), heads: heads)
    try floats.fit(training, epochs: 8, validation: examples.prefix(500), callbacks: [CSVLogger(log)])
    print(floats.evaluate(examples))  // loss, digit_loss, ink_loss, digit_accuracy

    let quantizedBoth = try quantizeModel(both, calibratingOn: [pixels])  // trained in the same way
    let steps = Trainer(quantizedBoth, optimizer: Adam(learningRate: 1e-4), heads: heads)
    try steps.fit(training, epochs: 1)
    let ink = quantizedBoth.predictAll(examples)["ink"]  // [2000, 1]
    // Training
    // A head that tells the mean of all images would be off by their variance.
    let means = pixels.mean(axes: [1, 2]) * 10
    let variance = Double((means - means.mean()).squared().mean().scalar)
    for trainer in [floats, steps] {
      let scores = trainer.evaluate(examples)
      #expect(
        try #require(scores["digit_accuracy"]) > 0.9 && #require(scores["ink_loss"]) < 0.5 * variance,
        "\(scores), \(variance)")
    }
    #expect(ink?.shape == [2000, 1])
  }

  @Test func `the README, the engine page and the training page show these examples`() throws {
    try Checkout.expectPageToShow(#filePath)
    try Checkout.expectPageToShow(#filePath, mark: "Engine", page: "Documentation/Engine.md")
    try Checkout.expectPageToShow(#filePath, mark: "Training", page: "Documentation/Training.md")
  }
}
