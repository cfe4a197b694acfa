//: # 7. Quantization-aware training, whole
//:
//: Six lessons have laid out the parts: the grid and what it loses,
//: fake-quant, the life of a layer, wrappers, folding and fusing. Today we
//: walk the whole road with one network. We train it in floats, quantize it
//: and watch it break, train it through the quantization and watch it
//: recover, and turn it into a model in which no float is left. **How few
//: bits does it take to read a digit?**

import LessonKit
import QAT

let seed = lesson.options.seed
let digits = lesson.digits(
  training: lesson.profile.pick(smoke: 1600, class: 8000, full: 60_000),
  test: lesson.profile.pick(smoke: 500, class: 2000, full: 10_000))

figure(
  "fig-digits",
  caption:
    "Thirty digits of the test set. Every network of this lesson reads them; none of them ever trains on "
    + "them.",
  alt: "Three rows of ten small grey pictures of digits, each with its number below."
) { digitGrid(digits.test, first: 30) }

//: ## Five numbers, by hand
//:
//: We begin at the end of the road: with what a chip does that has no
//: floats. In @lesson-01 inputs and weights were multiplied as codes, and
//: their scales were taken out in front of the sum. Now the whole of a
//: layer's output: a sum of products plus a bias, and from there to the
//: code that the next layer reads. Here are five inputs, five weights, and
//: a grid of 8 bits for each tensor.

let inputs: [Float] = [0, 0.25, 0.5, 0.75, 1]
let weights: [Float] = [0.5, -0.3, 0.2, 0.4, -0.1]
let bias: Float = 0.06
let inputGrid = try AffineQuantizer(covering: (0, 1))
let weightGrid = try AffineQuantizer(
  covering: weights, symmetric: true, narrowRange: true)
let outputGrid = try AffineQuantizer(covering: (-0.5, 1))
let x = inputGrid.quantize(inputs)
let w = weightGrid.quantize(weights)
table(
  "codes", of: 0..<5, columns: ["input", "its code", "weight", "its code"]
) { [inputs[$0], x[$0], weights[$0], w[$0]] }
let exact = zip(inputs, weights).reduce(bias) { $0 + $1.0 * $1.1 }

//: (0.5 would be a tie between −1 and 0. But the scale, as a float, is a
//: hair more than 1/255, and so it falls to −1.) An input is
//: $s_x (q_x - z_x)$, with its scale $s_x$, its code $q_x$ and the
//: [[zero point]] $z_x$. A weight is $s_w q_w$, since the zero point of
//: weights is 0. So $s_x s_w$ stands in front of the sum. If the bias is
//: counted in this unit too, what is left are integers, added up in 32
//: bits: the [[accumulator]].

let unit = inputGrid.scale * weightGrid.scale
let bias32 = Int32((bias / unit).rounded())
let accumulator = zip(x, w).reduce(bias32) { sum, pair in
  sum + (pair.0 - inputGrid.zeroPoint) * pair.1
}
show(accumulator, "accumulator")
show(Float(accumulator) * unit, "in reals", .significant(4))
show(exact, "without quantization", .significant(4))

//: The next layer wants a code of 8 bits again. The unit of that is another
//: one, $s_y$, so the accumulator has to be multiplied:
//:
//: $$q_y = z_y + M \left( b + \sum (q_x - z_x) \, q_w \right) \qquad M = \frac{s_x s_w}{s_y}$$
//:
//: Here $b$ is the bias in 32 bits, and $M$ is a real number, known before
//: the first image comes. **Predict:** how would you multiply by it without
//: a float?

let real = Double(unit) / Double(outputGrid.scale)
let multiplier = try FixedPointMultiplier(real)
show(real, "M", .significant(6))
show([Int(multiplier.mantissa), multiplier.shift], "mantissa and shift")
let code = outputGrid.zeroPoint + multiplier.apply(to: accumulator)
show(code, "output's code")
show(outputGrid.dequantize(code), "which is", .significant(4))
claim(
  abs(outputGrid.dequantize(code) - exact) <= outputGrid.scale,
  "the integers come within one step of the sum of reals")
claim(abs(multiplier.realValue / real - 1) < 1e-9, "mantissa and shift give M to nine digits")

//: By an integer $m$ of 31 bits, the *mantissa*, and a *shift* $n$:
//:
//: $$M \approx m \cdot 2^{n-31}$$
//:
//: Multiply, shift the product to the right, round, add the zero point,
//: and clip to the codes there are. That is
//: [[*requantization*|requantize]], and with it a chip has all the
//: arithmetic that it needs. Everything else is about making networks
//: that survive it.
//:
//: ## Trained in floats
//:
//: A small network: two blocks as in @lesson-06, and two dense layers.

func block(_ filters: Int, _ name: String) -> [Layer] {
  [
    Conv2D(
      filters: filters, kernelSize: 3, padding: .same, name: name),
    BatchNormalization(momentum: 0.9), ReLU(), MaxPooling2D(),
  ]
}
func network(seed: UInt64) -> Model {
  Sequential(
    block(8, "conv1") + block(16, "conv2") + [
      Flatten(), Dense(units: 32, name: "hidden"), ReLU(),
      Dense(units: 10, name: "scores"),
    ], inputShape: [28, 28, 1], seed: seed)
}

