//: # 1. Uniform mapping and scale
//:
//: A trained network is a heap of numbers called *weights*. Each is usually
//: a float32: four bytes, good for seven digits. Below, the smallest
//: network there is learns to read handwritten digits: one layer, a weight
//: for every pair of a pixel and a digit. **What happens when every weight
//: has to make do with a single byte?**

import Datasets
import FixedPoint
import LessonKit
import Support
import Tensors

let (training, test) = lesson.digits(
  training: lesson.profile.pick(smoke: 1000, class: 4000, full: 20_000),
  test: lesson.profile.pick(smoke: 500, class: 2000, full: 10_000))
let pixels = Tensor(training.floats(), shape: [training.count, 784])
let kernel = Variable("kernel", .zeros([784, 10]))  // 784 for each digit
let bias = Variable("bias", .zeros([10]))

for _ in 1...lesson.profile.pick(smoke: 60, class: 150) {
  let scores = pixels.matmul(kernel.value) + bias.value
  let loss = scores.softmaxCrossEntropy(
    labels: training.labels(of: 0..<training.count))
  let gradients = loss.gradients(of: [kernel, bias])
  kernel.value = kernel.value - 0.5 * gradients[0]
  bias.value = bias.value - 0.5 * gradients[1]
}

//: That was gradient descent on {{count}} pictures: it learned {{weights}}
//: weights. How many of the pictures it has never seen does it read?

bind("count", training.count, .grouped)
bind("weights", kernel.value.count, .grouped)

func accuracy(_ weights: [Float], _ bias: Variable, on test: LabeledImages)
  -> Double
{
  let pixels = Tensor(test.floats(), shape: [test.count, 784])
  let scores =
    pixels.matmul(Tensor(weights, shape: [784, 10])) + bias.value
  let right = zip(scores.argmax(), test.labels).filter { $0 == Int($1) }
  return Double(right.count) / Double(test.count)
}

let weights = kernel.value.values
let floatAccuracy = show(
  accuracy(weights, bias, on: test), "accuracy, weights in float32",
  .percent(1))

//: Now the byte. Find the largest weight, let it be 127, and every other
//: weight a whole number in proportion.

let largest = weights.map(\.magnitude).max() ?? 0
let scale = largest / 127
let codes = weights.map { Int8(($0 / scale).rounded()) }
let fromCodes = codes.map { Float($0) * scale }
let int8Accuracy = show(
  accuracy(fromCodes, bias, on: test), "accuracy, weights in int8",
  .percent(1))
show(weights.count * MemoryLayout<Float>.size, "bytes in float32", .grouped)
show(codes.count * MemoryLayout<Int8>.size, "bytes in int8", .grouped)

claim(
  abs(floatAccuracy - int8Accuracy) < 0.005,
  "a quarter of the bytes, and the accuracy moved by less than half a point")

//: Three quarters of the memory are gone and the network reads as well as
//: before. @Fig-weights shows why it could: what the network learned about
//: one digit is a picture, and a picture survives being drawn in few
//: shades.

figure(
  "fig-weights",
  caption:
    "The weights that look for a 3, in float32, in 8 and in 2 bits. Orange speaks for a 3: it is the "
    + "orange shape. Blue speaks against it, in the gaps that an 8 or a 0 would close. Eight bits look like "
    + "thirty-two; at two bits only the strongest weights are left, and most of those speak against.",
  alt:
    "Three pictures of 28 by 28 weights: a faint orange 3 with blue in its gaps, smooth in float32 and at "
    + "8 bits; at 2 bits one blue hook and a few orange dots."
) { weightPictures(weights, of: 3, largest: largest) }

//: ## Why a byte is worth the trouble
//:
//: A model is a graph through which numbers flow. Some of them are
//: *static*: weights, the same for every picture. Others are *dynamic*:
//: pixels, sums and scores, new each time, which the field calls
//: *activations*. Quantization stores the static ones in fewer bits, and
//: then lets static and dynamic numbers meet in those few bits too.

figure(
  "fig-graph",
  caption:
    "Our network as a graph. Static values are learned once and stored; dynamic values exist while one "
    + "picture is read.",
  alt:
    "A graph: the pixels and the kernel enter a matrix product, the bias is added, scores come out. "
    + "Kernel and bias are marked as static, pixels and scores as dynamic."
) { networkGraph() }

