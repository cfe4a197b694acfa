//: # 11. Before you train
//:
//: Training through the rounding (@lesson-07) takes what made the network:
//: its digits, their labels, and time. Often there is none of it. There is
//: a file, and some images to try it on. Rounded afterwards it may be as
//: good as it was, and it may be broken.
//: **How far can a broken one be mended with a few hundred images, and not
//: a single label?**

import Charting
import LessonKit
import QAT

let seed = lesson.options.seed

//: ## Two channels, by hand
//:
//: The smallest network that rounding breaks has two layers and four
//: weights. Its input is one number $x$. The first layer makes two channels
//: of it, a ReLU follows, the second layer adds them up:

let small = Sequential(
  [
    Dense(units: 2, useBias: false, name: "first"), ReLU(),
    Dense(units: 1, useBias: false, name: "second"),
  ], inputShape: [1])
func assign(_ weights: [[Float]], to model: Model) {
  for (variable, values) in zip(model.weights, weights) {
    variable.value = Tensor(values, shape: variable.shape)
  }
}
assign([[4, 0.1], [0.2, 8]], to: small)
func output(_ weights: [[Float]]) -> Float {
  zip(weights[0], weights[1]).map { $0 * $1 }.reduce(0, +)
}

//: For an $x$ of 1 it gives 4 · 0.2 + 0.1 · 8, which is 1.6. Now 3 bits,
//: with one scale for each layer: the codes −3 to 3, and a scale at which
//: the layer's largest weight has the code 3.

func rounded(_ weights: [Float]) throws -> [Float] {
  let largest = weights.map(abs).max() ?? 0
  let grid = try AffineQuantizer(
    covering: (-largest, largest), bitWidth: 3, symmetric: true,
    narrowRange: true)
  return weights.map { grid.dequantize(grid.quantize($0)) }
}
let trained: [[Float]] = [[4, 0.1], [0.2, 8]]
let broken = try trained.map { try rounded($0) }
table(
  "rounded to 3 bits", of: [0, 1],
  columns: ["channel", "first", "rounded", "second", "rounded"]
) {
  [
    $0 + 1, trained[0][$0], broken[0][$0], trained[1][$0], broken[1][$0],
  ]
}
show(output(broken), "output, which was 1.6")
claim(output(broken) == 0, "rounding leaves nothing of the output")

//: Each channel has lost one of its two weights, and with it all it had to
//: say. **Predict:** the same function can be written with other weights.
//: Divide the first weight of a channel by 2 and multiply its second by 2.
//: Through a ReLU, what changes? By what would you divide, here?

let again = try equalizeModel(small)
let factors = again.pairs[0].factors
let equal = again.model.weights.map(\.value.values)
show(factors, "factors", .significant(3))
show(equal[0] + equal[1], "the four weights", .significant(3))
let mended = try equal.map { try rounded($0) }
show(output(mended), "output, rounded", .significant(3))
bind("factor", factors[0], .significant(3))
bind("evened", equal[0][0], .significant(3))
claim(
  abs(output(mended) - 1.6) < 1e-5,
  "with other weights for the same function, rounding loses nothing")

//: Channel 1 is divided by $\sqrt{4 / 0.2}$, which is {{factor}}. Then
//: 4 / {{factor}} and 0.2 · {{factor}} are both {{evened}}. Channel 2 is
//: divided by $\sqrt{0.1 / 8}$, and its two weights become the same.

figure(
  "fig-writings",
  caption:
    "One function, written with two sets of weights, and the seven codes of 3 bits for each layer. As trained, "
    + "the small weight of either layer becomes 0. Equalized, all four weights are the same, and each has a "
    + "code: one point stands for both channels.",
  alt:
    "Four number lines of seven marks each. On the upper two a point near zero falls onto zero, another lies on "
    + "the last mark. On the lower two a single point, for both channels, lies on the last mark."
) { writings(trained, equal, rounded: (broken, mended)) }

//: ## A network that breaks
//:
//: In a network of thousands of weights this happens where each channel has
//: a few weights of its own: in *depthwise* convolutions, which slide one
//: small kernel over each channel and mix none. MobileNets consist of
//: them, each followed by a convolution of 1×1 that mixes. Here is one for
//: digits:

let digits = lesson.digits(
  training: lesson.profile.pick(smoke: 1500, class: 4000, full: 12_000),
  test: lesson.profile.pick(smoke: 500, class: 2000, full: 5000))

