//: # 9. One network, four machines
//:
//: In @lesson-07 the integers gave the codes that the simulation had
//: promised, to the last one. But whose integers were they? The same model
//: may run in LiteRT, as TFLite is now called: by its own *reference* code,
//: or by the library [[*XNNPACK*]], as on most phones. It may run in ONNX
//: Runtime, or on a chip that requantizes by shifting bits.
//: **Given the same weights and the same image: do the four machines give
//: the same codes?**

import LessonKit
import QAT
import TFLiteFiles

let seed = lesson.options.seed
let digits = lesson.digits(
  training: lesson.profile.pick(smoke: 1500, class: 6000, full: 60_000),
  test: lesson.profile.pick(smoke: 400, class: 1000, full: 10_000))

//: ## Five numbers, by hand
//:
//: Up to the accumulator nobody can disagree: a sum of products of integers
//: has one value. Then comes requantization, a multiplication by a real
//: number $M$ and a rounding. Let $M$ be one eighth, so that we can do it
//: in our heads, and take five accumulators that are halfway between two
//: codes.

let accumulators: [Int32] = [-12, -4, 4, 12, 20]
let eighth = try FixedPointMultiplier(0.125)
let reference = accumulators.map { eighth.apply(to: $0) }
let xnnpack = accumulators.map { sum in
  Int32((Float(sum) * 0.125).rounded(.toNearestOrEven))
}
table(
  "an eighth of five accumulators", of: accumulators.indices,
  columns: ["accumulator", "exactly", "reference", "XNNPACK, ONNX"]
) {
  [
    accumulators[$0],
    NumberFormat.significant(2).string(Double(accumulators[$0]) / 8),
    reference[$0], xnnpack[$0],
  ]
}
claim(reference == [-2, -1, 1, 2, 3], "the reference rounds a tie away from zero")
claim(xnnpack == [-2, 0, 0, 2, 2], "the others round it to the even code")
claim(zip(reference, xnnpack).count { $0 != $1 } == 3, "so three of five differ")

//: Two rules for ties, as @lesson-02 had them, and both are right: neither
//: is nearer. Ties are rare among real multipliers. There is a second
//: difference: the reference rounds *twice*. Its multiplier is an integer
//: of 31 bits and a shift. It takes the product without its lowest 31 bits,
//: rounded, then it shifts and rounds again. What the first rounding
//: lifts onto a tie, the second lifts over it. Look for the first
//: accumulator to which that happens, with a multiplier as networks have
//: them:

let real = 0.0007
let multiplier = try FixedPointMultiplier(real)
let lifted =
  (Int32(1)...2_000_000).first { sum in
    multiplier.apply(to: sum)
      != multiplier.apply(to: sum, roundings: .single)
  } ?? 0
show(lifted, "accumulator")
show(Double(lifted) * multiplier.realValue, "exactly", .significant(12))
show(multiplier.apply(to: lifted), "rounded twice")
show(multiplier.apply(to: lifted, roundings: .single), "rounded once")
let mantissa = Double(multiplier.mantissa) / 2_147_483_648  // 2³¹
bind("lifted", lifted)
bind("mantissa", mantissa, .significant(4))
bind("product", Double(lifted) * mantissa, .fixed(1))
bind("whole", Int((Double(lifted) * mantissa).rounded()))
bind("divisor", 1 << -multiplier.shift)
claim(
  2 * Int((Double(lifted) * mantissa).rounded()) == 1 << -multiplier.shift,
  "the first rounding lifts it onto a tie")
claim(
  abs(multiplier.apply(to: lifted) - multiplier.apply(to: lifted, roundings: .single)) == 1,
  "the two differ by one code")

//: That is a little less than half a step. The integer of 31 bits stands
//: for {{mantissa}}, and the shift divides by {{divisor}}. Now {{lifted}} ·
//: {{mantissa}} = {{product}}: the first rounding leaves the whole number
//: {{whole}}. The shift divides {{whole}} by {{divisor}}, which is exactly
//: ½, and the second rounding takes ½ up to 1. It is one code, in a rare
//: case. **Predict:** a small network computes some ten thousand codes for
//: an image. In how many of them do two machines differ, and does it grow
//: or shrink from layer to layer?
//:
//: ## The network
//:
//: It has what differs between runtimes: a sum of two tensors, two
//: branches that are joined into one, an average, and a softmax at the
//: end.

