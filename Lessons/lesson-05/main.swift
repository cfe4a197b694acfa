//: # 5. Wrappers and ClipWrapper
//:
//: @Lesson-04 built layers and trained a network of them. Quantization
//: wants to put something in front of such layers: a clip, a round trip, a
//: range that learns. We could open every layer and rewrite it: Dense,
//: Conv2D, and all that will ever be invented. **How do you change what a
//: layer sees without opening the layer?**

import LessonKit
import QAT

figure(
  "fig-wrapper",
  caption:
    "A wrapper is a layer that holds a layer. What comes in is clipped to the wrapper's own weights, min "
    + "and max, and goes on to the layer inside, which knows nothing of it.",
  alt:
    "A diagram from left to right: inputs and the weights min and max flow into clip; clip and the "
    + "weights kernel and bias flow into dense; dense flows into outputs."
) { wrapperDiagram() }

//: ## A clip, by hand
//:
//: Five numbers are on their way to a layer, and none shall arrive that
//: lies beyond ±6. What does is moved to the nearer end: it is *clipped*.
//:
//: $$\mathrm{clip}(x) = \min(\max(x, \mathit{min}), \mathit{max})$$

let five = Tensor([-9, -2, 0.5, 5, 8], shape: [5, 1])
show(five.clipped(min: -6, max: 6).values, "clipped to ±6")
claim(
  five.clipped(min: -6, max: 6).values == [-6, -2, 0.5, 5, 6],
  "two of the five are clipped, three come through as they are")

//: ## The wrapper
//:
//: A *wrapper* is a layer that holds another layer. Whoever calls it sees a
//: layer like any other. Inside, it calls the layer it holds, and may do
//: something before and after. This one clips:

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
//: and adds two weights: `min`, which starts at −6, and `max`, at 6; the
//: shape `[]` is that of a single number. `call` clips what comes in and
//: hands it on. We wrap a layer that multiplies by 1.

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
claim(
  clip.sublayers.first === dense,
  "the layer inside is among the wrapper's sublayers, so its weights count as the wrapper's")

//: One call built both. The paths say who owns what: `min` and `max` are
//: the wrapper's, and `dense/kernel` belongs to the layer inside. Since the
//: ends are weights, they are saved with a model, found by name, and can be
//: set:

clip.weight("max").value = Tensor(1)
show(clip(five).values, "with max at 1")
clip.weight("max").value = Tensor(6)

//: ## Gradients through the clip
//:
//: And they can be trained. Training asks everything upstream of the loss
//: the same question: if you grew a little, what would the loss do? Let the
//: loss be a sum in which our five numbers count 1, 2, 3, 4 and 5 times.
//: **Predict** the five gradients of the numbers, and those of `min` and
//: `max`.

let x = Variable("x", five)
let shares = Tensor([1, 2, 3, 4, 5], shape: [5, 1])
let asked = [x, clip.weight("min"), clip.weight("max")]
let sum = { (clip(x.value) * shares).sum() }
let gradients = sum().gradients(of: asked)
show(gradients.flatMap(\.values), "gradients", .significant(2))

//: We do not have to believe it. Grow `max` a little, and see what the loss
//: does:

let start = sum().scalar
clip.weight("max").value = Tensor(6.125)
let slope = (sum().scalar - start) / 0.125
clip.weight("max").value = Tensor(6)
show(slope, "measured slope of max", .significant(2))
claim(slope == gradients[2].scalar, "the gradient of max is its measured slope")
claim(gradients.flatMap(\.values).reduce(0, +) == 15, "every share of the loss went to exactly one place")

//: Inside the range the gradient passes to the number as though there were
//: no clip. Outside, the number gets 0: move −9 a little, and −6 still
//: comes out. But move `min` a little! What came out *was* `min`. So an end
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
claim(everywhere.allSatisfy { $0.contains(1) }, "and one of them is all of it")

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

//: ## Wrapped twice
//:
//: A wrapper is a layer, so it can be wrapped. **Predict:** a clip to ±6
//: around a clip to 1 at most, or the other way round: what comes out, and
//: whose `max` gets a gradient?