//: All trainings of this lesson are alike: the same number of epochs, the
//: same optimizer, a rate that falls to zero along half a cosine. Each
//: gives the accuracy on the test digits after every epoch.

let epochs = lesson.profile.pick(smoke: 4, class: 6)
let steps = epochs * ((digits.training.count + 31) / 32)
func train(
  _ model: Model, rate: Float, seed: UInt64, watch: [any Callback] = []
) throws -> [Double] {
  let trainer = Trainer(
    model,
    optimizer: Adam(learningRate: .cosine(initial: rate, steps: steps)),
    loss: .sparseCategoricalCrossEntropy(fromLogits: true),
    metrics: [.accuracy], seed: seed)
  let history = try trainer.fit(
    digits.training, epochs: epochs, validation: digits.test,
    callbacks: watch + [ProgressBar()])
  return history["val_accuracy"]
}

announce("Training: the network in floats, \(epochs) epochs")
let float = network(seed: seed)
let floatCurve = try train(float, rate: 0.003, seed: seed)

//: How good is it? We shall ask this of many networks.

let labels = digits.test.labels(of: 0..<digits.test.count)
func answers(_ model: Model) -> [Int] {
  model.predict(digits.test).argmax()
}
func equal(_ a: [Int], _ b: [Int]) -> Double {
  Double(zip(a, b).count { $0 == $1 }) / Double(a.count)
}
let floatReads = equal(answers(float), labels)
show(floatReads, "digits read, in floats", .percent(1))

//: Such a number is a count of right answers, and other digits would give
//: another count. The share $p$ of $n$ answers varies by about two standard
//: deviations, twice $\sqrt{p (1 - p) / n}$, to either side, from the
//: choice of the digits alone:

let doubt =
  2 * (floatReads * (1 - floatReads) / Double(labels.count)).squareRoot()
show(doubt, "give or take", .percent(1))
bind("doubt", doubt, .percent(1))
claim(floatReads > 0.8, "in floats most digits are read")

//: ## Quantized afterwards
//:
//: [[Post-training quantization|PTQ]], PTQ for short, takes the trained
//: network as it is, finds the ranges on a few hundred images, and rounds.
//: W4A4 says: every weight in 4 bits, every hidden activation in 4 bits;
//: the image and the scores keep 8. We try five such plans; in the last
//: the steps are *learned*, as in @lesson-03.

typealias Plan = (bits: Int, learned: Bool)
let plans: [Plan] = [
  (8, false), (4, false), (3, false), (2, false), (2, true),
]
let names = plans.map {
  "W\($0.bits)A\($0.bits)" + ($0.learned ? ", learned" : "")
}
func pixels(_ digits: LabeledImages, _ count: Int) -> Tensor {
  Tensor(digits.floats(of: 0..<count), shape: [count, 28, 28, 1])
}

//: `quantizeModel` does the rest, as in @lesson-06, and folds. Only the plan
//: with learned steps is left *unfolded*: a learned step does not move along
//: when a batch moves γ/σ, so in a folded kernel every batch would carry
//: weights over to other codes. Then does something run that was not
//: trained, as @lesson-06 warned? No: that happens with one scale for a
//: kernel, and here each channel has its own. When training has ended, γ/σ
//: is multiplied into that scale, and the codes stay.

func quantized(_ model: Model, _ plan: Plan) throws -> QuantizedModel {
  let scheme = QuantizeScheme.nBit(
    weights: plan.bits, activations: plan.bits,
    learnedSteps: plan.learned)
  return try quantizeModel(
    model, calibratingOn: [pixels(digits.training, 500)], scheme: scheme)
}

//: **Predict:** at how many bits does the network break?

let afterwards = try plans.map { try quantized(float, $0) }
let ptq = afterwards.map { equal(answers($0), labels) }
table(
  "digits read", of: plans.indices, columns: ["", "rounded afterwards"],
  format: .percent(1)
) { [names[$0], ptq[$0]] }
bind("ptq3", ptq[2], .percent(1))
bind("ptqLearned", ptq[4], .percent(1))
claim(abs(ptq[0] - floatReads) < 0.02, "8 bits cost nothing that this test could see")
claim(
  ptq[2] < floatReads && ptq[3] < 0.7, "3 bits cost some digits, and at 2 bits most of what it knew is gone")

//: At 8 bits nothing happens, at 4 little, at 3 more, and 2 break it. (The
//: last row has not learned anything yet. Its steps only have another
//: length to begin with: it is set by the mean size of the numbers, and not
//: by the largest.) Which layer is to blame? The first has 72 weights, the
//: third, `hidden`, has 25,088. A *report* finds out in two ways. It
//: quantizes one layer alone and leaves the rest in floats: by how much
//: does the loss rise? And it leaves one layer in floats and quantizes
//: the rest: how much of the rise is saved? **Predict:** which layer
//: hurts most at 3 bits?

