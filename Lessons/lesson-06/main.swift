//: # 6. BN folding and ReLU fusion
//:
//: @Lesson-05 put fake-quant around a layer. But around which? The network
//: you write has a convolution, a normalization behind it, and a ReLU
//: behind that: three layers, three outputs, three places to round. The
//: network that runs on a phone has one. Before it goes there, the three
//: are joined into a single operation, which rounds once. **Which of the
//: two networks should be trained?**

import Charting
import Foundation
import LessonKit
import ModelCharts
import QAT

//: Here is a network as people write it. Its second convolution is
//: *depthwise*: each filter looks at one channel alone. The third, of 1×1,
//: mixes the channels again. MobileNets, a family of networks for phones,
//: are built of such pairs.

let seed = lesson.options.seed
func conv(_ filters: Int, _ size: Size2D, _ name: String) -> Layer {
  Conv2D(
    filters: filters, kernelSize: size, padding: .same, name: name)
}
func norm() -> Layer { BatchNormalization(momentum: 0.9) }
func network() -> Sequential {
  let depthwise = DepthwiseConv2D(
    kernelSize: 3, padding: .same, name: "depthwise")
  return Sequential(
    [
      conv(8, 3, "conv"), norm(), ReLU(), MaxPooling2D(),
      depthwise, norm(), ReLU(),
      conv(16, 1, "pointwise"), norm(), ReLU(), MaxPooling2D(),
      Flatten(), Dense(units: 10, name: "digits"),
    ], inputShape: [28, 28, 1], seed: seed)
}
let model = network()

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

//: The right column is a *quantized model*: the toolkit's `quantizeModel`
//: has made it from the left one. How it did that is what this lesson is
//: about. It has rules that look for a pattern in a model and put another
//: one in its place. There are two of them, *folding* and *fusion*.
//:
//: ## A normalization, by hand
//:
//: A network trains better if the numbers that go from layer to layer keep
//: about the same size. [[*Batch normalization*|batch normalization]] sees
//: to that. For each channel it takes the mean $\mu$ and the variance $v$
//: of all the numbers that the channel has in this batch. It takes $\mu$
//: off, divides by the deviation $\sigma = \sqrt{v + \varepsilon}$, and
//: lets training choose what comes then: times $\gamma$, plus $\beta$.
//: (The small $\varepsilon$ keeps $\sigma$ above 0.)
//:
//: So it is in training. A phone that looks at a single picture has no
//: batch. For its sake training keeps, for each channel, a moving average
//: of $\mu$ and one of $v$: the [[*moving statistics*]]. In inference they
//: stand in for the batch's.
//:
//: Take one channel of a trained network, in inference. Its convolution has
//: a single weight: 0.8 times its input, plus a bias of 0.4. Behind it the
//: normalization with its five numbers:

let (mean, variance, epsilon): (Float, Float, Float) = (2, 3.75, 0.25)
let (gamma, beta): (Float, Float) = (3, 1)
let deviation = (variance + epsilon).squareRoot()
func convolved(_ x: Float) -> Float { 0.8 * x + 0.4 }
func normalized(_ y: Float) -> Float {
  gamma * (y - mean) / deviation + beta
}

//: Seven numbers in all. **Predict:** how many of them does a phone have to
//: keep?

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

//: Two. Taking off, dividing, multiplying, adding: each step is a straight
//: line, and a straight line of a straight line is one again. Its slope is
//: 0.8 · 3 / 2, and at $x = 0$ it stands where bias and normalization put
//: it, at −1.4.
//:
//: ## The formula
//:
//: That is [[*folding*|fold]]. For each output channel, with $W$ its
//: weights and $b$ its bias:
//:
//: $$W' = W \cdot \frac{\gamma}{\sigma} \qquad b' = \beta + (b - \mu) \cdot \frac{\gamma}{\sigma} \qquad \sigma = \sqrt{v + \varepsilon}$$
//:
//: Folding needs constants. In inference $\mu$ and $v$ are constants: the
//: moving statistics. In training they belong to each batch, and folding
//: is not so easy; we shall come to that.
//:
//: ## A transform of our own
//:
//: First a trained network, to have something worth folding.

let digits = lesson.digits(
  training: lesson.profile.pick(smoke: 1000, class: 3000, full: 20_000),
  test: lesson.profile.pick(smoke: 500, class: 1000, full: 10_000))