let both = ClipWrapper(clip)
_ = both(five)
let pair = [both.weight("max"), clip.weight("max")]
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
//: ## What could go wrong: building
//:
//: A wrapper has a `build` and a `call` of its own, and so both mistakes of
//: @lesson-04 are open to it: without `super.build` the layer inside is not
//: built, and an end whose value is read in `build` is never seen to move.
//: A wrapper with two ends has one more to offer: they cross. Nothing keeps
//: `min` below `max` if both learn. Let a loss ask the two clipped numbers
//: to come closer, and take one large step.

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

//: Between −0.25 and 0.25 there was room for a step of 0.25 from each side,
//: and both took one twice as long.
//:
//: ## What reaches the layer
//:
//: Now a network that reads digits: 64 hidden units with ReLU, then a layer
//: for the ten digits, in a wrapper.

let seed = lesson.options.seed
func network(ending last: Layer, seed: UInt64) -> Sequential {
  let hidden = Dense(units: 64, activation: .relu, name: "hidden")
  return Sequential(
    [Flatten(), hidden, last], inputShape: [28, 28, 1], seed: seed)
}

//: We shall train it several times, with ranges that begin here or there,
//: learn or do not, or are held back by a *penalty* in the loss, which is 0
//: for now.

struct Setting {
  var learned = true
  var min: Float = 0
  var max: Float
  var penalty: Float = 0
}

func loss(_ penalty: Float, of max: Variable) -> Loss {
  let entropy = Loss.sparseCategoricalCrossEntropy(fromLogits: true)
  return Loss("penalized") { outputs, targets in
    entropy(outputs, targets) + penalty * max.value.squared()
  }
}

//: A recorder notes where `max` is, step by step.

func trained(
  _ setting: Setting, on digits: LabeledImages, epochs: Int, seed: UInt64
) throws -> (model: Sequential, path: [Float]) {
  let clip = ClipWrapper(Dense(units: 10), name: "clip")
  clip.isLearned = setting.learned
  let model = network(ending: clip, seed: seed)
  let max = clip.weight("max")
  max.value = Tensor(setting.max)
  clip.weight("min").value = Tensor(setting.min)
  let recorder = StatisticsRecorder { _ in max.value }
  try Trainer(
    model, optimizer: Adam(learningRate: 0.005),
    loss: loss(setting.penalty, of: max), seed: seed
  ).fit(digits, epochs: epochs, batchSize: 64, callbacks: [recorder])
  return (model, recorder.records.map(\.mean))
}

//: First the talk's own range, ±6, with both ends free to learn.

let digits = lesson.digits(
  training: lesson.profile.pick(smoke: 1000, class: 4000, full: 20_000),
  test: lesson.profile.pick(smoke: 1000, class: 2000, full: 10_000))
let epochs = 20
let talk = try trained(
  Setting(min: -6, max: 6), on: digits.training, epochs: epochs, seed: seed
).model

//: What reaches the wrapper is what the hidden layer puts out; a model that
//: ends there shows it. What reaches the layer inside is that, clipped.

func pixels(_ digits: LabeledImages) -> Tensor {
  Tensor(digits.floats(), shape: [digits.count, 28, 28, 1])
}

func hidden(_ model: Model, _ images: Tensor) -> Tensor {
  let output = model.output(of: "hidden")
  return Model(inputs: model.inputs, outputs: [output])(images).detached()
}

//: **Predict:** where are `min` and `max` now?

let images = pixels(digits.test)
let arriving = hidden(talk, images)
let ends = ["min", "max"].map {
  talk.layer("clip").weight($0).value.scalar
}

show(ends, "min and max", .significant(3))
let positive = arriving.values.filter { $0 > 0 }
bind("clipped", Float(positive.count { $0 > ends[1] }) / Float(positive.count), .percent(1))
bind("largest", positive.max() ?? 0, .significant(3))
bind("max", ends[1], .significant(3))
bind("idle", 6 / (6 + ends[1]), .percent(0))
claim(ends[0] == -6, "min has not moved by a bit")
claim(ends[1] != 6, "max has moved")

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
    before: arriving, after: arriving.clipped(min: ends[0], max: ends[1]),
    max: ends[1])
}