func normalized(_ layer: Layer) -> [Layer] {
  [
    layer, BatchNormalization(momentum: 0.9, name: layer.name + "_norm"),
    ReLU(name: layer.name + "_relu"),
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
func network(_ seed: UInt64) -> Model {
  let stem = Conv2D(
    filters: 8, kernelSize: 3, strides: 2, padding: .same,
    useBias: false, name: "stem")
  return Sequential(
    normalized(stem) + separable(1, 16, strides: 1)
      + separable(2, 32, strides: 2) + separable(3, 32, strides: 1) + [
        GlobalAveragePooling2D(name: "mean"),
        Dense(units: 10, name: "scores"),
      ], inputShape: [28, 28, 1], seed: seed)
}

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
let epochs = lesson.profile.pick(smoke: 4, class: 6)

announce("Training: a small MobileNet in floats")
let float = network(seed)
try train(float, rate: 0.005, epochs: epochs, seed: seed)

let labels = digits.test.labels(of: 0..<digits.test.count)
func reads(_ model: Model) -> Double {
  let answers = model.predict(digits.test).argmax()
  return Double(zip(answers, labels).count { $0 == $1 })
    / Double(labels.count)
}
let floatReads = reads(float)
show(floatReads, "digits read, in floats", .percent(1))

//: Every tool that follows may look at the same {{count}} images, without
//: labels. Activations have 8 bits, and their ranges are found on these
//: images. Weights have one scale a kernel, as many accelerators want it:

let count = 256
func images() -> ExamplePrefix<LabeledImages> {
  digits.training.prefix(count)
}
bind("count", count)
func scheme(_ bits: Int) -> QuantizeScheme {
  var scheme = QuantizeScheme.nBit(weights: bits, activations: 8)
  scheme.weights = { _ in
    LastValueQuantizer(
      QuantizerFormat(
        bitWidth: bits, symmetric: true, narrowRange: true))
  }
  return scheme
}
func rounded(
  _ model: Model, _ scheme: QuantizeScheme
) throws -> QuantizedModel {
  try quantizeModel(model, calibratingOn: images(), scheme: scheme)
}

//: **Predict:** at 8 bits, and at 4, how many digits does it read? And with
//: a scale for each channel?

let low = 4
let apiece = try [8, low].map {
  reads(try rounded(float, .nBit(weights: $0, activations: 8)))
}
let plain = try [8, low].map { reads(try rounded(float, scheme($0))) }
table(
  "rounded afterwards", of: [0, 1],
  columns: ["bits of a weight", "a scale each", "one scale"],
  format: .percent(1)
) { [[8, low][$0], apiece[$0], plain[$0]] }
bind("plainLow", plain[1], .percent(1))
claim(
  plain[1] < floatReads - lesson.profile.pick(smoke: 0.02, class: 0.05),
  "with one scale and 4 bits digits are lost")

//: 8 bits are enough for this network. At 4 bits one scale breaks it. A
//: scale for each channel, where the machine has it, helps as much as the
//: table says. We stay with one, and {{plainLow}} is where we start.
//:
//: ## Equalize
//:
//: The ranges of the channels tell a part of the reason. Of each channel
//: $i$ between two layers take the largest magnitude of its weights in the
//: first, $r_i$, and in the second, $t_i$. A normalization is folded into
//: the first (@lesson-06) before one looks.
//:
//: Divide by $s_i$ in the first, bias and all, and multiply by it in the
//: second. A ReLU lets any factor above 0 through, since
//: $\max(s x, 0) = s \max(x, 0)$, and so do pooling and padding. Choose
//: $s_i$ so that channel $i$ has the same largest magnitude in both layers:
//:
//: $$s_i = \sqrt{\frac{r_i}{t_i}} \qquad \frac{r_i}{s_i} = t_i s_i = \sqrt{r_i t_i}$$
//:
//: That magnitude lies between the two it had. A channel that is narrow in
//: one layer and wide in the other becomes medium in both, and the channels
//: of a layer become more alike. That is [[*equalization*]]. A layer in the
//: middle of a chain belongs to two pairs, so one goes over all pairs until
//: nothing moves. (What is called below and not shown, such as
//: `channelRanges`, stands in `Figures.swift`.)

let equalized = try equalizeModel(float)
let pairs = equalized.pairs
table(
  "factors", of: pairs, columns: ["first", "second", "least", "largest"],
  format: .significant(2)
) {
  [
    $0.first, $0.second, Double($0.factors.min() ?? 0),
    Double($0.factors.max() ?? 0),
  ]
}
let probe = Tensor(
  digits.test.floats(of: 0..<100), shape: [100, 28, 28, 1])
let apart = (equalized.model(probe) - float(probe)).abs().max().scalar
show(apart, "scores differ by at most", .significant(1))
claim(apart < 1e-3, "equalization changes no answer of floats")

let depth = "depth2"
let ranges = try [float, equalized.model].map {
  try channelRanges(of: depth, in: $0)
}
figure(
  "fig-ranges",
  caption:
    "The largest weight of each channel of the depthwise layer depth2, its normalization folded in, as a share of the "
    + "largest of all. As trained, many channels use a small part of the codes. Equalized, most use more.",
  alt:
    "Two bars for each of sixteen channels. Those of the trained network have very different heights, those of the "
    + "equalized one are taller and more alike."
) { rangesChart(ranges) }

let equalReads = reads(try rounded(equalized.model, scheme(low)))
show(
  equalReads, "digits read, equalized and rounded to 4 bits", .percent(1))
bind("equalReads", equalReads, .percent(1))

//: {{equalReads}}. Equalizing took no image: only the weights were looked
//: at. How much it brings depends on how unequal the channels were. What it
//: is really worth shows with the next tools behind it.
//:
//: ## Clip
//:
//: Equalized or not, the largest weight of a kernel sets the step of all
//: others. @Lesson-02 weighed clipping against rounding: a shorter range
//: has finer steps, and cuts some weights. The rules that find ranges of
//: activations (@lesson-09) can choose the range of weights, too: they are
//: given the magnitudes of the weights in place of the activations.

let rules: [HistogramRule] = [
  .percentile(99), .percentile(95), .meanSquaredError,
]
let clippedReads = try rules.map {
  reads(try rounded(float, scheme(low).clippingWeights(by: $0)))
}
table(
  "clipped, 4 bits", of: rules.indices, columns: ["rule", "digits read"],
  format: .percent(1)
) { [rules[$0].name, clippedReads[$0]] }

//: Without clipping {{plainLow}} of the digits are read: a rule can help or
//: harm. Least squared error makes the *weights* as right as they can be
//: with one range. But what counts are outputs, and these no rule has
//: looked at: which one is best has to be tried, for each network anew.
//: Five networks like this one, trained on three times the digits, differ
//: widely: at 4 bits, rounded plainly, each weight to its nearest code,
//: they read 52.4 ± 13.1 %, the mean and the standard deviation over the
//: five, and clipped by squared error they read 69.0 ± 15.1 %. There, on
//: the mean, the rule helps ([results](../../Documentation/Results.md)).
//:
//: ## Correct the bias
//:
//: What has rounding done to a layer? Take one of its channels, and its
//: sums in the rounded network and in floats, before the ReLU. They differ,
//: and not by noise alone: on the mean they are shifted. Behind a ReLU no
//: input is negative, so a weight that was rounded up can only add to the
//: sum and never take away; over many images that is a shift. And a shift
//: that is the same for every image can be taken off the bias:
//:
//: $$b' = b - E\left[\hat{W} \hat{x} - W x\right]$$
//:
//: $\hat{W}$ are the rounded weights, $\hat{x}$ what the layer reads in the
//: rounded network, and $E$ is the mean over images and positions. That
//: is [[*bias correction*]]. It goes from layer to layer, since the shift
//: of one is in what the next one reads.

let shifted = try rounded(float, scheme(low))
let correction = try shifted.correctBiases(matching: float, on: images())
table(
  "shifts that were taken off", of: correction.corrected,
  columns: ["layer", "largest", "mean magnitude"], format: .significant(2)
) { layer in
  let sizes = layer.error.map { Double(abs($0)) }
  return [
    layer.layer, sizes.max() ?? 0,
    sizes.reduce(0, +) / Double(sizes.count),
  ]
}
let biasReads = reads(shifted)
show(biasReads, "digits read, biases corrected", .percent(1))
bind("biasReads", biasReads, .percent(1))
claim(biasReads > plain[1], "corrected biases read more digits than plain rounding")

//: {{biasReads}}, from {{plainLow}}: one number for each channel.
//:
//: Where a normalization follows, there is a second way. Its
//: [[moving statistics]] are those of the float network. With rounded
//: weights other sums arrive, so let it see some batches, and find mean
//: *and* spread anew:

let renewed = try rounded(float, scheme(low))
try renewed.reestimateStatistics(on: images())
let statisticsReads = reads(renewed)
show(statisticsReads, "digits read, statistics found anew", .percent(1))
bind("statisticsReads", statisticsReads, .percent(1))
bind(
  "statisticsAgainst",
  statisticsReads < plain[1] ? "less than doing nothing, which reads" : "and doing nothing reads")
claim(statisticsReads < biasReads, "corrected biases read more digits than statistics found anew")

//: {{statisticsReads}}, {{statisticsAgainst}} {{plainLow}}. Here this is
//: the weaker way, and it is worth seeing why. The new spread of each
//: channel is *folded* into the kernel, whose channels then have other
//: sizes, and with one scale for all of them every weight is rounded anew.
//: The statistics fit a kernel that is no more.

//: ## Round up or down
//:
//: So far every weight went to the nearest code. **Predict:** four weights
//: are each 0.4 of a step above a code, and all inputs are 1. Rounded to
//: the nearest, by how much is the sum wrong? Can other roundings do
//: better?
//:
//: To the nearest, all go down, and the sum is 1.6 steps too small. With
//: two of them up it is 0.4 too large. *Nearest* is best for a weight, and
//: not for a sum. For $n$ weights there are $2^n$ ways to go; [[*AdaRound*]]
//: finds a good one by gradients. It gives each weight a variable $V$ and
//: lets it lie *between* two codes while it learns:
//:
//: $$\hat{W} = \Delta \left(\lfloor W / \Delta \rfloor + h(V)\right) \qquad h(V) = \mathrm{clip}(1.2 \, \sigma(V) - 0.1, 0, 1)$$
//:
//: $\Delta$ is the step, $\lfloor \cdot \rfloor$ rounds down, and
//: $\sigma(V) = 1 / (1 + e^{-V})$ is the *sigmoid*, which rises from 0 to 1
//: (and not the deviation of @lesson-06); here it is stretched so that $h$
//: reaches both ends. At $h = 0$ the weight is
//: rounded down, at 1 up. (The sum in parentheses is held between the
//: lowest and the highest code.) What is made small is the error of the
//: layer's outputs, and beside it, with a strength $\lambda$, a
//: [[*regularizer*]], which drives each $h$ to an end:
//:
//: $$E\left[\left(\hat{W} \hat{x} - W x\right)^2\right] + \lambda \sum \left(1 - |2 h(V) - 1|^\beta\right)$$

figure(
  "fig-regularizer",
  caption:
    "Left: h(V), which reaches 0 and 1. Right: the price of lying between two codes. With a large β it is flat in the "
    + "middle, so that weights move as the outputs ask; as β falls, it becomes a hill that nobody can stay on.",
  alt:
    "Left, an S-shaped curve that is 0 left of about minus two and 1 right of two. Right, three arches over h from "
    + "0 to 1, all of height 1 at one half: nearly a box for β of 20, a parabola for 2."
) { regularizerChart() }

//: β, here an exponent, falls from 20 to 2 during the training. Only
//: roundings are trained, layer by layer. What a layer should put out is
//: what the same layer puts out in floats, so no label is needed.

let steps = lesson.profile.pick(smoke: 60, class: 200)
bind("steps", steps)
announce("Training: the roundings of \(pairs.count + 1) layers, \(steps) steps each")
let learned = try rounded(float, scheme(low))
let rounding = try learned.adaptRounding(
  matching: float, on: images(), steps: steps)
table(
  "squared error of the outputs", of: rounding.adapted,
  columns: ["layer", "nearest", "AdaRound", "not the nearest"],
  format: .significant(2)
) { layer in
  [
    layer.layer, layer.nearest, layer.adapted,
    NumberFormat.percent(0).string(
      Double(layer.changed) / Double(layer.weights)),
  ]
}
let roundingReads = reads(learned)
show(roundingReads, "digits read, rounded up or down", .percent(1))
claim(
  rounding.adapted.allSatisfy { $0.adapted <= $0.nearest },
  "no layer's error is larger than with the nearest codes")
claim(roundingReads > plain[1], "AdaRound reads more digits than the nearest codes")

//: ## In sequence, and training
//:
//: The tools add up, each in its place. Equalizing changes all weights, so
//: it comes first. Clipping, by least squared error, sets the grid on which
//: roundings are decided. AdaRound decides them. The biases take off the
//: shift that is left, so they come last. (Statistics found anew are left
//: out.) **Predict:** at 4 and at 3 bits, how much is left for training to
//: win? And is the clipping, which did harm alone, of use among the others?

func inSequence(
  _ float: Model, _ bits: Int, clipping: Bool = true
) throws -> QuantizedModel {
  let equal = try equalizeModel(float).model
  let whole = scheme(bits)
  let model = try rounded(
    equal,
    clipping ? whole.clippingWeights(by: .meanSquaredError) : whole)
  try model.adaptRounding(matching: equal, on: images(), steps: steps)
  try model.correctBiases(matching: equal, on: images())
  return model
}
func withoutGradients(
  _ float: Model, _ bits: Int
) throws -> QuantizedModel {
  let equal = try equalizeModel(float).model
  let model = try rounded(equal, scheme(bits))
  try model.correctBiases(matching: equal, on: images())
  return model
}

//: The training that the tools are compared with begins with the equalized
//: network too, and learns one step a kernel. Beside its labels it has two
//: advantages. As in @lesson-07 it is left unfolded: γ/σ is multiplied into
//: the scale after training, so what runs has a scale for each channel. And
//: its range is not narrow: at 3 bits a weight has 8 codes, where the tools
//: above have 7.

let further = lesson.profile.pick(smoke: 2, class: 3)
func aware(_ float: Model, _ bits: Int) throws -> QuantizedModel {
  var scheme = QuantizeScheme.nBit(
    weights: bits, activations: 8, learnedSteps: true)
  scheme.weights = { _ in
    LearnedStepQuantizer(
      QuantizerFormat(bitWidth: bits, symmetric: true),
      isLogarithmic: true)
  }
  let model = try rounded(equalizeModel(float).model, scheme)
  try train(model, rate: 0.002, epochs: further, seed: seed)
  return model
}

typealias Tool = (Model, Int) throws -> QuantizedModel
func clipped(_ float: Model, _ bits: Int) throws -> QuantizedModel {
  try rounded(float, scheme(bits).clippingWeights(by: .meanSquaredError))
}
func restated(_ float: Model, _ bits: Int) throws -> QuantizedModel {
  let model = try rounded(float, scheme(bits))
  try model.reestimateStatistics(on: images())
  return model
}
func corrected(_ float: Model, _ bits: Int) throws -> QuantizedModel {
  let model = try rounded(float, scheme(bits))
  try model.correctBiases(matching: float, on: images())
  return model
}
func upOrDown(_ float: Model, _ bits: Int) throws -> QuantizedModel {
  let model = try rounded(float, scheme(bits))
  try model.adaptRounding(matching: float, on: images(), steps: steps)
  return model
}
let tools: [(name: String, make: Tool)] = [
  ("nearest codes", { try rounded($0, scheme($1)) }),
  ("equalized", { try rounded(equalizeModel($0).model, scheme($1)) }),
  ("clipped", clipped), ("statistics", restated), ("biases", corrected),
  ("AdaRound", upOrDown), ("equalized, biases", withoutGradients),
  ("all in sequence", { try inSequence($0, $1) }), ("trained", aware),
]

//: With `--profile full` the same is done for five seeds, and at 8 bits.
//: The column *images* counts what a tool looks at itself. For the ranges
//: of the activations every row takes the {{count}} images. *Steps* are
//: steps of gradient descent; AdaRound takes {{steps}} for each layer.

let widths = lesson.profile.pick(
  smoke: [low, 3], class: [low, 3], full: [8, low, 3])
let seeds = lesson.profile.pick(smoke: 1, class: 1, full: 5)
announce("Training: every tool at \(widths.count) widths, \(seeds) seed\(seeds == 1 ? "" : "s")")
var results = widths.map { _ in tools.map { _ in [Double]() } }
var floats: [Double] = []
var unclipped = widths.map { _ in [Double]() }
for number in 0..<UInt64(seeds) {
  let model = number == 0 ? float : network(seed + number)
  if number > 0 {
    try train(model, rate: 0.005, epochs: epochs, seed: seed + number)
  }
  floats.append(reads(model))
  for (row, bits) in widths.enumerated() {
    for (column, tool) in tools.enumerated() {
      results[row][column].append(reads(try tool.make(model, bits)))
    }
    unclipped[row].append(
      reads(try inSequence(model, bits, clipping: false)))
  }
}
let means = results.map { $0.map(mean) }
let trainingSteps = further * ((digits.training.count + 31) / 32)
let own = "8 × \(steps)"
let costs = [
  ("–", "–"), ("–", "–"), ("–", "–"), ("\(count)", "–"),
  ("\(count)", "–"), ("\(count)", own), ("\(count)", "–"),
  ("\(count)", own),
  ("\(digits.training.count), labelled", "\(trainingSteps)"),
]
let inFloats = NumberFormat.percent(1).string(mean(floats))
table(
  "digits read, mean of \(seeds) seed\(seeds == 1 ? "" : "s"); "
    + "floats \(inFloats)",
  of: tools.indices,
  columns: ["tool", "images", "steps"] + widths.map { "\($0) bits" },
  format: .percent(1)
) { [tools[$0].name, costs[$0].0, costs[$0].1] + column($0, means) }
show(
  unclipped.map(mean), "in sequence without clipping, the same widths",
  .percent(1))
if seeds > 1 {
  table(
    "their standard deviations", of: tools.indices,
    columns: ["tool"] + widths.map { "\($0) bits" }, format: .percent(1)
  ) { [tools[$0].name] + column($0, results.map { $0.map(deviation) }) }
}

figure(
  "fig-tools",
  caption:
    "Digits read, by what was done to the network that was trained in floats; below, those that floats read. The "
    + "tools have one scale for each kernel, the trained network ends with a scale for each channel. Alone, biases and "
    + "AdaRound bring most. In sequence the tools come close to floats with 4 bits.",
  alt:
    "Three panels of horizontal bars, for 4 bits, 3 bits and floats. The bars of nearest codes, equalized, clipped and "
    + "statistics are short; those of biases and AdaRound are long, and those in sequence and trained are nearly as long "
    + "as the single green one of floats."
) {
  toolsChart(
    tools.map(\.name), Array(means.suffix(2)), bits: widths.suffix(2),
    float: mean(floats))
}

let at = widths.count - 2
func reading(_ tool: Int, _ width: Int) -> String {
  NumberFormat.percent(1).string(means[width][tool])
}
bind("nearest4", reading(0, at))
bind("cheap4", reading(6, at))
bind("all4", reading(7, at))
bind("aware4", reading(8, at))
bind("nearest3", reading(0, at + 1))
bind("cheap3", reading(6, at + 1))
bind("all3", reading(7, at + 1))
bind("aware3", reading(8, at + 1))
let lastThree = means[at].suffix(3)
let middle = mean(Array(lastThree))
bind("between4", difference(lastThree.max() ?? 0, lastThree.min() ?? 0, .percent(1)), .fixed(1))
bind("tested", labels.count, .grouped)
bind("giveOrTake", 200 * (middle * (1 - middle) / Double(labels.count)).squareRoot(), .fixed(1))
bind("eachSeed", seeds == 1 ? "one seed" : "each of \(seeds) seeds")
bind("whole4", mean(unclipped[at]), .percent(1))
bind("whole3", mean(unclipped[at + 1]), .percent(1))
claim(
  means[at][7] > means[at][0] + lesson.profile.pick(smoke: 0, class: 0.15),
  "at 4 bits, all in sequence read more than the nearest codes")
claim(
  means[at][7] > mean(floats) - lesson.profile.pick(smoke: 0.2, class: 0.06),
  "at 4 bits, all in sequence come close to floats")
claim(means[at + 1][7] > means[at + 1][4], "at 3 bits, all in sequence read more than corrected biases alone")

//: At 4 bits: {{nearest4}} by the nearest codes, {{cheap4}} when equalized
//: and corrected, which takes no gradient, {{all4}} when ranges were clipped
//: and roundings learned as well, {{aware4}} trained. At 3 bits:
//: {{nearest3}}, {{cheap3}}, {{all3}} and {{aware3}}. So try them in this
//: order, and stop where it is enough.
//:
//: At 4 bits the last three lie {{between4}} of 100 digits apart, and for
//: {{eachSeed}} a share of {{tested}} test digits is good to
//: ±{{giveOrTake}} (@lesson-07). While the first number is not larger than
//: the second, the three cannot be told apart.
//:
//: And the clipping? Without it the sequence reads {{whole4}} at 4 bits and
//: {{whole3}} at 3. Behind the clipping stand tools that look at outputs, and
//: they may make good what the cutting has shifted; the finer step stays.
//: Over the seeds 1 to 4, trained on as few digits as here, that is worth
//: something at 3 bits: the sequence reads 90.9 ± 1.6 %, and without
//: clipping 87.3 ± 2.8 % ([results](../../Documentation/Results.md)).
//:
//: What is left then, below 4 bits above all, is what training is for. It
//: has what no tool here has: it may move every weight as far as it likes,
//: and it knows what the answers should have been.
//:
//: ## What could go wrong: the wrong images
//:
//: Biases were corrected, and roundings learned, on images like those that
//: are to be read. **Predict:** what if the images are from elsewhere? We
//: take the same digits, black on white:

let inverted = Tensor(
  digits.training.floats(of: 0..<count).map { 1 - $0 },
  shape: [count, 28, 28, 1])
let misled = try rounded(float, scheme(low))
try misled.correctBiases(matching: float, on: [inverted])
let misledReads = reads(misled)
show(biasReads, "corrected by digits", .percent(1))
show(misledReads, "corrected by digits black on white", .percent(1))
bind("misledReads", misledReads, .percent(1))
bind(
  "misledAgainst",
  misledReads < plain[1] ? "less than doing nothing, which reads" : "and doing nothing reads")
claim(
  misledReads < biasReads,
  "images of another kind correct biases worse")

//: {{misledReads}}, {{misledAgainst}} {{plainLow}}. Nothing complains:
//: these images have the right shape, and a mean can be taken of any.
//:
//: And some networks cannot be equalized. MobileNets often have a ReLU6,
//: which clips at 6. A channel that is divided by 4 would have to be
//: clipped at 1.5:

let clipping = Sequential(
  [
    Dense(units: 2, name: "first"), ReLU(maxValue: 6, name: "six"),
    Dense(units: 1, name: "second"),
  ], inputShape: [1])
do { _ = try equalizeModel(clipping) } catch {
  show(error, "equalizeModel says")
}

//: Tools put a ReLU in its place first, and hope that few values were
//: above 6. That is another network, so here it is left to you.
//:
//: ## Exercises
//:
//: - @ex-11.1: equalize two layers.
//: - @ex-11.2: correct a bias.
//: - @ex-11.3: up or down.
//:
//: To try: how few images are enough? Set `count` to 16, and look at the
//: biases and at AdaRound.
//:
//: Two questions to see what has stayed: `swift run qat quiz 11`.
//:
//: ## How others do it
//:
//: - AIMET has equalization, bias correction and AdaRound. Its
//:   `equalize_model` also puts ReLU for ReLU6 and moves large biases on to
//:   the next layer. AIMET corrects biases by images or by the
//:   normalization's statistics.
//: - Brevitas equalizes graphs, corrects biases and learns roundings. Our
//:   equalization gives the same weights as that of Brevitas: a test
//:   compares them.
//: - TFLite's converter rounds to the nearest code, with 8 bits and a scale
//:   for each channel of a convolution. That loses next to nothing here, so
//:   there is nothing to equalize; with 4 bits it would not be enough. Its
//:   debugger finds layers that suffer, and leaves them in floats.
//: - TFMOT has none of these: it trains.
//:
//: ## Further reading
//:
//: - Nagel et al., 2019, *Data-free quantization through weight equalization
//:   and bias correction*. [arXiv:1906.04721](https://arxiv.org/abs/1906.04721)
//: - Nagel et al., 2020, *Up or down? Adaptive rounding for post-training
//:   quantization*. [arXiv:2004.10568](https://arxiv.org/abs/2004.10568)
//: - Nagel et al., 2021, *A white paper on neural network quantization*,
//:   section 3: the order of the tools.
//:   [arXiv:2106.08295](https://arxiv.org/abs/2106.08295)
//: - Li et al., 2021, *BRECQ*: roundings learned block by block.
//:   [arXiv:2102.05426](https://arxiv.org/abs/2102.05426)

endLesson()
