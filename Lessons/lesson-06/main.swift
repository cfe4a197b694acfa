//: # 6. BN folding and ReLU fusion
//:
//: @Lesson-05 put fake-quant around a layer. But around which? The network
//: you write has a convolution, a normalization behind it, and a ReLU
//: behind that: three layers, three outputs, three places to round. The
//: network that runs on a phone has one. A converter melts the three into a
//: single operation, which rounds once. **Which of the two networks should
//: be trained?**

import Charting
import Foundation
import LessonKit
import ModelCharts
import QAT

//: Here is a network as people write it. Its second convolution is
//: *depthwise*: each filter looks at one channel alone. The third, of 1×1,
//: mixes the channels again. MobileNets are built of such pairs.

let seed = lesson.options.seed
func conv(_ filters: Int, _ size: Size2D, _ name: String) -> Layer {
  Conv2D(
    filters: filters, kernelSize: size, padding: .same, name: name)
}
func norm() -> Layer { BatchNormalization(momentum: 0.9) }
let filters = DepthwiseConv2D(
  kernelSize: 3, padding: .same, name: "depthwise")

let model = Sequential(
  [
    conv(8, 3, "conv"), norm(), ReLU(), MaxPooling2D(),
    filters, norm(), ReLU(),
    conv(16, 1, "pointwise"), norm(), ReLU(), MaxPooling2D(),
    Flatten(), Dense(units: 10, name: "digits"),
  ], inputShape: [28, 28, 1], seed: seed)

let running = try quantizeModel(model)
figure(
  "fig-network",
  caption:
    "The network as it is written, and as it runs. Every normalization and every ReLU has gone into the "
    + "convolution before it. W8 · A8 says that the weights have 8 bits, and that what comes out is rounded "
    + "to 8 bits too.",
  alt:
    "Two columns of boxes. Left: input, conv, batch normalization, ReLU, pooling and so on, thirteen "
    + "layers down to the digits. Right: a fake-quant of the input, then three boxes that each hold a "
    + "convolution, a normalization and a ReLU, with pooling between, and a dense layer at the end."
) { Chart.quantization(of: running, title: "What you write, and what runs") }

//: The right column is drawn from a quantized model. How the toolkit got
//: there from the left one is what this lesson is about: *model
//: transforms*, rules that look for a pattern in the graph of a model and
//: put another one in its place. There are two.
//:
//: ## A normalization, by hand
//:
//: Take a single channel, and a convolution of a single weight: 0.8 times
//: its input, plus a bias of 0.4. Behind it a batch normalization, fully
//: trained, with its five numbers:

let (mean, variance, epsilon): (Float, Float, Float) = (2, 3.75, 0.25)
let (gamma, beta): (Float, Float) = (3, 1)
let deviation = (variance + epsilon).squareRoot()
func convolved(_ x: Float) -> Float { 0.8 * x + 0.4 }
func normalized(_ y: Float) -> Float {
  gamma * (y - mean) / deviation + beta
}

//: It takes the mean off, divides by the deviation, which is 2, and then
//: scales by γ and shifts by β, which it has learned. Each step is a
//: straight line, and a straight line of a straight line is one again. Its
//: slope is 0.8 · 3 / 2. **Predict** its other number: where does it stand
//: at $x = 0$?

let factor = gamma / deviation
let (kernel, bias) = (0.8 * factor, beta + (0.4 - mean) * factor)
show([kernel, bias], "folded kernel and bias", .significant(3))
let fiveInputs: [Float] = [-1, 0, 0.5, 2, 5]
table(
  "one line instead of two", of: fiveInputs,
  columns: ["x", "convolved", "then normalized", "folded"]
) {
  [$0, convolved($0), normalized(convolved($0)), kernel * $0 + bias]
}
claim(
  fiveInputs.allSatisfy { abs(normalized(convolved($0)) - (kernel * $0 + bias)) < 1e-5 },
  "one line gives what the two give, for all five numbers")

