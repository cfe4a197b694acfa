//: # The end: what to keep
//:
//: @Lesson-01 asked what happens when a weight has to make do with a byte.
//: The answer was that a byte is plenty. So we close with the question of
//: @lesson-07. **How few bits does it take to read a digit?** Here it gets
//: an answer from several networks, not from one, and you get a page to
//: come back to when you quantize a network of your own.
//:
//: ## The course in one picture

import Charting
import LessonKit
import QAT

let grid = try AffineQuantizer(covering: (-1, 1), bitWidth: 3)
bind("gridLow", grid.dequantize(grid.quantize(-2)), .fixed(2))
bind("gridHigh", grid.dequantize(grid.quantize(2)), .fixed(2))

figure(
  "fig-ideas",
  caption:
    "The course in one picture; a number in parentheses is a lesson. Above, one number and its round trip through 3 "
    + "bits: asked for −1 to 1, the grid covers {{gridLow}} to {{gridHigh}}, so that 0 has a code. In the middle, one "
    + "layer as it runs. Below, what is done with a whole network.",
  alt:
    "Above, a staircase of eight steps around a diagonal line; it goes on level at both ends. Notes stand by "
    + "a step, by the gap between stairs and diagonal, by the level ends, and by the edge of the range. In the "
    + "middle, boxes and arrows: codes and weights lead to an integer sum, a multiplier, a clip, and to codes "
    + "again. Below, a row of boxes: bits for each layer, mended without labels, trained, in a file, run by the runtime."
) { ideas(grid) }

//: Begin with the stairs. A [[scale]] and a [[zero point]] lay a grid of
//: codes over the real numbers (@lesson-01). Between the ends a number is
//: off by half a step at most, outside by as much as it likes
//: (@lesson-02). Stairs have no slope that a network could learn from, so
//: training takes that of the diagonal, and none outside: the
//: [[straight-through estimator]] (@lesson-03). Where the ends lie can be
//: learned as well (@lesson-05).
//:
//: Then follow a layer. It makes its weights when it is built, and reads
//: them at each call (@lesson-04): so a [[wrapper]] can put rounded ones in
//: their place. A normalization is [[folded|fold]] into them before they are
//: rounded, and a ReLU is the clip at the end (@lesson-06). What runs are
//: integers: products of codes, a sum in 32 bits, one multiplication
//: (@lesson-07).
//:
//: Last, a whole network. Its layers get as many bits as they need
//: (@lesson-08). What rounding breaks is mended without labels. Before
//: rounding, the weights are rescaled between layers so that the function
//: stays; after rounding, roundings are decided anew and biases corrected
//: (@lesson-11). What is left to gain is for training through the rounding
//: (@lesson-03, @lesson-07). Then the network is written to a file
//: (@lesson-10), for a runtime that rounds by rules of its own
//: (@lesson-09).
//:
//: ## How few bits?
//:
//: One network and one seed prove little. So we take three sizes of the
//: network of @lesson-07, which differ only in how many filters they have,
//: and hidden units with them, and several seeds of each.

let count = lesson.profile.pick(smoke: 700, class: 1400, full: 20_000)
let digits = lesson.digits(
  training: 3 * count,
  test: lesson.profile.pick(smoke: 300, class: 1000, full: 10_000))
let training = digits.training.selecting(0..<count)

func network(_ filters: Int, seed: UInt64) -> Model {
  func block(_ filters: Int) -> [Layer] {
    [
      Conv2D(filters: filters, kernelSize: 3, padding: .same),
      BatchNormalization(momentum: 0.9), ReLU(), MaxPooling2D(),
    ]
  }
  return Sequential(
    block(filters) + block(2 * filters) + [
      Flatten(), Dense(units: 4 * filters), ReLU(), Dense(units: 10),
    ], inputShape: [28, 28, 1], seed: seed)
}

//: Every training takes three epochs. So does the one after it, through
//: the rounding or, to be fair, in floats.

