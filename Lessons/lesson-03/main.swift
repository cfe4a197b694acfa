//: # 3. FakeQuant
//:
//: A network is trained in floats, its weights are rounded, and something
//: is lost: @lesson-02 measured how much. Training never knew. If it could
//: feel the loss while it learns, it might find weights that lose less. So
//: we want to put the round trip *into* the network. But a round trip is a
//: staircase, and learning follows slopes. **How do you learn through a
//: staircase, whose slope is zero?**

import FixedPoint
import Foundation
import LessonKit
import Quantizers
import Tensors

//: ## There and back, in one step
//:
//: Five numbers, the coarse grid of the earlier lessons, codes −3 to 3.
//: This time we never look at the codes. What goes in is a float, and what
//: comes out is a float too, but one that a code can stand for.

let numbers = Tensor([-1, -0.4, 0.1, 0.45, 1.3], shape: [5])
let faked = numbers.fakeQuantized(
  min: -1, max: 1, bitWidth: 3, narrowRange: true)
show(numbers.values, "in", .significant(3))
show(faked.values, "out", .significant(3))
let again = faked.fakeQuantized(
  min: -1, max: 1, bitWidth: 3, narrowRange: true)
claim(again.values == faked.values, "a second time changes nothing: the numbers are on the grid")

//: That is [[*fake quantization*]], or fake-quant: float32 numbers with the
//: errors of int8. In symbols, with scale $s$, [[zero point]] $z$ and codes
//: from $q_{min}$ to $q_{max}$:
//:
//: $$\hat{x} = s \cdot \left(\min(\max(\mathrm{round}(x / s) + z, q_{min}), q_{max}) - z\right)$$
//:
//: A network whose weights and activations all pass through such an
//: operation computes in training what the integers will compute later. So
//: much for the way forward. The trouble is the way back.
//:
//: ## The slope of a staircase
//:
//: Training asks every operation: if your input grew a little, how would
//: your output change? From the answers comes the *gradient*: how much
//: each weight would change the *loss*, the number that training makes
//: small. Ask our staircase at the five numbers.

func staircase(_ x: Float) -> Float {
  Tensor([x], shape: [1]).fakeQuantized(
    min: -1, max: 1, bitWidth: 3, narrowRange: true
  ).values[0]
}
let dx: Float = 1e-3
let slopes = numbers.values.map {
  (staircase($0 + dx) - staircase($0 - dx)) / (2 * dx)
}
show(slopes, "slope at each of the five numbers", .significant(3))
claim(slopes.allSatisfy { $0 == 0 }, "the true slope is zero at every one of them")

//: Zero, wherever you ask, except at the edge of a step, where it is
//: infinite. By the chain rule everything before the staircase gets zero
//: times something, and nothing learns. In 2013 Yoshua Bengio and
//: colleagues wrote down what Geoffrey Hinton had suggested in a lecture:
//: on the way back, pretend that rounding is not there. Inside the range
//: the slope is taken to be 1, beyond its ends 0. That is the
//: [[*straight-through estimator*]].

figure(
  "fig-slopes",
  caption:
    "What the operation does, what its slope is, and what training is told. The straight-through slope is "
    + "the slope of the diagonal that the stairs climb, cut off where the range ends.",
  alt:
    "Three panels over x from −1.6 to 1.6: a staircase; a line at zero with dotted verticals at the edges "
    + "of the steps; a box of height one between −1 and 1."
) { threeSlopes(of: staircase) }

//: ## An operation of our own
//:
//: In this toolkit an operation is its values and a *pullback*: a function
//: from the gradient of its output, which the code calls `upstream`, to
//: the gradients of its inputs. Here is the staircase as two operations.
//: Both give the same values, and only their pullbacks differ: that of
//: `honest` multiplies by the true slope, that of `straightThrough` by the
//: straight-through slope.

func honest(_ x: Tensor) -> Tensor {
  Tensor(x.values.map(staircase), shape: x.shape, inputs: [x]) { upstream in
    [upstream * 0]
  }
}

func straightThrough(_ x: Tensor) -> Tensor {
  let inside = Tensor(x.values.map { abs($0) <= 1 ? 1 : 0 }, shape: x.shape)
  return Tensor(x.values.map(staircase), shape: x.shape, inputs: [x]) {
    upstream in [upstream * inside]
  }
}