func trainer(_ model: Model, rate: Float, run: Int = 0) -> Trainer {
  Trainer(
    model, optimizer: Adam(learningRate: .constant(rate)),
    loss: .sparseCategoricalCrossEntropy(fromLogits: true),
    metrics: [.accuracy], seed: seed + 1000 * UInt64(run))
}
let epochs = lesson.profile.pick(smoke: 3, class: 4)
announce("Training: the network in floats, \(epochs) epochs")
try trainer(model, rate: 0.003).fit(
  digits.training, epochs: epochs, batchSize: 32,
  callbacks: [ProgressBar()])

//: The rule: a normalization behind a layer that multiplies goes into that
//: layer. `FoldedBatchNorm` holds both layers, multiplies by $W'$ and adds
//: $b'$. We make a list of layers again, with one such layer in the place
//: of each pair.

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

//: **Predict:** do the two networks give exactly the same outputs?

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

//: Nearly. The same numbers are multiplied in another order, and a float
//: rounds in its last digits. In floats folding is free.
//:
//: ## What folding does to the channels
//:
//: With codes it is not free. The kernel to be rounded is now $W'$, and
//: each of its channels has been multiplied by its own γ/σ. The depthwise
//: layer has eight filters, one for each channel. Training has left them
//: with similar ranges. **Predict:** does a *normalization* make them more
//: alike, or less?

let folds = slim.layers.compactMap { $0 as? FoldedBatchNorm }
let depthwise = folds[1]
let before = depthwise.layer.weight("depthwise_kernel").value
  .reshaped([9, 8])
let after = depthwise.foldedKernel.reshaped([9, 8])

func spread(_ kernel: Tensor) -> Float {
  let ranges = kernel.abs().max(axes: [0])
  return (ranges.max() / ranges.min()).scalar
}
show(
  [spread(before), spread(after)],
  "largest weights, widest channel over narrowest, before and after",
  .significant(3))
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
) { Chart.channelRanges(of: depthwise, title: "Folding makes large channels and small ones") }

//: Less. The normalization makes the *outputs* alike. Where a channel's
//: outputs hardly varied, σ is small, and the factor that its weights get
//: is large.
//:
//: If the whole kernel has one scale, that scale has to reach as far as the
//: largest channel does, and its steps are too wide for the small ones;
//: @lesson-02 measured that. A scale for each channel does not care:
//: multiply a channel by a number, and its scale grows by that number, and
//: its codes stay what they were.

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
bind("worst", worst, .fixed(1))
bind("worstBits", worst / 6.02, .fixed(1))
bind("expected", 20 * log10(spread(after)), .fixed(1))
claim(worst > 4, "one channel at least gains more than 4 dB from a scale of its own")
claim(
  zip(apiece, foldedApiece).allSatisfy { abs($0 - $1) < 0.1 },
  "with a scale for each channel, folding costs no channel anything")

figure(
  "fig-channels",
  caption:
    "The depthwise filters at 8 bits. With one scale for all of them, folding takes up to {{worst}} dB "
    + "from a small channel, and nothing from the largest, whose scale it is. (A channel that is nearly as "
    + "large may even gain a little, by luck.) With a scale for each it takes nothing from any.",
  alt:
    "Three bars of signal-to-noise ratio for each of eight channels. Before folding and after it, with a "
    + "scale each, the two are equally high in each channel. After folding with one scale most are lower, "
    + "some by far, but one is equally high, and one a little higher."
) {
  channelBars(
    before: apiece, foldedApiece: foldedApiece, foldedShared: foldedShared)
}

//: {{worst}} dB are {{worstBits}} of the 8 bits, though the widest of these
//: ranges is only {{spreadAfter}} times the narrowest. (By the six decibels
//: a bit of @lesson-02 that factor costs {{expected}} dB. A filter of nine
//: weights has more or less than that by luck: each of its few errors may
//: be small or large.)
//:
//: ## A network whose channels differ by a hundred
//:
//: In MobileNets trained on photographs folded channels differ by a
//: hundred and more (Nagel et al., below). We can have such a network
//: without photographs. Take what the first ReLU puts out, and make it
//: 100 times as large in all channels but one. Each depthwise filter
//: looks at one channel alone, and the normalization behind it divides by
//: that channel's deviation, which has become 100 times as large as well.
//: So nothing changes from there on: this network, the *twin*, computes
//: what the model does. But folding divides seven of the eight filters by a
//: deviation 100 times as large, so they shrink to a hundredth, and the
//: eighth stays as it was.

