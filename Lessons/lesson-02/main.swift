//: # 2. Lossy round trips
//:
//: @Lesson-01 sent real numbers to int8 codes. Today we send them there
//: *and back*, and look at what comes home. **How much of a number survives
//: the trip?**

import FixedPoint
import Foundation
import LessonKit
import Support
import Tensors

//: ## Five numbers, by hand
//:
//: Take the grid of lesson 1 again, so coarse that you can see every step
//: of it: codes from −3 to 3, and one step worth a third.

let grid = try AffineQuantizer(
  covering: (-1, 1), bitWidth: 3, symmetric: true, narrowRange: true)
let numbers: [Float] = [-1, -0.4, 0.1, 0.45, 1.3]
table(
  "there and back", of: numbers, columns: ["x", "code", "back", "error"]
) { x in
  [x, grid.quantize(x), grid.roundTrip(x), grid.roundTrip(x) - x]
}
let near = numbers.filter {
  abs(grid.roundTrip($0) - $0) <= grid.scale / 2
}
bind("halfStep", grid.scale / 2)
claim(near.count == 4, "four of the five come home within half a step")

//: Four of the five came home within half a step, {{halfStep}}. The fifth,
//: 1.3, lost far more, and in a different way: it lies beyond the last code,
//: and was [[clipped|clip]]. Two kinds of loss, then.
//:
//: **Predict:** plot the error of every x from −1.6 to 1.6. What shape will
//: rounding draw? And clipping?

let xs = (-1600...1600).map { Float($0) / 1000 }
let errors = xs.map { grid.roundTrip($0) - $0 }
let inside = zip(xs, errors).filter { abs($0.0) <= 1 }.map { abs($0.1) }
claim((inside.max() ?? 1) <= grid.scale / 2 * 1.0001, "inside the range no error exceeds half a step")
claim((errors.map(abs).max() ?? 0) > 0.59, "outside, the error goes as far as x goes")

figure(
  "fig-sawtooth",
  caption:
    "The error of a 3-bit round trip. Rounding draws a sawtooth that never leaves half a step. Clipping "
    + "draws two straight lines that run away.",
  alt:
    "A sawtooth of six teeth between −1 and 1 inside a band of half a step, then straight lines falling "
    + "away outside."
) { sawtooth(xs, errors, step: grid.scale) }

//: Rounding is small, everywhere, and bounded. Clipping is rare, only
//: outside, and has no bound at all. Most of this lesson comes from playing
//: the one against the other.
//:
//: ## How large is it on average?
//:
//: One tooth of the saw is a straight line from half a step above to half a
//: step below. If the numbers are spread evenly over the tooth, so are the
//: errors, and the mean of their squares is a short integral:
//:
//: $$\frac{1}{\Delta} \int e^2 \, de = \frac{\Delta^2}{12}$$
//:
//: with the error $e$ running from $-\Delta/2$ to $\Delta/2$, and $\Delta$
//: the step, our scale. Engineers use this rule everywhere, and seldom ask
//: whether it holds. **Predict:** does it for bell-shaped numbers, at 8
//: bits? And at 2? If not, is the true error larger than the rule says, or
//: smaller?

var generator = lesson.generator("normal")
let bell =
  (0..<lesson.profile.pick(smoke: 20_000, class: 100_000, full: 1_000_000))
  .map { _ in generator.normal() }

func roundTripErrors(_ values: [Float], bits: Int) throws -> (
  errors: [Float], step: Float
) {
  let quantizer = try AffineQuantizer(
    covering: values, bitWidth: bits, symmetric: true, narrowRange: true)
  return (values.map { quantizer.roundTrip($0) - $0 }, quantizer.scale)
}
func meanSquare(_ values: [Float]) -> Double {
  values.reduce(0) { $0 + Double($1) * Double($1) } / Double(values.count)
}