let truth = digits.training.labels(of: 0..<500)
let report = afterwards[2].report(on: [pixels(digits.training, 500)]) {
  Loss.sparseCategoricalCrossEntropy(fromLogits: true)(
    $0, .classes(truth)
  ).scalar
}
let layers = report.layers.dropFirst()  // the first is the image
table(
  "3 bits, layer by layer", of: layers,
  columns: ["layer", "alone, adds", "all but this, saves"],
  format: .fixed(3)
) { [$0.name, $0.lossAlone, $0.lossWithout] }
bind("floatLoss", report.floatLoss, .fixed(3))
bind("quantizedLoss", report.quantizedLoss, .fixed(3))
let byHarm = layers.sorted { $0.lossAlone > $1.lossAlone }
bind("worstLayer", "`\(byHarm[0].name)`")
bind("secondLayer", "`\(byHarm[1].name)`")
claim(
  report.quantizedLoss > 1.2 * report.floatLoss,
  "at 3 bits the loss is at least a fifth higher than in floats")

//: In floats the loss is {{floatLoss}}, at 3 bits {{quantizedLoss}}.
//: Neither the number of its weights nor its place in the network tells how
//: much a layer hurts: here {{worstLayer}} does most harm alone, and after
//: it {{secondLayer}}. The harm has to be measured, and the two columns
//: need not agree, since errors act on each other. Some make each other
//: worse: a layer that does little harm alone may do much on top of
//: another's errors. Some partly cancel; take one of two away, and the
//: other stands alone, so a number below zero is no slip.
//:
//: One could give more bits to the layer that hurts most. Or one could
//: train.
//:
//: ## Trained through it
//:
//: Now [[quantization-aware training|QAT]], QAT for short. Each of the
//: quantized models trains on, from the same float weights, through its
//: fake-quants.
//: Meanwhile somebody takes notes: after every step, the upper ends of the
//: activations' ranges.

final class Notes: Callback {
  private(set) var tops: [[Float]] = []
  func stepEnds(_ run: TrainingRun) throws {
    guard let model = run.model as? QuantizedModel else { return }
    let outputs = model.quantizers.filter { $0.path.hasSuffix("output") }
    tops.append(outputs.compactMap { $0.quantizer.range?.high[0] })
  }
}

//: **Predict:** how much of what was lost comes back?

announce(
  "Training: \(names.joined(separator: "; ")), in this order, \(epochs) epochs each"
)
let aware = try plans.map { try quantized(float, $0) }
let notes = plans.map { _ in Notes() }
let curves = try plans.indices.map {
  try train(aware[$0], rate: 0.002, seed: seed, watch: [notes[$0]])
}
let qat = aware.map { equal(answers($0), labels) }
table(
  "digits read", of: plans.indices,
  columns: ["", "rounded afterwards", "trained through it"],
  format: .percent(1)
) { [names[$0], ptq[$0], qat[$0]] }
bind("float", floatReads, .percent(1))
bind("qat8", qat[0], .percent(1))
bind("qat3", qat[2], .percent(1))
bind("learned2", qat[4], .percent(1))
claim(1 - qat[2] < 0.85 * (1 - ptq[2]), "at 3 bits training through the rounding mends some of the mistakes")
claim(
  1 - qat[4] < 0.75 * (1 - ptq[4]) && qat[4] > ptq[4] + 0.2, "at 2 bits it brings back much of what was lost")

//: At 3 bits {{ptq3}} became {{qat3}}, and at 2 bits, with learned steps,
//: {{ptqLearned}} became {{learned2}}.
//:
//: ## Beware of the first row
//:
//: At 8 bits, trained through the rounding, the network reads {{qat8}};
//: in floats it had read {{float}}. With other seeds it may be more, or
//: less. Are integers better than reals? But the quantized network has
//: trained twice as long. **Predict** what the float network reads if it
//: may train on for as long, too.

func trainedOn(_ float: Model, seed: UInt64) throws -> [Double] {
  let longer = network(seed: seed)
  longer.copyWeights(from: float)
  return try train(longer, rate: 0.002, seed: seed)
}

announce("Training: the network in floats, \(epochs) epochs more")
let longerCurve = try trainedOn(float, seed: seed)
let longerReads = longerCurve[epochs - 1]
show(longerReads, "floats, trained as long", .percent(1))
bind("longer", longerReads, .percent(1))
claim(
  abs(qat[0] - longerReads) < 0.03,
  "at 8 bits QAT gains and loses nothing against floats that trained as long")

//: {{longer}}. What a network after QAT has over its start in floats may
//: be owed to the longer training alone; so compare it with floats that
//: trained as long. At 8 bits neither PTQ nor QAT costs or gains anything
//: here, and since one run is good to {{doubt}} at best, anyone can find
//: a seed in which it seems to. QAT pays where bits are fewer than 8.
//:
//: Here is the whole road, by one seed. With `--profile full` there are
//: five, and the figures show their spread.

func road(_ seed: UInt64) throws -> [[Double]] {
  let float = network(seed: seed)
  let start = try train(float, rate: 0.003, seed: seed)
  let longer = try trainedOn(float, seed: seed)
  return [start + longer]
    + (try plans.map { plan in
      let model = try quantized(float, plan)
      let rounded = equal(answers(model), labels)
      return [rounded] + (try train(model, rate: 0.002, seed: seed))
    })
}