func network() throws -> Model {
  let image = Input([28, 28, 1])
  let stem = ReLU(name: "stem_relu")(
    Conv2D(
      filters: 8, kernelSize: 3, strides: 2, padding: .same,
      name: "stem")(image))
  let same = Conv2D(
    filters: 8, kernelSize: 3, padding: .same, name: "same")(stem)
  let sum = ReLU(name: "sum_relu")(Add(name: "sum")([stem, same]))
  let wide = ReLU(name: "wide_relu")(
    Conv2D(filters: 8, kernelSize: 3, padding: .same, name: "wide")(sum))
  let narrow = ReLU(name: "narrow_relu")(
    Conv2D(filters: 8, kernelSize: 1, name: "narrow")(sum))
  let joined = Concatenate(name: "joined")([wide, narrow])
  let pooled = AveragePooling2D(name: "pooled")(joined)
  let scores = Dense(units: 10, name: "scores")(
    Flatten(name: "flatten")(pooled))
  return Model(
    inputs: [image], outputs: [Softmax(name: "softmax")(scores)],
    seed: seed)
}

func train(_ model: Model, rate: Float, epochs: Int) throws {
  let steps = epochs * ((digits.training.count + 31) / 32)
  let trainer = Trainer(
    model,
    optimizer: Adam(learningRate: .cosine(initial: rate, steps: steps)),
    loss: .sparseCategoricalCrossEntropy(), metrics: [.accuracy],
    seed: seed)
  try trainer.fit(
    digits.training, epochs: epochs, callbacks: [ProgressBar()])
}

announce("Training: the network in floats")
let float = try network()
try train(float, rate: 0.005, epochs: 5)
let labels = digits.test.labels(of: 0..<digits.test.count)
func share(_ answers: [Int], _ truth: [Int]) -> Double {
  Double(zip(answers, truth).count { $0 == $1 }) / Double(truth.count)
}
let floatReads = share(float.predict(digits.test).argmax(), labels)
show(floatReads, "digits read, in floats", .percent(1))
claim(floatReads > 0.8, "in floats most digits are read")

//: ## Three runtimes, code by code
//:
//: We quantize once, so that all get the same weights, scales and zero
//: points, and convert for each arithmetic. The chip that shifts bits
//: cannot have these scales; its turn comes below.

func images(_ digits: LabeledImages, _ count: Int) -> Tensor {
  Tensor(digits.floats(of: 0..<count), shape: [count, 28, 28, 1])
}
let quantized = try quantizeModel(
  float, calibratingOn: [images(digits.training, 300)])
let arithmetics: [IntegerArithmetic] = [.tflite, .xnnpack, .onnxRuntime]
let machines = try arithmetics.map {
  try convert(quantized, arithmetic: $0).model
}

//: All operations' codes, for the same images:

let count = lesson.profile.pick(smoke: 100, class: 400)
let inputGrid = machines[0].operations[0].grid
let inputCodes = inputGrid.quantizeToInt8(images(digits.test, count).values)
let codes = machines.map {
  IntegerSession($0, maximumBatch: count).intermediateCodes(inputCodes)
}
func differing(_ a: Int, _ b: Int) -> [Double] {
  codes[a].indices.map { operation in
    let pairs = zip(codes[a][operation], codes[b][operation])
    return Double(pairs.count { $0 != $1 })
      / Double(codes[a][operation].count)
  }
}
let pairs = [(0, 1), (0, 2), (1, 2)]
let titles = ["reference, XNNPACK", "reference, ONNX", "XNNPACK, ONNX"]
let parted = pairs.map { differing($0.0, $0.1) }
let operations = machines[0].operations
func percent(_ share: Double) -> String {
  NumberFormat.significant(2).string(100 * share) + " %"
}
table(
  "codes that differ", of: operations.indices,
  columns: ["operation"] + titles
) { row in [operations[row].name] + parted.map { percent($0[row]) } }