let probe = Variable("probe", numbers)
let ours = straightThrough(probe.value).sum().gradients(of: [probe])[0]
let library = probe.value
  .fakeQuantized(min: -1, max: 1, bitWidth: 3, narrowRange: true)
  .sum().gradients(of: [probe])[0]
show(ours.values, "our gradient", .significant(3))
claim(ours.values == library.values, "the toolkit's fakeQuantized passes the same gradients")

//: The fifth number, 1.3, is beyond the range. It gets no gradient: moving
//: it a little would change nothing.
//:
//: ## One weight learns
//:
//: Now the smallest network possible: one weight $w$, which starts at −0.6
//: and should become 0.75, but is seen through the staircase. The loss is
//: $(\hat{w} - 0.75)^2$. **Predict:** where does gradient descent take it,
//: with the honest slope, and straight through? And does it come to rest
//: there?

func descend(_ operation: (Tensor) -> Tensor) -> (
  weight: [Float], seen: [Float]
) {
  let weight = Variable("w", Tensor([-0.6], shape: [1]))
  var (weights, seen): ([Float], [Float]) = ([], [])
  for _ in 0..<120 {
    let output = operation(weight.value)
    weights.append(weight.value.values[0])
    seen.append(output.values[0])
    let loss = (output - 0.75).squared().sum()
    weight.value = weight.value - 0.05 * loss.gradients(of: [weight])[0]
  }
  return (weights, seen)
}

let stuck = descend(honest)
let learned = descend(straightThrough)
show(stuck.weight[119], "honest slope, after 120 steps")
show(
  learned.weight[119], "straight through, after 120 steps", .significant(3))
claim(stuck.weight[119] == -0.6, "with the honest slope the weight never moves")
let late = learned.seen[80...]
let seenOnAverage = late.reduce(0, +) / 40
bind("onLower", late.count { $0 < 0.75 })
bind("onUpper", late.count { $0 > 0.75 })
bind("pulls", (1 - 0.75) / (0.75 - 2.0 / 3), .significant(2))
claim(abs(seenOnAverage - 0.75) < 0.05, "straight through, the network sees 0.75 on average")

figure(
  "fig-descent",
  caption:
    "One weight on its way to 0.75. The honest slope leaves it where it was. Straight through, the float "
    + "weight climbs to the edge between two levels and stays there, and the weight that the network sees "
    + "flips between them, so that it is 0.75 on average.",
  alt:
    "Over 120 steps: a flat line at −0.6; a line that rises to about 0.83 and stays; a staircase that "
    + "follows it and then jumps between 0.67 and 1."
) { descents(stuck: stuck.weight, learned: learned.weight, seen: learned.seen) }

//: Two things are worth keeping. The weight that learns is the *float*, the
//: [[*latent weight*]] behind the one that is seen. Each push moves this
//: float by less than a step of the grid, and the pushes together carry it
//: from one code to the next.
//:
//: And the float does not come to rest. No level is at 0.75, so the float
//: hovers at the edge between two levels, and the weight that is seen
//: flips. Seen on the lower level, two thirds, the weight is too small, and
//: the loss pushes it up; seen on the upper one, 1, it is too large, and is
//: pushed down {{pulls}} times as hard, since 1 is {{pulls}} times as far
//: from 0.75. So it takes more steps to climb back over the edge than to
//: fall below it: in the last 40 steps the network saw the lower level
//: {{onLower}} times and the upper one {{onUpper}} times, and that makes
//: 0.75 on average. Such oscillating weights are a nuisance of training
//: through fake-quant, as we shall see.
//:
//: ## Where does the range come from?
//:
//: Weights are at hand, and their smallest and largest can be taken anew at
//: every step. This rule is called *last value*: only the weights of this
//: step count. Activations are different. A network is usually trained by a
//: few examples in each step, a [[*batch*]]. Every batch has its own
//: extremes; and in [[inference]], when the trained network is used, there
//: may be a single example, and no batch to ask. The range must be
//: remembered. The usual way is a [[*moving average*]]: keep a little less
//: than all of the old, add a little of the new.
//:
//: Let us watch one. [[MNIST]] has 60,000 digits to train on, which make
//: 1,875 batches of 32. Once through all of them is an [[*epoch*]]. Let the
//: largest activation of each batch be about 4. TFMOT keeps 0.999 of the
//: old range, and before it has seen any data, it guesses: −6 to 6.