let walkers = lesson.profile.pick(smoke: 1, class: 1, full: 5)
announce(
  "Walking the whole road, by \(walkers == 1 ? "one seed" : "\(walkers) seeds")")
var roads = [
  [floatCurve + longerCurve] + plans.indices.map { [ptq[$0]] + curves[$0] }
]
for more in 1..<walkers { roads.append(try road(seed + UInt64(more))) }
let series = roads[0].indices.map { line in roads.map { $0[line] } }

figure(
  "fig-curves",
  caption:
    "Digits read after every epoch. At the dashed line the float network is quantized, and each curve "
    + "starts from what that left of it. The floats train on as well, from the same weights; the rate, which "
    + "had fallen to zero, jumps up again there, and that costs digits at first. Below, what lies above 90 %.",
  alt:
    "Two panels of accuracy over epochs. The float curve rises and levels off, and dips a little after the "
    + "dashed line. On that line five curves start, most of them below it, the fewer bits the lower; those of 8, "
    + "4 and 3 bits come back to the float curve or nearly, those of 2 bits stay below."
) { accuracyCurves(series, names: names, epochs: epochs) }

figure(
  "fig-bits",
  caption:
    "Digits misread, for the five plans; the axis is logarithmic. The band is the float network that "
    + "trained as long, give or take what the choice of the test digits does. Down to 3 bits training "
    + "brings a network into it or close.",
  alt:
    "Two lines over 8, 4, 3 and 2 bits, and 2 bits with learned steps. Rounded afterwards rises steeply to "
    + "the right; trained through it stays low down to 3 bits, then rises less, and falls again with learned "
    + "steps."
) { misreadOverBits(series, doubt: doubt) }

//: ## Into integers
//:
//: The last piece of the road. Every grid is known, every normalization is
//: folded, and the bias is an integer in the unit of the accumulator.
//: `convert` writes it all down, and refuses a model of which anything
//: would stay in floats.

let (integers, conversion) = try convert(aware[0])
let kept = [0, 4, 6, 7]
table(
  "W8A8, as it runs", columns: kept.map { conversion.table.columns[$0] },
  rows: conversion.table.rows.map { row in kept.map { row[$0] } })
claim(conversion.floatOperations.isEmpty, "no operation is left in floats")

//: A layer has a multiplier for each of its channels or units; the table
//: gives the smallest and the largest. The last column says how many bits,
//: with the sign, are enough for the largest sum that could ever occur.
//:
//: The quantized model is a simulation of the integers. When it is asked
//: for answers, it still computes with floats, but with floats that stand
//: for codes: it rounds each bias to the unit of the accumulator, and
//: requantizes as the runtime does. **Predict:** ten scores for each of
//: the test digits: how many of these codes differ between simulation and
//: integers?

let test = pixels(digits.test, labels.count)
let agreement = aware[0].agreement(with: integers, on: test)
show(agreement.shareEqual, "scores of equal code", .percent(2))
show(agreement.largestDifference, "largest difference, in codes")
show(
  agreement.examples - agreement.sameClass, "digits read differently")
bind("equalCodes", agreement.shareEqual, .percent(2))
claim(
  agreement.shareEqual > 0.9995 && agreement.largestDifference <= 1,
  "nearly all scores have the same code, and the rest the one beside it")
claim(agreement.sameClass == agreement.examples, "the two read the same digits")

//: {{equalCodes}} are the same, to the last bit. In @lesson-03 fake-quant
//: promised to compute what integers will; this is the promise, kept.
//: (While the quantized model trains, biases and sums are not yet rounded
//: to the unit of the accumulator: that is the gap that is left.)
//:
//: Let us follow one image through the last layer, as in the beginning:
//: accumulators, a multiplier for each score, the zero point.

func accumulators(
  _ name: String, in model: IntegerModel, _ codes: [[Int8]]
) -> [Int32] {
  guard let layer = model[name], let kernel = layer.kernel else {
    return []
  }
  let source = layer.inputs[0]
  let zero = model.operations[source].grid.zeroPoint
  let units = kernel.bias32.count
  return (0..<units).map { unit in
    codes[source].indices.reduce(kernel.bias32[unit]) { sum, index in
      let weight = Int32(kernel.intWeights[index * units + unit])
      return sum + (Int32(codes[source][index]) - zero) * weight
    }
  }
}

//: One detail, since we want the very integers of a runtime, TFLite. To
//: multiply by $m$ and shift, it may round twice, when it cuts the product
//: to 32 bits and when it shifts, or only at the very end. The two results
//: are at most one code apart. TFLite rounds a convolution's
//: products twice and a dense layer's once, so here it is `.single`.

let session = IntegerSession(integers, maximumBatch: 100)
let pixelGrid = integers.operations[integers.inputs[0]].grid
let codes = session.intermediateCodes(
  pixelGrid.quantizeToInt8(digits.test.floats(of: [0])))
