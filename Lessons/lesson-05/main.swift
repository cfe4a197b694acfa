//: # 5. Wrappers and ClipWrapper
//:
//: @Lesson-04 put a [[wrapper]] around a layer, and it only listened. Now it
//: is to act: to [[clip]] what goes in, or to round it. **How do you change
//: what a layer sees without opening the layer?**
//:
//: A clip has two ends. In @lesson-03 such ends mostly came from the
//: numbers that passed by; in one case the scale was learned. Here both
//: ends are weights, and learn. In the end a network with two bits for
//: every number between its layers reads about as many digits as it does in
//: floats. With the upper ends fixed at a guess, 6, it reads several points
//: fewer.

import LessonKit
import QAT

figure(
  "fig-wrapper",
  caption:
    "A wrapper is a layer that holds a layer. What comes in is clipped to the wrapper's own weights, min "
    + "and max, and goes on to the layer inside, which knows nothing of it.",
  alt:
    "A diagram from left to right: inputs, then a frame named ClipWrapper with two boxes in it, clip to min "
    + "and max, and dense with the weights kernel and bias, then outputs."
) { wrapperDiagram() }

//: ## A clip, by hand
//:
//: Five numbers are on their way to a layer, and none beyond ±6 shall
//: arrive. Those that are beyond are moved to the nearer end:
//:
//: $$\mathrm{clip}(x) = \min(\max(x, \mathit{min}), \mathit{max})$$

let five = Tensor([-9, -2, 0.5, 5, 8], shape: [5, 1])
show(five.clipped(min: -6, max: 6).values, "clipped to ±6")
claim(
  five.clipped(min: -6, max: 6).values == [-6, -2, 0.5, 5, 6],
  "two of the five are clipped, three come through as they are")

//: ## The wrapper
//:
//: Whoever calls a wrapper sees a layer like any other. Inside, it calls
//: the layer that it holds. This one clips before it does:

class ClipWrapper: Wrapper {
  var isLearned = true
  override func build(inputShape: [Int]) {
    super.build(inputShape: inputShape)
    addWeight(
      "min", shape: [], initializer: .constant(-6), trainable: isLearned)
    addWeight(
      "max", shape: [], initializer: .constant(6), trainable: isLearned)
  }

  override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    let (low, high) = (weight("min").value, weight("max").value)
    return layer(inputs.clipped(min: low, max: high), training: training)
  }
}

//: The three moments of @lesson-04 are all here. `init`, which it inherits,
//: keeps the layer. `build` lets the layer inside build itself, by `super`,
//: and adds two weights; the shape `[]` is that of a single number. `call`
//: clips what comes in and hands it on. (There the ends are called `low`
//: and `high`, as in the exercises: `min` and `max` are functions of Swift.)
//:
//: Why −6 and 6? [[TFMOT]] starts the [[range]] of a layer's outputs at
//: these two ends, whatever the layer. It does not say why. But many
//: networks that are made for phones use ReLU6, a ReLU that is cut off at
//: 6, and for them 6 is right; −6 is its mirror image, for layers whose
//: outputs go below zero. For other networks it is a guess. Keep it in
//: mind.
//:
//: We wrap a layer that multiplies by 1.

let dense = Dense(units: 1, kernelInitializer: .ones)
let clip = ClipWrapper(dense)
show(clip.weights.count, "weights after init")
show(clip(five).values, "what comes out")
table(
  "weights after the first call", of: clip.namedWeights,
  columns: ["path", "value"]
) { [$0.path, $0.variable.value.values[0]] }
claim(
  clip(five).values == five.clipped(min: -6, max: 6).values, "the layer inside was given the clipped numbers")

//: One call built both. The paths say who owns what: `min` and `max` are
//: the wrapper's, and `dense/kernel` belongs to the layer inside. Since the
//: ends are weights, they are saved with a model, found by name, and can be
//: set:

clip.weight("max").value = Tensor(1)
show(clip(five).values, "with max at 1")
clip.weight("max").value = Tensor(6)

//: ## Gradients through the clip
//:
//: And they can be trained. Training asks every weight the same question:
//: if you grew a little, what would the loss do? Let the loss be a sum in
//: which the five numbers that come out count 1, 2, 3, 4 and 5 times.
//: **Predict** the five gradients of the numbers that go in, and those of
//: `min` and `max`. Which of the seven is the largest?

let x = Variable("x", five)
let shares = Tensor([1, 2, 3, 4, 5], shape: [5, 1])
let asked = [x, clip.weight("min"), clip.weight("max")]
let sum = { (clip(x.value) * shares).sum() }
let gradients = sum().gradients(of: asked)
let names = ["x", "x", "x", "x", "x", "min", "max"]
let rows = zip(five.values + [-6, 6], gradients.flatMap(\.values))
table(
  "gradients", of: zip(names, rows), columns: ["of", "which is", "gradient"]
) { [$0, $1.0, $1.1] }