let first = parted.map { row in row.firstIndex { $0 > 0 } ?? 0 }
func farthest(_ pair: (Int, Int), _ operation: Int) -> Int {
  zip(codes[pair.0][operation], codes[pair.1][operation])
    .map { abs(Int($0) - Int($1)) }.max() ?? 0
}
let last = operations.count - 1
table(
  "where they part", of: pairs.indices,
  columns: ["", "first at", "scores differ by at most", "softmax by"]
) {
  [
    titles[$0], operations[first[$0]].name,
    farthest(pairs[$0], last - 1), farthest(pairs[$0], last),
  ]
}
let scores = operations.count - 2
bind("pooledONNX", percent(parted[1][scores - 2]))
bind("scoresONNX", percent(parted[1][scores]))
bind("softmaxONNX", percent(parted[1][last]))
bind("stemXNNPACK", percent(parted[0][1]))
let scoreScale = Double(machines[0].operations[scores].grid.scale)
bind("scoreScale", scoreScale, .significant(3))
bind("quarter", scoreScale / 4, .significant(3))
bind("quarterCodes", 256 * scoreScale / 4, .fixed(0))
bind("firstScores", farthest(pairs[0], scores))
bind("firstSoftmax", farthest(pairs[0], last))
claim(
  operations[first[0]].name == "stem" && operations[first[1]].name == "stem"
    && parted[2][..<(scores - 2)].allSatisfy { $0 < 0.0005 } && parted[2][scores - 2] > 0.01,
  "the reference parts from the others at the first convolution; these two, but for a few codes, at the pooling"
)
claim(
  parted[1][scores] > parted[1][scores - 2],
  "the scores differ more often than the codes that they are computed from")

figure(
  "fig-parting",
  caption:
    "The share of codes that differ between two runtimes, operation by operation; the axis is logarithmic, and where "
    + "none differ there is no point. Each operation adds its own differences and hands on some of those before it. "
    + "From stem to joined the two lines of the reference nearly coincide; from pooled on those of ONNX Runtime do.",
  alt:
    "Three lines over the operations from stem to softmax. Two start low at the first convolution; at the "
    + "pooling those with ONNX Runtime leap up, and rise again at the scores."
) { partingChart(operations.map(\.name), parted, titles) }

//: The first convolution differs in {{stemXNNPACK}} of its codes: those are
//: the ties and the double roundings. Then the pooling. The mean of four
//: codes is a whole number, or ends in a quarter, a half or three quarters:
//: here ties are *common*. And the mean of a window has a rule of its own.
//: LiteRT, with XNNPACK or without it, rounds its ties away from zero, −2.5
//: to −3, though XNNPACK rounds those of products to even. ONNX Runtime makes
//: it the even −2. Of these codes {{pooledONNX}} differ. (XNNPACK and ONNX
//: Runtime also add the tensors of `sum` in different ways, by integers and
//: by floats; at most a few codes show it.)
//:
//: And then {{scoresONNX}} of the scores. A score is a sum over all
//: pooled codes. Each that differs moves the sum a little, and a sum that
//: lies near the edge between two codes falls to the other side. The more
//: inputs an output has, the more often that happens. So the differences
//: grow on the whole, but not at every step: one that is small is often
//: lost when the next operation rounds.
//:
//: The softmax shows both a loss and a growth of differences. Where one
//: digit is nearly certain, a score may move a little and no probability
//: does: only {{softmaxONNX}} of its codes differ. The slope of a
//: probability $p$ by its own score is $p (1 - p)$. Where two digits are
//: about equally likely, $p$ is ½, and it moves by a quarter of what its
//: score does. A code of the scores is {{scoreScale}}, and a quarter of
//: that {{quarter}}. The softmax's codes are 1/256 apart, so one code in a
//: score becomes about {{quarterCodes}} here: in the first row of the table
//: {{firstScores}} became {{firstSoftmax}}.
//:
//: **Predict:** in how many of {{images}} images is the *answer* another?