func train(
  _ model: Model, on images: LabeledImages, seed: UInt64
) throws {
  let steps = 3 * ((images.count + 15) / 16)
  let trainer = Trainer(
    model,
    optimizer: Adam(learningRate: .cosine(initial: 0.003, steps: steps)),
    loss: .sparseCategoricalCrossEntropy(fromLogits: true), seed: seed)
  try trainer.fit(
    images, epochs: 3, batchSize: 16, callbacks: [ProgressBar()])
}
func quantized(
  _ model: Model, bits: Int, learned: Bool = false
) throws -> QuantizedModel {
  let images = training.floats(of: 0..<300)
  return try quantizeModel(
    model, calibratingOn: [Tensor(images, shape: [300, 28, 28, 1])],
    scheme: .nBit(
      weights: bits, activations: bits, learnedSteps: learned))
}
let labels = digits.test.labels(of: 0..<digits.test.count)
func reads(_ model: Model) -> Double {
  let answers = model.predict(digits.test).argmax()
  let right = zip(answers, labels).count { $0 == $1 }
  return Double(right) / Double(labels.count)
}

//: At 8, 4 and 3 bits the ranges come from the numbers that were seen; at 2
//: bits the steps are learned.

let bits = [8, 4, 3, 2]
struct Outcome {
  var floats: Double  // shares of the test digits read
  var longer = 0.0  // in floats, trained as long
  var rounded: [Double] = []  // for each number of bits
  var trained: [Double] = []
  var kilobytes: [Double] = []
}
func outcome(_ filters: Int, seed: UInt64) throws -> Outcome {
  let float = network(filters, seed: seed)
  try train(float, on: training, seed: seed)
  var outcome = Outcome(floats: reads(float))
  for bits in bits {
    outcome.rounded.append(reads(try quantized(float, bits: bits)))
    let aware = try quantized(float, bits: bits, learned: bits == 2)
    try train(aware, on: training, seed: seed)
    outcome.trained.append(reads(aware))
    outcome.kilobytes.append(
      Double(try convert(aware).report.bytes) / 1000)
  }
  try train(float, on: training, seed: seed)
  outcome.longer = reads(float)
  return outcome
}

//: **Predict:** trained through it, at how many bits does the largest of
//: the three begin to lose digits? And the smallest, with a quarter of the
//: filters?

let sizes = lesson.profile.pick(smoke: [3, 6, 10], class: [4, 8, 16])
let seeds = (0..<lesson.profile.pick(smoke: 2, class: 3, full: 5))
  .map { lesson.options.seed + UInt64($0) }

announce("Training: \(sizes[0]) filters, \(seeds.count) seeds, in floats and at 8, 4, 3 and 2 bits")
let small = try seeds.map { try outcome(sizes[0], seed: $0) }

announce("Training: \(sizes[1]) filters, the same")
let middle = try seeds.map { try outcome(sizes[1], seed: $0) }

announce("Training: \(sizes[2]) filters, the same")
let large = try seeds.map { try outcome(sizes[2], seed: $0) }

let runs = [small, middle, large]
let longer = runs.map { mean($0.map(\.longer)) }
let trained = runs.map { size in
  bits.indices.map { bits in mean(size.map { $0.trained[bits] }) }
}
let rounded = bits.indices.map { bits in
  mean(large.map { $0.rounded[bits] })
}
table(
  "digits read by so many filters, the mean of \(seeds.count) seeds",
  of: bits.indices,
  columns: [
    "bits", "\(sizes[2]), rounded", "\(sizes[2]), trained",
    "\(sizes[1]), trained", "\(sizes[0]), trained",
  ],
  format: .percent(1)
) {
  [bits[$0], rounded[$0], trained[2][$0], trained[1][$0], trained[0][$0]]
}
let floatReads = mean(large.map(\.floats))
show(
  floatReads,
  "\(sizes[2]) filters in floats, when they were rounded", .percent(1))
show(
  Array(longer.reversed()),
  "\(sizes[2]), \(sizes[1]) and \(sizes[0]) filters in floats, "
    + "trained as long",
  .percent(1))