let decay: Float = 0.999
var batches = lesson.generator("batches")
let largest = (0..<1875).map { _ in
  4 + batches.normal(standardDeviation: 0.3)
}
var plain: [(min: Float, max: Float)] = [(-6, 6)]  // TFMOT's guess
for batch in largest {  // after a ReLU: the smallest value is always 0
  let (low, high) = plain[plain.count - 1]
  plain.append(
    (low - (low - 0) * (1 - decay), high - (high - batch) * (1 - decay)))
}

//: After a ReLU nothing is below 0. **Predict:** when the epoch is over,
//: what share of the codes still stands for numbers below 0?

let residue = show(
  plain[1875].min, "TFMOT's minimum after an epoch", .significant(4))
let wasted = -residue / (plain[1875].max - residue)
show(
  wasted, "share of the codes that stand for numbers below 0", .percent(0))
bind("wasted", wasted, .percent(0))
claim(abs(residue + 6 * Float(pow(0.999, 1875.0))) < 0.01, "what is left of −6 is 6 · 0.999¹⁸⁷⁵")

//: The average forgets so slowly that {{wasted}} of the codes still stand
//: for numbers that cannot occur. Nothing is wrong with averaging; the
//: guess is wrong. So make none, and start at 0. After $n$ batches the
//: average is too small, but we know by how much: the share $0.999^n$ of it
//: is still that 0, and the rest, $1 - 0.999^n$, is real data. Divide by the
//: rest. That is *debiasing*, and the toolkit's default.

var (sum, debiased): (Float, [Float]) = (0, [])
for (n, batch) in largest.enumerated() {
  sum = decay * sum + (1 - decay) * batch
  debiased.append(sum / (1 - Float(pow(Double(decay), Double(n + 1)))))
}
claim(abs(debiased[9] - 4) < 0.4, "debiased, the average is within a tenth of 4 after ten batches")

//: The toolkit has this as a `MovingAverageQuantizer`, with TFMOT's start
//: as an option.

let average = MovingAverageQuantizer(decay: 0.999)
let tfmot = MovingAverageQuantizer(decay: 0.999, start: .tfmot)
for batch in largest {
  average.observe(Tensor([0, batch], shape: [2]))
  tfmot.observe(Tensor([0, batch], shape: [2]))
}
claim(abs((average.range?.high[0] ?? 0) - debiased[1874]) < 1e-3, "debiased, it agrees with ours")
claim(abs((tfmot.range?.low[0] ?? 0) - residue) < 1e-3, "started at ±6, it agrees with TFMOT's")

figure(
  "fig-average",
  caption:
    "Ranges over one epoch. Debiased, the range is right from the first batches on. Started at ±6, it is "
    + "still on its way when the epoch ends, and the codes for numbers below 0 are wasted.",
  alt:
    "Dots around 4 for the largest value of every 15th batch. The upper end of the debiased range is among "
    + "them at once; the other range is a wide band from −6 to 6 that narrows slowly, its lower edge still "
    + "below 0 at the end."
) { averagedRanges(largest, plain, debiased) }

//: ## Or learn it
//:
//: The third way is to let training find the range, like a weight. Write
//: the round trip as four operations, divide, round, clip and multiply,
//: and only the rounding needs a pullback of its own; the chain rule does
//: the rest, and the scale gets a gradient too.

func rounded(_ x: Tensor) -> Tensor {
  Tensor(
    x.values.map { $0.rounded(.toNearestOrEven) }, shape: x.shape,
    inputs: [x]
  ) {
    upstream in [upstream]
  }
}

func fakeQuantized(_ x: Tensor, scale: Tensor, bits: Int) -> Tensor {
  let last = Float(1 << (bits - 1)) - 1  // 7 for 4 bits
  return rounded(x / scale).clipped(min: -last, max: last) * scale
}

var draws = lesson.generator("bell")
let bell = Tensor.normal(shape: [4096], using: &draws)
func loss(_ scale: Tensor, _ x: Tensor) -> Tensor {
  (fakeQuantized(x, scale: scale, bits: 4) - x).squared().mean()
}