bind("images", count)
let answers = codes.map { all in
  (0..<count).map { image in
    let ten = all[last][image * 10..<image * 10 + 10]
    let best = ten.indices.max { ten[$0] < ten[$1] } ?? ten.startIndex
    return best - ten.startIndex
  }
}
let changed = pairs.map { pair in
  zip(answers[pair.0], answers[pair.1]).count { $0 != $1 }
}
table(
  "answers that differ", of: pairs.indices, columns: ["", "of \(count)"]
) { [titles[$0], changed[$0]] }
claim(
  changed.allSatisfy { $0 <= count / 50 },
  "no two runtimes differ in more than 2 % of the answers")

//: Scores differ by a code or two, and the best one mostly leads by many.
//: Whoever compares accuracies sees nothing. Whoever compares codes, to
//: find out whether a port to another chip is *right*, finds thousands of
//: differences, and has to know which of them are a matter of taste. That
//: is why this package writes the rules of each runtime down and compares
//: every code.
//:
//: ## Scales that are not yours to choose
//:
//: So far the three had the same grids. Left to themselves, they differ in
//: these as well, and the chip that shifts bits needs its own.
//: **Predict:** what scale has the output of a softmax, whose numbers lie
//: between 0 and 1? And what happens to the scales of two tensors that are
//: joined into one?

let schemes = [QuantizeScheme.tflite8Bit, .onnxRuntime8Bit, .powerOfTwo]
let own = try schemes.map {
  try quantizeModel(
    float, calibratingOn: [images(digits.training, 300)], scheme: $0)
}
let converted = try own.map { try convert($0).model }
let kinds = ["LiteRT", "ONNX Runtime", "powers of two"]
func scale(_ model: IntegerModel, _ name: String) -> String {
  let scale = Double(model[name]?.grid.scale ?? 0)
  return NumberFormat.significant(4).string(scale)
}
table(
  "scales", of: ["stem", "wide", "narrow", "joined", "pooled", "softmax"],
  columns: [""] + kinds
) { name in [name] + converted.map { scale($0, name) } }
claim(
  converted.allSatisfy { $0["softmax"]?.grid.scale == 1 / 256 },
  "all three schemes fix the scale of a softmax at 1/256")
claim(
  converted[0]["wide"]?.grid.scale == converted[0]["narrow"]?.grid.scale
    && converted[1]["wide"]?.grid.scale != converted[1]["narrow"]?.grid.scale,
  "LiteRT gives joined tensors one scale, ONNX Runtime each its own")

//: LiteRT copies the codes of a concatenation, so its parts need one
//: scale, and the one with the smaller range wastes some of its codes.
//:
//: A softmax gives numbers from 0 to 1 in every network, so its scale can
//: be fixed, once and for all. By @lesson-01 it would be 1/255, at which the
//: last of 256 codes is 1 exactly. It is 1/256: integers compute a
//: probability as a fraction of a power of two, and then a shift makes it a
//: code. For that no code is left for 1 itself, and 255/256 has to do. (Our
//: scheme for ONNX Runtime uses 1/256, too. ONNX Runtime's own tool uses
//: 1/256 only in its format QOperator, whose operators take codes. In its
//: format QDQ the tool uses 1/255. There the operators stay operators of
//: floats; before each stands a DequantizeLinear, which turns codes into
//: floats, and behind it a QuantizeLinear, which turns floats into codes.)
//:
//: The last column is a machine that multiplies codes, as all do, and has
//: no multiplier for $M$: its scales are powers of two, so $M$ is a shift.
//: What does that cost? Except in the softmax, this machine has no zero
//: points either, so behind a ReLU half of its codes stand for numbers that
//: do not occur: that is one bit. And a scale may be up to twice as large
//: as needed: that may be another.

let machineReads = converted.map { model in
  share(
    IntegerSession(model, maximumBatch: 100).classes(
      images(digits.test, labels.count).values), labels)
}
table(
  "rounded for each", of: schemes.indices,
  columns: ["", "digits read"], format: .percent(1)
) { [kinds[$0], machineReads[$0]] }

bind("shiftReads", machineReads[2], .percent(1))
claim(machineReads[2] > floatReads - 0.05, "at 8 bits the machine that shifts loses little")