let trips = try [8, 6, 4, 3, 2].map { bits in
  let (errors, step) = try roundTripErrors(bell, bits: bits)
  return (
    bits: bits, measured: meanSquare(errors), rule: Double(step * step / 12)
  )
}
table(
  "mean square of the error", of: trips,
  columns: ["bits", "measured", "Δ² / 12", "ratio"]
) { [$0.bits, $0.measured, $0.rule, $0.measured / $0.rule] }
claim(abs(trips[0].measured / trips[0].rule - 1) < 0.02, "at 8 bits the rule holds within 2 %")
claim(trips[4].measured / trips[4].rule < 0.8, "at 2 bits the error is smaller than the rule says")

figure(
  "fig-errors",
  caption:
    "Where the errors of bell-shaped numbers fall. At 8 bits they fill the box that the rule assumes. At "
    + "2 bits most numbers fall into the one step around 0, and their errors draw the bell itself.",
  alt:
    "Two histograms of errors in steps, from −0.5 to 0.5. At 8 bits flat, at 2 bits a bell cut off at "
    + "both ends."
) { errorHistograms([8, 2]) { try roundTripErrors(bell, bits: $0) } }

//: The rule is a model, and it has a condition: all errors together must be
//: spread evenly, from half a step below to half a step above. They can be
//: so though the numbers inside a step are not: at 3 bits the table finds
//: the rule right as well, with only a few wide steps over the bell. What
//: one step has too much of, the others have too little of. At 2 bits a
//: single step is wider than most of the bell. Most numbers become 0, and
//: all of such a number is then error. But those numbers were small, and so
//: the mean square is less than the rule says.
//:
//: ## Six decibels a bit
//:
//: An error is large or small only beside the numbers it spoils. So
//: compare powers: the mean square of the signal over that of the error.
//: This is the *signal-to-quantization-noise ratio*, [[*SQNR*]], in
//: decibels, because it spans so many powers of ten: 10 dB is ten times
//: the power, and 6 dB about four times.
//:
//: $$\mathrm{SQNR} = 10 \, \log_{10} \frac{\sum x^2}{\sum (\hat{x} - x)^2}$$
//:
//: Here $\hat{x}$ is what came back. One more bit halves the step and
//: quarters $\Delta^2/12$; $10 \log_{10} 4$ is 6.02. **Predict:** draw SQNR
//: over the number of bits, for evenly spread numbers and for a bell. Two
//: lines, or one? Which is higher?

func sqnr(_ values: [Float], bits: Int) throws -> Double {
  let power =
    meanSquare(values)
    / meanSquare(try roundTripErrors(values, bits: bits).errors)
  return 10 * log10(power)
}
let even = bell.map { _ in generator.uniform(-1, 1) }
let widths = Array(2...12)
let evenSQNR = try widths.map { try sqnr(even, bits: $0) }
let bellSQNR = try widths.map { try sqnr(bell, bits: $0) }
let slope = show(
  (evenSQNR[10] - evenSQNR[6]) / 4, "decibels a bit, from 8 bits to 12",
  .fixed(1))
bind("lost", evenSQNR[6] - bellSQNR[6], .fixed(1))
claim(abs(slope - 6) < 0.1, "each bit is worth six decibels")
claim(evenSQNR[6] - bellSQNR[6] > 6.1, "at 8 bits the bell lies more than a whole bit below")

figure(
  "fig-sqnr",
  caption:
    "From five bits on, every bit buys six decibels, for both kinds of numbers. A bell pays a fixed price: "
    + "its few large members stretch the range for all the others.",
  alt:
    "SQNR in decibels over bits from 2 to 12. Two rows of dots on parallel lines of slope 6.02; the "
    + "bell's lies lower."
) { decibelLines(widths, even: evenSQNR, bell: bellSQNR) }

