//: # 4. The Keras layer lifecycle
//:
//: @Lesson-03 trained a network whose weights lay in a list, and the shape
//: of each was written down by hand. Nobody does that with fifty layers. A
//: *layer* keeps its weights itself, so that networks can be put together
//: like bricks. But a layer is made before it has seen any data. **When
//: does a layer come by its weights?**
//:
//: If you came for quantization, you need four things from this lesson:
//: when a layer is built, what a wrapper is, a network of layers that
//: learns to read digits, and why a layer reads its weights in `call`.
//: They come first. The second part is for those who build layers, and
//: can wait.

import Foundation
import LessonKit
import QAT

//: @Fig-moments shows the answer; the rest of the lesson watches it happen.

figure(
  "fig-moments",
  caption:
    "The three moments of a layer's life, and what each of them needs. The weights cannot be made before "
    + "the first inputs have shown their shape.",
  alt:
    "A diagram: settings flow into init, init and the shape of the first inputs into "
    + "build, build into weights; weights and inputs flow into call, and call into outputs."
) { threeMoments() }

//: ## Five numbers, by hand
//:
//: A `Dense` layer multiplies each number that it gets by a weight, adds
//: up the products, and adds a bias. This one has a single unit, so it
//: gives a single number. For once its whole kernel starts at 0.5, and
//: its bias, as always, at 0, so that you can follow it by hand.

let dense = Dense(units: 1, kernelInitializer: .constant(0.5))
show(dense.weights.count, "weights of a new layer")
let five = Tensor([1, 2, 3, 4, 5], shape: [1, 5])
show(dense(five).scalar, "0.5 · (1 + 2 + 3 + 4 + 5) + 0")
table(
  "its weights now", of: dense.namedWeights, columns: ["name", "shape"]
) { [$0.path, $0.variable.shape] }
claim(dense(five).scalar == 7.5, "the layer gives 7.5")
claim(
  dense.kernel.shape == [5, 1],
  "its kernel has five rows, one for each number that comes in, and a single column, for its single unit")

//: Five weights and a bias. Yet nobody told the layer that there would be
//: five numbers: `units` says what comes out, not what goes in. It found
//: out when they came.
//:
//: ## Three moments
//:
//: Here is the layer as a formula, for a batch of examples, each of them a
//: row of $x$:
//:
//: $$y = a(x \cdot W + b)$$
//:
//: Of the $n$ numbers in an example the layer makes $m$, one for each of
//: its units. The kernel $W$ has the shape $[n, m]$ and the bias $b$ the
//: shape $[m]$; $a$ is the *activation function*, such as ReLU, which is
//: applied to every number. Whoever writes the model knows $m$ and $a$.
//: Only the data know $n$. So Keras, whose layers this toolkit follows,
//: divides the life of a layer into three moments:
//:
//: - `init` constructs the object, when the model is *defined*. It keeps
//:   the settings: $m$ and $a$.
//: - `build(inputShape:)` creates the variables, when the model is
//:   *initialised*. Now $n$ is known. This happens once.
//: - `call(inputs)` computes, while the model is *fit* and whenever it is
//:   used. This happens again and again.
//:
//: A layer of your own consists of these three. What `build` is told is the
//: shape of *one example*, without the batch: `[5]` for examples of five
//: numbers, however many of them come at a time. So `inputShape[0]` is $n$.

class OwnDense: Layer {
  let units: Int
  init(units: Int, name: String) {
    self.units = units
    super.init(name: name)
  }
  override func build(inputShape: [Int]) {
    addWeight("kernel", shape: [inputShape[0], units])
    addWeight("bias", shape: [units], initializer: .zeros)
  }
  override func call(_ x: Tensor, training: Bool) -> Tensor {
    x.matmul(weight("kernel").value) + weight("bias").value
  }
}

//: Nobody calls `build` or `call` by name. One calls the layer itself, as
//: in `dense(five)` above, and that builds it if it is not built yet.
//:
//: ## Called again
//:
//: We call a layer of ours with one example of five numbers, which builds
//: it. **Predict:** what does it do with a batch of 48 such examples? And
//: with one example of seven numbers? It can be built anew, compute with
//: the weights that it has, or refuse.