//: Why bother? Memory is one reason, and energy the other. Mark Horowitz
//: measured what single operations cost in a 45 nm chip. A multiplication
//: of two bytes whose result is added up in 32 bits takes far less than one
//: of two floats, and fetching a number costs by the byte.

let picojoules = (
  floatMultiply: 3.7, floatAdd: 0.9, byteMultiply: 0.2, intAdd: 0.1,
  fetch32: 1300.0 / 2
)
let floatStep = picojoules.floatMultiply + picojoules.floatAdd
let byteStep = picojoules.byteMultiply + picojoules.intAdd
bind("saving", floatStep / byteStep, .significant(2))
bind("fetches", picojoules.fetch32 / floatStep, .fixed(0))

figure(
  "fig-energy",
  caption:
    "Energy per number, on a logarithmic axis: each grid line is ten times the one before. Arithmetic "
    + "gets cheaper with fewer bits, but the great cost is the way from memory.",
  alt:
    "Pairs of horizontal bars in picojoules, float32 and int8: multiply, add, fetch from DRAM. Each int8 "
    + "bar is shorter, and those for fetching are by far the longest."
) {
  energyBars(
    float32: [picojoules.floatMultiply, picojoules.floatAdd, picojoules.fetch32],
    int8: [picojoules.byteMultiply, picojoules.intAdd, picojoules.fetch32 / 4])
}

//: One multiply-and-add is {{saving}} times cheaper in int8. And
//: @fig-energy holds a surprise: fetching a single float from main memory
//: costs as much as {{fetches}} multiply-and-adds. A smaller model is a
//: cheaper model, whatever it computes.
//:
//: ## Five numbers, by hand
//:
//: So how does a real number become a whole one? Take a grid so coarse that
//: you can see every step of it: three bits, and numbers between −1 and 1.
//: Three bits have eight codes; we leave −4 out, so that the grid reaches
//: as far down as up, from −3 to 3. (`narrowRange` says so.) If 1 is to be
//: code 3, one step is worth a third.

let grid = try AffineQuantizer(
  covering: (-1, 1), bitWidth: 3, symmetric: true, narrowRange: true)
let numbers: [Float] = [-1, -0.4, 0.1, 0.45, 1]
table(
  "there and back", of: numbers,
  columns: ["x", "x / scale", "code", "code · scale"]
) { x in
  [x, x / grid.scale, grid.quantize(x), grid.roundTrip(x)]
}

figure(
  "fig-line",
  caption:
    "Five numbers on a 3-bit grid. Every number moves to the nearest level; none moves farther than half "
    + "a step.",
  alt:
    "A number line with seven levels from −1 to 1, codes −3 to 3. Five points have arrows to their "
    + "nearest levels."
) { snapping(numbers, to: grid) }

let unharmed = numbers.filter { grid.roundTrip($0) == $0 }.count
claim(unharmed == 2, "two of the five lie on a level")

//: Two of the five came back unharmed, because they lie on a level. The
//: others moved, by less than half a step.
//:
//: ## The map
//:
//: What we did has two lines. To go there, divide and round; to come back,
//: multiply.
//:
//: $$q = \mathrm{round}\left(\frac{x}{s}\right), \qquad x \approx q \cdot s$$
//:
//: Here $x$ is the real number, $q$ its *code*, a whole number, and $s$ the
//: *scale*: the real distance between two neighbouring codes. The codes are
//: evenly spaced, which makes the map *uniform*. All that a grid of codes
//: needs to be told is its scale. **Where does the scale come from?**
//:
//: A float32 reaches from −3·10³⁸ to 3·10³⁸. If int8 had to cover all of
//: it, code 127 would stand for 3·10³⁸.

let wholeScale = show(
  Float.greatestFiniteMagnitude / 127, "one step", .significant(3))
let survivors = show(
  weights.filter { ($0 / wholeScale).rounded() != 0 }.count,
  "weights whose code is not 0")
claim(survivors == 0, "on a grid for all of float32 every weight becomes 0")

//: A grid for everything is a grid for nothing. The scale has to come from
//: the numbers at hand: it is the range they need, divided by the steps we
//: have. That makes quantization a question about data, and the rest of
//: this course is about asking it well.
//:
//: ## 256 levels, 255 steps
//:
//: Eight bits make 256 codes, and so talks and tutorials often write the
//: scale as $s = (max - min) / 2^8$. Implementations divide by $2^8 - 1$.
//: Who is right?
//:
//: **Predict:** two bits, four codes, a range from −1 to 1. Divide it by 4,
//: and by 3. Which grid has a level on 1?