let farthest = bell.values.map(abs).max() ?? 1
let scale = Variable("scale", Tensor(farthest / 7))  // clips nothing
var path: [(scale: Float, loss: Float)] = []
for _ in 0..<lesson.profile.pick(smoke: 200, class: 300) {
  let current = loss(scale.value, bell)
  path.append((scale.value.scalar, current.scalar))
  scale.value = scale.value - 0.02 * current.gradients(of: [scale])[0]
}

//: A scale that learns is called a *learned step*; the method is [[*LSQ*]],
//: learned step size quantization. Ours begins at the scale that clips
//: nothing. **Predict:** by how much will it shrink, if it does?

let gain = 10 * log10(path[0].loss / path[path.count - 1].loss)
show(farthest, "largest value", .significant(3))
show(7 * path[path.count - 1].scale, "learned range", .significant(3))
bind("gain", gain, .fixed(1))
claim(gain > 1, "the learned range loses less than the one that clips nothing")

figure(
  "fig-learned",
  caption:
    "The learned step walks downhill on a curve like the one that lesson 2 drew by trying every "
    + "threshold, to its lowest point. From one dot to the next it learns for ten steps: the dots come "
    + "closer and closer to one another, until each hides the one before but for a white rim. Here the "
    + "vertical axis is logarithmic.",
  alt:
    "Mean square error over the range; a U-shaped curve with dots walking from its right end to the "
    + "minimum."
) {
  learnedRange(path, farthest: farthest) { loss(Tensor($0), bell).scalar }
}

//: It shrinks: {{gain}} dB for letting go of the extremes, and no one had
//: to try every threshold.
//:
//: TensorFlow's fake-quant hands gradients to the two ends of its range
//: in a simpler way. A number beyond max comes out as max. If max moves,
//: so does what comes out: max gets the gradients of all numbers that are
//: clipped at it. Numbers inside give it nothing, although their rounding
//: depends on the step. **Predict:** take such a range from −2 to 2, and
//: our loss, which asks only that what comes out is close to what went
//: in. Which way do the ends go? Where do they stop?

let ends = [Variable("min", Tensor(-2)), Variable("max", Tensor(2))]
let closeness = bell.fakeQuantized(
  min: ends[0].value, max: ends[1].value, bitWidth: 4, narrowRange: true)
let pulls = (closeness - bell).squared().mean().gradients(of: ends)
show(pulls.map(\.scalar), "gradients of min and max", .significant(2))
claim(pulls[0].scalar > 0 && pulls[1].scalar < 0, "going downhill, min falls and max grows")

//: Outwards, until nothing is clipped: every clipped number wants max
//: farther out, and those inside, which would like a finer step, are not
//: asked. So with this loss such a range only grows. The loss of a
//: network asks for right answers, not for closeness, and there some of what
//: is clipped may pull an end inwards, too; @lesson-05 will come back to it.
//:
//: ## A range for each channel
//:
//: Whichever way a range is found, a kernel can have one for all its
//: columns or, as @lesson-02 advised, one for each. Fake-quant takes a
//: range of one number, or of as many numbers as there are channels. Four
//: columns, each with weights a tenth as large as the one before, at 8 bits:

let columns =
  Tensor.normal(shape: [256, 4], using: &draws)
  * Tensor([1, 0.1, 0.01, 0.001], shape: [4])
let (one, each) = (columns.abs().max(), columns.abs().max(axes: [0]))

func relativeErrors(_ x: Tensor, range: Tensor) -> [Float] {
  let seen = x.fakeQuantized(min: -range, max: range, narrowRange: true)
  let lost = (seen - x).squared().mean(axes: [0])
  return (lost / x.squared().mean(axes: [0])).values
}

let shared = relativeErrors(columns, range: one)
let own = relativeErrors(columns, range: each)
table(
  "share of a channel's power that is lost", of: 0..<4,
  columns: ["channel", "its largest weight", "one range", "a range each"],
  format: .significant(2)
) { [$0 + 1, each.values[$0], shared[$0], own[$0]] }
claim(shared[3] > 0.99, "with one range the last channel is lost: every weight becomes 0")
claim(own.allSatisfy { $0 < 0.001 }, "with a range each, no channel loses more than a thousandth")

