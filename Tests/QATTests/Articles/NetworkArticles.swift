import QAT

extension Article {
  static func layers(_ printer: Printer) throws {
    let print = printer.print
    // Article: Layers
    final class Scale: Layer {
      override func build(inputShape: [Int]) {
        addWeight("factor", shape: inputShape, initializer: .constant(0.5))
      }
      override func call(_ inputs: Tensor, training: Bool) -> Tensor {
        inputs * weight("factor").value
      }
    }

    let scale = Scale()
    print(scale.isBuilt, scale.weights.count)
    print(scale(Tensor([1, 2, 3, 4], shape: [2, 2])).values)
    print(scale.isBuilt, scale.weight("factor").shape)
    // Article: Layers
    printer.endBlock()

    // Article: Layers
    let model = Sequential(
      [
        Conv2D(filters: 8, kernelSize: 3, useBias: false),
        BatchNormalization(), ReLU(), MaxPooling2D(), Flatten(),
        Dense(units: 10),
      ], inputShape: [28, 28, 1], name: "digits", seed: 1)
    print(model.summary())
    // Article: Layers
    printer.endBlock()

    // Article: Layers
    let image = Input([28, 28, 1])
    let left = Conv2D(filters: 4, kernelSize: 3, padding: .same)(image)
    let right = Conv2D(filters: 4, kernelSize: 5, padding: .same)(image)
    let joined = Model(inputs: [image], outputs: [Add()([left, right])], seed: 1)
    print(joined.layers.map(\.name), joined(Tensor.zeros([1, 28, 28, 1])).shape)
    // Article: Layers
    printer.endBlock()
  }

  static func training(_ printer: Printer) throws {
    let print = printer.print
    // Article: Training
    let x = Tensor([0, 1, 2, 3], shape: [4, 1])
    let y = Tensor([1, 3, 5, 7], shape: [4, 1])
    let dense = Dense(units: 1, kernelInitializer: .zeros)
    let model = Sequential([dense], inputShape: [1])
    let trainer = Trainer(
      model, optimizer: SGD(learningRate: 0.125), loss: .meanSquaredError)

    let first = trainer.step(inputs: x, targets: .values(y))
    print(first.loss, dense.kernel.value.values, dense.bias.value.values)
    // Article: Training
    printer.endBlock()

    // Article: Training
    let examples = TensorExamples(inputs: x, targets: .values(y))
    let history = try trainer.fit(examples, epochs: 200, batchSize: 4)
    print(history["loss"].count, trainer.evaluate(examples).loss < 1e-6)
    let format = NumberFormat.fixed(2)
    for weight in [dense.kernel, dense.bias] {
      print(weight.name, format.string(Double(weight.value.values[0])))
    }
    // Article: Training
    printer.endBlock()
  }

  static func qat(_ printer: Printer) throws {
    let print = printer.print
    // Article: QAT
    let digits = Digits.generated(0..<1000, seed: 1)
    let unseen = Digits.generated(1000..<1500, seed: 1)
    let model = Sequential(
      [Flatten(), Dense(units: 32, activation: .relu), Dense(units: 10)],
      inputShape: [28, 28, 1], seed: 1)
    let loss = Loss.sparseCategoricalCrossEntropy(fromLogits: true)
    let floats = Trainer(
      model, optimizer: Adam(learningRate: 3e-3), loss: loss,
      metrics: [.accuracy])
    try floats.fit(digits, epochs: 10)
    // Article: QAT
    printer.endBlock()

    // Article: QAT
    let twoBits = QuantizeScheme.nBit(weights: 2, activations: 8)
    let quantized = try quantizeModel(
      model, calibratingOn: digits.prefix(200), scheme: twoBits)
    let trainer = Trainer(
      quantized, optimizer: Adam(learningRate: 1e-3), loss: loss,
      metrics: [.accuracy])
    let exact = floats.evaluate(unseen).accuracy ?? 0
    let rounded = trainer.evaluate(unseen).accuracy ?? 0
    try trainer.fit(digits, epochs: 5)
    let trained = trainer.evaluate(unseen).accuracy ?? 0
    print("rounding loses 5 points and more:", rounded < exact - 0.05)
    print("training wins 5 points and more:", trained > rounded + 0.05)
    // Article: QAT
    printer.endBlock()

    // Article: QAT
    let (integers, report) = try convert(quantized)
    let classes = IntegerSession(integers).classes(unseen.floats())
    print("the same answers:", classes == quantized.predict(unseen).argmax())
    print("bytes of weights:", report.floatBytes, "→", report.bytes)
    // Article: QAT
    printer.endBlock()
  }
}