let factors = Tensor([100, 100, 1, 100, 100, 100, 100, 100], shape: [8])
let twin = network()
twin.copyWeights(from: model)
let norms = twin.layers.compactMap { $0 as? BatchNormalization }
for part in [
  norms[0].gamma, norms[0].beta,  // what the first ReLU puts out
  twin.layer("depthwise").weight("bias"), norms[1].movingMean,
] {
  part.value = part.value * factors
}
let tiny = norms[1].epsilon
norms[1].movingVariance.value =
  (norms[1].movingVariance.value + tiny) * factors.squared() - tiny

//: How do the two compare, folded, in floats, and then in few bits? What
//: `quantizeModel` rounds, and how, is told to it by a [[*scheme*]]: here
//: so many bits for the weights, 8 for what flows between the layers, and
//: one scale for a kernel or a scale for each channel. (Its `folding`
//: matters only when such a network is trained; we shall come to it.)

func scheme(
  _ bits: Int, each: Bool,
  _ folding: BatchNormFolding = .singleConvolution
) -> QuantizeScheme {
  var scheme = QuantizeScheme.nBit(weights: bits, activations: 8)
  scheme.batchNormFolding = folding
  if !each {
    let oneScale = QuantizerFormat(
      bitWidth: bits, symmetric: true, narrowRange: true)
    scheme.weights = { _ in LastValueQuantizer(oneScale) }
  }
  return scheme
}
func quantizing(
  _ model: Model, _ scheme: QuantizeScheme
) throws -> QuantizedModel {
  try quantizeModel(
    model, calibratingOn: [pixels(digits.training, 200)], scheme: scheme)
}

//: We shall often ask how many of the test digits a network reads, so here
//: is a function for it.

let labels = digits.test.labels(of: 0..<digits.test.count)
func answers(_ model: Model) -> [Int] {
  model.predict(digits.test).argmax()
}
func equal<Value: Equatable>(_ a: [Value], _ b: [Value]) -> Double {
  Double(zip(a, b).count { $0 == $1 }) / Double(a.count)
}
func reads(_ model: Model) -> Double { equal(answers(model), labels) }

let twinFilters = FoldedBatchNorm(
  twin.layer("depthwise"), norms[1], quantizer: nil)
let twinSpread = spread(twinFilters.foldedKernel.reshaped([9, 8]))
show(
  twinSpread, "the twin's widest range over its narrowest", .significant(3))
show(
  equal(answers(model), answers(twin)), "answers alike, in floats",
  .percent(1))
bind("twinSpread", twinSpread, .significant(3))
claim(equal(answers(model), answers(twin)) > 0.99, "in floats the twin reads what the model reads")
claim(twinSpread > 50, "and its folded filters differ by far more than the model's")

//: Now both are quantized, without any training. **Predict:** with one scale
//: for a kernel, how many digits does the twin still read at 8 bits? And at
//: 4?

let widths = [8, 6, 4]
let pair = [model, twin]
let inBits = try widths.map { bits in
  try pair.flatMap { network in
    try [false, true].map { each in
      reads(try quantizing(network, scheme(bits, each: each)))
    }
  }
}
table(
  "digits read: one scale for a kernel, or a scale each",
  of: widths.indices,
  columns: [
    "weights", "model, one", "model, each", "twin, one", "twin, each",
  ], format: .percent(1)
) { ["\(widths[$0]) bits"] + inBits[$0] }
bind("floatReads", reads(model), .percent(0))
bind("twinOne", inBits[2][2], .percent(1))
bind("twinEach", inBits[2][3], .percent(1))
claim(
  inBits[2][2] < 0.5 * inBits[2][3],
  "at 4 bits with one scale the twin reads less than half of what it reads with a scale each")
claim(inBits[0][1] > reads(model) - 0.02, "with a scale each, 8 bits cost the model next to nothing")