//: ## The formula
//:
//: That is *folding*. For each output channel, with $W$ its weights and $b$
//: its bias:
//:
//: $$W' = W \cdot \frac{\gamma}{\sigma} \qquad b' = \beta + (b - \mu) \cdot \frac{\gamma}{\sigma} \qquad \sigma = \sqrt{v + \varepsilon}$$
//:
//: Here $\mu$ and $v$ are the channel's mean and variance, $\varepsilon$ is
//: a small number that keeps $\sigma$ above 0, and $\gamma$ and $\beta$ are
//: the normalization's own weights. All five must be constants. In
//: inference they are: $\mu$ and $v$ are then the *moving* statistics that
//: training has gathered. In training they are those of each batch, and
//: folding is not so easy; we shall come to that.
//:
//: ## A transform of our own
//:
//: First a trained network, to have something worth folding.

let digits = lesson.digits(
  training: lesson.profile.pick(smoke: 1000, class: 3000, full: 20_000),
  test: lesson.profile.pick(smoke: 500, class: 1000, full: 10_000))
func trainer(_ model: Model, rate: Float) -> Trainer {
  Trainer(
    model, optimizer: Adam(learningRate: .constant(rate)),
    loss: .sparseCategoricalCrossEntropy(fromLogits: true),
    metrics: [.accuracy], seed: seed)
}
let epochs = lesson.profile.pick(smoke: 3, class: 4)
try trainer(model, rate: 0.003)
  .fit(digits.training, epochs: epochs, batchSize: 32)

//: The rule: a normalization behind a layer that multiplies goes into that
//: layer. `FoldedBatchNorm` holds the two and multiplies by $W'$. It stands
//: on the trained layers themselves, so no weight has to be copied.

var layers: [Layer] = []
for layer in model.layers {
  if let norm = layer as? BatchNormalization {
    let conv = layers.removeLast()
    layers.append(FoldedBatchNorm(conv, norm, quantizer: nil))
  } else {
    layers.append(layer)
  }
}
let slim = Sequential(layers, inputShape: [28, 28, 1])

//: **Predict:** how far apart are the outputs of the two networks?

func pixels(_ digits: LabeledImages, _ count: Int) -> Tensor {
  Tensor(digits.floats(of: 0..<count), shape: [count, 28, 28, 1])
}
let images = pixels(digits.test, 200)
let logits = model(images)
let apart = (slim(images) - logits).abs().max() / logits.abs().max()
show([model.layers.count, slim.layers.count], "layers, before and after")
show(
  apart.scalar, "largest difference, as a share of the largest output",
  .significant(2))
claim(apart.scalar < 1e-5, "folding changes nothing beyond the last digits of a float")

//: In float, folding is free. What differs are last digits, since the same
//: numbers are multiplied in another order.
//:
//: ## What folding does to the channels
//:
//: In int8 it is not free. The kernel to be rounded is now $W'$, and each
//: of its channels has been multiplied by a factor of its own. Where a
//: channel's outputs hardly varied, σ is small, and the factor large.
//: **Predict** for the eight filters of the depthwise layer: how different
//: do their ranges become?

let folds = slim.layers.compactMap { $0 as? FoldedBatchNorm }
let depthwise = folds[1]
let before = filters.depthwiseKernel.value.reshaped([9, 8])
let after = depthwise.foldedKernel.reshaped([9, 8])

func spread(_ kernel: Tensor) -> Float {
  let ranges = kernel.abs().max(axes: [0])
  return (ranges.max() / ranges.min()).scalar
}
show(
  [spread(before), spread(after)],
  "widest range over narrowest, before and after", .significant(3))
bind("spreadAfter", spread(after), .significant(2))
claim(spread(after) > spread(before) && spread(after) > 1.5, "folding spreads the ranges of the channels")

figure(
  "fig-ranges",
  caption:
    "The eight filters of the depthwise layer. Training has left them with similar ranges; folding "
    + "multiplies each by its own γ/σ.",
  alt:
    "Bars from the smallest to the largest weight, a pair for each of eight channels. Before folding all "
    + "are short and of similar length; after, they are longer, and some several times as long as others."
) { Chart.channelRanges(of: depthwise, title: "Folding makes loud channels and quiet ones") }

//: One scale for the whole kernel has to cover the loudest channel, and the
//: quiet ones lose bits to it; @lesson-02 measured that. A scale for each
//: channel does not care: multiply a channel by a number, and its scale
//: grows by that number, and its codes stay what they were.