let byLevels: Float = 2 / 4
let bySteps: Float = 2 / 3

figure(
  "fig-fence",
  caption:
    "The same range and the same four codes. Dividing by four makes steps so short that the last code "
    + "stops one step before the end of the range; dividing by three puts it on the end.",
  alt:
    "Two number lines from −1 to 1. Divided by 4: levels at −1, −0.5, 0, 0.5. Divided by 3: levels at −1, "
    + "−0.33, 0.33, 1."
) { fences(byLevels: byLevels, bySteps: bySteps) }

//: A fence with four posts has three gaps. Codes are posts and steps are
//: gaps, so if the first code stands for *min* and the last for *max*, the
//: range is divided by $2^b - 1$. The first formula divides the range into
//: $2^b$ *buckets* instead, and then the top of the range belongs to no
//: code: 1 has to fall back a whole step. With eight bits the two differ
//: little:

let eight = (byLevels: Float(2) / 256, bySteps: Float(2) / 255)
show(eight.byLevels, "2 / 256")
show(eight.bySteps, "2 / 255")
bind("gap", Double(eight.bySteps / eight.byLevels - 1), .percent(1))
claim(eight.bySteps * 255 == 2 && eight.byLevels * 255 < 2, "only 2 / 255 brings 255 steps from −1 to 1")

//: {{gap}} apart: too little to hurt, and enough to make two programs
//: disagree on the last code. With two bits it is a third. This course
//: counts steps, as TensorFlow and PyTorch do.
//:
//: ## The ends of the grid
//:
//: Inside the range a number moves by half a step at most. **Predict:**
//: what becomes of numbers outside? Draw $q \cdot s$ over $x$ from −1.6 to
//: 1.6 before you look.

figure(
  "fig-staircase",
  caption:
    "A 3-bit quantizer. Between the ends it climbs one step at a time and stays within half a step of the "
    + "diagonal. Beyond the ends it can only repeat its last code: numbers there are clipped.",
  alt: "A staircase of seven levels along a dashed diagonal from −1 to 1, flat on both sides beyond."
) { staircase(of: grid) }

//: They are *clipped* to the last code, and that is a rule, not an
//: accident: the code of 1.6 would be 5, which three bits do not have. In
//: Swift, `Int8(300.0)` stops the program; a quantizer must limit first and
//: convert then.

show(
  [1.6, -40, .infinity].map { grid.quantize($0) }, "codes of 1.6, −40 and ∞"
)

//: ## Zero must be exact
//:
//: Look at @fig-fence again. The grid divided by three hits both ends, but
//: it has no level on 0. Does that matter? Networks are full of zeros that
//: *mean* nothing: the paper around a digit, the border that pads a
//: picture, what ReLU leaves of a negative number. If 0 comes back as a
//: little more or less than 0, every one of them whispers.

let picture0 = test.bytes(of: 0)
let blank = picture0.indices.filter { picture0[$0] == 0 }
func drift(steps: Float, _ blank: [Int], _ weights: [Float]) -> [Float] {
  let scale = 2 / steps  // −1…1: the middle falls between two codes
  let whisper = -1 + (1 / scale).rounded() * scale
  let changes = (0..<10).map { digit in
    blank.reduce(Float(0)) { $0 + whisper * weights[$1 * 10 + digit] }
  }
  return [whisper, changes.map(\.magnitude).max() ?? 0]
}
show(blank.count, "pixels of the first test picture that are 0")
table(
  "what the blank pixels do", of: [8, 4],
  columns: ["bits", "0 comes back as", "largest change of a score"],
  format: .significant(2)
) { bits in
  [bits] + drift(steps: Float(1 << bits) - 1, blank, weights)
}

//: Pixels that ought to say nothing move a score: a little at 8 bits, much
//: at 4. And they push the same way in every picture: such an error does
//: not average out. So a grid gets one more number, the *zero point* $z$:
//: the code that stands for 0.
//:
//: $$x \approx s \cdot (q - z), \qquad q = \mathrm{round}\left(\frac{x}{s}\right) + z$$
//:
//: With $z$ a whole number, 0 is always a code, and exact. The range has to
//: give way: the best place for 0 lies between two codes, we round it to
//: one of them, and the whole grid moves along, by half a step at most.
//: That is *nudging*. Ask for −1 to 1.1 in three bits, eight codes from 0
//: to 7:

