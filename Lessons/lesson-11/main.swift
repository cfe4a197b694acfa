//: # 11. Before you train
//:
//: Training through the rounding needs labels, many images and time. Rounding afterwards needs a few
import Charting
import LessonKit
import QAT

let seed = lesson.options.seed
let digits = lesson.digits(
  training: lesson.profile.pick(smoke: 1500, class: 4000, full: 60_000),
  test: lesson.profile.pick(smoke: 500, class: 2000, full: 10_000))
func network(_ seed: UInt64) -> Model {
  func normalized(_ layer: Layer) -> [Layer] {
    let name = layer.name
    return [
      layer, BatchNormalization(momentum: 0.9, name: name + "_norm"),
      ReLU(name: name + "_relu"),
    ]
  }
  func separable(_ number: Int, _ filters: Int, strides: Size2D) -> [Layer] {
    normalized(
      DepthwiseConv2D(
        kernelSize: 3, strides: strides, padding: .same, useBias: false,
        name: "depth\(number)"))
      + normalized(
        Conv2D(
          filters: filters, kernelSize: 1, useBias: false,
          name: "point\(number)"))
  }
  let stem = Conv2D(
    filters: 8, kernelSize: 3, strides: 2, padding: .same,
    useBias: false, name: "stem")
  return Sequential(
    normalized(stem) + separable(1, 16, strides: 1)
      + separable(2, 32, strides: 2) + separable(3, 32, strides: 1) + [
        GlobalAveragePooling2D(name: "mean"), Dense(units: 10, name: "scores"),
      ], inputShape: [28, 28, 1], seed: seed)
}
let epochs = lesson.profile.pick(smoke: 4, class: 6)
func train(
  _ model: Model, rate: Float, epochs: Int, seed: UInt64
) throws {
  let steps = epochs * ((digits.training.count + 31) / 32)
  let trainer = Trainer(
    model,
    optimizer: Adam(learningRate: .cosine(initial: rate, steps: steps)),
    loss: .sparseCategoricalCrossEntropy(fromLogits: true),
    metrics: [.accuracy], seed: seed)
  try trainer.fit(
    digits.training, epochs: epochs, callbacks: [ProgressBar()])
}
let clock = ContinuousClock()
var start = clock.now
func lap(_ text: String) {
  show("\(clock.now - start)", text)
  start = clock.now
}
let labels = digits.test.labels(of: 0..<digits.test.count)
func reads(_ model: Model) -> Double {
  let answers = model.predict(digits.test).argmax()
  return Double(zip(answers, labels).count { $0 == $1 }) / Double(labels.count)
}
let float = network(seed)
try train(float, rate: 0.005, epochs: epochs, seed: seed)
lap("train")
show(reads(float), "float", .percent(1))
func scheme(_ bits: Int) -> QuantizeScheme {
  var scheme = QuantizeScheme.nBit(weights: bits, activations: 8)
  scheme.weights = { _ in
    LastValueQuantizer(
      QuantizerFormat(bitWidth: bits, symmetric: true, narrowRange: true))
  }
  return scheme
}
let images = digits.training.prefix(256)
func rounded(_ model: Model, _ scheme: QuantizeScheme) throws -> QuantizedModel {
  try quantizeModel(model, calibratingOn: images, scheme: scheme)
}
let equalized = try equalizeModel(float)
show(equalized.pairs.map { "\($0.first) \($0.second) \($0.factors.min() ?? 0) \($0.factors.max() ?? 0)" }.joined(separator: "\n"), "pairs")
for bits in [8, 6, 5, 4, 3] {
  func line(_ name: String, _ model: () throws -> QuantizedModel) throws {
    start = clock.now
    let m = try model()
    let t = clock.now - start
    show("\(NumberFormat.percent(1).string(reads(m))) \(t)", "\(bits) \(name)")
  }
  let plain = scheme(bits)
  try line("per channel") { try rounded(float, .nBit(weights: bits, activations: 8)) }
  try line("per tensor") { try rounded(float, plain) }
  try line("equalized") { try rounded(equalized.model, plain) }
  try line("mse") { try rounded(float, plain.clippingWeights(by: .meanSquaredError)) }
  try line("99.9") { try rounded(float, plain.clippingWeights(by: .percentile(99))) }
  try line("bias") {
    let m = try rounded(float, plain); try m.correctBiases(matching: float, on: images); return m }
  try line("bn") {
    let m = try rounded(float, plain); try m.reestimateStatistics(on: images); return m }
  for (steps, lambda) in [(100, Float(0.01)), (300, 0.01), (300, 0.001)] {
  try line("adaround \(steps) \(lambda)") {
    let m = try rounded(float, plain)
    let r = try m.adaptRounding(matching: float, on: images, steps: steps, regularization: lambda)
    show(r.adapted.map { "\($0.layer) \($0.nearest) \($0.adapted) \($0.changed)/\($0.weights)" }.joined(separator: "\n"), "layers")
    return m }
  }
  try line("eq+bias") {
    let m = try rounded(equalized.model, plain); try m.correctBiases(matching: equalized.model, on: images); return m }
  try line("eq+mse+bias") {
    let m = try rounded(equalized.model, plain.clippingWeights(by: .meanSquaredError)); try m.correctBiases(matching: equalized.model, on: images); return m }
  try line("eq+ada+bias") {
    let m = try rounded(equalized.model, plain)
    try m.adaptRounding(matching: equalized.model, on: images, steps: 300)
    try m.correctBiases(matching: equalized.model, on: images); return m }
  try line("eq+mse+ada+bias") {
    let m = try rounded(equalized.model, plain.clippingWeights(by: .meanSquaredError))
    try m.adaptRounding(matching: equalized.model, on: images, steps: 300)
    try m.correctBiases(matching: equalized.model, on: images); return m }
  try line("mse+ada+bias") {
    let m = try rounded(float, plain.clippingWeights(by: .meanSquaredError))
    try m.adaptRounding(matching: float, on: images, steps: 300)
    try m.correctBiases(matching: float, on: images); return m }
  try line("qat") {
    let m = try rounded(float, plain); try train(m, rate: 0.002, epochs: 3, seed: seed); return m }
}
endLesson()