//: Two parallel lines. (With very few bits the dots sink below them: a
//: [[narrow range]] leaves out one of its $2^b$ codes, and out of four, one
//: is a lot.) At 8 bits the bell lies {{lost}} dB lower, more than a whole
//: bit, because its range was set by its largest number. Must it be?
//:
//: ## What clipping buys
//:
//: Let us clip on purpose. The weights of lesson 1 had longer tails than a
//: bell: in their histogram, whose axis was logarithmic, the flanks were
//: nearly straight, and those of a bell would fall more and more steeply.
//: So take numbers like these: most of them small, a few far out. With 4
//: bits, choose a threshold and give up everything beyond it. Small
//: threshold: fine steps, much clipped. Large threshold: nothing clipped,
//: coarse steps. **Predict:** where is the best place, as a share of the
//: largest number?

let tails = bell.map { _ in
  -log(generator.uniform(1e-7, 1)) * (generator.uniform() < 0.5 ? -1 : 1)
}
let farthest = tails.map(abs).max() ?? 1

func losses(threshold: Float) throws
  -> (rounding: Double, clipping: Double)
{
  let quantizer = try AffineQuantizer(
    covering: (-threshold, threshold), bitWidth: 4, symmetric: true,
    narrowRange: true)
  var (rounding, clipping) = (0.0, 0.0)
  for x in tails {
    let error = Double(quantizer.roundTrip(x) - x)
    if abs(x) > threshold {
      clipping += error * error
    } else {
      rounding += error * error
    }
  }
  return (rounding / Double(tails.count), clipping / Double(tails.count))
}

let shares = (8...50).map { Float($0) / 50 }
let parts = try shares.map { try losses(threshold: $0 * farthest) }
let totals = parts.map { $0.rounding + $0.clipping }
let best = totals.indices.min { totals[$0] < totals[$1] } ?? 0
show(shares[best], "best threshold, as a share of the largest number")
show(
  10 * log10(totals[totals.count - 1] / totals[best]),
  "gain over clipping nothing, in dB", .fixed(1))
claim(shares[best] < 0.7, "at 4 bits it pays to clip the largest numbers")

figure(
  "fig-threshold",
  caption:
    "The price of a threshold, at 4 bits. Rounding grows with it. Clipping shrinks, to nothing at the "
    + "largest number. Their sum is lowest far to the left of that.",
  alt:
    "Mean square error over the clip threshold as a share of the largest number. A rising curve for "
    + "rounding, a curve for clipping that falls to zero, and their U-shaped sum."
) { thresholdCurves(shares, parts, best: shares[best]) }

//: The outlier of lesson 1 asked for exactly this. Taking the smallest and
//: the largest number as the range is the simplest rule, and seldom the
//: best. To look at numbers in order to find a good range for them is to
//: [[*calibrate*]].
//:
//: ## One scale for all, or one for each
//:
//: There is a second remedy. The network of lesson 1 had ten columns of
//: weights, one for each score. Such columns are a kernel's output
//: [[*channels*|channel]]. Each adds up its own sum of products, and each
//: sum is multiplied by $s_x s_w$ at the end. So the scale of the weights,
//: $s_w$, may be a different number for each: quantization [[*per
//: channel*]], in place of one scale [[*per tensor*]], for the whole kernel.
//: (A [[*tensor*]] is numbers in a row, in a table, or in tables stacked: a
//: kernel is one, and so is a picture.)
//:
//: Some channels have large weights, some have small ones; let us call them
//: *loud* and *quiet*. Take eight, each half as loud as the one before.
//: **Predict:** if they share a scale at 8 bits, how many of its bits does
//: the quietest have left?

let loudness = (0..<8).map { 1 / Float(1 << $0) }
let channels = loudness.map { loud in
  (0..<1000).map { _ in generator.normal(standardDeviation: loud) }
}
let shared = try AffineQuantizer(
  covering: channels.flatMap { $0 }, symmetric: true, narrowRange: true)