let nudged = NudgedRange(low: -1, high: 1.1, bitWidth: 3)
show(nudged.scale, "scale", .significant(4))
show(nudged.exactZeroPoint, "best place for 0, in steps", .significant(4))
show(nudged.zeroPoint, "zero point")
table(
  "the range", columns: ["", "lowest level", "highest level"],
  rows: [
    ["asked for", nudged.low, nudged.high],
    ["nudged", nudged.lowest, nudged.highest],
  ])
claim(nudged.dequantize(nudged.zeroPoint) == 0, "0 comes back as exactly 0")
claim(abs(abs(nudged.shift) - 1 / 3) < 1e-3, "the grid moved by a third of a step")

figure(
  "fig-nudge",
  caption: """
    Nudging. Above, the grid as asked for has no level on 0. Below, all levels have moved up by a third of a step: \
    0 is exact now, and −1 has to be clipped.
    """,
  alt: """
    Two number lines of eight levels. Asked for: from −1 to 1.1, zero between two levels. Nudged: from −0.9 to 1.2, \
    one level on zero.
    """
) { nudging(nudged) }

//: ## Symmetric or affine?
//:
//: A grid with $z = 0$ is *symmetric*: as far down as up, and half of the
//: formula is gone. A grid with a zero point of its own is *affine*. Which
//: one fits? Quantize the weights both ways, and the pixels.

let symmetricWeights = try AffineQuantizer(
  covering: weights, symmetric: true, narrowRange: true)
let affineWeights = try AffineQuantizer(covering: weights)
let someInk = Array(test.floats(of: 0..<100))
let symmetricPixels = try AffineQuantizer(
  covering: someInk, symmetric: true, narrowRange: true)
let affinePixels = try AffineQuantizer(covering: someInk)

func used(_ values: [Float], _ quantizer: AffineQuantizer) -> Int {
  Set(values.map { quantizer.quantize($0) }).count
}
table(
  "two kinds of grid",
  columns: ["", "scale", "zero point", "codes in reach", "codes used"],
  rows: [
    [
      "weights, symmetric", symmetricWeights.scale,
      symmetricWeights.zeroPoint, 255, used(weights, symmetricWeights),
    ],
    [
      "weights, affine", affineWeights.scale, affineWeights.zeroPoint, 256,
      used(weights, affineWeights),
    ],
    [
      "pixels, symmetric", symmetricPixels.scale, symmetricPixels.zeroPoint,
      255, used(someInk, symmetricPixels),
    ],
    [
      "pixels, affine", affinePixels.scale, affinePixels.zeroPoint, 256,
      used(someInk, affinePixels),
    ],
  ])
claim(used(someInk, symmetricPixels) <= 128, "a symmetric grid wastes half its codes on pixels")

//: Weights lie on both sides of 0, and the symmetric grid serves them well.
//: Pixels are never negative, so a symmetric grid keeps half its codes for
//: numbers that do not occur; the affine one spends all 256. There is a
//: price. Multiply out $(q_1 - z_1)(q_2 - z_2)$ and count the products:
//: with $z_1 = 0$ for the weights, two of the four vanish. Hence the usual
//: choice: *symmetric for weights, affine for activations*.
//:
//: ## Real weights
//:
//: Now all {{weights}} at once, each dropped into the bucket of its code.

let grid8 = symmetricWeights
let worst = weights.map { abs($0 - grid8.roundTrip($0)) }.max() ?? 0
claim(worst <= grid8.scale / 2 * 1.0001, "no weight moved by more than half a step")
bind("usedCodes", used(weights, grid8))

figure(
  "fig-histogram",
  caption:
    "The weights of our network over the int8 buckets. Most are small and crowd into the middle; towards "
    + "the ends whole buckets are empty, and shaded grey.",
  alt:
    "A histogram of weights with a high narrow peak at 0, over 255 buckets of equal width, of which the "
    + "outer ones are mostly grey."
) { weightHistogram(weights, grid8) }