figure(
  "fig-twins",
  caption:
    "Two networks that compute the same in floats. With one scale for a kernel, the twin's one large filter "
    + "leaves hardly a code to the other seven. With a scale each it reads nearly what the model reads.",
  alt:
    "Two panels, model and twin, with two bars for each of 8, 6 and 4 bits. The model's are all long. Of the "
    + "twin's, those with one scale are shorter at 8 bits, and next to nothing at 4."
) { twins(inBits, widths: widths) }

//: In floats both read {{floatReads}}, though the twin's filters differ by
//: a factor of {{twinSpread}}. At 4 bits the twin with one scale reads
//: {{twinOne}}: it might as well guess. With a scale for each channel it
//: reads {{twinEach}}. (That is less than the model reads, and a likely
//: reason is that what flows between the layers has one scale for all
//: channels: few of its codes are left for the one channel that was not
//: made 100 times as large.) That is why runtimes give each channel of a
//: convolution its own scale.
//:
//: ## ReLU, by hand
//:
//: The second rule. Five numbers are on their way through a ReLU. We have
//: 3 bits, so eight codes. First as written: round, ReLU, round again.
//: Then [[fused|fuse]]: ReLU, and round once.

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

//: How many of the eight codes lie below zero? We round many numbers from
//: −2 to 2 on the same grid, and count.

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
//: codes serve. And it costs nothing: the runtime holds the exact sum in 32
//: bits, and rounds it to the grid behind the ReLU. The ReLU is then no
//: more than a clip: a code below the zero point becomes the zero point.
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
    "What arrives at the first ReLU, at 4 bits: a bar for each of the 16 codes, as wide as its step. "
    + "Rounded before the ReLU, the codes in red are spent on numbers that it deletes. Rounded after it, all "
    + "sixteen serve, and the steps are narrower. The tallest bars are the empty margins of the pictures, "
    + "which give each channel the same number everywhere; below, the bar at 0 also holds all the numbers "
    + "that the ReLU deleted.",
  alt:
    "Two histograms over one axis, with sixteen bars each; counts on a logarithmic axis. Above, the bars "
    + "reach from the most negative to the largest number, and those below zero are red; below, narrower "
    + "bars from zero up, all blue."
) { barsAroundReLU(arriving) }

//: ## Training what runs
//:
//: Folded and fused: that is the network that runs. So training has to
//: know it. If training rounds a kernel that nobody runs, it finds weights
//: that are good for another network. The kernel that runs is $W$ times γ/σ,
//: rounded. But while the network trains, the normalization still stands
//: behind the convolution, since it wants the statistics of the batch; and
//: there it multiplies by γ/σ itself. So there are two ways to train:
//:
//: - *unfolded*: round $W$ as it is written, and convolve. The normalization
//:   behind multiplies by γ/σ what has been rounded.
//: - *folded*: multiply $W$ by γ/σ of the moving statistics, round that, and
//:   divide by γ/σ again, because the normalization behind is going to
//:   multiply by it once more. Then convolve.
//:
//: Here are three weights of a channel whose γ/σ is 1.5, by the moving
//: statistics and by the batch. The step of the grid is 0.5. In both ways
//: the last × 1.5 is the normalization's. **Predict:** in which of them is
//: the input multiplied, all in all, by the weights that run?

let step: Float = 0.5
func onGrid(_ x: Float) -> Float { (x / step).rounded() * step }
let three: [Float] = [0.8, -0.3, 0.4]
let (unfolded, runs) = (
  three.map { onGrid($0) * 1.5 }, three.map { onGrid($0 * 1.5) }
)
let foldedInTraining = three.map { onGrid($0 * 1.5) / 1.5 * 1.5 }
table(
  "a channel with γ/σ = 1.5", of: three.indices,
  columns: ["weight", "unfolded", "folded", "what runs"],
  format: .significant(3)
) { [three[$0], unfolded[$0], foldedInTraining[$0], runs[$0]] }
claim(unfolded != runs, "unfolded, the weights are others than those that run")
claim(
  zip(foldedInTraining, runs).allSatisfy { abs($0 - $1) < 1e-6 },
  "folded, they are those that run")