func sqnr(_ values: [Float], through quantizer: AffineQuantizer) -> Double {
  let error = meanSquare(values.map { quantizer.roundTrip($0) - $0 })
  return 10 * log10(meanSquare(values) / error)
}
let perTensor = channels.map { sqnr($0, through: shared) }
let perChannel = try channels.map {
  sqnr(
    $0,
    through: try AffineQuantizer(
      covering: $0, symmetric: true, narrowRange: true))
}
let gain = perChannel[7] - perTensor[7]
bind("quiet", gain, .fixed(0))
bind("quietBits", gain / 6.02, .fixed(1))
bind("bitsLeft", 8 - gain / 6.02, .fixed(1))
bind("codesLeft", Set(channels[7].map { shared.quantize($0) }).count)
claim(gain > 30, "the quietest channel gains more than 30 dB from a scale of its own")

figure(
  "fig-channels",
  caption:
    "Eight channels of one kernel at 8 bits. With a shared scale each quieter channel but the last loses "
    + "about another six decibels. With a scale of its own every channel keeps its eight bits.",
  alt:
    "Paired bars for channels 1 to 8. Per tensor: falling by six decibels a channel, by less for the "
    + "last. Per channel: all about equally high."
) { channelBars(perTensor: perTensor, perChannel: perChannel) }

//: With a scale of its own the quietest channel gains {{quiet}} dB. At six
//: decibels a bit, sharing has cost it {{quietBits}} of its 8 bits, one for
//: every halving but the last, which costs less. By the decibels
//: {{bitsLeft}} bits are left. Counted, the channel uses {{codesLeft}}
//: codes, as many as two bits have in a narrow range.
//:
//: ## Ties
//:
//: Rounding to the nearest has one question left: what if two are equally
//: near? Such a number is a [[*tie*]]. Three rules differ only there; a
//: fourth drops the fraction of every number.

let halves: [Float] = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5]
table(
  "where a tie goes",
  columns: ["rule"]
    + halves.map { NumberFormat.significant(2).string(Double($0)) },
  rows: RoundingRule.allCases.map { rule in
    [rule.rawValue] + halves.map { Int(rule.rounded($0)) }
  })

//: Does it matter? Real numbers hardly ever lie exactly in the middle. But
//: the mean of two codes does, half of the time, and networks take means:
//: to make an image smaller, some layers put the mean of neighbouring
//: numbers in their place. So take all pairs of codes from 0 to 255, round
//: the mean of each, and look at what that adds on average. **Predict:**
//: which rules add something, and which take something away?

let drifts = RoundingRule.allCases.map { rule in
  var sum = 0.0
  for a in 0..<256 {
    for b in 0..<256 {
      sum += Double(rule.rounded(Float(a + b) / 2)) - Double(a + b) / 2
    }
  }
  return sum / 65536
}
claim(abs(drifts[1]) < 1e-9, "half to even adds nothing on average")
claim(abs(drifts[0] - 0.25) < 1e-9, "half up adds a quarter of a step")

figure(
  "fig-ties",
  caption:
    "What rounding adds, on average, to the mean of two codes from 0 to 255. Of these rules only half to "
    + "even adds nothing; the others push every tie the same way.",
  alt: "Four bars: halfUp +0.25, halfToEven 0, halfAwayFromZero +0.25, towardZero −0.25."
) { driftBars(drifts) }

//: A quarter of a step, always the same way, in layer after layer. (With
//: as many codes below 0 as above, `halfAwayFromZero` and `towardZero`
//: would add nothing on average either, but `halfUp` would still add its
//: quarter.) TensorFlow rounds half up in training, PyTorch half to even,
//: C's `round` away from zero: two programs that agree on everything else
//: still differ here. So the toolkit lets you choose: `AffineQuantizer`
//: takes the rule as its argument `rounding`.
//:
//: ## What could go wrong: rounding where none is needed
//:
//: A network rounds its numbers again after every layer. Take ten layers of
//: random weights, each a matrix product and a ReLU, and quantize in two
//: ways. *Separate*: after the product, and once more after the ReLU.
//: *Fused*: only after the ReLU. **Predict:** the same 8 bits, the same
//: layers. How many bits' worth does the second rounding cost after ten
//: layers: nothing, half a bit, a whole one, more?