//: The activations reach up to {{largest}}. Of those above zero {{clipped}}
//: were clipped, and their gradients moved `max` from 6 to {{max}}. `min`
//: has not moved by a bit: no number lies below it, so in all these steps
//: it received nothing. It stands at −6, where nothing ever is. If codes
//: are spread over this range, {{idle}} of them are for nothing.
//:
//: ## A range that learns
//:
//: So we put `min` at 0, where the ReLU ends, and follow `max` alone. That
//: is *PACT*: a clip from 0 to a `max` that is learned, in place of a ReLU
//: that is open above. A wide range means coarse codes, so its authors pull
//: `max` down, by a penalty in the loss, with a strength λ:
//:
//: $$L = L_{digits} + \lambda \cdot \mathit{max}^2$$
//:
//: **Predict:** where does `max` go from 6, and where from 1, without the
//: penalty and with it?

let settings = [
  Setting(max: 1000), Setting(learned: false, max: 6), Setting(max: 6),
  Setting(max: 1), Setting(max: 6, penalty: 0.01),
  Setting(max: 1, penalty: 0.01),
]
let runs = try settings.map {
  try trained($0, on: digits.training, epochs: epochs, seed: seed)
}
let arrived = runs.map { $0.path[$0.path.count - 1] }
show(arrived, "where max went", .significant(4))
bind("up", arrived[2], .significant(3))
bind("lowUp", arrived[3], .significant(3))
bind("down", arrived[4], .significant(2))
bind("lowDown", arrived[5], .significant(2))
claim(arrived[0] == 1000, "a max that clips nothing receives nothing and does not move")
claim(arrived[3] > 1, "from 1, where it clips much, max is pushed up")
claim(arrived[2] > 6, "from 6 it is pushed up a little, too")
claim(arrived[4] < arrived[2] && arrived[5] < arrived[3], "the penalty draws max down from both starts")
claim(
  // The few steps of the smoke profile hardly turn the one that begins at 1.
  runs[lesson.profile.pick(smoke: 4..<5, class: 4..<6, full: 4..<6)].allSatisfy { run in
    run.path[run.path.count - 1] < run.path.reduce(0, max)
  }, "with it, max has passed its highest place when training ends")
bind("gap", arrived[2] - arrived[3], .significant(2))
bind("gapDown", arrived[4] - arrived[5], .significant(2))
claim(
  arrived[4] - arrived[5] < 0.9 * (arrived[2] - arrived[3]),
  "with the penalty it matters less where max began")

figure(
  "fig-moving",
  caption:
    "max, step by step, from 6 and from 1. Without the penalty it rises from both starts; with it, both "
    + "are on their way down when training ends.",
  alt:
    "Four curves over the training steps. Two begin at 6: without the penalty it rises slowly, with it it "
    + "falls far. Two begin at 1: without the penalty it rises, with it it rises a little and then falls."
) {
  pathsOfMax(without: runs[2...3].map(\.path), with: runs[4...5].map(\.path))
}

//: Without the penalty `max` ends at {{up}} from 6 and at {{lowUp}} from 1,
//: {{gap}} apart: the network arranges itself with either range. With it
//: the two end at {{down}} and {{lowDown}}, which is {{gapDown}} apart, and
//: have not come to rest. From 1000 `max` never moves: a clip that clips
//: nothing tells its ends nothing. The toolkit's `LearnedClipQuantizer` is
//: this clip, with the penalty and the rounding in it.
//:
//: ## FakeQuant in place of the clip
//:
//: What is a small range good for? The codes are spread over it. Here is
//: the step from this lesson to the next: the same wrapper, the same two
//: weights, and in `call` the round trip of @lesson-03 in place of the
//: clip. And since a wrapper decides what its layer sees, the layer shall
//: see a quantized *kernel* too.

final class QuantizeWrapper: ClipWrapper {
  var bits = 4

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
    "Two diagrams. Above: inputs, min and max into clip, clip and kernel into dense, dense into outputs. "
    + "Below the same, with fake-quant in place of clip, and a second fake-quant between kernel and dense."
) { twoWrappers() }