func decibels(_ kernel: Tensor, _ format: QuantizerFormat) -> [Float] {
  let range = format.range(of: kernel)
  let error = format.fakeQuantized(kernel, to: range) - kernel
  let ratio =
    kernel.squared().mean(axes: [0]) / error.squared().mean(axes: [0])
  return ratio.values.map { 10 * log10($0) }
}
let apiece = decibels(before, .weightsPerChannel)
let foldedApiece = decibels(after, .weightsPerChannel)
let foldedShared = decibels(after, .weights)
let worst = zip(foldedApiece, foldedShared).map { $0 - $1 }.max() ?? 0
bind("worst", worst, .fixed(0))
bind("worstBits", worst / 6.02, .fixed(1))
claim(worst > 4, "one channel at least gains more than 4 dB from a scale of its own")
claim(
  zip(apiece, foldedApiece).allSatisfy { abs($0 - $1) < 0.1 },
  "with a scale for each channel, folding costs no channel anything")

figure(
  "fig-channels",
  caption:
    "The depthwise filters at 8 bits. With one scale for all of them, folding takes up to {{worst}} dB "
    + "from a quiet channel. With a scale for each it takes nothing.",
  alt:
    "Three bars of signal-to-noise ratio for each of eight channels. Before folding and after it, with a "
    + "scale each, they are equally high; after folding with one scale they are lower, for some channels by "
    + "far."
) {
  channelBars(
    before: apiece, foldedApiece: foldedApiece, foldedShared: foldedShared)
}

//: {{worst}} dB are {{worstBits}} of the 8 bits, and that for ranges that
//: differ by a factor of {{spreadAfter}}. In MobileNets trained on
//: photographs the factor is far larger (Nagel et al., below). That is why
//: runtimes give each channel of a convolution its own scale.
//:
//: ## ReLU, by hand
//:
//: The second transform. Five numbers are on their way through a ReLU. We
//: have 3 bits, so eight codes. First as written: round, ReLU, round again.
//: Then *fused*: ReLU, and round once.

let five = Tensor([-2, -0.4, 0.3, 0.9, 2], shape: [5])
func rounded(_ x: Tensor, bits: Int) -> Tensor {
  x.fakeQuantized(min: x.min(), max: x.max(), bitWidth: bits)
}
let early = rounded(five, bits: 3)
let twice = rounded(early.relu(), bits: 3)
let once = rounded(five.relu(), bits: 3)
table(
  "through a ReLU", of: 0..<5,
  columns: ["x", "rounded", "ReLU, rounded again", "fused"],
  format: .significant(3)
) {
  [five.values[$0], early.values[$0], twice.values[$0], once.values[$0]]
}
let errors = [twice, once].map {
  ($0 - five.relu()).squared().mean().scalar
}
claim(errors[1] < errors[0] / 4, "fused, the mean square error is less than a quarter")

bind("early", early.values[2], .significant(3))
bind("again", twice.values[2], .significant(3))
let sweep = Tensor((-200...200).map { Float($0) / 100 }, shape: [401])
claim(
  Set(rounded(sweep, bits: 3).values.filter { $0 < 0 }).count == 3,
  "three of the eight codes over −2 to 2 stand for numbers below zero")

//: The first rounding has to reach down to −2. So three of its codes stand
//: for numbers that the ReLU is about to delete, and its steps are twice as
//: wide as they need be: 0.3 becomes {{early}}. The second rounding is not
//: even on the same grid, and makes {{again}} of that. Fused, all eight
//: codes serve. And it costs nothing: before a runtime rounds, it holds the
//: exact sum in 32 bits, and a ReLU is a clamp of the code at the zero
//: point.
//:
//: Now the real numbers that arrive at the first ReLU. We round them to 8
//: bits, both ways, and count the codes in use behind it.

func output(of name: String, in model: Model, _ x: Tensor) -> Tensor {
  let end = model.output(of: name)
  return Model(inputs: model.inputs, outputs: [end])(x).detached()
}
let sample = pixels(digits.test, 50)
let arriving = output(of: "batch_normalization", in: model, sample)

let codes = [rounded(arriving, bits: 8).relu(), arriving.relu()].map {
  Set(rounded($0, bits: 8).values).count
}
show(codes, "codes in use, rounded twice and once")
claim(Double(codes[1]) > 1.4 * Double(codes[0]), "fused, far more codes are in use")