let depth = 10
let matrices = (0..<depth).map { _ in
  // √(2/64) keeps the numbers as large as they were.
  Tensor.normal(
    standardDeviation: Float(2.0 / 64).squareRoot(), shape: [64, 64],
    using: &generator)
}
let start = Tensor.uniform(0, 1, shape: [256, 64], using: &generator)

func rounded(_ tensor: Tensor) throws -> Tensor {
  let values = tensor.values
  let quantizer = try AffineQuantizer(covering: values)
  return Tensor(values.map { quantizer.roundTrip($0) }, shape: tensor.shape)
}

var exact = start
var (separate, fused) = (try rounded(start), try rounded(start))
var history: [(separate: Double, fused: Double)] = []
for matrix in matrices {
  exact = exact.matmul(matrix).relu()
  separate = try rounded(try rounded(separate.matmul(matrix)).relu())
  fused = try rounded(fused.matmul(matrix).relu())
  let power = meanSquare(exact.values)
  history.append(
    (
      separate: 10 * log10(power / meanSquare((separate - exact).values)),
      fused: 10 * log10(power / meanSquare((fused - exact).values))
    ))
}
let chainGain = history[depth - 1].fused - history[depth - 1].separate
bind("chainGain", chainGain, .fixed(1))
bind("chainBits", chainGain / 6.02, .fixed(1))
claim(history.allSatisfy { $0.fused > $0.separate }, "the fused chain is better at every depth")

figure(
  "fig-chain",
  caption:
    "Ten layers at 8 bits. Errors mostly add up along a chain; the chain that rounds before the ReLU as well has "
    + "lost several decibels more at every depth.",
  alt:
    "SQNR over the number of layers, falling for both chains, and level at the end; the fused chain stays several decibels "
    + "higher."
) { chainCurves(history) }

//: {{chainGain}} dB after ten layers, {{chainBits}} bits' worth, for
//: nothing. Rounding before the ReLU is not only one rounding more: its
//: range has to reach down to negative numbers that the ReLU is about to
//: delete, so about half of the codes are spent on what no one will see.
//:
//: So a *runtime*, the program that runs a trained network, on a phone say,
//: computes a product and its ReLU as one operation, and rounds once, after
//: the ReLU: it [[*fuses*|fuse]] the two. If training is to round where the
//: runtime will, it has to know which operations the runtime fuses.
//: @Lesson-06 shows how.
//:
//: ## Exercises
//:
//: - @ex-02.1: the signal-to-noise ratio of a round trip.
//: - @ex-02.2: one scale for each channel.
//: - @ex-02.3: half of an integer, ties to even.
//: - @ex-02.4: the threshold that loses least. It takes an hour.
//:
//: To try: give `losses` 8 bits instead of 4. Where is the best threshold
//: now, and why?
//:
//: Two questions to see what has stayed: `swift run qat quiz 02`.
//:
//: ## How Keras and TFLite do it
//:
//: - TFLite stores the kernels of convolutions (layers of small filters,
//:   @lesson-04) with one scale for each output channel, and activations
//:   with one for the tensor.
//: - TFMOT's ranges go from the smallest to the largest number: for weights
//:   they are taken anew in every step of training, for activations they
//:   are averaged over the steps (@lesson-03). It has no search for the
//:   best threshold.
//: - TFLite fuses a ReLU into the layer before by clipping its output
//:   codes. In TFMOT, a Keras layer whose `activation` is ReLU is rounded
//:   once, behind the ReLU: so training rounds where TFLite will.
//:
//: ## Further reading
//:
//: - Widrow, Kollár and Liu, 1996, *Statistical theory of quantization*:
//:   when $\Delta^2/12$ is exact. IEEE Trans. Instrum. Meas. 45(2).
//: - Krishnamoorthi, 2018, section 2.5: per-channel quantization.
//:   [arXiv:1806.08342](https://arxiv.org/abs/1806.08342)
//: - Banner, Nahshan, Soudry, 2019, *Post training 4-bit quantization of
//:   convolutional networks*: the best clip in closed form.
//:   [arXiv:1810.05723](https://arxiv.org/abs/1810.05723)

endLesson()