//: Is it true? Grow `max` a little, and see what the loss does:

let start = sum().scalar
clip.weight("max").value = Tensor(6.125)
let slope = (sum().scalar - start) / 0.125
clip.weight("max").value = Tensor(6)
show(slope, "measured slope of max", .significant(2))
claim(slope == gradients[2].scalar, "the gradient of max is its measured slope")
claim(
  gradients.flatMap(\.values).reduce(0, +) == 15,
  "the gradients add up to 1 + 2 + 3 + 4 + 5: each share went to one place")

//: Inside the range the gradient passes to the number as though there were
//: no clip. Outside, the number gets 0: move −9 a little, and −6 still
//: comes out. But move `min` a little: what came out *was* `min`. So an end
//: collects the gradients of all numbers that were clipped to it, and
//: nothing is lost. Is it so everywhere? We place a single number at 481
//: points between −12 and 12, and ask for its three gradients:

let points = (-240...240).map { Float($0) / 20 }
let everywhere = points.map { point in
  let number = Variable("number", Tensor([point], shape: [1, 1]))
  return clip(number.value).sum()
    .gradients(of: [number] + asked.dropFirst()).map(\.scalar)
}
claim(everywhere.allSatisfy { $0.reduce(0, +) == 1 }, "the three slopes add up to 1 everywhere")
claim(everywhere.allSatisfy { $0.contains(1) }, "one of the three is 1, and the other two are 0")

figure(
  "fig-gradients",
  caption:
    "A clip to ±6 and its three slopes. Wherever a number lies, exactly one of the three is 1: the "
    + "number's own inside, that of the end it was clipped to outside.",
  alt:
    "Four panels over x from −12 to 12: a ramp between −6 and 6, flat outside; then three slopes of 0 or "
    + "1: that of x is 1 between −6 and 6, that of min is 1 below −6, that of max is 1 above 6."
) {
  clipAndSlopes(
    points, clipped: clip(Tensor(points, shape: [points.count, 1])).values,
    slopes: everywhere)
}

//: ## What could go wrong: building
//:
//: A wrapper's `build` has to build the layer inside, by `super.build`.
//: Forget it, and reach for the kernel:

final class Forgetful: Wrapper {
  override func build(inputShape: [Int]) {}  // no super.build
  override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    inputs.matmul(layer.weight("kernel").value)
  }
}
show(
  refusal { _ = Forgetful(Dense(units: 3))(five) }, "without super.build")

//: And the ends must be read in `call`, as @lesson-04 said of every weight:
//: one that is read in `build` never seems to move. A wrapper with two ends
//: has a mistake of its own to offer: they cross. Nothing keeps `min` below
//: `max` if both learn. Let a loss ask the first and the last output to
//: come closer, and take one large step.

let range = [clip.weight("min"), clip.weight("max")]
(range[0].value, range[1].value) = (Tensor(-0.25), Tensor(0.25))
let pull = Tensor([-1, 0, 0, 0, 1], shape: [5, 1])
let push = (clip(five) * pull).sum().gradients(of: range)
for (end, gradient) in zip(range, push) {
  end.value = end.value - 0.5 * gradient
}
show(range.map(\.value.scalar), "min and max after the step")
show(refusal { _ = clip(five) }, "the program stops")
claim(range[0].value.scalar > range[1].value.scalar, "the ends have crossed")

//: Between −0.25 and 0.25 there is room for a step of 0.25 from each side.
//: Both ends took one twice as long.
//:
//: ## What reaches the layer
//:
//: Now a network that reads digits: 64 hidden units with ReLU, then a layer
//: for the ten digits, in a wrapper.

func reader(
  min: Float = 0, max: Float, isLearned: Bool = true, seed: UInt64
) -> Sequential {
  let hidden = Dense(units: 64, activation: .relu, name: "hidden")
  let clip = ClipWrapper(Dense(units: 10), name: "clip")
  clip.isLearned = isLearned
  let model = Sequential(
    [Flatten(), hidden, clip], inputShape: [28, 28, 1], seed: seed)
  clip.weight("min").value = Tensor(min)
  clip.weight("max").value = Tensor(max)
  return model
}

//: We shall train it several times, from ranges that begin here or there.
//: Later a *penalty* in the loss will hold back ranges that are wide; its
//: strength is 0 for now. A recorder notes where the first `max` of a model
//: is, step by step.