let ours = OwnDense(units: 3, name: "ours")
show(ours(five).shape, "outputs for 1 example")
let before = ours.weights.map(\.value.values)
var random = lesson.generator("examples")
let inputs = Tensor.normal(shape: [48, 5], using: &random)
show(ours(inputs).shape, "outputs for 48 examples")
show(ours.inputShapes ?? [], "built for examples of shape")
let said = show(
  refusal { _ = ours(Tensor.zeros([1, 7])) },
  "with seven numbers the program stops and says")
claim(ours.weights.map(\.value.values) == before, "the weights are what they were")
claim(said.contains("[5]") && said.contains("[7]"), "the message names both shapes")

//: Any number of examples is welcome: the batch is no part of the shape
//: that the layer was built for. Seven numbers are not. There are no
//: weights for the last two, and a layer that quietly made new ones would
//: forget what it has learned. (The mistake was made for real, but in
//: another process, since it ends the program.)
//:
//: ## A layer that holds a layer
//:
//: How large do the numbers get that come out of a layer? Quantization will
//: want to know this, also of layers that others wrote. So we leave them as
//: they are and put something around them. A [[*wrapper*]] is a layer that
//: holds a layer: it passes its inputs on, and may do something before and
//: after. This one remembers the largest magnitude that came out:

final class Tap: Wrapper {
  private(set) var largest: Float = 0
  override func call(_ x: Tensor, training: Bool) -> Tensor {
    let y = layer(x, training: training)
    largest = max(largest, y.abs().max().scalar)
    return y
  }
}

let listening = Tap(Dense(units: 1, kernelInitializer: .constant(0.5)))
show(listening(five).scalar, "what comes out")
show(listening(-2 * five).scalar, "what comes out for −2 times as much")
show(listening.largest, "the largest magnitude that came out")
show(
  listening.namedWeights.map(\.path).joined(separator: ", "),
  "weights of the wrapper")
claim(listening.largest == 15, "the wrapper has noticed the −15")
claim(listening.weights.count == 2, "the weights of the layer inside count as the wrapper's")

//: It has noticed the −15, and the layer inside is what it was. Its weights
//: count as the wrapper's.
//:
//: ## A network that learns to read
//:
//: Now a model: a network of layers. Its first two layers are
//: *convolutions*. A filter of 3 times 3 weights slides over the image and
//: makes a new image of what it finds; each `Conv2D` here has 8 filters.
//: Of every 2 times 2 numbers `MaxPooling2D` keeps the largest; `Flatten`
//: writes what is left in a row. A `Dense` layer gives a score to each of
//: the ten digits, and is wrapped in a `Tap`.

func filters(_ name: String, stride: Int) -> Conv2D {
  Conv2D(
    filters: 8, kernelSize: 3, strides: Size2D(stride, stride),
    padding: .same, activation: .relu, name: name)
}
let tap = Tap(Dense(units: 10, name: "scores"), name: "tap")
let reader = Sequential(
  [
    filters("edges", stride: 2), filters("shapes", stride: 1),
    MaxPooling2D(name: "pool"), Flatten(name: "row"), tap,
  ], inputShape: [28, 28, 1], seed: lesson.options.seed)
claim(
  reader.allLayers.allSatisfy(\.isBuilt),
  "since the model is told its input's shape, all layers are built at once")

//: `edges` moves its filters two pixels at a time, which is their
//: *stride*. `padding: .same` puts a border of zeros where a filter would
//: stick out of the image, so that it can be laid over every pixel, the
//: outermost too. So from 28 times 28 pixels `edges` makes 8 images of 14
//: times 14.
//: **Predict:** which of the three layers that have weights, `edges`,
//: `shapes` and `tap`, has the most, and which the fewest?

show(reader.summary(), "reader.summary()")
let counts = ["edges", "shapes", "tap"].map { name in
  reader.layer(name).weights.reduce(0) { $0 + $1.value.count }
}
bind("guess", log(10.0), .significant(2))
bind("parameters", reader.weights.reduce(0) { $0 + $1.value.count }, .grouped)
bind("edges", counts[0])
bind("shapes", counts[1])
bind("scores", counts[2], .grouped)
claim(counts == [9 * 8 + 8, 9 * 8 * 8 + 8, 392 * 10 + 10], "weights and biases are all that is counted")

