//: # 8. Some layers, and each in its own way
//:
//: In @lesson-07 a plan had one number of bits, and every layer got it. At
//: 2 bits, rounded afterwards, the network forgot most of what it knew.
//: But a network is not equally delicate everywhere, and its layers are not
//: equally large. **If you could pay for more bits in one layer only, which
//: one would it be?**
//:
//: To try that out we need to say *this layer, like this; that one, not at
//: all*. TFMOT's words for it are [[annotate]] and *configure*.

import Charting
import LessonKit
import ModelCharts
import QAT

let seed = lesson.options.seed
let digits = lesson.digits(
  training: lesson.profile.pick(smoke: 1500, class: 6000, full: 60_000),
  test: lesson.profile.pick(smoke: 500, class: 2000, full: 10_000))

//: ## Four numbers, by hand
//:
//: The network is that of @lesson-07. It has four layers with weights, and
//: these are the numbers of their weights:

let names = ["conv1", "conv2", "hidden", "scores"]
let counts = [3 * 3 * 1 * 8, 3 * 3 * 8 * 16, 7 * 7 * 16 * 32, 32 * 10]
func bytes(_ bits: [Int]) -> Int {
  zip(bits, counts).map { ($0 * $1 + 7) / 8 }.reduce(0, +)
}
let atTwo = bytes([2, 2, 2, 2])
table(
  "bytes of the weights", of: names.indices,
  columns: ["layer", "weights", "at 2 bits", "at 8", "8 here, else 2"]
) { index in
  var bits = [2, 2, 2, 2]
  bits[index] = 8
  return [
    names[index], counts[index], (2 * counts[index] + 7) / 8,
    counts[index], bytes(bits),
  ]
}
bind("atTwo", atTwo, .grouped)
bind("conv1More", 100 * Double(bytes([8, 2, 2, 2]) - atTwo) / Double(atTwo), .fixed(1))
bind("hiddenMore", Double(bytes([2, 2, 8, 2])) / Double(atTwo), .fixed(1))
bind("othersEight", bytes([8, 8, 2, 8]), .grouped)
bind("hiddenThree", bytes([2, 2, 3, 2]), .grouped)
claim(
  bytes([8, 8, 2, 8]) < bytes([2, 2, 3, 2]),
  "8 bits for all layers but hidden cost less than one bit more for hidden alone")

//: All weights in 2 bits are {{atTwo}} bytes. Eight bits for the first
//: convolution add {{conv1More}} % to that; eight for the hidden layer
//: multiply it by {{hiddenMore}}. Eight for all layers but `hidden` make
//: {{othersEight}} bytes; a single bit more for `hidden`, and the others
//: left at two, {{hiddenThree}}. **Predict:** rounded to 2 bits, which
//: layer raises the loss most? Is it the one with the most weights? (The
//: answer comes under *The layer that hurts*.)

func block(_ filters: Int, _ name: String) -> [Layer] {
  [
    Conv2D(filters: filters, kernelSize: 3, padding: .same, name: name),
    BatchNormalization(momentum: 0.9, name: name + "_norm"),
    ReLU(name: name + "_relu"), MaxPooling2D(name: name + "_pool"),
  ]
}
func network(_ choose: (Layer) -> Layer = { $0 }) -> Model {
  let layers =
    block(8, "conv1") + block(16, "conv2") + [
      Flatten(name: "flatten"), Dense(units: 32, name: "hidden"),
      ReLU(name: "hidden_relu"), Dense(units: 10, name: "scores"),
    ]
  return Sequential(
    layers.map(choose), inputShape: [28, 28, 1], seed: seed)
}
let epochs = 4
func train(_ model: Model, rate: Float) throws {
  let steps = epochs * ((digits.training.count + 31) / 32)
  let trainer = Trainer(
    model,
    optimizer: Adam(learningRate: .cosine(initial: rate, steps: steps)),
    loss: .sparseCategoricalCrossEntropy(fromLogits: true),
    metrics: [.accuracy], seed: seed)
  try trainer.fit(
    digits.training, epochs: epochs, callbacks: [ProgressBar()])
}