figure(
  "fig-ways",
  caption:
    "Two ways to train, and what runs. Unfolded, the kernel is rounded as it was written. Folded, it is "
    + "rounded as it will run, then divided by γ/σ again, so that the normalization behind can do its work "
    + "with the statistics of the batch.",
  alt:
    "Three graphs. Unfolded: the kernel goes through a fake-quant into the convolution, and a normalization "
    + "follows. Folded: the kernel goes through times γ/σ, a fake-quant, and divided by γ/σ into the "
    + "convolution, and a normalization follows. What runs: the kernel goes through times γ/σ and a "
    + "fake-quant into the convolution, and nothing follows."
) { waysToTrain() }

//: In the folded way. Unfolded is how TFMOT trains. Folded is PyTorch's way,
//: and the toolkit's, which calls it `singleConvolution`, because each step
//: convolves once. Other ways convolve twice: first with the kernel in
//: floats, to learn the statistics of the batch, and then with the rounded
//: one. (Jacob et al. and Krishnamoorthi describe them, and
//: `BatchNormFolding` has the formulas of all.)
//:
//: We train our network both ways, once through the digits, with 3 bits for
//: a weight. After each step we count how many codes of the depthwise
//: kernel are others than before.

final class Moves: Callback {
  private var last: [Int32] = []
  private(set) var shares: [Double] = []
  func stepEnds(_ run: TrainingRun) throws {
    guard let model = run.model as? QuantizedModel else { return }
    let codes = try model.integerParameters(of: "depthwise").intWeights
    shares.append(1 - equal(codes, last))
    last = codes
  }
}

//: Afterwards we look twice: at the network that was trained, and at the
//: one that will run, for which the float weights are taken out, folded,
//: and rounded.

typealias Outcome = [Double]
func outcome(
  of model: Model, _ folding: BatchNormFolding, each: Bool, run: Int
) throws -> Outcome {
  let trained = try quantizing(model, scheme(3, each: each, folding))
  let moves = Moves()
  let history = try trainer(trained, rate: 0.001, run: run).fit(
    digits.training, epochs: 1, batchSize: 32,
    callbacks: [moves, ProgressBar()])
  let running = try quantizing(
    removeQuantization(trained), scheme(3, each: each))
  let tail = moves.shares.suffix(20)
  return [
    history["loss"][0], reads(trained), reads(running),
    1 - equal(answers(trained), answers(running)),
    tail.reduce(0, +) / Double(tail.count),
  ]
}

//: The table has the loss; the digits read *in training*, by the network
//: that was trained; those read by the one that *runs*; in how many of
//: their answers the two *differ*; and *codes moved*, the share of the
//: depthwise codes that change in a step. Each number is a mean over some
//: runs, each with its own order of the digits. **Predict:** which way reads
//: more digits in training? And which, when it runs?

announce(
  "Training: both ways, each with one scale and with a scale each, several runs")
let cases: [(name: String, folding: BatchNormFolding, each: Bool)] = [
  ("unfolded, one scale", .unfolded, false),
  ("folded, one scale", .singleConvolution, false),
  ("unfolded, a scale each", .unfolded, true),
  ("folded, a scale each", .singleConvolution, true),
]
let repeats = lesson.profile.pick(smoke: 2, class: 3)
let outcomes = try cases.map { way in
  let all = try (0..<repeats).map {
    try outcome(of: model, way.folding, each: way.each, run: $0)
  }
  return all[0].indices.map { column in
    all.map { $0[column] }.reduce(0, +) / Double(repeats)
  }
}

table(
  "3 bits for a weight", of: cases.indices,
  columns: [
    "trained", "loss", "in training", "runs", "differ", "codes moved",
  ], format: .percent(1)
) {
  [
    cases[$0].name,
    NumberFormat.significant(2).string(outcomes[$0][0]),
    outcomes[$0][1], outcomes[$0][2], outcomes[$0][3], outcomes[$0][4],
  ]
}
bind("unfoldedReads", outcomes[0][1], .percent(1))
bind("unfoldedRuns", outcomes[0][2], .percent(1))
bind("foldedRuns", outcomes[1][2], .percent(1))
bind("eachRuns", outcomes[3][2], .percent(1))
bind("unfoldedDiffer", outcomes[0][3], .percent(0))
bind("movesOne", outcomes[1][4], .percent(0))
bind("movesEach", outcomes[3][4], .percent(1))
bind("repeats", repeats)
claim(
  outcomes[0][0] < outcomes[1][0],
  "with one scale, the loss in training is lower unfolded than folded")