func train(
  _ model: Sequential, on digits: LabeledImages, penalty: Float = 0,
  epochs: Int = 20, seed: UInt64
) throws -> [Float] {
  let ends = model.sublayers.filter { $0 is ClipWrapper }
    .map { $0.weight("max") }
  let entropy = Loss.sparseCategoricalCrossEntropy(fromLogits: true)
  let loss = Loss("penalized") { outputs, targets in
    ends.reduce(entropy(outputs, targets)) { loss, max in
      loss + penalty * max.value.squared()
    }
  }
  let recorder = StatisticsRecorder { _ in ends[0].value }
  try Trainer(
    model, optimizer: Adam(learningRate: 0.005), loss: loss, seed: seed
  ).fit(
    digits, epochs: epochs, batchSize: digits.count / 60,
    callbacks: [recorder, ProgressBar(everyEpoch: false)])
  return recorder.records.map(\.mean)
}

//: What reaches the wrapper is what the hidden layer puts out; a second
//: model, made of the same layers up to there, shows it. What reaches the
//: layer inside is that, clipped.

func output(
  of layer: String, in model: Model, for images: Tensor
) -> Tensor {
  let output = model.output(of: layer)
  return Model(inputs: model.inputs, outputs: [output])(images).detached()
}

func pixels(_ digits: LabeledImages) -> Tensor {
  Tensor(digits.floats(), shape: [digits.count, 28, 28, 1])
}

//: First the range from −6 to 6, with both ends free to learn. **Predict:**
//: in which direction does each of them go, inwards or outwards?

announce("Training: a network with one clip, from −6 and 6, 20 epochs")
let seed = lesson.options.seed
let digits = lesson.digits(
  training: lesson.profile.pick(smoke: 1000, class: 4000, full: 20_000),
  test: lesson.profile.pick(smoke: 2000, class: 2000, full: 10_000))
let first = reader(min: -6, max: 6, seed: seed)
_ = try train(first, on: digits.training, seed: seed)
let images = pixels(digits.test)
let arriving = output(of: "hidden", in: first, for: images)
let (low, high) = (
  first.layer("clip").weight("min").value.scalar,
  first.layer("clip").weight("max").value.scalar
)
show(low, "min", .significant(3))
show(high, "max", .significant(3))
let positive = arriving.values.filter { $0 > 0 }
bind("clipped", Float(positive.count { $0 > high }) / Float(positive.count), .percent(1))
bind("largest", positive.max() ?? 0, .significant(3))
bind("max", high, .significant(3))
bind("idle", 6 / (6 + high), .percent(0))
claim(low == -6, "min has not moved at all")
claim(high > 6, "max has moved outwards")

figure(
  "fig-reaches",
  caption:
    "What the 64 hidden units send to the layer, before and after the clip, without the zeros. The clip "
    + "takes the long tail away and stacks it up at max. Its lower end has nothing to do: no number after a "
    + "ReLU is below zero.",
  alt:
    "Two histograms over the same axis. Above, a falling curve with a tail far beyond 6; below, the same "
    + "curve up to max, and there one tall bar. A shaded region on the left, from −6 to 0, is empty in "
    + "both."
) {
  reachingHistograms(
    before: arriving, after: arriving.clipped(min: low, max: high),
    max: high)
}

//: On the test images the activations reach up to {{largest}}. Of those
//: above zero {{clipped}} are clipped. In training, the gradients of such
//: numbers moved `max` from 6 to {{max}}: the loss falls if large numbers
//: may be larger. `min` has not moved at all. No number lies below it, so
//: in all these steps it received nothing. It stands at −6, where nothing
//: ever is. If codes are spread over this range, {{idle}} of them stand for
//: nothing.
//:
//: ## A range that learns
//:
//: So we put `min` at 0, where a ReLU's outputs begin, and follow `max`
//: alone. The loss so far asks only for the right digits. But we are going
//: to spread a few [[codes|code]] from 0 to `max`, and the wider the range,
//: the coarser they are. So `max` is pulled down by a penalty in the loss,
//: with a strength λ:
//:
//: $$L = L_{digits} + \lambda \cdot \mathit{max}^2$$
//:
//: A clip from 0 to a `max` that is learned in this way is called
//: [[*PACT*]], for *parameterized clipping activation*. **Predict:** where
//: does `max` go from 6, and where from 1, without the penalty and with it?
//: And where from 1000, without it?