announce("Training: the network in floats")
let float = network()
try train(float, rate: 0.003)

func reads(_ model: Model) -> Double {
  let answers = model.predict(digits.test).argmax()
  let labels = digits.test.labels(of: 0..<digits.test.count)
  return Double(zip(answers, labels).count { $0 == $1 })
    / Double(labels.count)
}
let floatReads = reads(float)
show(floatReads, "digits read, in floats", .percent(1))
claim(floatReads > 0.85, "in floats most digits are read")

//: ## Annotate
//:
//: `quantizeAnnotate` puts a layer into a wrapper that changes nothing: it
//: is a mark. `quantizeApply` looks for the marks, quantizes what has one,
//: and leaves the rest in floats. Let us mark the last layer alone. The
//: function above takes a choice for each layer, so that the same network
//: can be built with any marks; then it gets the trained weights.

func copy(of trained: Model, _ choose: (Layer) -> Layer) -> Model {
  let model = network(choose)
  for (new, old) in zip(model.weights, trained.weights) {
    new.value = old.value
  }
  return model
}
func images() -> Tensor {
  Tensor(digits.training.floats(of: 0..<300), shape: [300, 28, 28, 1])
}
func applied(
  _ float: Model, _ choose: (Layer) -> Layer
) throws -> QuantizedModel {
  try quantizeApply(
    copy(of: float, choose), calibratingOn: [images()])
}
let onlyScores = try applied(float) {
  $0.name == "scores" ? quantizeAnnotate($0) : $0
}
func places(_ model: QuantizedModel) -> [[String]] {
  model.explanations.map { layer in
    let tensors = layer.decisions.map(\.tensor)
    return [
      layer.name, tensors.contains("kernel") ? "quantized" : "–",
      tensors.contains("output") ? "quantized" : "float",
    ]
  }
}
table(
  "one layer is marked", columns: ["layer", "kernel", "output"],
  rows: places(onlyScores))
claim(
  places(onlyScores).dropLast(2).allSatisfy { !$0.contains("quantized") },
  "before the marked layer and its input, nothing is quantized")

//: One layer is quantized, and in front of it stands a layer that nobody
//: built: what comes out of `hidden_relu` are floats, so an annotated layer
//: that reads them gets a quantizer for its *input*. Everything before it
//: is as it was. `explain` says of every quantizer which rule put it there.
//: Of the last two layers:

let explained = onlyScores.explanations.suffix(2).map(\.text)
show(explained.joined(separator: "\n"), "explain")

//: Read it line by line: the tensor, what was done to it, by which rule,
//: and what the quantizer is. The input has *all values*: its range spans
//: the smallest and the largest number that ever came by. The kernel has
//: *last value*: its range is that of the weights as they are. The output
//: was to have a moving average from the [[registry]], which is the table
//: that says how each kind of layer is quantized; then another rule saw
//: that it is an output of the whole model, and put the quantizer for
//: outputs in its place. (Here the two are of the same kind.)
//:
//: And what stays in floats is not forgotten:

let warnings = onlyScores.warnings
show(warnings.count, "warnings")
show(warnings[0], "the first")
claim(
  warnings.count == 5,
  "every layer whose weights stay in floats is warned of")

//: They are the three layers with kernels that are not marked, and the two
//: normalizations, whose γ and β are weights too.

//: ## Configure
//:
//: A mark may carry a `QuantizeConfig`: which weights of the layer are
//: quantized, by which quantizers, and what becomes of its output. Let us
//: give the hidden layer, which has most of the bytes, 2 bits. Its output
//: is left to the ReLU behind it, since that is where a runtime rounds.

func config(_ quantizer: Quantizer) -> QuantizeConfig {
  QuantizeConfig(weights: ["kernel": quantizer], output: .unchanged)
}
let twoBits = QuantizerFormat(
  bitWidth: 2, symmetric: true, narrowRange: true)