claim(
  outcomes[0][3] > 0.05 && outcomes[0][3] > 2 * outcomes[1][3],
  "but unfolded, more than 5 of 100 answers change when the network runs, more than twice as many as folded")
claim(
  outcomes[1...].allSatisfy { abs($0[1] - $0[2]) < 0.03 },
  "folded, or with a scale for each channel, what was trained is what runs, within three of 100 digits")
claim(
  outcomes[1][4] > 1.3 * outcomes[3][4] && outcomes[1][0] > 0.95 * outcomes[3][0],
  "folded with one scale, more codes change in a step than with a scale each, and the loss is no lower")

figure(
  "fig-forms",
  caption:
    "Digits read by the network, trained with 3 bits for a weight in four ways: in training, and when it "
    + "runs. Each bar is a mean over {{repeats}} runs. Unfolded with one scale, training promises more than what "
    + "runs can keep.",
  alt:
    "Four pairs of horizontal bars. For unfolded with one scale the second bar is much shorter than the "
    + "first; in the other three pairs they are nearly equal."
) { formsCompared(cases.map(\.name), outcomes) }

//: Unfolded with one scale, the network reads {{unfoldedReads}} of the
//: digits in training, and {{unfoldedRuns}} when it runs;
//: {{unfoldedDiffer}} of its answers change. It has the easier task: its
//: kernels are not spread by γ/σ. But that is another network's task.
//: Folded, what is trained is what runs. (A few answers may differ still:
//: the ranges of what flows between the layers are calibrated anew.) With a
//: scale each it makes no difference: multiply a channel by γ/σ, and its
//: scale is multiplied too, so its codes are the same either way.
//:
//: And yet, folded with one scale, it reads {{foldedRuns}}, and with a
//: scale each {{eachRuns}}. Why? Three bits with one scale may be too
//: coarse for channels that γ/σ has spread; how much that costs, we have
//: not measured. The last column tells of something else. Each batch moves
//: σ a little, and γ/σ with it. With a scale each, a channel and its scale
//: move together, and {{movesEach}} of the codes change in a step. With one
//: scale the widest channel moves the grid under all the others:
//: {{movesOne}} of the codes change in a step, though the weights hardly
//: move. Training never sees the same network twice. So the toolkit's
//: `quantizeModel`, unless told otherwise, folds *and* gives each channel
//: its scale; and where a runtime wants one scale, @lesson-07 holds the
//: statistics still.
//:
//: ## In one line
//:
//: Folding, fusing, placing, calibrating: all of it is `quantizeModel`.

let quantized = try quantizeModel(
  model, calibratingOn: [pixels(digits.training, 200)])
show(
  [reads(model), reads(quantized)], "digits read, float and int8",
  .percent(1))
show(quantized.quantizers.count, "fake-quants")

//: It keeps a list of its decisions, each with the rule that took it and
//: the reason. What a kind of layer needs is looked up in a table: a
//: convolution has its kernel and its output rounded, a pooling nothing.
//: That table is called the [[*registry*]]. Then the two rules of this
//: lesson change what it said. `quantized.explain()` prints the whole list;
//: here is that of the first block, without the reasons.

let explained = quantized.explanations.prefix(3).flatMap { layer in
  layer.decisions.map { [layer.layer, $0.tensor, "\($0.action)", $0.rule] }
}
table(
  "explain()", columns: ["layer", "tensor", "was", "by"], rows: explained)
claim(
  abs(reads(model) - reads(quantized)) < 0.03,
  "without any training int8 reads nearly as many digits as float")
claim(
  quantized.quantizers.count == 9, "nine fake-quants: the input, and kernel and output of four operations")
claim(
  explained.contains { $0.contains("moved") && $0.contains("ReLU fusion") },
  "the fake-quant behind the convolution was moved behind the ReLU")

//: `QuantizeLayer` does nothing but round the image. For the convolution
//: and for the ReLU the registry asked for a fake-quant each, behind the
//: layer, and both were *placed*. Folding made one layer of the convolution
//: and the normalization. Then fusion saw the ReLU behind it: a runtime
//: rounds once, behind the ReLU. So the convolution's fake-quant was *moved*
//: there, where the ReLU has its own. Of the two only the ReLU's is left,
//: and that one is counted above.
//:
//: ## A second part: looking closer
//:
//: That is all that the next lesson needs. The rest of this one looks
//: closer: at what each of the two rules brings, and at a mistake that 8
//: bits hide. Exercise 06.2 asks for its three graphs.
//:
//: ## Three graphs of one block
//:
//: Now the whole first block, at 8 bits, three ways: as written, with the
//: normalization folded, and with the ReLU fused too. The input and the
//: kernel are rounded in all of them, and so is what leaves the ReLU.

