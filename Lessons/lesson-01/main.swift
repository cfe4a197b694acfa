//: # 1. Uniform mapping and scale
//:
//: A trained network is a heap of numbers called [[*weights*|weight]]. Each
//: is usually a float32: four bytes, good for seven digits. Below, the
//: smallest network there is learns to read digits: one layer, a weight for
//: every pair of a pixel and a digit. **What happens when every weight has
//: to make do with a single byte?**
//:
//: The digits of this course are drawn by a program, stroke by stroke, so
//: that nothing has to be downloaded; `--data` and the folder of [[*MNIST*]],
//: the best-known set of digits that people wrote, take those instead.

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

let steps = lesson.profile.pick(smoke: 60, class: 150)
announce("Training: one layer learns to read digits, \(steps) steps of gradient descent")
for _ in 1...steps {
  let scores = pixels.matmul(kernel.value) + bias.value
  let loss = scores.softmaxCrossEntropy(
    labels: training.labels(of: 0..<training.count))
  let gradients = loss.gradients(of: [kernel, bias])
  kernel.value = kernel.value - 0.5 * gradients[0]
  bias.value = bias.value - 0.5 * gradients[1]
}

//: That was gradient descent on {{count}} pictures: {{steps}} times the
//: {{weights}} weights took a small step, in the direction in which the
//: answers become less wrong. (`pick` takes one of three numbers, by the
//: *profile* of the run: `smoke` is quick, `class` is the usual one, from
//: which the chapters of the book are made, and `full` takes more data.)
//: How many of the pictures it has never seen does it read?

bind("count", training.count, .grouped)
bind("steps", steps)
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

//: Now the byte. In Swift it is an `Int8`, a whole number from −128 to 127.
//: Find the weight farthest from 0, and give it the number 127, or −127 if
//: it is negative. Give all the others numbers in proportion, and round
//: them. The whole number that a weight gets is its [[*code*]]. No code is
//: then below −127, so −128 is not needed: we leave it out.
//:
//: **Predict:** a weight had four billion values to choose from, and now
//: has 255. How many points of accuracy does that cost?

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

//: A ✓ stands before a statement that this very run has checked. Here it
//: says that the byte costs less than half a point, though three quarters
//: of the memory are gone. @Fig-weights shows why: what the network learned
//: about one digit is a picture, and a picture survives being drawn in few
//: shades.

figure(
  "fig-weights",
  caption:
    "The weights that look for a 3, in float32, in 8 and in 2 bits. Warm colours speak for a 3: they draw "
    + "its shape. Cool ones speak against it, among them those in the gaps that an 8 or a 0 would close. "
    + "Eight bits look like thirty-two. Two bits have four codes, −2 to 1. We leave out −2, as we left out "
    + "−128, and three shades remain: all but the strongest weights become 0.",
  alt:
    "Three pictures of 28 by 28 weights: a faint 3 in warm colours with cool ones in its gaps and "
    + "beside it, smooth in float32 and at 8 bits; at 2 bits a hook in the cool colour and a few dots in "
    + "the warm one."
) { weightPictures(weights, of: 3, largest: largest) }

//: ## Why a byte is worth the trouble
//:
//: A model is a graph through which numbers flow. Some of them are
//: *static*: weights, the same for every picture. Others are *dynamic*:
//: pixels, sums and scores, new each time, which the field calls
//: [[*activations*|activation]]. And to use a network that has learned, to
//: give it pictures and take its answers, is called [[*inference*]]. To
//: [[*quantize*]] is to store numbers in fewer bits: first the static ones,
//: then the dynamic ones too. Where the two kinds meet, the arithmetic then
//: has whole numbers alone: a byte is multiplied by a byte, and a whole
//: number is added for the *bias*, one number for each sum of products.