func withHidden(
  _ float: Model, _ quantizer: Quantizer
) throws -> QuantizedModel {
  try applied(float) { layer in
    layer.name == "hidden"
      ? quantizeAnnotate(layer, config: config(quantizer))
      : quantizeAnnotate(layer)
  }
}
let byLargest = try withHidden(float, LastValueQuantizer(twoBits))
let largestReads = reads(byLargest)
show(largestReads, "hidden in 2 bits, all else in 8", .percent(1))
bind("largestReads", largestReads, .percent(1))

//: Two bits, narrow, are the codes −1, 0 and 1. Our `twoBits` has one scale
//: for the whole kernel, where the registry has one for each unit, and the
//: largest weight of all sets the step. In @lesson-07 the largest weight of
//: each unit set the unit's step, and even so most weights of this layer
//: became 0. So let us write a quantizer that does not care for the
//: largest. It looks at how far weights *typically* are from zero, the root
//: of their mean square, and reaches a given number of times that far. What
//: is further out is clipped. Your own quantizer has to say only two
//: things: how a tensor changes the quantizer's range, and how to copy the
//: quantizer:

func meanSquareRoot(_ x: [Float]) -> Float {
  (x.reduce(0) { $0 + $1 * $1 } / Float(x.count)).squareRoot()
}
final class SpreadQuantizer: Quantizer {
  let reach: Float
  init(_ format: QuantizerFormat, reach: Float) {
    self.reach = reach
    super.init(format)
  }
  override func update(with x: Tensor, spanning batch: ValueRange) {
    let end = reach * meanSquareRoot(x.values)
    storedRange = ValueRange(-end, end)
  }
  override func copied() -> Quantizer {
    SpreadQuantizer(format, reach: reach)
  }
}

//: **Predict:** at a reach of 1.5, {{clipped}} of the weights are clipped,
//: and the largest is cut to {{cut}} of what it was. Does the network read
//: more digits than with the step of the largest, or fewer?

let hidden = weights(of: "hidden", in: float).values
let typical = meanSquareRoot(hidden)
let largest = hidden.map(\.magnitude).max() ?? 0
func inBucketOfZero(step: Float) -> Float {
  Float(hidden.count { $0.magnitude < step / 2 }) / Float(hidden.count)
}
bind("clipped", Float(hidden.count { $0.magnitude > 1.5 * typical }) / Float(hidden.count), .percent(0))
bind("cut", 1.5 * typical / largest, .percent(0))
claim(
  inBucketOfZero(step: largest) > 0.8 && inBucketOfZero(step: 1.5 * typical) < 0.7,
  "the step of the largest makes most weights 0; a reach of 1.5 gives many of them the other two codes")
let reaches: [Float] = [0.75, 1, 1.5, 2, 3]
let spreadReads = try reaches.map {
  reads(try withHidden(float, SpreadQuantizer(twoBits, reach: $0)))
}
table(
  "hidden in 2 bits", of: reaches.indices,
  columns: ["reach", "digits read"], format: .percent(1)
) {
  let reach = Double(reaches[$0])
  return [NumberFormat.significant(2).string(reach), spreadReads[$0]]
}
bind("spreadReads", spreadReads[2], .percent(1))
claim(
  spreadReads[2] > largestReads,
  "at a reach of 1.5 more digits are read than with the step of the largest weight")

figure(
  "fig-reach",
  caption:
    "The hidden layer in three codes, without any training. Dashed lines mark the codes −1 and 1: what lies beyond "
    + "them is cut to them. The step of the largest weight leaves most weights in the bucket of 0; a reach of 1.5 times "
    + "the typical weight clips the tails and fills all three.",
  alt:
    "Two histograms of the same bell of weights over three wide shaded buckets. Above, nearly all of the bell "
    + "lies in the middle bucket, and the dashed lines stand far outside it, in the middle of the two outer buckets; "
    + "below, the buckets are narrower, each holds a good part of the bell, and both tails reach beyond the dashed "
    + "lines."
) { reachHistograms(weights(of: "hidden", in: float), reach: 1.5) }