//: On the way back it is the same: each channel passes on the gradients
//: of those numbers that lie within its own ends.
//:
//: ## A network that trains through it
//:
//: Time to use it. A small network with two layers learns a curve from 64
//: points. First we train it in floats. Then we round its weights, which is
//: [[*post-training quantization*|PTQ]]. Then we train on from the same
//: floats, through fake-quant: [[*quantization-aware training*|QAT]].

let inputs = Tensor((0..<64).map { Float($0) / 32 - 1 }, shape: [64, 1])
let targets = Tensor(
  inputs.values.map { sin(5 * $0) * 0.8 + 0.3 * $0 }, shape: [64, 1])

//: Each kernel passes through fake-quant on its way to the product. Its
//: range follows the last-value rule of above: it is taken anew every time,
//: up to the kernel's largest weight on either side. Or, if the network has
//: a scale for each kernel among its variables, that learned step sets the
//: range. We shall try both.

func seen(_ network: [Variable], _ index: Int, bits: Int?) -> Tensor {
  let kernel = network[index].value
  guard let bits else { return kernel }
  if network.count > 4 {
    let step = network[4 + index / 2].value
    return fakeQuantized(kernel, scale: step, bits: bits)
  }
  let largest = kernel.detached().abs().max()
  return kernel.fakeQuantized(
    min: -largest, max: largest, bitWidth: bits, narrowRange: true)
}

//: The rest is an ordinary network: product, bias, ReLU, product, bias.

func output(_ x: Tensor, _ network: [Variable], bits: Int?) -> Tensor {
  let first = x.matmul(seen(network, 0, bits: bits)) + network[1].value
  let second = first.relu().matmul(seen(network, 2, bits: bits))
  return second + network[3].value
}

func error(
  _ network: [Variable], bits: Int?, on x: Tensor, _ y: Tensor
) -> Tensor {
  (output(x, network, bits: bits) - y).squared().mean()
}

//: Gradient descent with momentum (a step carries on some of the one
//: before), and a rate that falls to zero. Weights that flip, as ours did
//: above, make the last step a matter of luck, so we keep the best
//: weights we come by.

func trained(
  _ start: [Variable], bits: Int?, steps: Int, on x: Tensor, _ y: Tensor
) -> [Variable] {
  let network = start.map { Variable($0.name, $0.value) }
  var speed = network.map { Tensor.zeros($0.shape) }
  var best = (error: Float.infinity, values: [Tensor]())
  for step in 0..<steps {
    let loss = error(network, bits: bits, on: x, y)
    if loss.scalar < best.error {
      best = (loss.scalar, network.map(\.value))
    }
    let rate = 0.02 * (1 - Float(step) / Float(steps))
    for (index, gradient) in loss.gradients(of: network).enumerated() {
      speed[index] = 0.9 * speed[index] + gradient
      network[index].value = network[index].value - rate * speed[index]
    }
  }
  return zip(start, best.values).map { Variable($0.name, $1) }
}

//: One network proves little, for it may be lucky. We train {{runs}}, which
//: differ in the weights they begin with, and look at the mean of their
//: errors.

var random = lesson.generator("weights")
let beginnings = (0..<lesson.profile.pick(smoke: 5, class: 5)).map { _ in
  [
    Variable(
      "kernel 1",
      .normal(standardDeviation: 2, shape: [1, 24], using: &random)),
    Variable("bias 1", .uniform(-1, 1, shape: [24], using: &random)),
    Variable(
      "kernel 2",
      .normal(standardDeviation: 0.3, shape: [24, 1], using: &random)),
    Variable("bias 2", .zeros([1])),
  ]
}
bind("runs", beginnings.count)

let steps = lesson.profile.pick(smoke: 1000, class: 3000)
announce("Training: \(beginnings.count) networks in floats, \(steps) steps each")
let floats = beginnings.map {
  trained($0, bits: nil, steps: steps, on: inputs, targets)
}

//: **Predict:** at how many bits does rounding afterwards become visible?
//: With how few bits can training through it still follow the curve?

let widths = [8, 4, 3, 2]
announce("Training: each network on, through fake-quant, at 8, 4, 3 and 2 bits")
let through = widths.map { bits in
  floats.map {
    trained($0, bits: bits, steps: steps, on: inputs, targets)
  }
}

//: In the table below, the first row has the float networks, for
//: comparison.