//: (`None` stands for the size of the batch, which may be any.) The filters
//: go over the whole image with the same weights, so the two convolutions
//: need {{edges}} and {{shapes}} numbers: 9 for each filter and each image
//: that it looks at, and a bias for each filter. The dense layer has a
//: weight of its own for every input and output, $n \cdot m$, and $m$
//: biases: {{scores}}.
//:
//: ### Fitting the model
//:
//: {{parameters}} numbers to learn. A `Trainer` calls the model with
//: [[batch]] after batch of images, and an optimizer moves the weights
//: against the gradients of the loss, downhill. A softmax turns the ten
//: scores, which Keras calls *logits*, into ten probabilities whose sum is
//: one. The loss is the [[*cross-entropy*]]: minus the natural logarithm of
//: the probability that the model gives to the right digit, averaged over
//: the images. Its unit is the [[*nat*]]: 0 nats for certainty, {{guess}}
//: for a guess among ten. After every [[epoch]], which is one pass through
//: all images, the trainer looks at *validation* images, which the model
//: never learns from.
//:
//: The trainer's report has a row for each epoch, with two accuracies: that
//: on the training images and that on the validation images. **Predict:**
//: which of the two is higher in the first row?

announce("Training: a network of two convolutions, 6 epochs")
let digits = lesson.digits(
  training: lesson.profile.pick(smoke: 2000, class: 6000, full: 20_000),
  test: 1000)
let trainer = Trainer(
  reader, optimizer: Adam(learningRate: 0.003),
  loss: .sparseCategoricalCrossEntropy(fromLogits: true),
  metrics: [.accuracy], seed: lesson.options.seed)
let history = try trainer.fit(
  digits.training, epochs: 6, batchSize: 64, validation: digits.test,
  callbacks: [ProgressBar()])

let (seen, unseen) = (history["accuracy"], history["val_accuracy"])
table(
  "accuracy", of: history.epochs,
  columns: ["epoch", "training", "validation"],
  format: .percent(1)
) { [$0.number, $0.training.accuracy ?? 0, $0.validation?.accuracy ?? 0] }
bind("final", unseen[5], .percent(1))
claim(
  unseen[0] > seen[0],
  "in the first row the accuracy on the validation images is the higher one")
claim(unseen[5] > 0.8, "in the end it reads most of the digits it has never seen")

figure(
  "fig-curves",
  caption:
    "Loss and accuracy, epoch by epoch. The first training point is poor because it is a mean over an "
    + "epoch that began with random weights; validation looks at the weights as they are when the epoch is "
    + "over.",
  alt:
    "Two panels over six epochs. Left, training and validation loss fall steeply and then slowly. Right, "
    + "training accuracy starts well below validation accuracy, and both rise."
) { learningCurves(history) }

//: That on the validation images. This does not say that the model is
//: better on images that it has never seen: the two numbers are not taken
//: at the same time. Training accuracy is a mean over the whole epoch, from
//: the first random guess on; validation looks at the weights that come out
//: of the epoch. From the middle on the two are close together. In the end
//: the model reads {{final}} of the unseen digits. Here are some of the
//: others.

let outputs = reader.predict(digits.test)
let labels = digits.test.labels(of: 0..<digits.test.count)
let readAs = outputs.argmax()
let wrong = labels.indices.filter { readAs[$0] != labels[$0] }
claim(!wrong.isEmpty, "some digits are misread")

figure(
  "fig-misread", caption: "Some digits the model misread. Would you have known better?",
  alt: "A grid of small pictures of digits, each with what it is and what it was read as."
) {
  misreadDigits(digits.test, at: Array(wrong.prefix(14)), readAs: readAs)
}

//: And the wrapper? It has been listening all the time:

show(
  tap.largest, "largest magnitude of a score out of tap", .significant(3))
claim(tap.largest > 0, "the wrapper saw every output")