let (first, second) = (folds[0].layer, folds[0].normalization)
func convolve(_ x: Tensor, _ kernel: Tensor, _ bias: Tensor) -> Tensor {
  let format = QuantizerFormat.weightsPerChannel
  let seen = format.fakeQuantized(kernel, to: format.range(of: kernel))
  return rounded(x, bits: 8).conv2D(seen, bias: bias, padding: .same)
}
let plainly = convolve(
  sample, first.weight("kernel").value, first.weight("bias").value)
let folded = convolve(
  sample, folds[0].foldedKernel, folds[0].foldedBias)

let asWritten = rounded(second(rounded(plainly, bits: 8)), bits: 8)
let ways = [asWritten, rounded(folded, bits: 8), folded].map {
  rounded($0.relu(), bits: 8)
}

//: As written there is a rounding behind the convolution, one behind the
//: normalization, and one behind the ReLU. Folding does away with the
//: first, fusing with the second. **Predict:** which of the two did more
//: harm?

let exact = output(of: "re_lu", in: model, sample)
let power = exact.squared().mean()
let quality = ways.map { block in
  10 * log10((power / (block - exact).squared().mean()).scalar)
}
show(quality, "SQNR in dB", .fixed(1))
bind("foldGain", difference(quality[1], quality[0], .fixed(1)), .fixed(1))
bind("fuseGain", difference(quality[2], quality[1], .fixed(1)), .fixed(1))
claim(quality[2] > quality[0] + 2, "without the two roundings, more than 2 dB are gained")

figure(
  "fig-transforms",
  caption:
    "The block as written, folded, and fused too, with its fake-quants and their ranges. Each rule takes one "
    + "rounding away. The kernel keeps its own, W8.",
  alt:
    "Three graphs side by side. As written: fake-quants at the input, behind the convolution, behind the "
    + "normalization and behind the ReLU. Folded: at the input, behind convolution and normalization, and "
    + "behind the ReLU. Fused: at the input, and behind the three together."
) { blockGraphs(first, second, model.layer("re_lu"), on: sample) }

//: Folding brings {{foldGain}} dB, fusing {{fuseGain}}: the rounding before
//: the ReLU spent half of its codes on numbers that are deleted. More
//: important, the last graph is the only one that a runtime computes.
//:
//: ## What could go wrong: the lost weights
//:
//: TFMOT, too, rounds behind a ReLU layer and not before it. It does so
//: by telling the layer before the ReLU to round nothing. That is too
//: much: the kernel loses its fake-quant along with the output. No
//: message says so. Let us rebuild it. A network without normalizations:

let plain = Sequential(
  [
    conv(8, 3, "conv"), ReLU(), MaxPooling2D(), Flatten(),
    Dense(units: 32, name: "hidden"), ReLU(), Dense(units: 10),
  ], inputShape: [28, 28, 1], seed: seed)
announce("Training: the network without normalizations, in floats")
try trainer(plain, rate: 0.003).fit(
  digits.training, epochs: epochs, batchSize: 32,
  callbacks: [ProgressBar()])

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
//: whatever training saw. **Predict** for 8 bits, and for 2: will anybody
//: notice?

func defect(_ model: QuantizedModel, losing: Bool) throws -> [Double] {
  if losing { set(.off, in: model) }
  try trainer(model, rate: 0.001).fit(
    digits.training, epochs: 1, batchSize: 32, callbacks: [ProgressBar()])
  let trained = model.predict(digits.test)
  if losing {
    set(.calibrating, in: model)  // the runtime measures the kernels,
    _ = model.predict(digits.test)
    set(.learning, in: model)  // and rounds them
  }
  let runs = model.predict(digits.test)
  let same = zip(trained.values, runs.values).count { $0 == $1 }
  return [
    Double(same) / Double(runs.count), equal(trained.argmax(), labels),
    equal(runs.argmax(), labels),
  ]
}