//: {{spreadReads}} against {{largestReads}}: some fifteen lines, and no
//: training.
//: That is how to try out an algorithm: write its rule as a class. The
//: rest of the toolkit does not need to know of it.
//:
//: ## A layer of one's own
//:
//: And if the *layer* is unknown to the toolkit? Some language models use
//: the square of a ReLU. As a layer:

final class SquaredReLU: Layer {
  override func call(_ inputs: [Tensor], training: Bool) -> Tensor {
    let positive = inputs[0].relu()
    return positive * positive
  }
  override func copied() -> Layer { SquaredReLU(name: name) }
}
func squared(_ mark: (SquaredReLU) -> Layer) -> Model {
  network { layer in
    layer.name == "hidden_relu" ? mark(SquaredReLU(name: "squared")) : layer
  }
}

do {
  _ = try quantizeModel(squared { $0 }, calibratingOn: [images()])
} catch {
  show(error, "quantizeModel says")
}

//: A layer may do anything, so nobody can guess how it is to be
//: quantized. But you can say it: the output, with a moving average in 8
//: bits.

let ownLayer = try quantizeModel(
  squared {
    quantizeAnnotate(
      $0,
      config: QuantizeConfig(output: .quantized(MovingAverageQuantizer())))
  }, calibratingOn: [images()])
let own = ownLayer.explanations.first { $0.name.hasSuffix("squared") }
show(own?.text ?? "", "explain")
do { _ = try convert(ownLayer) } catch { show(error, "convert says") }

//: It can be trained and measured. To run on integers it would need an
//: operation that some runtime has.
//:
//: ## What could go wrong: weights that nobody rounds
//:
//: In TFMOT a dense layer with a ReLU layer behind it falls into a trap. A
//: transform wants to move the rounding of the output behind the ReLU, as
//: we did above, and to that end gives the dense layer a configuration
//: that quantizes *nothing*. With the output's quantizer that of the kernel
//: is gone, without a word. Such a configuration is refused here:

let nothing = QuantizeConfig(output: .unchanged)
do {
  _ = try applied(float) { quantizeAnnotate($0, config: nothing) }
} catch {
  show(error, "quantizeApply says")
}

//: So let us leave out the mark of `hidden`, which comes to the same:

let whole = try applied(float) { quantizeAnnotate($0) }
let trapped = try applied(float) { layer in
  layer.name == "hidden" ? layer : quantizeAnnotate(layer)
}
show(reads(whole), "digits read, all layers marked", .percent(1))
show(reads(trapped), "digits read, hidden left out", .percent(1))
claim(reads(trapped) > floatReads - 0.02, "the accuracy tells nothing")

//: **Predict:** the second network has its largest layer in floats, and
//: reads as well as the first. If you did not know of the missing mark,
//: what would tell you?

show(trapped.warnings[0], "it is warned of here")
do { _ = try convert(trapped) } catch { show(error, "convert says") }
let share = 100 * Double(counts[2]) / Double(counts.reduce(0, +))
bind("floatShare", share, .fixed(0))
claim(share > 90, "nine tenths of all weights are still in floats")

//: `hidden` holds {{floatShare}} % of all weights, and all of them are still
//: floats. The simulation had promised a small model, and none was to be
//: had. That is why `explain` warns and `convert` refuses.
//: (`quantizeModel` does not fall into the trap: a kernel keeps its
//: quantizer, whatever follows.)
//:
//: ## The layer that hurts
//:
//: Now for the question of the beginning. How many bits each layer gets is
//: told to the *scheme*: it says for every layer which quantizer its
//: weights get. What flows between the layers keeps 8 bits here. (Each unit
//: of `hidden` has a scale of its own again.)