//: A wrapper that learns how large numbers get, without a change to the
//: layer inside: that is half of what quantization needs.
//:
//: ## What could go wrong: mistakes without a message
//:
//: The other half is to change what a layer sees of its own weights. That
//: works with layers that read them in `call`. The next layer is our
//: `OwnDense`, except that it copies the kernel's value in `build`, to save
//: a look-up in every call.

final class EarlyDense: OwnDense {
  var kernel = Tensor(0)
  override func build(inputShape: [Int]) {
    super.build(inputShape: inputShape)
    kernel = weight("kernel").value
  }
  override func call(_ x: Tensor, training: Bool) -> Tensor {
    x.matmul(kernel) + weight("bias").value
  }
}

func losses(_ layer: Layer, _ examples: TensorExamples) throws -> [Double] {
  try Trainer(
    Sequential([layer], inputShape: [5]),
    optimizer: SGD(learningRate: 0.1), loss: .meanSquaredError
  ).fit(
    examples, epochs: 20, batchSize: 16,
    callbacks: [ProgressBar(everyEpoch: false)]
  )["loss"]
}

//: **Predict:** an `OwnDense` and an `EarlyDense`, with the same name and
//: so with the same first weights, are to learn the sum of five numbers in
//: 20 epochs. How far does each loss fall? And how do you find out that
//: something is wrong?

announce("Training: two layers that learn a sum, 20 epochs each")
let sums = inputs.sum(axes: [1], keepingDimensions: true)
let examples = TensorExamples(inputs: inputs, targets: .values(sums))
let late = OwnDense(units: 1, name: "sum")
let early = EarlyDense(units: 1, name: "sum")
let lateLosses = try losses(late, examples)
let earlyLosses = try losses(early, examples)
show(lateLosses[19], "loss, kernel read in call", .significant(2))
show(earlyLosses[19], "loss, kernel read in build", .significant(2))
claim(lateLosses[19] < 0.01, "the layer that reads in call learns the sum")
claim(earlyLosses[19] > 10 * lateLosses[19], "the layer that reads in build does not")

figure(
  "fig-early",
  caption:
    "The same layer, the same weights, the same data. The optimizer assigns new values to the variable; "
    + "the layer that read it in build goes on with the old ones.",
  alt:
    "Loss over 20 epochs on a logarithmic axis. Read in call: falls by orders of magnitude. Read in "
    + "build: a flat line."
) { lossCurves(readInCall: lateLosses, readInBuild: earlyLosses) }

//: No error, no warning: a loss that does not fall is all one sees. Such
//: a layer would ignore quantization as well. Quantization does not
//: overwrite a kernel, which is still needed in floats. It puts a rounded
//: one in its place while the layer is called. That is what `substituting`
//: does: while the block in its braces runs, the variable's value is
//: another tensor. Let us see who notices a kernel of zeros:

let zeros = Tensor.zeros([5, 1])
let outcomes = [late, early].map { layer in
  let usual = layer(five).scalar
  let substituted = layer.weight("kernel").substituting(zeros) {
    layer(five).scalar
  }
  return (usual, substituted, bias: layer.weight("bias").value.scalar)
}
table(
  "outputs for 1, 2, 3, 4, 5", of: zip(["in call", "in build"], outcomes),
  columns: ["kernel read", "own kernel", "kernel of zeros", "bias alone"]
) { [$0, $1.0, $1.1, $1.bias] }
claim(outcomes[0].1 == outcomes[0].bias, "read in call, a kernel of zeros leaves only the bias")
claim(outcomes[1].1 == outcomes[1].0, "read in build, a kernel of zeros changes nothing")

//: That is all that the next lessons need. The rest of this one is for
//: those who write layers; the exercises at its end do not ask for it.
//:
//: ## For those who build layers
//:
//: ### A diary
//:
//: Let us watch the three moments. A diary notes each of them, with the
//: shape that the layer saw, and the variables that existed afterwards.

final class Diary {
  typealias Entry = (
    layer: Layer, moment: String, sees: [Int], variables: [String]
  )
  var entries: [Entry] = []
  func note(_ moment: String, _ layer: Layer, sees shape: [Int] = []) {
    let variables = layer.namedWeights.map {
      "\($0.path) \($0.variable.shape)"
    }
    entries.append((layer, moment, shape, variables))
  }
}