figure(
  "fig-codes",
  caption:
    "What arrives at the first ReLU, at 4 bits. Rounded before it, the codes left of zero are spent on "
    + "numbers that no one will see. Rounded after it, all sixteen stand where they are needed.",
  alt:
    "Two histograms over one axis with sixteen buckets each. Above, the buckets reach from the most "
    + "negative to the largest number, and the left half is marked as deleted; below, narrower buckets from "
    + "zero up."
) { bucketsAroundReLU(arriving) }

//: ## Three graphs of one block
//:
//: Now the first block, quantized three ways: as written, with the
//: normalization folded, and with the ReLU fused too. We place the
//: fake-quants by hand, by the toolkit's `QuantizeWrapper`, which rounds a
//: layer's weights, its output, or both. Our quantizers only watch at
//: first, and find the range of all they see.

var watching: [Quantizer] = []
let watch = { (format: QuantizerFormat) -> Quantizer in
  let quantizer = AllValuesQuantizer(format)
  quantizer.phase = .calibrating
  watching.append(quantizer)
  return quantizer
}
let (first, second) = (folds[0].layer, folds[0].normalization)
let fold = {
  FoldedBatchNorm(first, second, quantizer: watch(.weightsPerChannel))
}

//: The three ways differ in what stands before the ReLU:

let kernels = [(name: "kernel", quantizer: watch(.weightsPerChannel))]
let ways: [[Layer]] = [
  [
    QuantizeWrapper(first, weights: kernels, output: watch(.activations)),
    QuantizeWrapper(second, output: watch(.activations)),
  ],
  [QuantizeWrapper(fold(), output: watch(.activations))],
  [QuantizeWrapper(fold())],
]

//: The input and the ReLU are rounded in all of them. Each block sees some
//: images, and then the watching ends.

let blocks = ways.map { layers in
  let input = QuantizeLayer(watch(.activations))
  let relu = QuantizeWrapper(
    model.layer("re_lu"), output: watch(.activations))
  let block = Sequential(
    [input] + layers + [relu], inputShape: [28, 28, 1])
  _ = block(sample)
  return block
}
for quantizer in watching { quantizer.phase = .frozen }

//: **Predict:** what is a rounding worth, in decibels?

let exact = output(of: "re_lu", in: model, sample)
let power = exact.squared().mean()
let quality = blocks.map { block in
  let error = (block(sample) - exact).squared().mean()
  return 10 * log10((power / error).scalar)
}
show(quality, "SQNR in dB", .significant(3))
bind("blockGain", quality[2] - quality[0], .fixed(1))
claim(
  quality[0] < quality[1] && quality[1] < quality[2],
  "each transform takes a rounding away, and an error with it")

figure(
  "fig-transforms",
  caption:
    "The block before, between and after the two transforms, with its fake-quants and their ranges, drawn "
    + "from the three models. Each transform takes one rounding away. The kernel keeps its own, W8.",
  alt:
    "Three graphs side by side. As written: fake-quants at the input, behind the convolution, behind the "
    + "normalization and behind the ReLU. Folded: at the input, behind convolution and normalization, and "
    + "behind the ReLU. Fused: at the input, and behind the three together."
) { blockGraphs(blocks) }

//: Together the two transforms are worth {{blockGain}} dB. More important,
//: the last graph is the only one that a runtime computes.
//:
//: ## Training what runs
//:
//: So training has to know. If it rounds a kernel that nobody runs, it
//: finds weights that are good for another network. But in training the
//: normalization wants the statistics of the batch. There are five ways to
//: have both, more or less:
//:
//: - `unfolded`: round $W$, and normalize behind it. That is TFMOT's.
//: - `movingStatistics`: fold by the moving statistics, as in inference,
//:   and do without the batch's.
//: - `twoConvolutions`: convolve in float to get the batch's statistics,
//:   fold by those, round, and convolve again.
//: - `twoConvolutionsCorrected`: the same, but fold by the moving
//:   statistics, and correct the outputs.
//: - `singleConvolution`: fold by the moving statistics, round, convolve,
//:   divide γ/σ out again, and normalize by the batch. That is PyTorch's,
//:   and the toolkit's unless told otherwise.
//:
//: A *scheme* says which, and how many bits. We take 3 bits, and one scale
//: for all of a kernel, where folding hurts most.