func quantized(_ model: Model, _ bits: [Int]) throws -> QuantizedModel {
  var scheme = QuantizeScheme.nBit(weights: 8, activations: 8)
  let list = bits.map(String.init).joined(separator: " ")
  scheme.name = "weights of \(list) bits"
  scheme.weights = { layer in
    let index = names.firstIndex(of: layer.name) ?? 0
    return LastValueQuantizer(
      QuantizeScheme.kernelFormat(of: layer, bitWidth: bits[index]))
  }
  return try quantizeModel(model, calibratingOn: [images()], scheme: scheme)
}
let truth = digits.training.labels(of: 0..<300)
func report(_ model: Model, _ bits: [Int]) throws -> QuantizationReport {
  try quantized(model, bits).report(on: [images()]) {
    Loss.sparseCategoricalCrossEntropy(fromLogits: true)(
      $0, .classes(truth)
    ).scalar
  }
}
let atTwoBits = try report(float, [2, 2, 2, 2])
let layers = names.compactMap { name in
  atTwoBits.layers.first { $0.name.hasSuffix(name) }
}
let worst = names.indices.max {
  layers[$0].lossAlone < layers[$1].lossAlone
}
bind("worstLayer", worst.map { "`\(names[$0])`" } ?? "")
table(
  "all weights in 2 bits", of: names.indices,
  columns: ["layer", "alone rounded, adds", "alone in floats, saves"],
  format: .fixed(2)
) { [names[$0], layers[$0].lossAlone, layers[$0].lossWithout] }

figure(
  "fig-report",
  caption:
    "What each layer adds to the loss if it alone is quantized, and what is saved if it alone is not. The two "
    + "need not agree: a layer that does little harm alone may save much where all others are rounded too. The row "
    + "without bars is the rounding of the image: pixels are bytes, of which 8 bits lose nothing.",
  alt:
    "Horizontal bars in two colours for each of the four layers with weights, from the one that adds most to the "
    + "one that adds least, and a row without bars for the image."
) { Chart.sensitivity(of: atTwoBits) }

//: So the report ranks the layers. Here {{worstLayer}} hurts most if it
//: alone is rounded. (The report of @lesson-07 was at 3 bits, and for the
//: activations, too; so its order need not be this one.) But what we want
//: is the best use of bytes, and with four layers one can try *everything*:
//: each layer in {{widths}} bits: {{widthCount}}⁴ = {{planCount}} networks,
//: each rounded and asked for its digits.

let widths = lesson.profile.pick(smoke: [2, 4], class: [2, 3, 4, 8])
let plans = widths.flatMap { a in
  widths.flatMap { b in
    widths.flatMap { c in widths.map { d in [a, b, c, d] } }
  }
}
bind("widths", widths.dropLast().map(String.init).joined(separator: ", ") + " or \(widths[widths.count - 1])")
bind("widthCount", widths.count)
bind("planCount", plans.count)
announce("\(plans.count) networks, each rounded in its own way")
let misread = try plans.map { 1 - reads(try quantized(float, $0)) }

//: A plan is worth a look if no other is as small and reads as much. Those
//: are the [[*Pareto front*]]. Some of it, each row with at least a fifth
//: fewer mistakes than the one above:

let front = plans.indices.filter { index in
  !plans.indices.contains { other in
    let (less, fewer) = (bytes(plans[other]), misread[other])
    return (less < bytes(plans[index]) && fewer <= misread[index])
      || (less <= bytes(plans[index]) && fewer < misread[index])
  }
}.sorted { bytes(plans[$0]) < bytes(plans[$1]) }
var shown: [Int] = []
for index in front
where misread[index] <= 0.8 * (shown.last.map { misread[$0] } ?? 2) {
  shown.append(index)
}
func spelled(_ bits: [Int]) -> String {
  bits.map(String.init).joined(separator: " ")
}
table(
  "from the front", of: shown,
  columns: ["bits: conv1 conv2 hidden scores", "bytes", "misread"],
  format: .percent(1)
) { [spelled(plans[$0]), bytes(plans[$0]), misread[$0]] }