//: And this layer writes into it.

final class TracedDense: OwnDense {
  let diary: Diary
  init(units: Int, name: String, diary: Diary) {
    self.diary = diary
    super.init(units: units, name: name)
    diary.note("init", self)
  }
  override func build(inputShape: [Int]) {
    super.build(inputShape: inputShape)
    diary.note("build", self, sees: inputShape)
  }
  override func call(_ x: Tensor, training: Bool) -> Tensor {
    diary.note("call", self, sees: x.shape)
    return super.call(x, training: training)
  }
}

//: A model is defined from two of them, with a ReLU between.

let diary = Diary()
let model = Sequential(
  [
    TracedDense(units: 8, name: "hidden", diary: diary),
    ReLU(),
    TracedDense(units: 1, name: "output", diary: diary),
  ], seed: lesson.options.seed)
let whenDefined = diary.entries.count

//: Then it is called for the first time, with 16 examples of five numbers.
//: No layer has to say what shape it returns, and yet `output` cannot be
//: built before the model knows what shape `hidden` returns. **Predict:**
//: what stands in the diary, and in which order?

let firstOutputs = model(inputs.sliced(0..<16, axis: 0))
let whenInitialised = diary.entries.count
table(
  "the diary", of: diary.entries.enumerated(),
  columns: ["", "layer", "moment", "sees", "its variables afterwards"]
) { index, entry in
  [
    index + 1, entry.layer.name, entry.moment,
    entry.sees.isEmpty ? "" : "\(entry.sees)",
    entry.variables.joined(separator: ", "),
  ]
}
claim(whenDefined == 2, "while the model is defined, nothing happens but init")
claim(
  diary.entries[2..<6].map { "\($0.layer.name) \($0.moment)" } == [
    "hidden build", "hidden call", "output build", "output call",
  ], "each layer is built, and then called, before the next one is built")
claim(
  diary.entries[6...].map { "\($0.layer.name) \($0.moment)" } == ["hidden call", "output call"],
  "then the examples go through, and nothing is built any more")

//: Did you expect the calls 4 and 6, with a batch of one? The model shows
//: each layer, once it is built, one example of zeros; what comes out has
//: the shape that the next layer is built for. Lines 7 and 8 are the 16
//: examples. Now the model is fit: three steps, of 16 examples each.

announce("Training: the two layers of the diary, three steps")
try Trainer(
  model, optimizer: SGD(learningRate: 0.01), loss: .meanSquaredError
).fit(examples, epochs: 1, batchSize: 16, callbacks: [ProgressBar()])
claim(
  diary.entries[whenInitialised...].allSatisfy { $0.moment == "call" },
  "while the model is fit, nothing happens but call")

figure(
  "fig-timeline",
  caption:
    "The diary of the two layers, drawn. Each is constructed once and built once; after that it is only "
    + "called. The numbers that can be learned appear with build, and stay.",
  alt:
    "Above, a dot for each of fourteen events in three rows: two at init, then build and call "
    + "alternating, then only call. Below, a staircase of the weights in existence: 0, then 48, then 57."
) {
  timeline(diary.entries, defined: whenDefined, initialised: whenInitialised)
}

//: ### Weights made in init
//:
//: Why not make the weights in `init`? Whoever makes the layer would have
//: to say how many numbers come in, and count by hand what the layers
//: before it return. That is a nuisance. Worse is what nobody sees.
//: Random numbers that are to be the same in every run are drawn from the
//: model's seed and the layer's name, which tells it from its neighbours.
//: In `init` a layer does not know the seed, nor its name unless it is
//: given one.

final class HastyDense: Layer {
  init(inputs: Int, units: Int) {
    super.init()
    addWeight("kernel", shape: [inputs, units])
  }
  override func call(_ x: Tensor, training: Bool) -> Tensor {
    x.matmul(weight("kernel").value)
  }
}

//: **Predict:** two such layers, one after the other. How many of their 25
//: weights are the same?