func scheme(
  _ folding: BatchNormFolding, bits: Int = 3, perChannel: Bool = false
) -> QuantizeScheme {
  var scheme = QuantizeScheme.nBit(weights: bits, activations: 8)
  scheme.batchNormFolding = folding
  if !perChannel {
    let format = QuantizerFormat(
      bitWidth: bits, symmetric: true, narrowRange: true)
    scheme.weights = { _ in LastValueQuantizer(format) }
  }
  return scheme
}

//: `quantizeModel` makes a model of it that starts from our float network.
//: Then it is trained once through the digits, and we note each loss.

func quantizing(
  _ model: Model, _ scheme: QuantizeScheme
) throws -> QuantizedModel {
  try quantizeModel(
    model, calibratingOn: [pixels(digits.training, 200)], scheme: scheme)
}

func train(_ model: Model, run: Int) -> [Float] {
  let trainer = trainer(model, rate: 0.001)
  var random = SeededGenerator(seed: seed).derived("run \(run)")
  let batches = Batches(
    of: digits.training, size: 32, shuffledBy: &random)
  return batches.map { batch in
    let x = Tensor(batch.pixels, shape: [batch.count, 28, 28, 1])
    return trainer.step(inputs: x, targets: .classes(batch.labels)).loss
  }
}

//: Afterwards we look twice: at the network that was trained, and at the
//: one that will run, for which the float weights are taken out, folded,
//: and rounded.

func outputs(_ model: Model) -> Tensor {
  model.predict(digits.test)
}

typealias Outcome = (losses: [Float], trained: [Int], runs: [Int])
func outcome(
  _ model: Model, _ folding: BatchNormFolding, perChannel: Bool = false,
  run: Int = 0
) throws -> Outcome {
  let trained = try quantizing(
    model, scheme(folding, perChannel: perChannel))
  let losses = train(trained, run: run)
  let runs = try quantizing(
    removeQuantization(trained),
    scheme(.movingStatistics, perChannel: perChannel))
  return (losses, outputs(trained).argmax(), outputs(runs).argmax())
}

//: **Predict:** which form will end with the lowest loss? And which with
//: the best network?

let forms = BatchNormFolding.allCases
let runs = lesson.profile.pick(smoke: 2, class: 3)
let outcomes = try forms.map { form in
  try (0..<runs).map { try outcome(model, form, run: $0) }
}

//: Each number in the table is a mean over some runs, each with its own
//: order of the digits.

let labels = digits.test.labels(of: 0..<digits.test.count)
func equal(_ a: [Int], _ b: [Int]) -> Double {
  Double(zip(a, b).count { $0 == $1 }) / Double(a.count)
}
let means = { (value: (Outcome) -> Double) -> [Double] in
  outcomes.map { $0.map(value).reduce(0, +) / Double($0.count) }
}
let final = means { Double($0.losses.suffix(15).reduce(0, +) / 15) }
let read = means { equal($0.trained, labels) }
let readRunning = means { equal($0.runs, labels) }
let differ = means { 1 - equal($0.trained, $0.runs) }

//: *Reads* is the share of the test digits that the trained network reads
//: right, *reads, run* that of the one which runs.

table(
  "3 bits, one scale for a kernel", of: forms.indices,
  columns: ["", "last losses", "reads", "reads, run", "answers differ"],
  format: .percent(1)
) {
  [
    forms[$0].rawValue, NumberFormat.significant(2).string(final[$0]),
    read[$0], readRunning[$0], differ[$0],
  ]
}
let others = forms.indices.dropLast()
bind("differ", differ[4], .percent(0))
bind("readsUnfolded", read[4], .percent(0))
bind("runsUnfolded", readRunning[4], .percent(0))
claim(
  others.allSatisfy { final[4] < 1.1 * final[$0] },
  "no form brings its loss further down than `unfolded`, or by a tenth at most")
claim(
  differ[4] > 0.08 && differ[4] > 2 * differ[3],
  "but many of its answers change when it runs, more than with the moving statistics")