let last = conversion.operations[integers.outputs[0]]
let sums = accumulators("scores", in: integers, codes)
let byHand = zip(sums, last.multipliers).map { sum, multiplier in
  (last.zeroPoint + multiplier.apply(to: sum, roundings: .single))
    .saturated(to: -128...127)
}
table(
  "one image, ten scores: a \(labels[0])", of: 0..<10,
  columns: ["digit", "accumulator", "code by hand", "code of the engine"]
) { [$0, sums[$0], byHand[$0], codes[integers.outputs[0]][$0]] }
claim(byHand == codes[integers.outputs[0]].map(Int32.init), "ten times the same integer")

//: And all the plans, as integers:

announce("Converting: the five trained networks, and running their integers")
let converted = try aware.map { try convert($0) }
let integerReads = converted.map { model, _ in
  equal(
    IntegerSession(model, maximumBatch: 100).classes(test.values), labels)
}
table(
  "digits read", of: plans.indices,
  columns: ["", "rounded", "trained", "as integers", "bytes"],
  format: .percent(1)
) {
  [
    names[$0], ptq[$0], qat[$0], integerReads[$0],
    converted[$0].report.bytes,
  ]
}
let bytes =
  [conversion.floatBytes] + converted.prefix(4).map(\.report.bytes)
bind("ptq8", ptq[0], .percent(1))
bind("qat4", qat[1], .percent(1))
bind("kilobytes", Double(bytes[4]) / 1000, .fixed(0))
bind("floatKilobytes", Double(bytes[0]) / 1000, .fixed(0))
claim(
  qat == integerReads,
  "whatever the bits, the integers read what the simulation reads")

//: ## How few bits does it take?
//:
//: Back to the question. In floats the network reads {{float}} of the
//: digits. Rounded afterwards it takes 8 bits to read about as many:
//: {{ptq8}}. Trained through the rounding, 4 bits read {{qat4}} and 3 bits
//: {{qat3}}. And with 2 bits and learned steps, in {{kilobytes}} kilobytes
//: instead of {{floatKilobytes}}, it still reads {{learned2}}. Then a
//: weight has four codes (a learned grid keeps −2, too; see below), and so
//: has what flows between the layers.

claim(qat[1] > floatReads - 0.03, "trained, 4 bits read what floats read, within three of 100 digits")
claim(qat[4] > 0.3, "and 2 bits read far more than guessing would")

//: ## A second part: looking closer
//:
//: That is the whole road. The rest of this lesson looks closer: at what
//: training did to the weights, at the digits that changed, at what few
//: bits save, and at codes that never rest.
//:
//: ## What training did to the weights
//:
//: **Predict:** with 2 bits, how many weights are zero? Here are the
//: network rounded afterwards and the one that learned its steps.

let two = (before: afterwards[3], after: aware[4])
func zeros(_ model: QuantizedModel) throws -> [Double] {
  try layers.map {
    let codes = try model.integerParameters(of: $0.name).intWeights
    return Double(codes.count { $0 == 0 }) / Double(codes.count)
  }
}
let zeroes = (try zeros(two.before), try zeros(two.after))
table(
  "weights that are zero", of: 0..<4,
  columns: ["layer", "rounded afterwards", "trained, learned steps"],
  format: .percent(0)
) { [layers[$0 + 1].name, zeroes.0[$0], zeroes.1[$0]] }
bind("zeroHidden", zeroes.0[2], .percent(1))
claim(
  zeroes.0[2] > 0.6 && zeroes.1[2] < zeroes.0[2],
  "rounded to 2 bits, most of the hidden layer is zero; trained, less of it")

figure(
  "fig-weights",
  caption:
    "The weights of two layers, in steps of their grid, over the buckets of their 2-bit codes. Rounded "
    + "afterwards, the extremes set the step, and most weights share the bucket of zero. Trained, the buckets "
    + "have moved in to where the weights are; what lies beyond the last bucket is clipped.",
  alt:
    "Two rows of two histograms, conv2 and hidden, over wide shaded buckets. Left three buckets, from −1 to "
    + "1, and all weights within them; right four, from −2 to 1, and the weights spread over them and "
    + "beyond."
) { weightHistograms(rounded: two.before, trained: two.after) }

//: With a step set by the largest weight, {{zeroHidden}} of the hidden
//: layer are zero: not much was left to read digits with. Learned steps let
//: go of the extremes. They also use one code more. In @lesson-01 we left
//: out the lowest code, so that there are as many below zero as above;
//: of 256 codes that costs nothing, of four it costs a quarter. The
//: toolkit's learned grids, unlike ours of @lesson-03, keep all four: −2,
//: −1, 0 and 1.
//:
//: What flows between the layers has four codes either way. There, too,
//: learned steps let go of the extremes:

figure(
  "fig-codes",
  caption:
    "How often the output of each layer takes each of its four codes, counted from the lowest, which stands "
    + "for 0; over 200 images. Rounded afterwards, "
    + "the two highest codes hardly occur; trained, the later layers use them more.",
  alt:
    "Two tables of three layers and four codes, coloured by share. In both most is in the first two columns; "
    + "the last two hold a few per cent on the left, and more on the right in the lower rows."
) {
  codeUsage(
    rounded: two.before, trained: two.after, on: pixels(digits.test, 200))
}