bind("floatReads", floatReads, .percent(1))
bind("filters", sizes[2])
bind("fewer", sizes[0])
bind("large2Misread", 1 - trained[2][3], .percent(1))
bind("small2Misread", 1 - trained[0][3], .percent(1))
figure(
  "fig-bits",
  caption:
    "Digits misread over bits, the mean of the seeds and the span between the best and the worst of them; "
    + "the vertical axis is logarithmic. The network of {{filters}} filters was rounded when it read {{floatReads}} in "
    + "floats. The green line is that network in floats after twice the training, which the trained networks had too. "
    + "Rounded to 2 bits the network is ruined, and training brings most back: then {{large2Misread}} are misread, and "
    + "{{small2Misread}} with {{fewer}} filters.",
  alt:
    "Lines over 8, 4, 3 and 2 bits. The grey one, rounded afterwards, starts above the large trained one and is steepest. Of "
    + "the two trained ones, that of the large network stays low to 3 bits and rises at 2; that of the small "
    + "one lies higher everywhere and rises from 3 bits on. A green line marks the large network in floats."
) { misreadOverBits(large, small, bits: bits, sizes: sizes) }

func cost(_ size: Int, _ index: Int) -> Double {
  difference(longer[size], trained[size][index], .percent(1))
}
bind("large4", cost(2, 1), .fixed(1))
bind("small4", cost(0, 1), .fixed(1))
bind("large3", cost(2, 2), .fixed(1))
bind("large2", cost(2, 3), .fixed(1))
bind("small3", cost(0, 2), .fixed(1))
bind("small2", cost(0, 3), .fixed(1))
bind("large2Reads", trained[2][3], .percent(1))
claim(cost(2, 0) < 3, "8 bits, trained, read what floats read that trained as long")
claim(
  cost(2, 2) < lesson.profile.pick(smoke: 10, class: 3), "at 3 bits the largest network stays close to floats"
)
claim(trained[2][3] > trained[0][3], "at 2 bits more filters read more")

//: Where do they begin to lose? At 4 bits, trained, {{filters}} filters read
//: {{large4}} of 100 digits fewer than floats, {{fewer}} filters {{small4}}.
//: At 3 it is {{large3}} and {{small3}}, at 2 it is {{large2}} and
//: {{small2}}. The fewer the filters, the sooner it shows: a coarse weight is
//: a poor one, and a large network has others that make up for it. So for a
//: network that is given, the answer is: **three, if there are enough
//: weights.** Even with 2 bits for every weight and hidden activation the
//: largest reads {{large2Reads}} of all digits.
//:
//: Then ask what the bits are for. If a large network in few bits is no
//: smaller than a small one in many, nothing was won. **Predict:** if both
//: take the same number of bytes, which reads more: many filters at 2 bits,
//: or few at 8?

figure(
  "fig-bytes",
  caption:
    "What a byte buys: digits misread over the size of the integers, both on logarithmic axes. A line joins "
    + "the three sizes of the network at one number of bits; lower and further left is better.",
  alt:
    "Four falling lines of three points each, for 8, 4, 3 and 2 bits, from a few kilobytes to about a "
    + "hundred. Lines of fewer bits lie further left; that of 2 bits also lies higher."
) { misreadOverBytes(runs, bits: bits) }

let wide = (bytes: kilobytes(large, 3), reads: trained[2][3])
let narrow = (bytes: kilobytes(middle, 0), reads: trained[1][0])
let at = kilobytes(middle, 1)
let misread = bits.indices.map { misreadOnLine(runs, $0, kilobytes: at) }
bind("atKB", at, .fixed(0))
bind("best", bits[misread.firstIndex(of: misread.min() ?? 0) ?? 0])
bind("middleFilters", sizes[1])
bind("wideKB", wide.bytes, .fixed(0))
bind("narrowKB", narrow.bytes, .fixed(0))
bind("narrowReads", narrow.reads, .percent(1))