func mean(_ networks: [[Variable]], bits: Int?, on x: Tensor, _ y: Tensor)
  -> Float
{
  networks.map { error($0, bits: bits, on: x, y).scalar }.reduce(0, +)
    / Float(networks.count)
}
let inFloat = mean(floats, bits: nil, on: inputs, targets)
let afterwards = widths.map { mean(floats, bits: $0, on: inputs, targets) }
let during = zip(widths, through).map {
  mean($1, bits: $0, on: inputs, targets)
}
table(
  "mean square error, mean of the networks",
  columns: ["bits", "rounded after training", "trained through it"],
  rows: [["float", inFloat, "–"]]
    + widths.indices.map { [widths[$0], afterwards[$0], during[$0]] },
  format: .significant(2))
bind(
  "recovery",  // in tens, as the reader sees two digits of both numbers
  [afterwards[2] / during[2]].map { $0 < 20 ? $0 : ($0 / 10).rounded() * 10 }[0], .fixed(0))
bind("worse", during[3] / during[2], .fixed(0))
claim(
  afterwards[2] > 3 * inFloat, "rounded to 3 bits, the networks err at least three times as much as in floats"
)
claim(during[2] < afterwards[2] / 3, "training through 3 bits leaves less than a third of that")
claim(during[3] > 2 * during[2], "at 2 bits it leaves at least twice as much as at 3")

//: At three bits a weight can only be one of seven numbers, and yet
//: training through the rounding leaves about {{recovery}} times less error
//: than rounding afterwards. The networks did not get finer weights. They
//: found better ones among the coarse. But at two bits the error is
//: {{worse}} times that at three. Is this the end?
//:
//: ## The range decides
//:
//: Two bits have the codes −1, 0 and 1, so the last-value rule makes the
//: step as long as the largest weight. What is smaller than half of that
//: becomes 0.

let dead = zip(floats, through[3]).map { _, network in
  seen(network, 0, bits: 2).values.count { $0 == 0 }
}
show(dead, "weights that are 0 at 2 bits, of the 24 in each first kernel")

//: A hidden unit whose only input has the weight 0 says the same for
//: every x. With most units mute, the network cannot bend: it is the
//: outlier of @lesson-01 again. We know a remedy. Let each kernel learn
//: its step, beginning at half the step that the largest weight would
//: set. **Predict:** the same two bits, the same beginnings, as many
//: steps. How much is gained?

announce("Training: each network on, at 2 bits with learned steps")
let learnedSteps = floats.map { network in
  let halves = [0, 2].map { index in
    Variable("step", network[index].value.abs().max() * 0.5)
  }
  return trained(
    network + halves, bits: 2, steps: steps, on: inputs, targets)
}
let withSteps = show(
  mean(learnedSteps, bits: 2, on: inputs, targets),
  "mean square error at 2 bits, learned steps", .significant(2))
bind("rescue", during[3] / withSteps, .fixed(0))
claim(withSteps < during[3] / 2, "at 2 bits, learned steps leave less than half of the error")

figure(
  "fig-regression",
  caption:
    "Only the first of the networks, where the table has the mean of all: the curve, this network with its "
    + "weights rounded after training, and trained through the rounding. At 8 bits they nearly coincide. "
    + "With fewer the rounded network leaves the curve, and the trained one has found weights that live on "
    + "the grid; at 2 bits it needs learned steps for that.",
  alt:
    "Four panels, 8, 4, 3 and 2 bits. At 8 bits all lines lie close together. At 4, 3 and 2 bits the rounded "
    + "network leaves the curve, the trained one stays close; at 2 bits only the one with learned steps "
    + "follows the curve."
) {
  regressions(
    widths, x: inputs.values, target: targets.values,
    rounded: widths.map { output(inputs, floats[0], bits: $0).values },
    trained: zip(widths, through).map { output(inputs, $1[0], bits: $0).values },
    learnedSteps: output(inputs, learnedSteps[0], bits: 2).values)
}

//: {{rescue}} times less error, with the same three codes. It was not bits
//: that were missing, but a range that suits them. The fewer the codes, the
//: more it matters where they are.
//:
//: Beware of the first rows, though. At 8 bits the networks that trained
//: through the rounding err less than the *float* networks they started
//: from. Did rounding help them? Let the float networks train on as well.