//: {{shiftReads}}: with 256 codes there are two bits to spare.
//:
//: ## Where ranges come from, once more
//:
//: The last thing in which tools differ is how they find the range of an
//: activation. Here are six ways, some of which this course has met, for
//: activations of 4 bits, where it matters. We look at the outputs of one
//: layer:
//:
//: - the range of the *last batch*;
//: - from the *smallest* to the *largest* number of all batches;
//: - up to a [[*percentile*]], the number below which 99.9 % of all lie;
//: - the range with the least *squared error*;
//: - the range whose codes have the histogram that differs least from that
//:   of the numbers before rounding. How much two histograms differ is
//:   measured by their [[*relative entropy*]], so the rule is called
//:   *entropy*; it is that of NVIDIA's TensorRT;
//: - *learned*, by training for an epoch.

func fourBits(
  _ float: Model, by method: CalibrationMethod?
) throws -> QuantizedModel {
  try quantizeModel(
    float, calibratingOn: [images(digits.training, 300)], by: method,
    scheme: .nBit(weights: 8, activations: 4))
}
func lastBatch(_ float: Model) throws -> QuantizedModel {
  var scheme = QuantizeScheme.nBit(weights: 8, activations: 4)
  scheme.activations = {
    LastValueQuantizer(QuantizerFormat(bitWidth: 4))
  }
  let batches = (0..<10).map { index in
    Tensor(
      digits.training.floats(of: index * 30..<index * 30 + 30),
      shape: [30, 28, 28, 1])
  }
  return try quantizeModel(float, calibratingOn: batches, scheme: scheme)
}
func learned(_ float: Model) throws -> QuantizedModel {
  let model = try quantizeModel(
    float, calibratingOn: [images(digits.training, 300)],
    scheme: .nBit(weights: 8, activations: 4, learnedSteps: true))
  try train(model, rate: 0.001, epochs: 1)
  return model
}

//: **Predict:** which of them has the widest range, which the narrowest,
//: and which reads the most digits?

announce("six ways to find ranges, the last of them trains an epoch")
let ways = [
  "last batch", "smallest and largest", "99.9 %", "squared error",
  "entropy", "learned",
]
let found =
  [try lastBatch(float)]
  + (try [.minMax, .percentile(99.9), .meanSquaredError, .entropy].map {
    try fourBits(float, by: $0)
  }) + [try learned(float)]
func top(_ model: QuantizedModel, _ layer: String) -> Double {
  let quantizer = model.quantizers.first {
    $0.path.hasSuffix("\(layer)/output")
  }
  return Double(quantizer?.quantizer.range?.high[0] ?? .nan)
}
let tops = found.map { top($0, "stem_relu") }
let reads = found.map {
  share($0.predict(digits.test).argmax(), labels)
}
table(
  "4 bits for activations", of: ways.indices,
  columns: ["range by", "upper end of stem", "digits read"]
) {
  [
    ways[$0], NumberFormat.significant(3).string(tops[$0]),
    NumberFormat.percent(1).string(reads[$0]),
  ]
}
claim(tops[3] <= tops[1], "the least squared error clips some of what the widest range keeps")
claim(reads[4] < reads[3], "entropy reads fewer digits than the least squared error")
let others = reads.indices.filter { $0 != 4 }.map { reads[$0] }
let middle = others.reduce(0, +) / Double(others.count)
bind("between", difference(others.max() ?? 0, others.min() ?? 0, .percent(1)), .fixed(1))
bind("testImages", labels.count, .grouped)
bind("giveOrTake", 200 * (middle * (1 - middle) / Double(labels.count)).squareRoot(), .fixed(1))

figure(
  "fig-ranges",
  caption:
    "What comes out of the first convolution, and where each way ends its range; zeros are left out. Ways that end at "
    + "the same number share a line. Entropy follows the crowd near zero and cuts off what is rare and large.",
  alt:
    "A histogram that falls steeply from zero, with vertical lines: one close to zero, the others further to "
    + "the right, that of the smallest and largest at the end of the tail."
) {
  rangesChart(
    outputs(of: "stem_relu", in: float, images(digits.test, 100)), tops,
    ways)
}