figure(
  "fig-graph",
  caption:
    "Our network as a graph. Static values are learned once and stored: the kernel, as Keras calls the "
    + "table of weights, and the bias. Dynamic values exist while one picture is read.",
  alt:
    "A graph: the pixels and the kernel enter a matrix product, the bias is added, scores come out. "
    + "Kernel and bias are marked as static, pixels and scores as dynamic."
) { networkGraph() }

//: Why bother? Memory is one reason, and energy the other. Mark Horowitz
//: measured what single operations cost in a 45 nm chip. **Predict:** which
//: costs more, to multiply two floats and add the product to a sum, or to
//: fetch one of them from main memory? How many times more?

// Horowitz gives 1,300 pJ at least for 64 bits from main memory.
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
    "Pairs of horizontal bars in picojoules, float32 and int8: multiply, add, fetch from main memory. Each "
    + "int8 bar is shorter, and those for fetching are by far the longest."
) {
  energyBars(
    float32: [picojoules.floatMultiply, picojoules.floatAdd, picojoules.fetch32],
    int8: [picojoules.byteMultiply, picojoules.intAdd, picojoules.fetch32 / 4])
}

//: Fetching a single float costs as much as {{fetches}} multiply-and-adds.
//: So where every weight is fetched from main memory for every use, a
//: smaller model is a cheaper one. And a multiply-and-add is {{saving}}
//: times cheaper in int8.
//:
//: ## Five numbers, by hand
//:
//: So how does a real number become a whole one? Take a grid so coarse that
//: you can see every step of it: three bits, and numbers between −1 and 1.
//: Three bits have eight codes, −4 to 3. We leave out −4, as we left out
//: −128, so that the grid reaches as far down as up, with 0 in the middle.
//: If 1 is to be code 3, one step is worth a third. The real number that a
//: code stands for is its [[*level*]]: that of code 2 is two thirds.

let step: Float = 1 / 3
let numbers: [Float] = [-1, -0.4, 0.1, 0.45, 1]
table(
  "there and back", of: numbers,
  columns: ["x", "x / step", "code", "code · step"]
) { x in
  let code = (x / step).rounded()
  return [x, x / step, Int(code), code * step]
}

figure(
  "fig-line",
  caption:
    "Five numbers on a 3-bit grid. Every number moves to the nearest level; none moves farther than half "
    + "a step.",
  alt:
    "A number line with seven levels from −1 to 1, codes −3 to 3. Five points have arrows to their "
    + "nearest levels."
) { snapping(numbers, step: step) }

let unharmed = numbers.filter { ($0 / step).rounded() * step == $0 }.count
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
//: Here $x$ is the real number, $q$ its code, a whole number, and $s$ the
//: [[*scale*]]: the real distance between two neighbouring levels. The
//: levels are evenly spaced, which makes the map *uniform*. As long as code
//: 0 stands for 0, a grid needs to be told nothing but its scale.
//:
//: ## Two products, by hand
//:
//: What are codes good for? A network does little else than multiply inputs
//: by weights and add up the products. Take two inputs on a grid of scale
//: 0.1, and two weights on a grid of scale 0.05.

let inputs: [Float] = [0.87, 0.52]
let pair: [Float] = [0.31, -0.18]
let (inputScale, weightScale): (Float, Float) = (0.1, 0.05)
let q = show(
  inputs.map { Int(($0 / inputScale).rounded()) }, "codes of the inputs")
let p = show(
  pair.map { Int(($0 / weightScale).rounded()) }, "codes of the weights")

//: An input is about $q \cdot s_x$ and a weight about $p \cdot s_w$, so every
//: product holds both scales. They are the same everywhere, and can be
//: taken out in front:
//:
//: $$(q_1 s_x)(p_1 s_w) + (q_2 s_x)(p_2 s_w) = s_x s_w (q_1 p_1 + q_2 p_2)$$

let sum = show(q[0] * p[0] + q[1] * p[1], "9 · 6 + 5 · (−4)")
show(
  Float(sum) * (inputScale * weightScale), "times both scales",
  .significant(3))