//: {{filters}} filters at 2 bits take {{wideKB}} kilobytes and read
//: {{large2Reads}}; {{middleFilters}} at 8 bits take {{narrowKB}} and read
//: {{narrowReads}}. The number of bits to take is that of the line which is
//: lowest at your size. Here, at {{atKB}} kilobytes, it is that of {{best}}
//: bits. So there are two answers. If the network is given, go down to 3
//: bits and see what it costs. If the bytes are given, take {{best}} bits
//: and as many filters as fit; fewer bits with more filters read less.
//:
//: ## What to do with your network
//:
//: **Round afterwards, or train through it?** Round first
//: (`quantizeModel`): it takes some hundred images and no training. Here
//: the largest network read {{floatReads}} in floats, {{rounded8}} rounded
//: to 8 bits, {{rounded4}} to 4, {{rounded3}} to 3 and {{rounded2}} to 2.
//: If what is lost is within the give or take of your test (@lesson-07),
//: stop. If not, train, and compare with floats that trained as long. At 8
//: bits training through the rounding took the largest network from
//: {{floatReads}} to {{trained8}}. Hardly any of that is due to the
//: rounding: floats that trained on for as long read {{longerReads}}.

bind("trained8", trained[2][0], .percent(1))
bind("longerReads", longer[2], .percent(1))
bind("rounded8", rounded[0], .percent(1))
bind("rounded4", rounded[1], .percent(1))
bind("rounded3", rounded[2], .percent(1))
bind("rounded2", rounded[3], .percent(1))
claim(
  abs(rounded[0] - floatReads) < 0.02,
  "rounded to 8 bits afterwards, the largest network reads what it read in floats")
claim(
  trained[2][3] > rounded[3] + 0.15,
  "at 2 bits training brings back what rounding took, or much of it")

//: **And before you train?** Mend what can be mended without labels:
//: equalize, clip, round up or down, correct biases (@lesson-11). Over five
//: seeds of a small MobileNet, with 4 bits and one scale a kernel, the
//: nearest codes read 52.4 %, these tools in sequence 97.6 %, and training
//: 97.8 %, where floats read 98.1 %
//: ([results](../../Documentation/Results.md)).
//:
//: **How many bits?** Eight, if the network fits: every runtime computes
//: with bytes. Four for the weights halve the file once more. Fewer save
//: memory, and the energy to fetch it, but no time, as long as the
//: products are still those of bytes (@lesson-07). If you must go below 4
//: bits, in a network that is given, train through the rounding.
//:
//: **Which range for the weights?** As far as the largest weight, a scale
//: for every channel, and as many codes below 0 as above (@lesson-01,
//: @lesson-02). At 2 bits learned steps (@lesson-07): a range that saves
//: the largest weight leaves no codes for the others.
//:
//: **Which range for what flows?** A moving average that does not
//: remember its start (@lesson-03), or the smallest and the largest of
//: some hundred images. If a few numbers are far from the rest, clip them
//: (@lesson-02), or let the loss find the end (@lesson-05); @lesson-09
//: compares six ways. At 2 bits, again, learned steps.
//:
//: **And the layers?** Fold normalizations and fuse what follows, before
//: training (@lesson-06): train the network that runs. One exception: with
//: learned steps and kernels of 4 bits or fewer `nBit` rounds kernels
//: unfolded, because a learned step does not follow γ/σ from batch to batch
//: (@lesson-07). After training γ/σ goes into each channel's scale, and the
//: codes stay. In this way the network reads more digits
//: ([results](../../Documentation/Results.md)). Then look at the layers one
//: at a time, and give bits where they pay (@lesson-08).
//:
//: ## Why other pages have other numbers
//:
//: On the real MNIST, says the page of
//: [results](../../Documentation/Results.md), a network of 2 bits reads
//: 98.88 % where floats read 99.17 %. Here 2 bits read {{large2Reads}} and
//: floats {{longerReads}}, and @lesson-07 has others again. All are right,
//: of different things:
//:
//: - The network of @lesson-07 learned from more digits than those here,
//:   and for more epochs.
//: - The network of that page has twice the filters of our largest.
//:   @Fig-bits says what more filters are worth at 2 bits.
//: - The digits there were written by people. Ours are drawn by a program,
//:   crooked on purpose, and floats misread more of them, too.
//: - That network saw each of 60,000 images six times. Ours saw each of
//:   {{count}} images six times.
//:
//: The last can be tried, with the first seed alone. **Predict:** what do
//: three times the digits bring, in floats and at 2 bits?