//: Of the 255 codes {{usedCodes}} are in use. The range was set by the
//: largest weight alone, and few others come near it. That observation is
//: worth a closer look.
//:
//: ## What could go wrong: one outlier
//:
//: The first pixel, in the top left corner, is blank in every picture, so
//: its weights never matter: multiplied by 0, they may be anything. Set one
//: of them to {{factor}} times the largest weight. The float network cannot notice.

let factor: Float = 20
bind("factor", factor)
var withOutlier = weights
withOutlier[3] = factor * largest
claim(accuracy(withOutlier, bias, on: test) == floatAccuracy, "in float the outlier changes nothing")

//: **Predict:** and in 8 bits? In 4?

func quantized(_ weights: [Float], bits: Int) throws -> [Float] {
  let quantizer = try AffineQuantizer(
    covering: weights, bitWidth: bits, symmetric: true, narrowRange: true)
  return weights.map { quantizer.roundTrip($0) }
}

let outlierGrid = try AffineQuantizer(
  covering: withOutlier, symmetric: true, narrowRange: true)
bind("outlierCodes", used(weights, outlierGrid))
bind("others", weights.count - 1, .grouped)
let clean = try [8, 6, 4].map {
  accuracy(try quantized(weights, bits: $0), bias, on: test)
}
let spoiled = try [8, 6, 4].map {
  accuracy(try quantized(withOutlier, bits: $0), bias, on: test)
}
table(
  "accuracy", columns: ["bits", "without", "with the outlier"],
  rows: zip([8, 6, 4], zip(clean, spoiled)).map { [$0, $1.0, $1.1] },
  format: .percent(1))
claim(spoiled[2] < 0.2, "a single weight, which no picture uses, blinds the 4-bit network")

figure(
  "fig-outlier",
  caption:
    "The same weights with one outlier far out on the right. It stretches every bucket to {{factor}} "
    + "times its width: all other weights now share the few buckets around 0.",
  alt:
    "Two histograms over int8 buckets. Above, without the outlier, weights spread over many buckets. "
    + "Below, with it, all of them fall into a few buckets at 0, and grey buckets reach out to one lonely "
    + "weight."
) {
  outlierHistograms(without: (weights, grid8), with: (withOutlier, outlierGrid))
}

//: One number took the resolution away from {{others}} others: they share
//: {{outlierCodes}} codes now. Nothing warned us, the float network was
//: fine. There are remedies: to clip the outlier (@lesson-02), to give each
//: output channel a scale of its own (@lesson-02), and to let training see
//: the grid, so that it learns weights that live well on it (@lesson-03).
//:
//: ## Exercises
//:
//: Each is a function of one or two lines in `Lessons/Exercises`. Check
//: with `swift run qat check 01.1`.
//:
//: - @ex-01.1: the scale of a grid.
//: - @ex-01.2: the zero point, nudged.
//: - @ex-01.3: quantize without a crash.
//:
//: To try: change the outlier's `factor` from 20 to 2, or train longer, and
//: run the lesson again. A ✗ may appear: it marks a statement that was true
//: of the lesson and is not true of your change. That is the point.
//:
//: Two questions to see what has stayed: `swift run qat quiz 01`.
//:
//: ## How Keras and TFLite do it
//:
//: - TensorFlow Lite's 8-bit scheme stores weights as int8 from −127 to
//:   127, symmetric, with one scale for each output channel; activations as
//:   int8 from −128 to 127, affine, one scale a tensor; biases as int32.
//: - TFMOT, the toolkit for quantization-aware training in Keras, uses the
//:   same grids: `symmetric=True, narrow_range=True` for weights, neither
//:   for activations.
//: - Both divide by the number of steps, and both nudge. Their fake-quant
//:   operation counts codes from 0, or from 1 in a narrow range, and shifts
//:   them to int8 later.
//:
//: ## Further reading
//:
//: - Jacob et al., 2018, *Quantization and Training of Neural Networks for
//:   Efficient Integer-Arithmetic-Only Inference*, section 2.1: the affine
//:   map, and why zero must be exact.
//:   [arXiv:1712.05877](https://arxiv.org/abs/1712.05877)
//: - Krishnamoorthi, 2018, *Quantizing deep convolutional networks for
//:   efficient inference*, section 2.
//:   [arXiv:1806.08342](https://arxiv.org/abs/1806.08342)
//: - Horowitz, 2014, *Computing's energy problem (and what we can do about
//:   it)*, ISSCC.

endLesson()