figure(
  "fig-ranges",
  caption:
    "The upper ends of the activations' ranges, step by step, at 8 bits and with learned steps at 2. The two "
    + "convolutions share a colour; the line of conv2 is dashed. A debiased moving average, above, finds its "
    + "place at once and follows the network. Learned steps, below, move as the loss asks: the convolutions "
    + "take in more of their large numbers, the hidden layer gives some of its own away. The scores keep 8 bits "
    + "and a moving average in both.",
  alt:
    "Two panels with four lines over the steps, conv1, conv2, hidden and scores. Above they are nearly level "
    + "after the first steps. Below, those of conv1 and conv2 rise a little, that of hidden falls slowly, and "
    + "that of scores drops at once and then climbs part of the way back."
) { rangesWhileTraining([0, 4].map { (names[$0], notes[$0].tops) }) }

//: ## The digits that changed
//:
//: An accuracy does not say *which* digits are read. So compare the
//: answers, one by one.

let readers = [float, two.before, two.after].map(answers)
let changed = labels.indices.filter { readers[0][$0] != readers[2][$0] }
let better = changed.count { readers[2][$0] == labels[$0] }
let worse = changed.count { readers[0][$0] == labels[$0] }
show(
  [changed.count, better, worse],
  "answers that 2 bits changed, for the better, for the worse")
bind("changedAnswers", changed.count)
bind("answersApart", abs(worse - better))
claim(
  changed.count >= abs(worse - better),
  "at least as many answers changed as the two networks' right answers differ by")

//: The accuracies differ by {{answersApart}} answers; {{changedAnswers}}
//: changed. A wrong answer can become right, or wrong in another way, and
//: no accuracy tells. Which digits are taken for which?

let confusion = ConfusionMatrix(
  labels: labels, predictions: readers[2], classes: 10)
var worst = (share: 0.0, digit: 0, answer: 0)
for (digit, row) in confusion.counts.enumerated() {
  for (answer, count) in row.enumerated() where answer != digit {
    let share = Double(count) / Double(max(row.reduce(0, +), 1))
    if share > worst.share { worst = (share, digit, answer) }
  }
}
show([worst.digit, worst.answer], "most often misread: digit, and answer")
bind("misread", "a \(worst.digit) is taken for a \(worst.answer)")
bind("misreadShare", worst.share, .percent(0))

figure(
  "fig-confusion",
  caption:
    "Who is read as whom. Rows are digits, columns answers. A cell that holds nothing of its row is nearly "
    + "white, and a cell that holds a quarter of its row or more is as dark as can be. Rounded to 2 bits, the "
    + "network knows a few answers only. Trained, the diagonal is back, but not everything: most often "
    + "{{misread}}, in {{misreadShare}} of the cases.",
  alt:
    "Three tables of ten rows and ten columns. The first is dark on the diagonal only; the second has "
    + "dark columns; the third is dark on the diagonal, with some pale cells beside it."
) { confusions(labels, readers) }

//: Accuracy counts the mistakes; the table shows which they are. At 2 bits,
//: trained, most often {{misread}}: in {{misreadShare}} of the cases. And
//: some of the digits that changed:

figure(
  "fig-changed",
  caption:
    "Digits that the trained 2-bit network answers differently from floats: the truth, then the two "
    + "answers.",
  alt:
    "A grid of small grey pictures of digits, each with three numbers below: what it is, and what each "
    + "network took it for."
) {
  changedDigits(
    digits.test, at: Array(changed.prefix(20)), before: readers[0],
    after: readers[2])
}

//: ## Size, energy, speed
//:
//: What is all this good for? Count what reading one digit takes: each
//: weight is fetched once, and is multiplied once for each place where
//: its filter is applied. The price of each is Mark Horowitz's, from
//: @lesson-01, at 45 nm: 650 picojoules for four bytes from memory, 4.6
//: for a product and a sum of floats, and 0.3 for one of bytes.

let products = conversion.operations.map {
  $0.weightCount * $0.shape.dropLast().reduce(1, *)
}.reduce(0, +)
let fetching = bytes.map { Double($0) * 650e-6 / 4 }  // in microjoules
let computing = [4.6, 0.3, 0.3, 0.3, 0.3].map {
  Double(products) * $0 / 1e6
}
show(products, "products in one image", .grouped)
bind("smaller", Double(bytes[0]) / Double(bytes[1]), .fixed(1))
bind("cheaper", (fetching[0] + computing[0]) / (fetching[1] + computing[1]), .fixed(1))
claim(Double(bytes[1]) < 0.27 * Double(bytes[0]), "8 bits take little more than a quarter of the bytes")

// The shortest profile takes no times, which differ from run to run.
let thousands =
  lesson.profile == .smoke
  ? []
  : speeds(
    of: session, pixelGrid.quantizeToInt8(test.values),
    count: labels.count
  ) { _ = answers(float) }
bind(
  "faster",
  thousands.isEmpty
    ? "how many times as fast, the smoke profile does not measure"
    : NumberFormat.fixed(1).string(thousands[1] / thousands[0])
      + " times as many images a second")