//: And if you cannot try everything? Fifty layers have 4⁵⁰ plans, a
//: number of 31 digits. The report shows a way. Begin with 2 bits
//: everywhere. Ask what each layer would save if it alone were not
//: rounded, divide by the bytes that its next width costs, and pay for
//: the best. Then ask again. No layer gets more than 4. **Predict:** when
//: is it the hidden layer's turn?

announce("a report for every step of the way")
var path = [[2, 2, 2, 2]]
while let now = path.last, now.contains(where: { $0 < 4 }) {
  let saved = try report(float, now).layers
  func next(_ index: Int) -> [Int] {
    var bits = now
    bits[index] += 1
    return bits
  }
  let worth = names.indices.map { index -> Double in
    guard now[index] < 4 else { return -.infinity }
    let layer = saved.first { $0.name.hasSuffix(names[index]) }
    return max(layer?.lossWithout ?? 0, 1e-6)
      / Double(bytes(next(index)) - bytes(now))
  }
  path.append(next(worth.indices.max { worth[$0] < worth[$1] } ?? 0))
}
let pathMisread = try path.map { 1 - reads(try quantized(float, $0)) }
table(
  "the way that the reports show", of: path.indices,
  columns: ["bits", "bytes", "misread"], format: .percent(1)
) { [spelled(path[$0]), bytes(path[$0]), pathMisread[$0]] }
let hiddenTurn = path.firstIndex { $0[2] == 3 } ?? 0
let otherTurn = path.firstIndex { $0[1] == 3 } ?? 1
bind("before", hiddenTurn - 1)
bind("firstPaid", "`\(names[names.indices.first { path[1][$0] > path[0][$0] } ?? 0])`")
bind("hiddenFrom", pathMisread[hiddenTurn - 1], .percent(1))
bind("hiddenTo", pathMisread[hiddenTurn], .percent(1))
bind("hiddenPrice", bytes(path[hiddenTurn]) - bytes(path[hiddenTurn - 1]), .grouped)
bind("otherFrom", pathMisread[otherTurn - 1], .percent(1))
bind("otherTo", pathMisread[otherTurn], .percent(1))
bind("otherPrice", bytes(path[otherTurn]) - bytes(path[otherTurn - 1]), .grouped)
bind("bought", path.count - 1)
bind("wrong", zip(pathMisread, pathMisread.dropFirst()).count { $0 < $1 })
claim(hiddenTurn > 3, "at least three bits go to other layers before the hidden layer gets its first")

//: After {{before}} bits for the others. Not that its third bit brings
//: little: {{hiddenFrom}} misread become {{hiddenTo}}. But it costs
//: {{hiddenPrice}} bytes. The third bit of `conv2` costs {{otherPrice}},
//: and {{otherFrom}} become {{otherTo}}. *For a byte* the reports expect
//: more of another layer than of `hidden`, {{before}} times in a row, and
//: so `hidden` waits. The reports are no oracle: they look at one layer at
//: a time, and at the loss, not at digits. Of the {{bought}} steps on the
//: way, {{wrong}} made the network misread more.
//:
//: So the question of the beginning has two answers, by what a bit costs.
//: If bits are free, they go to {{worstLayer}}, which alone does most harm.
//: If bytes are to be paid, they go first to {{firstPaid}}, of which the
//: first report expects most for a byte.

figure(
  "fig-pareto",
  caption:
    "Every plan, by the bytes of its weights and the digits that it misreads, rounded afterwards; both axes "
    + "are logarithmic. The line is the front. Triangles are the plans of equal bits in every layer, with their "
    + "number. The way of the reports begins at the triangle of 2 bits and ends at that of 4.",
  alt:
    "A cloud of points over kilobytes. A line runs along its lower left edge, steeply down and then level. "
    + "Four triangles of equal bits lie above or on it. Black squares lead along the line from the triangle at the upper "
    + "left to the third."
) {
  paretoChart(
    plans.map(bytes), misread, front: front,
    equal: plans.indices.filter { Set(plans[$0]).count == 1 },
    names: widths.map { "\($0) bits" },
    path: (path.map(bytes), pathMisread))
}