figure(
  "fig-forms",
  caption:
    "Above, the losses while training. `unfolded` has the easiest task, and learns fastest. Below, how "
    + "many digits each network reads: as it was trained, and as it will run. The easy task was another "
    + "network's.",
  alt:
    "Above, five curves of the loss over the steps; that of unfolded is the lowest. Below, pairs of bars "
    + "for the five forms: about equal for four of them; for unfolded the second is much shorter."
) {
  formsCompared(
    forms.map(\.rawValue), losses: outcomes.map { $0.map(\.losses) },
    read: read, readRunning: readRunning)
}

//: The unfolded network reads {{readsUnfolded}} of the digits in training
//: and {{runsUnfolded}} when it runs; {{differ}} of its answers change. Its
//: kernels were never spread by γ/σ, so 3 bits did them little harm, and
//: nothing told it what would come. Between the other four so short a
//: training does not decide. And with a scale for each channel?

let channelwise = try outcome(model, .unfolded, perChannel: true)
show(
  1 - equal(channelwise.trained, channelwise.runs),
  "answers differ, a scale each",
  .percent(1))
claim(
  equal(channelwise.trained, channelwise.runs) > 0.95,
  "with a scale for each channel hardly an answer changes")

//: The codes are the same before folding and after it, as we saw. TFMOT
//: leaves normalizations unfolded, and as long as every channel has its own
//: scale, that is right.
//:
//: ## In one line
//:
//: Folding, fusing, placing, calibrating: all of it is `quantizeModel`.

let quantized = try quantizeModel(
  model, calibratingOn: [pixels(digits.training, 200)])
let answers = [model, quantized].map { outputs($0).argmax() }
show(
  answers.map { equal($0, labels) }, "digits read, float and int8",
  .percent(1))
show(quantized.quantizers.count, "fake-quants")

//: Every decision is kept, with the rule that took it and its reason.
//: `quantized.explain()` prints them all; here are those of the first
//: block, without the reasons.

let explained = quantized.explanations.prefix(3).flatMap { layer in
  layer.decisions.map { [layer.layer, $0.tensor, "\($0.action)", $0.rule] }
}
table(
  "explain()", columns: ["layer", "tensor", "was", "by"], rows: explained)
claim(
  abs(equal(answers[0], labels) - equal(answers[1], labels)) < 0.03,
  "without any training int8 reads nearly as many digits as float")
claim(
  quantized.quantizers.count == 9, "nine fake-quants: the input, and kernel and output of four operations")
claim(
  explained.contains { $0.contains("moved") && $0.contains("ReLU fusion") },
  "the output's fake-quant was moved behind the ReLU")

//: ## What could go wrong: the lost weights
//:
//: TFMOT fuses a ReLU *layer* by giving the layer before it a configuration
//: that does nothing, so that its output is not rounded. But that
//: configuration rounds nothing at all, and the kernel loses its fake-quant
//: as well. No message says so. Let us rebuild it. A network without
//: normalizations:

let plain = Sequential(
  [
    conv(8, 3, "conv"), ReLU(), MaxPooling2D(), Flatten(),
    Dense(units: 32, name: "hidden"), ReLU(), Dense(units: 10),
  ], inputShape: [28, 28, 1], seed: seed)
try trainer(plain, rate: 0.003)
  .fit(digits.training, epochs: epochs, batchSize: 32)

//: In our quantized model of it, a quantizer that is switched off does
//: nothing, and so the defect is easily rebuilt:

let lost = ["quant_conv/kernel", "quant_hidden/kernel"]
func set(_ phase: Quantizer.Phase, in model: QuantizedModel) {
  for (path, quantizer) in model.quantizers where lost.contains(path) {
    quantizer.phase = phase
  }
}

figure(
  "fig-lost",
  caption:
    "A network with two ReLU layers, quantized by TFMOT's rule and by ours. On the left the convolution "
    + "and the hidden layer round what they put out, A8, and no weights.",
  alt:
    "Two columns of boxes, alike but for the layers conv and hidden: left they say A8, right W8 · A8. The "
    + "last dense layer says W8 · A8 in both."
) { lostAndKept(plain) { set(.off, in: $0) } }

//: But a runtime has no float kernels. What it is given, it rounds,
//: whatever training saw. **Predict** for 8 bits, and for 2: will the
//: difference show?