announce("Training: five networks with one clip, 20 epochs each")
let starts: [(max: Float, penalty: Float)] = [
  (6, 0), (1, 0), (6, 0.001), (1, 0.001), (1000, 0),
]
let paths = try starts.map { start in
  try train(
    reader(max: start.max, seed: seed), on: digits.training,
    penalty: start.penalty, seed: seed)
}
let arrived = paths.map { $0[$0.count - 1] }
table(
  "where max goes", of: zip(starts, arrived),
  columns: ["from", "λ", "to"], format: .significant(4)
) { [$0.max, $0.penalty, $1] }
bind("up", arrived[0], .fixed(2))
bind("lowUp", arrived[1], .fixed(2))
bind("down", arrived[2], .fixed(2))
bind("lowDown", arrived[3], .fixed(2))
claim(arrived[0] > 6, "without the penalty max goes up from 6")
claim(arrived[1] > 1, "and up from 1, where it clips much")
claim(arrived[2] < arrived[0], "from 6 it ends lower with the penalty than without")
claim(arrived[4] == 1000, "a max that clips nothing receives nothing and does not move")
bind("gap", difference(arrived[0], arrived[1], .fixed(2)), .fixed(2))
bind("gapDown", difference(arrived[2], arrived[3], .fixed(2)), .fixed(2))
claim(
  arrived[2] - arrived[3] < 0.9 * (arrived[0] - arrived[1]),
  "with the penalty it matters less where max began")

figure(
  "fig-moving",
  caption:
    "max, step by step, from 6 and from 1. Without the penalty it rises from both starts. With it, the "
    + "two paths come closer to one another.",
  alt:
    "Four curves over the training steps. Two begin at 6: without the penalty it rises slowly, with it it "
    + "falls far. Two begin at 1 and rise, to about the same height."
) {
  pathsOfMax(without: Array(paths[0...1]), with: Array(paths[2...3]))
}

//: Without the penalty `max` ends at {{up}} from 6 and at {{lowUp}} from 1,
//: {{gap}} apart. With it the two end at {{down}} and {{lowDown}}, and are
//: {{gapDown}} apart when training ends. From 1000 `max` never moves: a
//: clip that clips nothing tells its end nothing. The toolkit's
//: `LearnedClipQuantizer` is this clip, with the penalty and the rounding
//: in it.
//:
//: ## FakeQuant in place of the clip
//:
//: Now the codes. We keep the wrapper and its two weights, and in `call` we
//: put the [[fake quantization]] of @lesson-03 in place of the clip. It clips,
//: too, and hands the same gradients to its ends. And since a wrapper
//: decides what its layer sees, the layer shall see a rounded *kernel* as
//: well, in 8 bits.

final class QuantizeWrapper: ClipWrapper {
  var bits = 2

  override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    let kernel = layer.weight("kernel")
    let most = kernel.value.detached().abs().max()
    let rounded = kernel.value.fakeQuantized(
      min: -most, max: most, narrowRange: true)
    let seen = inputs.fakeQuantized(
      min: weight("min").value, max: weight("max").value, bitWidth: bits)
    return kernel.substituting(rounded) {
      layer(seen, training: training)
    }
  }
}

figure(
  "fig-quantize",
  caption:
    "From ClipWrapper to QuantizeWrapper. Fake-quant takes the place of the clip and keeps its two ends; "
    + "a second one stands between the kernel and the layer, for the time of a call.",
  alt:
    "Two diagrams, each with a frame. In ClipWrapper: clip and kernel into dense. In QuantizeWrapper: "
    + "fake-quant in place of clip, and a second fake-quant between kernel and dense. Inputs go in, outputs "
    + "come out."
) { twoWrappers() }

//: The layer inside reads its kernel in `call`, while the block of
//: `substituting` runs, and finds the rounded one. **Predict:** what is
//: the kernel after the call? And who gets the gradient?

let quantizing = QuantizeWrapper(Dense(units: 2))
quantizing.buildOnce(inputShape: [1])
let kernel = quantizing.layer.weight("kernel")
kernel.value = Tensor([1, 0.123], shape: [1, 2])
let input = Tensor([4], shape: [1, 1])
quantizing.weight("min").value = Tensor(0)  // 2 bits: 0, 2, 4 or 6
let outcome = quantizing(input)
show((outcome / input).values, "kernel that multiplied", .significant(3))
show(kernel.value.values, "kernel afterwards")
let back = outcome.sum().gradients(of: [kernel])[0]
show(back.values, "its gradient", .significant(3))
claim((outcome / input).values != kernel.value.values, "the layer multiplied by another kernel than its own")
claim(kernel.value.values == [1, 0.123], "the float kernel is what it was, bit for bit")
claim(back.values == [4, 4], "and receives the gradient, straight through the rounding")