func equalWeights(_ layers: [Layer]) -> Int {
  let kernels = Sequential(layers, inputShape: [5], seed: 42).weights
  return zip(kernels[0].value.values, kernels[1].value.values)
    .count { $0 == $1 }
}
let hasty = equalWeights(
  (0..<2).map { _ in HastyDense(inputs: 5, units: 5) })
let patient = equalWeights(
  (0..<2).map { _ in Dense(units: 5, useBias: false) })
show(hasty, "the same, made in init")
show(patient, "the same, made in build")
claim(hasty == 25, "made in init, all weights of both layers are the same")
claim(patient == 0, "made in build, none are")

//: ### One layer, called twice
//:
//: One layer may be called twice. Both calls read the same weights.
//: **Predict:** what becomes of the gradients: does the last call win, are
//: they averaged, or added?

func half() -> Dense {
  Dense(units: 1, useBias: false, kernelInitializer: .constant(0.5))
}
func gradients(
  _ first: Layer, _ second: Layer, _ a: Tensor, _ b: Tensor
) -> [[Float]] {
  let loss = (first(a) + second(b)).squared().sum()
  let kernels = [first, second].map { $0.weight("kernel") }
  return loss.gradients(of: kernels).map(\.values)
}

//: One layer sees 1 to 5, the other five ones; the loss is the square of
//: the sum of both. First with two layers that start alike, then with one.

let ones = Tensor([1, 1, 1, 1, 1], shape: [1, 5])
let apart = gradients(half(), half(), five, ones)
let shared = half()
let together = gradients(shared, shared, five, ones)
table(
  "gradients of the five weights", of: 0..<5,
  columns: ["weight", "first layer", "second layer", "one layer, twice"]
) { [$0 + 1, apart[0][$0], apart[1][$0], together[0][$0]] }
claim(
  together[0] == zip(apart[0], apart[1]).map { $0 + $1 },
  "its gradient is the sum of the gradients of both calls")

//: They are added: each call says how it would like the weights to move.
//: That is how a network can compare two images: one layer looks at both.
//: If a layer is called twice by accident, `summary()` shows it. Here is
//: such a model, which is no chain but a graph of calls: `Input` stands
//: for inputs to come, and a layer that is called with it notes the call.

let number = Input([5], name: "number")
let eyes = Dense(units: 5, name: "eyes")
let twice = Model(inputs: number, outputs: eyes(eyes(number)))
show(twice.summary(), "one layer, called twice")
claim(
  twice.summary().contains("eyes is called 2 times"), "the summary names the layer and how often it is called"
)

//: ## Exercises
//:
//: - @ex-04.1: built, called or refused?
//: - @ex-04.2: the parameters of a stack of layers.
//: - @ex-04.3: a layer of your own.
//:
//: To try: put a second `Tap` around `shapes` in the reader. What changes
//: in the summary? How large do the numbers in the middle get?
//:
//: Two questions to see what has stayed: `swift run qat quiz 04`.
//:
//: ## How Keras and TFLite do it
//:
//: - The three moments are Keras's, with their names and their order. There
//:   `build` gets the shape with the batch in front, `None` if it may have
//:   any size; here it gets the shape of one example.
//: - In Keras `call` *describes* the computation: `fit` records it as a
//:   graph, and then runs the graph. A `print` in `call` appears once or a
//:   few times, however many steps there are. Here `call` computes, every
//:   time.
//: - TFMOT's wrapper assigns the fake-quantized kernel to `layer.kernel`,
//:   then runs the layer's `call`. A layer that read its kernel earlier
//:   misses the change there, too.
//: - TFLite has no layers any more: its converter keeps the graph of calls,
//:   with the weights as constants in it.
//:
//: ## Further reading
//:
//: - Keras, *Making new layers and models via subclassing*: the same three
//:   moments in Python.
//:   [keras.io](https://keras.io/guides/making_new_layers_and_models_via_subclassing/)
//: - Glorot and Bengio, 2010, *Understanding the difficulty of training
//:   deep feedforward neural networks*, section 4.2: why the random numbers
//:   of `build` depend on both $n$ and $m$.

endLesson()