//: Entropy is what TensorRT made its name with, at 8 bits and on
//: activations of large networks. Here it has sixteen codes. Most values
//: are near zero, so it spends its codes there. The few large ones are cut
//: off, and with them what tells the digits apart. The least squared error
//: counts how *far* off each is, and keeps them. A rule that is good in one
//: place may do harm in another; the only test is to try.
//:
//: The other five lie {{between}} of 100 digits apart, learned steps among
//: them, and a share of {{testImages}} test digits is good to ±{{giveOrTake}}
//: (@lesson-07). Compare the two numbers before you call one of the five
//: the best. It was at 2 bits that learned steps were worth their training.
//:
//: ## A model of somebody else
//:
//: All of this can be done to a model that others trained and ship. With
//: `--model` and the path of a .tflite file this lesson compares what
//: LiteRT's two arithmetics make of it, on codes drawn at random:

if let path = lesson.options.model {
  let shipped = try [IntegerArithmetic.tflite, .xnnpack].map {
    try IntegerModel(tflite: path, arithmetic: $0)
  }
  let examples = 10
  var generator = lesson.generator("codes")
  let input = shipped[0].operations[shipped[0].inputs[0]]
  let random = (0..<examples * input.count).map { _ in
    Int8.random(in: -128...127, using: &generator)
  }
  let both = shipped.map {
    IntegerSession($0, maximumBatch: examples).intermediateCodes(random)
  }
  table(
    shipped[0].name, of: shipped[0].operations.indices,
    columns: ["operation", "codes that differ", "at most"]
  ) { index in
    let pairs = zip(both[0][index], both[1][index])
    let differences = pairs.map { abs(Int($0) - Int($1)) }
    let share =
      Double(differences.count { $0 > 0 }) / Double(differences.count)
    return [
      String(shipped[0].operations[index].name.suffix(40)),
      percent(share), differences.max() ?? 0,
    ]
  }
} else {
  show("none; qat-model fetch gets one", "--model")
}

//: `swift run qat-model fetch` lists models that are free to get, among them
//: those of MLPerf Tiny, a benchmark for microcontrollers, and `qat-model
//: compare` shows more than fits here.
//:
//: ## Exercises
//:
//: - @ex-09.1: round a tie as each runtime does.
//: - @ex-09.2: find where two runtimes part.
//: - @ex-09.3: scales for a machine that shifts.
//:
//: To try: put a max pooling in the place of the average. Where do ONNX
//: Runtime and XNNPACK part now, and in how many codes of the scores?
//:
//: Two questions to see what has stayed: `swift run qat quiz 09`.
//:
//: ## How the runtimes do it
//:
//: - LiteRT's reference code computes a convolution's product with a
//:   31-bit multiplier and two roundings, a dense layer's with one. By
//:   default LiteRT hands most operations to XNNPACK.
//: - XNNPACK and ONNX Runtime multiply the accumulator, as a float, by a
//:   float, and round half to even. The mean of a window is another matter:
//:   LiteRT, with XNNPACK or without it, rounds half away from zero, ONNX
//:   Runtime to even.
//: - TFLite's quantizer gives the inputs of a concatenation one scale and
//:   fixes the scales of softmax, sigmoid and tanh; ONNX Runtime's fixes
//:   that of a softmax alone, at 1/256 in its format QOperator and at 1/255
//:   in QDQ.
//: - TFMOT simulates none of these; here a scheme's `arithmetic` says which
//:   machine inference follows, code by code.
//:
//: ## Further reading
//:
//: - Jacob et al., 2018, *Quantization and training of neural networks for
//:   efficient integer-arithmetic-only inference*, section 2.
//:   [arXiv:1712.05877](https://arxiv.org/abs/1712.05877)
//: - Jain et al., 2020, *Trained quantization thresholds for accurate and
//:   efficient fixed-point inference of deep neural networks*: scales that
//:   are powers of two. [arXiv:1903.08066](https://arxiv.org/abs/1903.08066)
//: - Wu et al., 2020, *Integer quantization for deep learning inference*:
//:   ranges by entropy, percentile and the largest, compared.
//:   [arXiv:2004.09602](https://arxiv.org/abs/2004.09602)

endLesson()