//: ## Two bits between the layers
//:
//: A network of three layers, each in a wrapper of its own. What reaches
//: the first layer are pixels; what reaches the other two is what the layer
//: before leaves after its ReLU. Two bits are four codes: 0 and three
//: numbers more. Where shall the three ranges end?
//:
//: - Fixed at 6. TFMOT starts the ranges inside a network there, but not
//:   that of the pixels: for those it takes what it sees (@lesson-03). So
//:   this way shows what a range costs that was never adapted to its
//:   numbers.
//: - Fixed at the largest number that arrives in training, so that nothing
//:   is clipped.
//: - Learned, from 6, without a penalty.
//: - PACT: learned, from 6, with the penalty.

func network(
  max ends: [Float], weightsOf source: Model? = nil, seed: UInt64,
  wrap: (Layer, String) -> ClipWrapper
) -> Sequential {
  let wrappers = [
    wrap(Dense(units: 32, activation: .relu), "first"),
    wrap(Dense(units: 32, activation: .relu), "second"),
    wrap(Dense(units: 10), "third"),
  ]
  let model = Sequential(
    [Flatten(name: "pixels")] + wrappers,
    inputShape: [28, 28, 1], seed: seed)
  if let source { model.copyWeights(from: source) }
  for (wrapper, end) in zip(wrappers, ends) {
    wrapper.weight("min").value = Tensor(0)
    wrapper.weight("max").value = Tensor(end)
  }
  return model
}

//: The network is trained in floats first, for {{floatEpochs}} epochs, in
//: clips at 1000 that clip nothing. Then the same layers, with these
//: weights, are put in `QuantizeWrapper`s, and trained through the rounding
//: for another {{roundedEpochs}} epochs. We note how many digits they read
//: before and after.

let (floatEpochs, roundedEpochs) = (10, 20)
bind("floatEpochs", floatEpochs)
bind("roundedEpochs", roundedEpochs)
typealias Way = (name: String, isLearned: Bool, penalty: Float)
typealias Trial = (model: Sequential, before: Float, after: Float)

func trial(
  _ way: Way, of float: Model, bits: Int, max ends: [Float],
  on digits: (training: LabeledImages, test: LabeledImages), seed: UInt64
) throws -> Trial {
  let model = network(max: ends, weightsOf: float, seed: seed) {
    let wrapper = QuantizeWrapper($0, name: $1)
    (wrapper.bits, wrapper.isLearned) = (bits, way.isLearned)
    return wrapper
  }
  let before = accuracy(model, digits.test)
  _ = try train(
    model, on: digits.training, penalty: way.penalty,
    epochs: roundedEpochs, seed: seed)
  return (model, before, accuracy(model, digits.test))
}

func accuracy(_ model: Model, _ digits: LabeledImages) -> Float {
  let labels = digits.labels(of: 0..<digits.count)
  return Metric.accuracy(model(pixels(digits)), .classes(labels))
}

//: How much of the outcome is luck? To see it, we do all of it with several
//: networks, each begun from other random numbers.

announce("Training: networks in floats, \(floatEpochs) epochs each")
let count = lesson.profile.pick(smoke: 2, class: 5, full: 5)
let seeds = (0..<UInt64(count)).map { seed + $0 }
let floats = try seeds.map { seed in
  let model = network(max: [1000, 1000, 1000], seed: seed) {
    ClipWrapper($0, name: $1)
  }
  _ = try train(
    model, on: digits.training, epochs: floatEpochs, seed: seed)
  return model
}
let read = floats.map { accuracy($0, digits.test) }
show(read, "digits read by the networks in floats", .percent(1))

//: **Predict:** which of the four ranges is best with two bits, and which
//: is worst?

announce("Training: each network through two bits, in four ways")
let ways: [Way] = [
  ("fixed at 6", false, 0), ("fixed at the largest", false, 0),
  ("learned", true, 0), ("PACT", true, 0.001),
]
func arrivals(in model: Model, for images: Tensor) -> [Tensor] {
  ["pixels", "first", "second"].map {
    output(of: $0, in: model, for: images)
  }
}
let trials = try ways.enumerated().map { index, way in
  try zip(floats, seeds).map { float, seed in
    let largest = arrivals(in: float, for: pixels(digits.training))
      .map { $0.max().scalar }
    return try trial(
      way, of: float, bits: 2, max: index == 1 ? largest : [6, 6, 6],
      on: digits, seed: seed)
  }
}

//: The mean of the networks, and the worst and the best of them:

func mean(_ values: [Float]) -> Float {
  values.reduce(0, +) / Float(values.count)
}
let means = trials.map { mean($0.map(\.after)) }
table(
  "digits read with two bits", of: zip(ways, trials),
  columns: ["max", "before", "after", "worst", "best"],
  format: .percent(1)
) { way, trials in
  let after = trials.map(\.after)
  return [
    way.name, mean(trials.map(\.before)), mean(after),
    after.min() ?? 0, after.max() ?? 0,
  ]
}
bind("networks", count)
bind("float", mean(read), .percent(1))
bind("six", means[0], .percent(1))
bind("widest", means[1], .percent(1))
bind("unpenalized", means[2], .percent(1))
bind("pact", means[3], .percent(1))
bind("won", difference(means[3], means[0], .percent(1)), .fixed(1))
claim(
  means[3] - means[0] > 0.02,
  "on average PACT reads more digits than a range fixed at 6, by more than 2 points")
claim(
  means[3] - means[2] > 0.02,
  "it reads more than a range learned without a penalty, by more than 2 points as well")
claim(
  // The smoke profile has two networks, and the largest comes close.
  means[3] > means[1] - lesson.profile.pick(smoke: 0.03, class: 0, full: 0),
  "and it reads more than a range that ends at the largest number that arrives")
claim(
  mean(read) - means[3] < 0.5 * (mean(read) - means[0]),
  "PACT loses less than half of what a range fixed at 6 loses against floats")

figure(
  "fig-ways",
  caption:
    "Digits read with two bits between the layers, in four ways; each dot is a network. Grey before it is "
    + "trained through the rounding, purple after. Green is the mean of the networks in floats.",
  alt:
    "Four columns of dots for four ways to choose max. The purple dots of PACT lie at the green line of the "
    + "floats, those of the largest a little below it, those of 6 and of learning without a penalty far "
    + "below."
) {
  dotsOfWays(
    ways.map(\.name), before: trials.map { $0.map(\.before) },
    after: trials.map { $0.map(\.after) }, floats: mean(read))
}

//: On average over {{networks}} networks PACT reads {{pact}}, where 6 reads
//: {{six}}, the largest number {{widest}}, and floats {{float}}. (The
//: floats trained for {{floatEpochs}} epochs, the others for
//: {{roundedEpochs}} more: @lesson-03 warned of such a comparison. Among
//: the four ways it is fair.) And a range that learns without a penalty is
//: no better than 6: it reads {{unpenalized}}. **Predict:** in which of the
//: three layers does 6 do its damage?
//:
//: Let us count. With two bits the steps are a third of `max`, so a number
//: below half of that becomes 0. How many of the numbers above zero does
//: that happen to, layer by layer, in the first of the networks?

let lost = trials.map { trials in
  let model = trials[0].model
  let arriving = arrivals(in: model, for: images)
  return zip(model.sublayers.dropFirst(), arriving).map { layer, numbers in
    let max = layer.weight("max").value.scalar
    let above = numbers.values.filter { $0 > 0 }
    let zeros = above.count { $0 < max / 3 / 2 }
    return (max: max, share: Float(zeros) / Float(above.count))
  }
}
table(
  "where max is in the end", of: zip(ways, lost),
  columns: ["max of the layer", "first", "second", "third"],
  format: .significant(2)
) { way, layers in [way.name] + layers.map(\.max) }
table(
  "of the numbers above zero that reach a layer, the share that becomes 0",
  of: zip(ways, lost),
  columns: ["max", "first", "second", "third"], format: .percent(0)
) { way, layers in [way.name] + layers.map(\.share) }
bind("goneAtSix", lost[0][0].share, .percent(0))
bind("freeSecond", lost[2][1].max, .significant(2))
bind("freeThird", lost[2][2].max, .significant(2))
bind("goneAtPact", lost[3][0].share, .percent(0))
bind("goneInside", lost[1][1].share, .percent(0))
bind("keptInside", lost[3][1].share, .percent(0))
bind("pixelMax", lost[3][0].max, .significant(2))
bind("firstMax", lost[3][1].max, .significant(2))
bind("secondMax", lost[3][2].max, .significant(2))
claim(lost[0][0].share > 0.5, "at 6 most pixels that have ink become 0")
claim(lost[2][0].max == 6, "without a penalty the range of the pixels has not moved at all")
claim(lost[3][0].share < lost[0][0].share, "PACT keeps more of them")
claim(
  (1...2).allSatisfy { lost[3][$0].share < lost[1][$0].share },
  "it also keeps more activations than a range up to the largest number"
)

figure(
  "fig-eyes",
  caption:
    "What reaches the first layer: the pixels, the pixels in two bits up to 6, and up to where PACT has "
    + "taken max. Up to 6, only the brightest are left. They have become 2, twice the brightest of the real "
    + "pixels, and are drawn white, as 1 is.",
  alt:
    "Three rows of seven digits: in many greys; thin and broken, in black and white; in black, grey and white."
) {
  digitsSeen(digits.test, maxima: [lost[0][0].max, lost[3][0].max])
}