func defect(_ model: QuantizedModel, losing: Bool) -> [Double] {
  if losing { set(.off, in: model) }
  _ = train(model, run: 0)
  let trained = outputs(model)
  if losing {
    set(.calibrating, in: model)  // the runtime measures the kernels,
    _ = outputs(model)
    set(.learning, in: model)  // and rounds them
  }
  let runs = outputs(model)
  let same = zip(trained.values, runs.values).count { $0 == $1 }
  return [
    Double(same) / Double(runs.count), equal(trained.argmax(), labels),
    equal(runs.argmax(), labels),
  ]
}

//: Two widths, each with the weights' fake-quants lost and kept:

let cases = [(8, true), (8, false), (2, true), (2, false)]
let rows = try cases.map { bits, losing in
  let scheme = scheme(.singleConvolution, bits: bits, perChannel: true)
  return defect(try quantizing(plain, scheme), losing: losing)
}
table(
  "trained, and run",
  columns: ["bits", "weights", "outputs equal", "reads", "reads, run"],
  rows: zip(cases, rows).map {
    [$0.0, $0.1 ? "lost" : "kept", $1[0], $1[1], $1[2]]
  }, format: .percent(1))
bind("same8", rows[0][0], .percent(0))
bind("lost2", rows[2][2], .percent(0))
bind("kept2", rows[3][2], .percent(0))
claim(rows[0][0] < 0.95, "with the weights lost, int8 outputs differ from those seen in training")
claim(rows[1][0] == 1 && rows[3][0] == 1, "with the weights kept, what was trained is what runs, bit for bit")
claim(abs(rows[0][1] - rows[0][2]) < 0.03, "at 8 bits the number of digits read hardly changes")
claim(
  rows[2][1] - rows[2][2] > 0.1,
  "at 2 bits the network that never felt its weights rounded loses answers when it runs")
claim(rows[2][2] < rows[3][2] - 0.03, "and reads fewer digits than the one that did")

//: At 8 bits nobody notices. Only {{same8}} of the outputs are the very
//: same, but the digits read hardly change. At 2 bits {{lost2}} are read
//: where {{kept2}} could be. That is how such a defect lives: where it does
//: harm, no one knows of it.
//:
//: One thing more can go wrong, and is refused: a normalization that cannot
//: be folded, since a ReLU stands between.

let misplaced = Sequential(
  [conv(4, 3, "conv"), ReLU(), norm(), Flatten(), Dense(units: 10)],
  inputShape: [28, 28, 1])
do {
  _ = try quantizeModel(misplaced)
} catch {
  show("\(error)", "quantizeModel says")
}

//: ## Exercises
//:
//: - @ex-06.1: fold a normalization.
//: - @ex-06.2: place the fake-quants of a graph.
//: - @ex-06.3: count the codes that a ReLU deletes.
//:
//: To try: give `scheme` 4 bits. How much of the unfolded form's trouble is
//: left?
//:
//: Two questions to see what has stayed: `swift run qat quiz 06`.
//:
//: ## How Keras and TFLite do it
//:
//: - Keras trains and runs what you write. TFLite's converter folds
//:   normalizations and fuses ReLU and ReLU6 into convolutions and dense
//:   layers.
//: - TFMOT rewrites the training graph by fourteen patterns on class names.
//:   It fuses a ReLU behind a convolution, keeps normalizations unfolded,
//:   and loses weights as above. A dense layer with a normalization and a
//:   ReLU keeps one rounding too many, and runs in float32 in the end.
//: - PyTorch fuses modules that one names to it, and trains them with a
//:   single convolution.
//:
//: ## Further reading
//:
//: - Jacob et al., 2018, section 3.2: folding by the batch's statistics.
//:   [arXiv:1712.05877](https://arxiv.org/abs/1712.05877)
//: - Krishnamoorthi, 2018, section 3.2.2: the correction, and freezing.
//:   [arXiv:1806.08342](https://arxiv.org/abs/1806.08342)
//: - Nagel et al., 2019, *Data-free quantization through weight
//:   equalization and bias correction*: what to do about spread channels
//:   without a scale for each.
//:   [arXiv:1906.04721](https://arxiv.org/abs/1906.04721)

endLesson()