let exact = show(
  inputs[0] * pair[0] + inputs[1] * pair[1], "the floats give",
  .significant(3))
claim(q == [9, 5] && p == [6, -4] && sum == 34, "the codes are 9 and 5, 6 and −4, and the sum is 34")
claim(abs(0.005 * 34 - exact) < 0.01, "integers and one real number come within 0.01 of the floats")

//: Inside the brackets there are only integers. However many products there
//: are, they are multiplied by one real number at the end, $s_x s_w$. This
//: is how a chip runs a network on bytes, and @lesson-07 will follow it to
//: the last bit.
//:
//: Try it on a whole picture. Its pixels are bytes from 0 to 255, on a grid
//: of scale 1/255; the weights have the codes from above; each score is a
//: sum of 784 products. **Predict:** a product of two bytes fits into 16
//: bits. How many bits does the sum need?

let picture = test.bytes(of: 0)
let sums = (0..<10).map { digit in
  picture.indices.reduce(Int32(0)) { sum, pixel in
    sum + Int32(picture[pixel]) * Int32(codes[pixel * 10 + digit])
  }
}
let scores = zip(sums, bias.value.values).map { sum, bias in
  Float(sum) * (scale / 255) + bias
}
show(784 * 255 * 127, "the sum is at most", .grouped)
show(1 << 25, "2 to the power of 25", .grouped)
bind("farthest", sums.map(\.magnitude).max() ?? 0, .grouped)
let ofFloats =
  (Tensor(test.floats(of: 0..<1), shape: [1, 784])
  .matmul(Tensor(fromCodes, shape: [784, 10])) + bias.value).values
claim(
  zip(scores, ofFloats).allSatisfy { abs($0 - $1) < 1e-3 },
  "the integers give the ten scores that the rounded weights give in floats")

//: Twenty-six, one of them for the sign. That is only ten more than one
//: product needs: it takes a *doubling* of the number of products to cost
//: another bit, and 784 is less than ten doublings. (In this picture no
//: sum went farther than {{farthest}}.) So bytes are multiplied, and
//: their products are added up in an int32, the [[*accumulator*]].
//:
//: ## A grid for everything
//:
//: **Where does the scale come from?** A float32 reaches from −3·10³⁸ to
//: 3·10³⁸. If int8 had to cover all of it, code 127 would stand for
//: 3·10³⁸.

let wholeScale = show(
  Float.greatestFiniteMagnitude / 127, "one step", .significant(3))
let survivors = show(
  weights.filter { ($0 / wholeScale).rounded() != 0 }.count,
  "weights whose code is not 0")
claim(survivors == 0, "on a grid for all of float32 every weight becomes 0")

//: A grid for everything is a grid for nothing. The scale has to come from
//: the numbers at hand: it is the [[*range*]] they need, from the lowest to
//: the highest, divided by the steps we have. That makes quantization a
//: question about data, and the rest of this course is about asking it
//: well.
//:
//: ## 256 levels, 255 steps
//:
//: Eight bits make 256 codes, and so talks and tutorials often write the
//: scale as $s = (max - min) / 2^8$. Implementations divide by $2^8 - 1$.
//: Who is right?
//:
//: Take two bits, four codes, and a range from −1 to 1. This time count the
//: codes from the low end: 0, 1, 2 and 3. Code 0 stands for −1, and code
//: $q$ for $-1 + q \cdot s$.
//:
//: **Predict:** divide the range by 4, and by 3. Which grid has a level on
//: 1? And which has one on 0?

let byLevels: Float = 2 / 4
let bySteps: Float = 2 / 3

figure(
  "fig-fence",
  caption:
    "The same range and the same four codes. Dividing by four makes steps so short that the last code "
    + "stops one step before the end of the range, and 1 has to fall back to it. Dividing by three puts the "
    + "last code on the end.",
  alt:
    "Two number lines from −1 to 1. Divided by 4: levels at −1, −0.5, 0, 0.5. Divided by 3: levels at −1, "
    + "−0.33, 0.33, 1."
) { fences(byLevels: byLevels, bySteps: bySteps) }