bind("count", count, .grouped)

announce("Training: \(sizes[2]) filters on three times the digits, in floats and at 2 bits")
let more = network(sizes[2], seed: seeds[0])
try train(more, on: digits.training, seed: seeds[0])
let more2 = try quantized(more, bits: 2, learned: true)
try train(more2, on: digits.training, seed: seeds[0])
try train(more, on: digits.training, seed: seeds[0])
let withMore = (floats: reads(more), two: reads(more2))
let gained = (
  floats: difference(withMore.floats, large[0].longer, .percent(1)),
  two: difference(withMore.two, large[0].trained[3], .percent(1))
)
show(gained.floats, "of 100 digits, more read in floats", .fixed(1))
show(gained.two, "of 100 digits, more read at 2 bits", .fixed(1))
bind("lessFloats", large[0].longer, .percent(1))
bind("lessTwo", large[0].trained[3], .percent(1))
bind("moreTwo", withMore.two, .percent(1))
bind("moreFloats", withMore.floats, .percent(1))
let luck = lesson.profile.pick(smoke: 15.0, class: 2)
claim(
  gained.two > gained.floats - luck,
  "three times the digits help 2 bits as much as floats, but for one seed's luck")

//: {{moreFloats}} in floats and {{moreTwo}} at 2 bits, where the same seed
//: had {{lessFloats}} and {{lessTwo}} before. (That is one seed, and three
//: times the digits are three times the steps, too.) The digits, and the
//: steps with them, move both numbers. So compare a quantized network with
//: its own floats, on the same digits, trained as long, and with nothing
//: else.
//:
//: ## Where to go next
//:
//: - **Real digits:** `swift run qat data --to mnist` fetches MNIST, and
//:   every lesson takes it by `--data mnist`.
//: - **Your own model:** `qat-model` quantizes a Keras or PyTorch model,
//:   trains it through the rounding and writes a file that runs elsewhere;
//:   see [models in files](../../Documentation/Models.md). `qat-model fetch`
//:   lists real models to try it on. Folders of PNGs of your own, in colour
//:   and of any size, are read too: [training](../../Documentation/Training.md).
//: - **Where it runs:** [LiteRT](https://ai.google.dev/edge/litert) on
//:   phones and microcontrollers, [ONNX Runtime](https://onnxruntime.ai)
//:   nearly everywhere. Where they part: @lesson-09; what they take, and
//:   what they refuse: @lesson-10.
//: - **The same in Python:** [TFMOT](https://www.tensorflow.org/model_optimization).
//:   Its words are those of the lessons; what differs is
//:   [listed](../../Documentation/DifferencesFromTFMOT.md).
//: - **Language models** are not in this course. What it says of grids,
//:   outliers and rounding holds there too; their weights often take 4
//:   bits, with a scale for a few dozen weights each. Begin with GPTQ, below.
//: - **The words:** the [glossary](../../Documentation/Glossary.md).
//:
//: ## Further reading
//:
//: - Nagel et al., 2021, *A white paper on neural network quantization*: the
//:   methods of this course as recipes, with more networks.
//:   [arXiv:2106.08295](https://arxiv.org/abs/2106.08295)
//: - Krishnamoorthi, 2018, *Quantizing deep convolutional networks for
//:   efficient inference*. [arXiv:1806.08342](https://arxiv.org/abs/1806.08342)
//: - Gholami et al., 2021, *A survey of quantization methods for efficient
//:   neural network inference*.
//:   [arXiv:2103.13630](https://arxiv.org/abs/2103.13630)
//: - Frantar et al., 2022, *GPTQ*: language models with weights of 4 bits,
//:   rounded afterwards. [arXiv:2210.17323](https://arxiv.org/abs/2210.17323)

endLesson()