//: In the first one. Pixels lie between 0 and 1, and with two bits up to 6
//: the codes stand for 0, 2, 4 and 6. Everything below 1 becomes 0:
//: {{goneAtSix}} of the pixels that have ink. The largest number that
//: arrives, which is 1, is right for pixels, and TFMOT would take it, too.
//: But inside the network the largest number is a rare one, and most of the
//: others are small beside it: {{goneInside}} of the positive outputs of
//: the first layer become 0.
//:
//: And why does learning without a penalty not help? No pixel lies above 6,
//: so this `max` receives nothing and stays. The other two are still wide
//: when training ends, at {{freeSecond}} and {{freeThird}}: the gradient
//: of a `max` speaks of the numbers that were clipped, and not of those
//: that were rounded, since rounding is passed over on the way back
//: (@lesson-03). So nothing tells it that its codes are coarse.
//:
//: With the penalty each of the three goes its own way: to {{pixelMax}} for
//: the pixels, and to {{firstMax}} and {{secondMax}} inside. (No pixel lies
//: above 1, so down to there the penalty alone moves that end.) Of the
//: pixels that have ink {{goneAtPact}} become 0, of the positive outputs of
//: the first layer {{keptInside}}. Nobody had to look at the numbers in the
//: network first. That is what a learned range is for.
//:
//: Is it always worth it? With four bits there are 16 codes, and even up to
//: 6 some of them are left for the pixels. **Predict:** what is left of the
//: advantage?

announce("Training: each network through four bits, in two ways")
let fine = try [ways[0], ways[3]].map { way in
  try zip(floats, seeds).map { float, seed in
    try trial(
      way, of: float, bits: 4, max: [6, 6, 6], on: digits, seed: seed
    ).after
  }
}
table(
  "digits read with four bits", of: zip(["fixed at 6", "PACT"], fine),
  columns: ["max", "mean", "worst", "best"], format: .percent(1)
) { [$0, mean($1), $1.min() ?? 0, $1.max() ?? 0] }
bind("left", abs(difference(mean(fine[1]), mean(fine[0]), .percent(1))), .fixed(1))
claim(
  abs(mean(fine[1]) - mean(fine[0])) < means[3] - means[0],
  "with four bits the two differ by less than with two")

//: On average the two are {{left}} percentage points apart; with two bits
//: it was {{won}}. Where codes are plenty, 6 is a good guess; learned
//: ranges pay where codes are few. The penalty is a guess as well, but of
//: another kind: λ says what width costs, and not where a range should
//: end.
//:
//: Our two wrappers act on what goes *into* a layer. The toolkit's own
//: `QuantizeWrapper`, which the next lessons use, is another class: it
//: rounds the kernel, as ours does, and what comes *out* of the layer. On
//: which side of an activation function a range belongs is a question
//: about the whole model, and that is @lesson-06.
//:
//: ## A second part: looking closer
//:
//: That is all that the next lessons need. The rest of this one is for
//: those who write wrappers or learn ranges: a wrapper around a wrapper,
//: and a range that is wrong from the start. Exercise 05.1 asks for the
//: first.
//:
//: ## Wrapped twice
//:
//: A wrapper is a layer, so it can be wrapped. **Predict:** a clip to ±6
//: around a clip to 1 at most, or the other way round: what comes out, and
//: whose `max` gets a gradient?

let inner = ClipWrapper(Dense(units: 1, kernelInitializer: .ones))
let both = ClipWrapper(inner)
_ = both(five)
let pair = [both.weight("max"), inner.weight("max")]
let orders: [[Float]] = [[6, 1], [1, 6]]
let learners = orders.map { order in
  for (max, end) in zip(pair, order) { max.value = Tensor(end) }
  return both(five).sum().gradients(of: pair).map(\.scalar)
}
show(learners[0], "gradients of the two max, 6 around 1", .significant(2))
show(learners[1], "gradients of the two max, 1 around 6", .significant(2))
claim(
  orders.allSatisfy { order in
    for (max, end) in zip(pair, order) { max.value = Tensor(end) }
    return both(five).values == [-6, -2, 0.5, 1, 1]
  }, "both orders compute the same")
claim(learners == [[0, 2], [2, 0]], "in both orders only the narrow clip's max receives gradients")

//: The outputs are the same. In both orders the two numbers above 1 come
//: out as the narrow clip's `max`, so that is the one that learns.
//:
//: ## What could go wrong: the range
//:
//: A range can be wrong from the start, in two ways. We take a fresh
//: network, set `max` anywhere between 0.001 and 100, and measure the
//: gradients of one batch: how much gets through the clip to the layer
//: before it, and how much arrives at `max`. **Predict:** where is each of
//: them zero?