//: `substituting` puts another tensor in the weight's place while the
//: braces run, and takes it out again whatever happens in there. The layer
//: inside reads its kernel in `call`, as every layer should, and finds the
//: rounded one. **Predict:** what is the kernel after the call? And who
//: gets the gradient?

let quantizing = QuantizeWrapper(Dense(units: 2))
quantizing.buildOnce(inputShape: [1])
let kernel = quantizing.layer.weight("kernel")
kernel.value = Tensor([1, 0.123], shape: [1, 2])
let step = Tensor([0.8], shape: [1, 1])  // on the grid of ±6 and 4 bits
let outcome = quantizing(step)
show((outcome / step).values, "kernel that multiplied", .significant(3))
show(kernel.value.values, "kernel afterwards")
let back = outcome.sum().gradients(of: [kernel])[0]
show(back.values, "its gradient", .significant(3))
claim((outcome / step).values != kernel.value.values, "the layer multiplied by another kernel than its own")
claim(kernel.value.values == [1, 0.123], "the float kernel is what it was, bit for bit")
claim(back.values.allSatisfy { $0 != 0 }, "and receives the gradient, straight through the rounding")

//: ## What four bits cost afterwards
//:
//: The four networks that began at 6 or without a limit, each with a
//: `QuantizeWrapper` in its `ClipWrapper`'s place. The weights are the same
//: and have the same paths, so they can be copied. The first one has
//: learned no range; it gets the largest activation of its training images.

let names = ["no clip", "fixed at 6", "learned", "learned, penalty"]
let chosen = [0, 1, 2, 4].map { runs[$0].model }
let largest = hidden(chosen[0], pixels(digits.training)).max()
chosen[0].layer("clip").weight("max").value = largest

let labels = digits.test.labels(of: 0..<digits.test.count)
let widths = [8, 4, 3, 2]
let scores = chosen.map { model in
  widths.map { bits in
    let wrapper = QuantizeWrapper(Dense(units: 10), name: "clip")
    wrapper.bits = bits
    let copy = network(ending: wrapper, seed: seed)
    copy.copyWeights(from: model)
    return Metric.accuracy(copy(images), .classes(labels))
  }
}

//: *Lost* is the share of the power that rounding takes of the clipped
//: activations: the network has learned to live with the clip.

let losses = chosen.map { model in
  let max = model.layer("clip").weight("max").value.scalar
  let clean = hidden(model, images).clipped(min: 0, max: max)
  return widths.map {
    let rounded = clean.fakeQuantized(min: 0, max: max, bitWidth: $0)
    return
      ((rounded - clean).squared().mean()
      / clean.squared().mean()).scalar
  }
}
table(
  "after training", of: names.indices,
  columns: ["", "lost at 4 bits", "8 bits", "4 bits", "2 bits"],
  format: .percent(2)
) {
  [names[$0], losses[$0][1], scores[$0][0], scores[$0][1], scores[$0][3]]
}
bind("ratio", losses[0][1] / losses[3][1], .significant(2))
bind("off", scores[0][0] - scores[0][3], .percent(1))
bind("pact", scores[3][0] - scores[3][3], .percent(1))
bind("fixed8", scores[1][0], .percent(1))
bind("fixed2", scores[1][3], .percent(1))
bind("pact8", scores[3][0], .percent(1))
bind("pact2", scores[3][3], .percent(1))
bind("chance", (scores[1][0] * (1 - scores[1][0]) / Float(labels.count)).squareRoot(), .percent(1))
claim(
  (0..<4).allSatisfy { width in scores.dropFirst().allSatisfy { abs($0[width] - scores[1][width]) < 0.05 } },
  "at every width the three that have a range read about as many digits")
claim(losses[0][1] > 2 * losses[1][1], "at 4 bits a clip at 6 at least halves what rounding takes")
claim(losses[1][1] > losses[3][1], "the penalized range takes less still")
claim(abs(scores[3][0] - scores[0][0]) < 0.05, "at 8 bits the networks are about equally good")
claim(scores[0][0] - scores[0][1] < 0.04, "at 4 bits even the network without a clip loses few answers")
claim(
  scores[0][0] - scores[0][3] > scores[3][0] - scores[3][3],
  "at 2 bits the network without a clip loses more answers")