figure(
  "fig-size",
  caption:
    "What a network costs: the bytes of its weights, scales and biases, and an estimate of the energy for "
    + "one image. Fewer bits save memory, and most of the energy goes there; with fewer than 8 the products "
    + "are still those of bytes. The speed is that of the machine which drew the figure.",
  alt:
    "Horizontal bars for floats, 8, 4, 3 and 2 bits: kilobytes, and microjoules split into arithmetic and "
    + "memory. In both the first bar is about four times the second. A third panel has images a second, in "
    + "floats and as integers of 8 bits."
) {
  costs(
    bytes: bytes, fetching: fetching, computing: computing,
    speeds: thousands)
}

//: The integers of 8 bits need {{smaller}} times fewer bytes, and by this
//: estimate {{cheaper}} times less energy. And speed? A processor multiplies
//: more bytes at once than floats. How much of that arrives depends on the
//: machine, and on all that surrounds the products: the ratio is one of two
//: programs. On the machine that drew the figure: {{faster}}.
//:
//: ## What could go wrong: codes that never rest
//:
//: In all our plans each channel of a convolution has its own scale. Some
//: runtimes want one scale for a whole kernel. @Lesson-06 has shown what
//: happens then: each batch moves the statistics of the normalizations, the
//: statistics move the grid, and the codes of the weights change though the
//: weights hardly do. There is a remedy, [[*freezing*|freeze]]: from the
//: middle of the training on, the normalizations use the moving statistics
//: and leave them as they are.
//:
//: Take 2 bits for the weights and 8 for the activations, one scale for a
//: kernel, and train with and without freezing. So that luck does not
//: decide, we do it with several networks, each with a start of its own. So
//: that it does not take long, they see few digits.

let few = digits.training.selecting(
  0..<lesson.profile.pick(smoke: 1600, class: 3000, full: 20_000))
let rounds = 4 * ((few.count + 31) / 32)
func fit(
  _ model: Model, rate: Float, seed: UInt64, watch: [any Callback] = []
) throws {
  let trainer = Trainer(
    model,
    optimizer: Adam(learningRate: .cosine(initial: rate, steps: rounds)),
    loss: .sparseCategoricalCrossEntropy(fromLogits: true), seed: seed)
  try trainer.fit(few, epochs: 4, callbacks: watch + [ProgressBar()])
}
func oneScale(freezing: Bool) -> QuantizeScheme {
  var scheme = QuantizeScheme.nBit(weights: 2, activations: 8)
  let format = QuantizerFormat(
    bitWidth: 2, symmetric: true, narrowRange: true)
  scheme.weights = { _ in LastValueQuantizer(format) }
  scheme.freezesBatchNormAfter = freezing ? rounds / 2 : nil
  return scheme
}

//: In @lesson-03 a weight flipped between two levels, since neither was the
//: right one. We count the flips of a whole layer: after every step we note
//: the folded weights of the second convolution, in steps of their grid,
//: and count those that round to another code than before.

final class Places: Callback {
  private(set) var weights: [[Float]] = []
  func stepEnds(_ run: TrainingRun) throws {
    for case let conv as FoldedBatchNorm in run.model.allLayers
    where conv.layer.name == "conv2" {
      let grids = try conv.quantizer?.affineQuantizers() ?? []
      weights.append(conv.foldedKernel.values.map { $0 / grids[0].scale })
    }
  }
  var flips: [Int] {
    zip(weights, weights.dropFirst()).map { before, after in
      zip(before, after).count { $0.rounded() != $1.rounded() }
    }
  }
}

//: The learning rate falls to zero, so at the end the weights hardly move.
//: **Predict:** do the flips die down, without freezing and with it? And
//: does it matter to the digits?

typealias Trial = (reads: Double, places: Places)
func trials(seed: UInt64) throws -> [Trial] {
  let start = network(seed: seed)
  try fit(start, rate: 0.003, seed: seed)
  return try [false, true].map { freezing in
    let model = try quantizeModel(
      start, calibratingOn: [pixels(few, 500)],
      scheme: oneScale(freezing: freezing))
    let places = Places()
    try fit(model, rate: 0.002, seed: seed, watch: [places])
    return (equal(answers(model), labels), places)
  }
}

let pairs = lesson.profile.pick(smoke: 5, class: 3, full: 5)
announce(
  "Training: \(pairs) networks, each in floats, then at 2 bits without freezing, then with"
)
let both = try (0..<pairs).map { try trials(seed: seed + UInt64($0)) }
let (free, frozen) = (both.map { $0[0] }, both.map { $0[1] })
table(
  "2 bits for a weight, one scale for a kernel", of: 0..<pairs,
  columns: ["network", "reads, not frozen", "reads, frozen"],
  format: .percent(1)
) { [$0 + 1, free[$0].reads, frozen[$0].reads] }

let (freeFlips, frozenFlips) = (
  free.map(\.places.flips), frozen.map(\.places.flips)
)
func flips(_ runs: [[Int]], last: Bool) -> Int {
  runs.map { (last ? $0.suffix(50) : $0.prefix(50)).reduce(0, +) }
    .reduce(0, +) / runs.count
}
table(
  "flips of the \(free[0].places.weights[0].count) weights of conv2, "
    + "mean of the networks",
  columns: ["", "first 50 steps", "last 50 steps"],
  rows: [("not frozen", freeFlips), ("frozen", frozenFlips)].map {
    [$0, flips($1, last: false), flips($1, last: true)]
  })