announce("Training: each network on, in floats, as long")
let longer = floats.map {
  trained($0, bits: nil, steps: steps, on: inputs, targets)
}
let fair = mean(longer, bits: nil, on: inputs, targets)
show(inFloat, "in floats", .significant(2))
show(during[0], "trained on through 8 bits", .significant(2))
show(fair, "trained on in floats, as long", .significant(2))
claim(during[0] < inFloat, "at 8 bits, the networks that trained on err less than the floats they began as")
claim(during[0] > 0.6 * fair, "but not much less than floats that trained as long")

//: They merely trained longer. To compare a network after
//: quantization-aware training with its float start is to compare two
//: lengths of training.
//:
//: ## The floats, and what is seen of them
//:
//: What do weights look like that trained through fake-quant? Here is the
//: second kernel of the first network, at 3 bits: the floats that learn,
//: and the same weights as the product sees them.

let kernel = through[2][0][2].value
let multiplied = seen(through[2][0], 2, bits: 3).values
claim(Set(multiplied).count <= 7, "after fake-quant a 3-bit kernel holds at most seven different numbers")

figure(
  "fig-aligned",
  caption:
    "The 24 weights of the second kernel after training with 3 bits. Before fake-quant they are floats "
    + "anywhere; after it, every one of them stands on a level. Weights that are nearly equal share a dot: "
    + "where two arrows part from one dot, two weights lie on either side of the middle between two levels.",
  alt:
    "Above, a number line with seven levels and arrows from the float weights to their nearest levels; "
    + "below, a bar chart of how many weights stand on each level."
) { alignment(kernel.values, seen: multiplied) }

//: The picture holds the whole idea of quantization-aware training. Two
//: sets of weights live side by side: floats that remember every small
//: push, and the numbers on the grid that do the work. Inference will keep
//: only the second.
//:
//: ## What could go wrong: a range of nothing
//:
//: A range has to be known before it can be used. Above, TFMOT's averages
//: started at −6 to 6. But for the *input* of a network it does not average:
//: it takes the smallest and the largest value ever seen, and before the
//: first batch that is 0 to 0. Let us do the same.

let nothing = inputs.fakeQuantized(min: 0, max: 0)
show(Set(nothing.values).count, "different numbers that come out")
claim(nothing.values.allSatisfy { $0 == 0 }, "a range of 0…0 makes every number 0")

//: Everything is wiped out, silently: to a TFMOT model that has not seen a
//: batch every picture is blank. Show a network some data before you ask
//: it: [[calibrate]] it, as @lesson-02 said.
//:
//: ## Exercises
//:
//: - @ex-03.1: fake-quantize one number.
//: - @ex-03.2: the straight-through gradient, with what the ends of the
//:   range get.
//: - @ex-03.3: a moving average that forgets where it began.
//: - @ex-03.4: quantization-aware training, whole. It takes an evening.
//:
//: To try: in `descend`, set the target to exactly a third, which is a
//: level. Does the weight still flip?
//:
//: Two questions to see what has stayed: `swift run qat quiz 03`.
//:
//: ## How Keras and TFLite do it
//:
//: - TensorFlow's operation is `fake_quant_with_min_max_vars`; it rounds
//:   half up. PyTorch's is `fake_quantize_per_tensor_affine`; it rounds
//:   half to even. The toolkit's own fake-quant can follow either, bit for
//:   bit.
//: - TFMOT uses the last-value rule for weights, and for activations a
//:   moving average that keeps 0.999 and is not debiased; for the
//:   network's input it keeps the smallest and the largest value so far.
//:   Its ranges do not learn.
//: - TFLite knows no fake-quant. Its *converter*, the program that makes a
//:   file for a phone from a Keras model, turns fake-quants into the scales
//:   and zero points of real integers.
//:
//: ## Further reading
//:
//: - Bengio, Léonard, Courville, 2013, *Estimating or propagating gradients
//:   through stochastic neurons*, section 2: the straight-through
//:   estimator. [arXiv:1308.3432](https://arxiv.org/abs/1308.3432)
//: - Jacob et al., 2018, section 3: training with simulated quantization.
//:   [arXiv:1712.05877](https://arxiv.org/abs/1712.05877)
//: - Esser et al., 2020, *Learned step size quantization*.
//:   [arXiv:1902.08153](https://arxiv.org/abs/1902.08153)

endLesson()