//: A fence with four posts has three gaps. Levels are posts and steps are
//: gaps, so if the first code stands for *min* and the last for *max*, the
//: range is divided by $2^b - 1$, with $b$ bits. The first formula loses
//: the top of the range, though it happens to have a level on 0. With eight
//: bits the two differ little:

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
//: Back to the 3-bit grid on which we put five numbers, codes −3 to 3.
//: Inside its range a number moves by half a step at most. **Predict:**
//: what becomes of numbers outside? Draw what comes back for every $x$ from
//: −1.6 to 1.6 before you look.

figure(
  "fig-staircase",
  caption:
    "A 3-bit quantizer. Between the ends it climbs one step at a time and stays within half a step of the "
    + "diagonal. Beyond the ends it can only repeat its last code: numbers there are clipped.",
  alt: "A staircase of seven levels along a dashed diagonal from −1 to 1, flat on both sides beyond."
) { staircase(step: step) }

//: They are [[*clipped*|clip]] to the last code, and that is a rule, not an
//: accident: the code of 1.6 would be 5, which this grid does not have. In
//: Swift, `Int8(300.0)` stops the program; so limit first and convert then.

let beyond: [Float] = [1.6, -40, .infinity]
show(
  beyond.map { Int(min(max(($0 / step).rounded(), -3), 3)) },
  "codes of 1.6, −40 and ∞")

//: ## Zero must be exact
//:
//: Look at @fig-fence again. The grid divided by three has both ends, but
//: no level on 0. Does that matter? Networks are full of zeros that *mean*
//: nothing: the paper around a digit, the border that pads a picture, what
//: is left of a negative number by [[*ReLU*]], the function that replaces
//: negative numbers by 0.
//:
//: **Predict:** on such a grid a blank pixel comes back as a little less
//: than 0. The weights it meets are positive and negative. Do the errors of
//: all blank pixels cancel?

let blank = picture.indices.filter { picture[$0] == 0 }
func error(levels: Int, _ blank: [Int], _ weights: [Float]) -> [Float] {
  let scale = 2 / Float(levels - 1)  // −1…1: 0 falls between two levels
  let zeroBack = -1 + (1 / scale).rounded(.down) * scale
  let errors = (0..<10).map { digit in
    blank.reduce(0) { $0 + zeroBack * weights[$1 * 10 + digit] }
  }
  return [zeroBack, errors.map(\.magnitude).max() ?? 0]
}
show(blank.count, "pixels of the first test picture that are 0")
let zeroErrors = [256, 16].map { error(levels: $0, blank, weights) }
table(
  "what the blank pixels do",
  columns: ["bits", "0 comes back as", "largest error of a score"],
  rows: [[8] + zeroErrors[0], [4] + zeroErrors[1]],
  format: .significant(2))
claim(zeroErrors[1][1] > 0.1, "at 4 bits, pixels that say nothing move a score by more than 0.1")