func mean(of trials: [Trial]) -> Double {
  trials.map(\.reads).reduce(0, +) / Double(trials.count)
}
bind("freeReads", mean(of: free), .percent(0))
bind("frozenReads", mean(of: frozen), .percent(0))
bind("leastFree", free.map(\.reads).min() ?? 0, .percent(0))
bind("mostFree", free.map(\.reads).max() ?? 0, .percent(0))
bind("gaining", both.count { $0[1].reads > $0[0].reads })
bind("networks", pairs)
claim(
  flips(freeFlips, last: true) > flips(freeFlips, last: false) / 20,
  "without freezing the flips do not die down with the learning rate")
claim(
  flips(frozenFlips, last: true) < flips(freeFlips, last: true) / 5,
  "with frozen statistics nearly all of them stop")
let slack = lesson.profile.pick(smoke: 6, class: 3)
claim(
  mean(of: frozen) > mean(of: free) - Double(slack) / 100,
  "and on average freezing costs a few of 100 digits at most, if any")

figure(
  "fig-oscillation",
  caption:
    "Network 1 of the table. Above, one weight of conv2 in the last steps of the training that froze nothing, "
    + "in steps of its grid: it stands near the edge between two codes, the statistics of each batch push it "
    + "to and fro, and what the network sees flips. Below, the flips of all weights of conv2 in each step, averaged over 20 steps. "
    + "Up to the dashed line the two trainings are the same, and the black line covers the other; from there on "
    + "the statistics of one are frozen.",
  alt:
    "Two panels. A wavy line, and around it a square wave that jumps between two codes. Below, two noisy "
    + "lines of flips per step: one goes on to the end, one falls to nothing at a dashed line in the "
    + "middle."
) {
  oscillation(
    free[0].places.weights, free: freeFlips[0], frozen: frozenFlips[0])
}

//: Without freezing the flips do not die down; with it nearly all of them
//: stop. A smaller rate makes the moves of the weights smaller, but not
//: those of the statistics, which change with every batch. At 2 bits a step
//: of the grid is as long as the largest weight, and each flip changes a
//: weight by a whole step. So training looks at one network now and at
//: another a batch later, and the one that runs at the end is none of them:
//: it is rounded with the statistics that the last batch left behind, and
//: with these no step of training was made. Without freezing the networks
//: read from {{leastFree}} to {{mostFree}} of the digits, {{freeReads}} in
//: the mean; with it {{frozenReads}} in the mean. Freezing need not help
//: every network: of these {{networks}} it makes {{gaining}} read more.
//:
//: One more thing can go wrong. Products of bytes have 16 bits: why not add
//: them up in 16?

let largest =
  accumulators("hidden", in: integers, codes)
  .map(\.magnitude).max() ?? 0
show(largest, "largest accumulator of the hidden layer")
show(Int16.max, "largest number of 16 bits")
claim(largest > UInt32(Int16.max), "16 bits are not enough")

//: In 32 bits nothing can overflow here: `convert` bounds every
//: accumulator by its weights, and refuses a layer that could overflow.
//:
//: ## Exercises
//:
//: - @ex-07.1: choose a multiplier and a shift.
//: - @ex-07.2: requantize one accumulator.
//: - @ex-07.3: find the layer that hurts.
//:
//: To try: give the network 4 filters instead of 8. At how many bits does
//: it break now? Or draw a digit yourself: `swift run book site --to ../site`
//: makes a web site of this book, and on its page *Draw your own digit* this
//: network reads in floats, 8, 4, 3 and 2 bits what you draw.
//:
//: Two questions to see what has stayed: `swift run qat quiz 07`.
//:
//: ## How Keras and TFLite do it
//:
//: - Keras's own `model.quantize` rounds after training only. TFMOT's
//:   `quantize_model` puts fake-quants in, for 8 bits, and one trains on
//:   with `fit`. Its ranges inside the network start at −6 and 6, and after
//:   a whole epoch they have not quite arrived.
//: - TFLite's converter takes the trained model, or a float model and some
//:   images, and writes integers: a mantissa and a shift for each channel,
//:   as here. The integers above follow its arithmetic.
//: - Arithmetic in fewer than 8 bits is rare: TFLite stores 4-bit weights,
//:   but computes with bytes.
//:
//: ## Further reading
//:
//: - Jacob et al., 2018, *Quantization and training of neural networks for
//:   efficient integer-arithmetic-only inference*.
//:   [arXiv:1712.05877](https://arxiv.org/abs/1712.05877)
//: - Esser et al., 2020, *Learned step size quantization*.
//:   [arXiv:1902.08153](https://arxiv.org/abs/1902.08153)
//: - Nagel et al., 2022, *Overcoming oscillations in quantization-aware
//:   training*. [arXiv:2203.11086](https://arxiv.org/abs/2203.11086)
//: - Horowitz, 2014, *Computing's energy problem (and what we can do about
//:   it)*, ISSCC.

endLesson()