//: **Predict:** all these plans were rounded afterwards. Now train three of
//: the plans through the rounding: 2 bits everywhere, the mixed plan with a
//: 2-bit hidden layer and 4 elsewhere, and 4 bits everywhere, which is
//: nearly twice as large. How far apart are the three then?

announce("Training: three plans through their rounding")
let chosen = [[2, 2, 2, 2], [4, 4, 2, 4], [4, 4, 4, 4]]
let trained = try chosen.map { bits in
  let model = try quantized(float, bits)
  let before = reads(model)
  try train(model, rate: 0.002)
  return (before, reads(model))
}
table(
  "digits read", of: chosen.indices,
  columns: ["bits", "bytes", "rounded afterwards", "trained"],
  format: .percent(1)
) {
  [
    chosen[$0].map(String.init).joined(separator: " "), bytes(chosen[$0]),
    trained[$0].0, trained[$0].1,
  ]
}
bind("mixedTrained", trained[1].1, .percent(1))
bind("fourTrained", trained[2].1, .percent(1))
bind("mixedBytes", bytes(chosen[1]), .grouped)
bind("fourBytes", bytes(chosen[2]), .grouped)
claim(
  trained[0].1 - trained[0].0 > trained[2].1 - trained[2].0,
  "training gains more for the smallest plan than for the largest")
claim(trained[1].0 > trained[0].0, "rounded afterwards, the mixed plan reads more than 2 bits everywhere")
claim(trained[1].1 > trained[2].1 - 0.03, "trained, the mixed plan comes close to 4 bits everywhere")
claim(
  Double(bytes([4, 4, 4, 4])) / Double(bytes([4, 4, 2, 4])) > 1.8,
  "4 bits for all layers take nearly twice the bytes of the mixed plan")

//: {{mixedTrained}} in {{mixedBytes}} bytes, {{fourTrained}} in
//: {{fourBytes}}. Training makes good much of what a plan lost, so those
//: that lost most win most by it. First place the bits, then train.
//:
//: ## Exercises
//:
//: - @ex-08.1: where marked layers begin behind layers in floats.
//: - @ex-08.2: how far typical weights reach.
//: - @ex-08.3: place bits under a budget.
//:
//: To try: give `SpreadQuantizer` a reach for each layer, and 3 bits. Which
//: reach reads the most digits now?
//:
//: Two questions to see what has stayed: `swift run qat quiz 08`.
//:
//: ## How Keras and TFMOT do it
//:
//: - `quantize_annotate_layer(layer, quantize_config)` marks, and
//:   `tf.keras.models.clone_model(…, clone_function=…)` rebuilds a network
//:   with marks, as our `network` with its choice. `quantize_apply` does
//:   the work, inside a `quantize_scope` that knows the names of one's own
//:   classes; Swift's types need none.
//: - A `QuantizeConfig` in TFMOT has six methods (get and set weights and
//:   activations, output quantizers, and `get_config`); here it is a value.
//: - TFMOT calibrates nothing: its ranges begin at −6 and 6, that of the
//:   input at 0 and 0, and are found in training. Here `quantizeApply`
//:   takes images.
//: - Bits by layer are searched for by tools such as HAWQ, which rank layers
//:   by second derivatives, and AIMET, which measures as we did.
//:
//: ## Further reading
//:
//: - TFMOT, *Quantization aware training comprehensive guide*.
//: - Dong et al., 2019, *HAWQ: Hessian aware quantization of neural networks
//:   with mixed precision*. [arXiv:1905.03696](https://arxiv.org/abs/1905.03696)
//: - Wang et al., 2019, *HAQ: hardware-aware automated quantization with
//:   mixed precision*. [arXiv:1811.08886](https://arxiv.org/abs/1811.08886)

endLesson()