figure(
  "fig-afterwards",
  caption:
    "Left, the share of the activations' power that rounding takes; right, how many digits are read. At 4 "
    + "bits the digits hardly notice. At 2 bits the network that never had a clip pays for its long tail.",
  alt:
    "Two panels over 8, 4, 3 and 2 bits. Left, four rising lines on a logarithmic axis, no clip highest, "
    + "learned with penalty lowest. Right, accuracies that stay level, except for no clip, which falls at 2 "
    + "bits."
) { afterTraining(names, widths, lost: losses, read: scores) }

//: At 4 bits rounding takes {{ratio}} times less with the penalized range
//: than without a clip, though the digits hardly notice yet. At 2 bits,
//: which is four codes, they do: {{off}} of the digits are lost without a
//: clip, and {{pact}} with that one. What the penalty buys is a flat line;
//: more digits it does not promise. The range fixed at 6 reads {{fixed8}}
//: of them at 8 bits and {{fixed2}} at 2, the penalized one {{pact8}} and
//: {{pact2}}, and chance moves each of these by {{chance}} or so. Six was a
//: good guess; λ is a guess as well, but of what a wide range costs, and
//: not of where it should end.
//:
//: ## What could go wrong: the range
//:
//: A range can be wrong from the start, in two ways. We take a fresh
//: network, set `max` anywhere between 0.001 and 100, and measure the
//: gradients of one batch: how much gets through the clip to the layer
//: before it, and how much arrives at `max`. **Predict:** where is each of
//: them zero?

let fresh = ClipWrapper(Dense(units: 10))
let probe = network(ending: fresh, seed: seed)
fresh.weight("min").value = Tensor(0)
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
    + "to the layers before it. Too wide a range is deaf: nothing arrives at max. Where the second curve "
    + "dips in between, the pushes of the clipped numbers cancel.",
  alt:
    "Two curves over max on a logarithmic axis. What gets through to the layer before rises from zero at "
    + "the left to a plateau; what arrives at max falls to exactly zero at the right."
) { gradientsOverMax(candidates, through: through, taken: taken) }

//: To the right `max` hears nothing and stays, as it did at 1000. To the
//: left nothing gets through: the layers before learn nothing, and the
//: layer inside sees nothing to tell the digits by. A `max` that is fixed
//: there is the end of learning. One that learns is pushed by all those
//: clipped numbers, and may come free:

let late = try [
  Setting(learned: false, max: 0.001), Setting(max: 0.1),
].map { try trained($0, on: digits.training, epochs: epochs, seed: seed) }
let read = late.map {
  Metric.accuracy($0.model(images), .classes(labels))
}
show(read[0], "digits read, max fixed at 0.001", .percent(1))
show(read[1], "digits read, max learned from 0.1", .percent(1))
claim(read[0] < 0.4, "behind a fixed wall the network learns next to nothing")
claim(read[1] > read[0] + 0.3, "a learned max opens the wall")

//: A wrapper acts on what goes *into* its layer. On which side of an
//: activation a range belongs is a question about the whole model, and that
//: is @lesson-06.
//:
//: ## Exercises
//:
//: - @ex-05.1: two clips in one.
//: - @ex-05.2: one step of a `max` that learns.
//: - @ex-05.3: a wrapper of your own.
//: - @ex-05.4: `ClipWrapper`'s call, out of nothing but ReLUs.
//:
//: To try: give `max` the penalty |max| in place of max². Where does it
//: end?
//:
//: Two questions to see what has stayed: `swift run qat quiz 05`.
//:
//: ## How Keras and TFLite do it
//:
//: - Keras has `keras.layers.Wrapper`, which holds the layer as `.layer`
//:   and builds it in `build`. TensorFlow's `clip_by_value` hands the same
//:   gradients to its ends as ours.
//: - TFMOT's `QuantizeWrapper` is such a wrapper. It never learns its
//:   ranges by gradients; it keeps the last value or a moving average, as
//:   @lesson-03 had it.
//: - TFLite knows no wrappers and no clips before a layer: a converter
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