//: Two widths, each with the weights' fake-quants lost and kept:

announce("Training: 8 and 2 bits, with the weights lost and kept")
let fates = [(8, true), (8, false), (2, true), (2, false)]
let rows = try fates.map { bits, losing in
  try defect(
    try quantizing(plain, scheme(bits, each: true)), losing: losing)
}
table(
  "trained, and run",
  columns: [
    "bits", "weights", "outputs equal", "reads in training",
    "reads when it runs",
  ],
  rows: zip(fates, rows).map {
    [$0.0, $0.1 ? "lost" : "kept", $1[0], $1[1], $1[2]]
  }, format: .percent(1))
bind("same8", rows[0][0], .percent(0))
bind("lostTraining", rows[2][1], .percent(1))
bind("lost2", rows[2][2], .percent(1))
bind("kept2", rows[3][2], .percent(1))
claim(rows[0][0] < 0.95, "with the weights lost, int8 outputs differ from those seen in training")
claim(rows[1][0] == 1 && rows[3][0] == 1, "with the weights kept, what was trained is what runs, bit for bit")
claim(abs(rows[0][1] - rows[0][2]) < 0.03, "at 8 bits the number of digits read hardly changes")
claim(
  rows[2][1] - rows[2][2] > 0.01,
  "at 2 bits the network that never felt its weights rounded loses answers when it runs")

//: At 8 bits nobody notices. Only {{same8}} of the outputs are the very
//: same, but the digits read hardly change. At 2 bits the network that has
//: lost its weights' fake-quants reads {{lostTraining}} in training, and
//: {{lost2}} when it runs; the one that has kept them reads {{kept2}} both
//: times. That is how such a defect lives: at 8 bits, which is what people
//: use TFMOT for, it does no harm, and at 2 bits, where it does, training
//: shows nothing of it.
//:
//: One thing more can go wrong, and is refused: a normalization that cannot
//: be folded, since a ReLU stands between it and the convolution.
//: `quantizeModel` first [[*annotates*|annotate]] the layers: it marks
//: those that are to be quantized, all of them unless told otherwise. Then
//: it looks for a rule for each. For this normalization there is none: the
//: registry has no row for it alone. The message names three ways out: put
//: it directly behind a convolution, so that it can be folded; say yourself
//: how it shall be rounded, by a *configuration*; or leave it in floats,
//: without a mark.

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
//: - @ex-06.2: place the fake-quants of a graph, as in *Three graphs of
//:   one block*.
//: - @ex-06.3: count the codes that a ReLU deletes.
//:
//: To try: train with 4 bits instead of 3. How much of the unfolded way's
//: trouble is left?
//:
//: Two questions to see what has stayed: `swift run qat quiz 06`.
//:
//: ## How Keras and TFLite do it
//:
//: - Keras trains and runs what you write. TFLite's converter folds
//:   normalizations and fuses ReLU and ReLU6 into convolutions and dense
//:   layers.
//: - TFMOT looks in the model for nineteen sequences of layers, such as a
//:   convolution and a ReLU. It recognises the layers by the names of their
//:   classes, and puts another sequence in the place of each. It fuses a
//:   ReLU behind a convolution, keeps normalizations unfolded, and loses
//:   weights as above. Of a dense layer, a normalization and a ReLU it
//:   finds the pair of dense layer and normalization, for which it looks
//:   earlier, and misses the three. So a rounding is left before the ReLU.
//:   TFLite's converter, when we tried it, then wrote this layer in
//:   float32.
//: - PyTorch fuses layers that one names to it, and trains them folded,
//:   with one convolution a step, as above.
//:
//: ## Further reading
//:
//: - Jacob et al., 2018, section 3.2: folding by the batch's statistics.
//:   [arXiv:1712.05877](https://arxiv.org/abs/1712.05877)
//: - Krishnamoorthi, 2018, section 3.2.2: how to fold although each batch
//:   has its own statistics, and how to hold them still at the end.
//:   [arXiv:1806.08342](https://arxiv.org/abs/1806.08342)
//: - Nagel et al., 2019,
//:   [Data-free quantization through weight equalization and bias correction](https://arxiv.org/abs/1906.04721):
//:   what to do about spread channels without a scale for each.

endLesson()