//: They do not. And the paper is nearly the same in every picture, so it
//: pushes the same way each time: such an error does not average out. Zero
//: needs a code of its own. So put the low end a whole number of steps
//: below 0, $z$ steps, and it is $-z \cdot s$:
//:
//: $$x \approx -z \cdot s + q \cdot s = s \cdot (q - z), \qquad q = \mathrm{round}\left(\frac{x}{s}\right) + z$$
//:
//: Then 0 has the code $z$, exactly. It is the grid's second number, the
//: [[*zero point*]]. The range has to give way: where the best place for 0
//: lies between two codes, we round it to one of them, and the whole grid
//: moves along, by half a step at most. That is [[*nudging*|nudge]]. Ask
//: for −1 to 1.1 in three bits, eight codes from 0 to 7:

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
//: Let the codes run from −127 to 127 again. A grid with $z = 0$ is then
//: [[*symmetric*]]: as far down as up, and the map is as short as it was
//: at first. One with a zero point of its own is [[*affine*]], a
//: mathematician's word for lines that need not go through the origin.
//:
//: The toolkit of this course has both in one type, `AffineQuantizer`.
//: Its int8 codes begin at −128, not at 0. The zero point is still the
//: code of 0, so a range that begins at 0 has zero point −128. Leaving out
//: the lowest code, as we did, is called a [[*narrow range*]]. Which kind
//: of grid fits weights, and which pixels?

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
  columns: ["", "scale", "zero point", "codes there are", "codes used"],
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
//: numbers that do not occur; the affine one spends all 256.
//:
//: Why not take the affine grid for both? Because of the products. With zero
//: points, an input is $s_x (q - z_x)$ and a weight $s_w (p - z_w)$, and the
//: brackets of our sum hold more than codes:
//:
//: $$(q - z_x)(p - z_w) = q p - z_x p - z_w q + z_x z_w$$
//:
//: Two of the four parts, $z_x p$ and $z_x z_w$, know nothing of the
//: picture: they can be added up once and for all. But $z_w q$ has to be
//: added up anew for every picture, unless $z_w$ is 0. Hence the usual
//: choice: *symmetric for weights, affine for activations*.
//:
//: ## Real weights
//:
//: Now all {{weights}} at once. All numbers that share a code make up its
//: *bucket*, one step wide. How full are the buckets?

let grid8 = symmetricWeights
let worst = weights.map { abs($0 - grid8.roundTrip($0)) }.max() ?? 0
claim(worst <= grid8.scale / 2 * 1.0001, "no weight moved by more than half a step")
bind("usedCodes", used(weights, grid8))
let zeros = weights.filter { grid8.quantize($0) == 0 }.count
bind("zeros", Double(zeros) / Double(weights.count), .percent(0))

figure(
  "fig-histogram",
  caption:
    "The weights of our network over the int8 buckets. Mind the logarithmic axis: a bar twice as high "
    + "holds many times as many weights, and the middle bucket alone has {{zeros}} of all. Towards the ends "
    + "whole buckets are empty, and shaded grey.",
  alt:
    "A histogram of weights with a high narrow peak at 0, over 255 buckets of equal width, of which the "
    + "outer ones are mostly grey."
) { weightHistogram(weights, grid8) }

//: Of the 255 codes {{usedCodes}} are in use. The range was set by one
//: weight alone, the one farthest from 0, and few others come near it.
//: What if it were larger still?
//:
//: ## What could go wrong: one outlier
//:
//: The first pixel, in the top left corner, is blank in every picture, so
//: its weights never matter: multiplied by 0, they may be anything. Make one
//: of them an [[*outlier*]], {{factor}} times as large as the largest
//: weight. The float network cannot notice.

let factor: Float = 20
bind("factor", factor)
var withOutlier = weights
withOutlier[3] = factor * largest
claim(accuracy(withOutlier, bias, on: test) == floatAccuracy, "in float the outlier changes nothing")

//: **Predict:** 8, 6 or 4 bits: which of these networks can still read?

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
//: {{outlierCodes}} codes now, and one more is the outlier's. Nothing
//: warned us: the float network was fine. There are remedies: to clip the
//: outlier, to give each digit's weights a scale of their own (both in
//: @lesson-02), and to let training see the grid, so that it learns weights
//: that live well on it (@lesson-03).
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
//: - TensorFlow Lite, or TFLite, runs models on phones. Its 8-bit models
//:   store weights as int8 from −127 to 127, symmetric; activations as int8
//:   from −128 to 127, affine; biases as int32, in units of $s_x s_w$, so
//:   that they can be added to the accumulator.
//: - [[*TFMOT*]], TensorFlow's toolkit that quantizes Keras models, uses the
//:   same grids: `symmetric=True, narrow_range=True` for weights, neither
//:   for activations. We shall meet it in every lesson.
//: - Both divide by the number of steps, and both nudge.
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