let probe = reader(max: 6, seed: seed)
let fresh = probe.layer("clip")
let some = digits.test.selecting(0..<256)
let candidates = Array(
  sequence(first: Float(0.001)) { $0 < 100 ? 1.3 * $0 : nil })

//: Of the many gradients of the layer before we add up the magnitudes.

let measures = candidates.map { end in
  fresh.weight("max").value = Tensor(end)
  let loss = probe(pixels(some))
    .softmaxCrossEntropy(labels: some.labels(of: 0..<256))
  let hidden = probe.layer("hidden").weight("kernel")
  return loss.gradients(of: [hidden, fresh.weight("max")])
    .map { $0.abs().sum().scalar }
}
let (through, taken) = (measures.map { $0[0] }, measures.map { $0[1] })
claim(taken[candidates.count - 1] == 0, "too wide: max receives exactly nothing")
claim(through[0] < 0.02 * (through.max() ?? 0), "too narrow: next to nothing gets through")

figure(
  "fig-dead",
  caption:
    "The gradients of one batch, for a max anywhere. Too narrow a range is a wall: nothing gets through "
    + "to the layer before it. Too wide a range hears nothing: no gradient arrives at max. What "
    + "arrives at max wavers on the left, where some clipped numbers push max up and others down.",
  alt:
    "Two curves over max on a logarithmic axis. What gets through to the layer before rises from zero at "
    + "the left to a plateau; what arrives at max falls to exactly zero at the right."
) { gradientsOverMax(candidates, through: through, taken: taken) }

//: To the right no gradient arrives at `max`, and it stays where it is, as
//: it did at 1000. To the left nothing gets through: the layer before
//: learns nothing, and the layer inside sees hardly anything by which to
//: tell the digits. If `max` is fixed there, hardly anything is learned. If
//: `max` learns, those clipped numbers push it. A learned `max` that begins
//: at the far left may even be pushed below `min`, so we let it begin at
//: 0.1, where a part of the gradient still gets through. The two networks
//: below thus differ in two things, in where `max` begins and in whether it
//: learns:

announce("Training: two networks with a narrow clip, 20 epochs each")
let narrow: [(max: Float, isLearned: Bool)] = [(0.001, false), (0.1, true)]
let readers = try narrow.map { clip in
  let model = reader(
    max: clip.max, isLearned: clip.isLearned, seed: seed)
  _ = try train(model, on: digits.training, seed: seed)
  return accuracy(model, digits.test)
}
show(readers[0], "digits read, max fixed at 0.001", .percent(1))
show(readers[1], "digits read, max learned from 0.1", .percent(1))
claim(readers[0] < 0.4, "behind a fixed wall the network learns next to nothing")
claim(readers[1] > readers[0] + 0.3, "a learned max that begins in between finds its way")

//: ## Exercises
//:
//: - @ex-05.1: two clips in one, of *Wrapped twice*.
//: - @ex-05.2: one step of a `max` that learns.
//: - @ex-05.3: a wrapper of your own.
//: - @ex-05.4: `ClipWrapper`'s call, out of nothing but ReLUs.
//:
//: To try: fix the three ranges where PACT left them, and train the network
//: through two bits from its floats again. Does it read as many digits?
//:
//: Two questions to see what has stayed: `swift run qat quiz 05`.
//:
//: ## How Keras and TFLite do it
//:
//: - Keras has `keras.layers.Wrapper`, which holds the layer as `.layer`
//:   and builds it in `build`. TensorFlow's `clip_by_value` hands the same
//:   gradients to its ends as ours.
//: - TFMOT's `QuantizeWrapper` rounds the kernel as ours does, but in place
//:   of what goes in it rounds what comes out. It never learns its ranges
//:   by gradients; it keeps the last value or a moving average, as
//:   @lesson-03 had it.
//: - TFLite knows no wrappers and no clips before a layer: its converter
//:   turns the ends of fake-quant into the scale and zero point of a
//:   tensor.
//:
//: ## Further reading
//:
//: - Choi et al., 2018, *PACT: Parameterized clipping activation for
//:   quantized neural networks*, section 3: the clip with a learned end,
//:   its gradient and its penalty.
//:   [arXiv:1805.06085](https://arxiv.org/abs/1805.06085)
//: - The Keras guide *Making new layers and models via subclassing*: the
//:   lifecycle that wrappers share.
//:   [keras.io](https://keras.io/guides/making_new_layers_and_models_via_subclassing/)

endLesson()
