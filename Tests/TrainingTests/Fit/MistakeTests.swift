import Layers
import Support
import Tensors
import TestSupport
import Testing
import Training

/// The mistakes that callers can make: each stops the program with a message that names the problem and the
/// remedy.
@Suite struct MistakeTests {
  private final class Mute: Optimizer {}

  private static func fit(
    epochs: Int = 1, batchSize: Int = 12, callbacks: [any Callback] = [], metrics: [Metric] = []
  ) {
    let trainer = Trainer(
      TinyTraining.model(), optimizer: SGD(), loss: .sparseCategoricalCrossEntropy(fromLogits: true),
      metrics: metrics)
    _ = try? trainer.fit(TinyTraining.examples, epochs: epochs, batchSize: batchSize, callbacks: callbacks)
  }

  static let mistakes: [Mistake] = [
    Mistake("a learning rate is a number of 0 or more; got -0.5") { _ = SGD(learningRate: -0.5) },
    Mistake("a learning rate is a number of 0 or more; got nan") {
      _ = Adam(learningRate: .constant(Float(bitPattern: 0x7FC0_0000)))
    },
    Mistake("a learning rate is a number of 0 or more; got inf") {
      Adam().learningRate = .constant(Float(bitPattern: 0x7F80_0000))
    },
    Mistake("a learning rate is a number of 0 or more; got -1.0") {
      _ = SGD(learningRate: .warmUp(steps: 2, then: .cosine(initial: -1, steps: 5)))
    },
    Mistake("a cosine schedule takes at least one step; got 0") {
      _ = SGD(learningRate: .cosine(initial: 1, steps: 0))
    },
    Mistake("a stepwise schedule changes after one step at least; got every 0") {
      _ = LearningRate.stepwise(initial: 1, every: 0, factor: 0.5)(at: 3)
    },
    Mistake("a warm-up takes at least one step; got 0") {
      _ = SGD(learningRate: .warmUp(steps: 0, then: 0.1))
    },
    Mistake("steps are counted from 0; a learning rate was asked for at step -1") {
      _ = LearningRate.constant(1)(at: -1)
    },
    Mistake("a learning rate is a number of 0 or more; got -2.0") {
      fit(callbacks: [LearningRateScheduler { _ in -2 }])
    },
    Mistake("SGD: momentum lies in 0 ..< 1; got 1.0") { _ = SGD(momentum: 1) },
    Mistake("SGD: Nesterov's form needs a momentum above 0; got 0.0") { _ = SGD(nesterov: true) },
    Mistake("Adam: beta1 and beta2 lie in 0 ..< 1; got 0.9 and 1.0") { _ = Adam(beta2: 1) },
    Mistake("Adam: epsilon lies above 0; got 0.0") { _ = Adam(epsilon: 0) },
    Mistake(
      "sparse_categorical_crossentropy: example 1 of the batch has the class 3, and outputs of shape [2, 3] have the "
        + "classes 0 to 2: number the classes from 0, and give the last layer a unit for each"
    ) {
      _ = Loss.sparseCategoricalCrossEntropy(fromLogits: true)(.zeros([2, 3]), .classes([0, 3]))
    },
    Mistake("example 0 of the batch has the class -1") {
      _ = Loss.sparseCategoricalCrossEntropy()(.zeros([2, 3]), .classes([-1, 3]))
    },
    Mistake("Mute does not say how a weight changes: override updated(_:gradient:…)") {
      Mute(learningRate: 1).apply([Tensor(1)], to: [Variable("w", Tensor(1))])
    },
    Mistake("an optimizer takes one gradient for each variable; got 0 for 1") {
      SGD().apply([], to: [Variable("w", Tensor(1))])
    },
    Mistake("the gradient of w has its shape; expected [], got [1]") {
      SGD().apply([Tensor([1], shape: [1])], to: [Variable("w", Tensor(1))])
    },
    Mistake("a batch needs at least one example; got a batch size of 0") { fit(batchSize: 0) },
    Mistake("fit trains for 0 epochs or more; got -1") { fit(epochs: -1) },
    Mistake("fit needs examples to train with; got none") {
      _ = try? TinyTraining.trainer(.adam).fit(SpyExamples(count: 0))
    },
    Mistake("there are no examples to go through: give at least one") {
      _ = TinyTraining.trainer(.adam).evaluate(SpyExamples(count: 0))
    },
    Mistake("the names of metrics differ, and none is \"loss\" or begins with \"val_\"; got [\"loss\"]") {
      fit(metrics: [Metric("loss") { _, _ in 0 }])
    },
    Mistake("none is \"loss\" or begins with \"val_\"; got [\"accuracy\", \"accuracy\"]") {
      fit(metrics: [.accuracy, .accuracy])
    },
    Mistake("none is \"loss\" or begins with \"val_\"; got [\"val_x\"]") {
      fit(metrics: [Metric("val_x") { _, _ in 0 }])
    },
    Mistake(
      "EarlyStopping watches \"val_loss\", which is not measured; there are [\"loss\"]: add the metric, or"
    ) { fit(callbacks: [EarlyStopping()]) },
    Mistake("EarlyStopping waits for 0 epochs or more; got patience -1") { _ = EarlyStopping(patience: -1) },
    Mistake("EarlyStopping: the minimum delta is 0 or more; got -1.0") {
      _ = EarlyStopping(minimumDelta: -1)
    },
    Mistake("a Checkpoint is saved every 1 step or more; got every 0") { _ = Checkpoint("x", everySteps: 0) },
    Mistake("StatisticsRecorder looks every 1 step or more; got every 0") {
      _ = StatisticsRecorder(every: 0) { _ in Tensor(0) }
    },
    Mistake("examples have one target for each input; got inputs [2, 1] and 1 targets") {
      _ = TensorExamples(inputs: .zeros([2, 1]), targets: .classes([0]))
    },
    Mistake(
      "model (Model) has the outputs [\"kind\", \"size\"], and this Trainer one loss for one output: give it heads:"
    ) {
      _ = Trainer(TwoHeads.model(), optimizer: SGD(), loss: .meanSquaredError).evaluate(
        TwoHeads.examples(count: 2))
    },
    Mistake("model (Model) has no output \"sort\" for a head; its outputs are [\"kind\", \"size\"]") {
      _ = TwoHeads.trainer(heads: [Head("sort", loss: .meanSquaredError)])
    },
    Mistake("the heads of a Trainer differ in their names; got [\"size\", \"size\"]: give one each") {
      _ = TwoHeads.trainer(heads: [TwoHeads.heads[0], TwoHeads.heads[0]])
    },
    Mistake("a Trainer needs at least one head") { _ = TwoHeads.trainer(heads: []) },
    Mistake("the head \"size\": a weight is a number of 0 or more; got -1.0") {
      _ = Head("size", loss: .meanSquaredError, weight: -1)
    },
    Mistake(
      "the head \"kind\": sparse_categorical_crossentropy compares with classes; the targets are values"
    ) {
      let values = Targets.values(.zeros([2, 3]))
      let all = TwoHeads.examples(count: 2).all
      _ = TwoHeads.trainer().step(
        ExampleBatch(
          inputs: ["a": all.inputs[0].tensor, "b": all.inputs[1].tensor],
          targets: ["kind": values, "size": .values(.zeros([2, 2]))]))
    },
    Mistake(
      "the head \"size\": mean_squared_error: targets have the outputs' shape; expected [2, 2], got [2, 3]"
    ) {
      let all = TwoHeads.examples(count: 2).all
      _ = TwoHeads.trainer().step(
        ExampleBatch(
          inputs: ["a": all.inputs[0].tensor, "b": all.inputs[1].tensor],
          targets: ["kind": .classes([0, 1]), "size": .values(.zeros([2, 3]))]))
    },
    Mistake(
      "the head \"size\" has no target; there is \"kind\": give targets for each of [\"size\", \"kind\"]"
    ) {
      let all = TwoHeads.examples(count: 2).all
      _ = TwoHeads.trainer().step(
        ExampleBatch(
          inputs: ["a": all.inputs[0].tensor, "b": all.inputs[1].tensor], targets: ["kind": .classes([0, 1])])
      )
    },
    Mistake(
      "model (Model) has the input \"b\", and the examples do not; they have \"a\": give a tensor for each"
    ) {
      _ = TwoHeads.model().predictAll(NamedExamples(inputs: ["a": .zeros([2, 4])]))
    },
    Mistake("model (Model) has the input \"a\", and the examples do not; they have one without a name") {
      _ = TwoHeads.model().predictAll(TensorExamples(inputs: .zeros([2, 4]), targets: .classes([0, 0])))
    },
    Mistake(
      "examples have one row in every input, target and list of weights; got input \"a\": 8, input \"b\": 1, "
    ) {
      _ = NamedExamples(
        inputs: ["a": .zeros([8, 4]), "b": .zeros([1, 3])], targets: ["kind": .classes([0])])
    },
    Mistake("got input: 2, target: 2, sample weights: 1: give equally many") {
      _ = ExampleBatch(inputs: .zeros([2, 1]), targets: .classes([0, 1]), sampleWeights: [1])
    },
    Mistake("there are sample weights for \"size\", which has no target; there are [\"kind\"]") {
      _ = NamedExamples(
        inputs: ["a": .zeros([1, 4])], targets: ["kind": .classes([0])], sampleWeights: ["size": [1]])
    },
    Mistake("these examples have 2 inputs and 2 targets, where one of each is wanted") {
      var generator = SeededGenerator(seed: 0)
      _ = TwoHeads.examples(count: 2).batch(of: [0], using: &generator)
    },
    Mistake(
      "weights are for one head, and the examples have targets for [\"kind\", \"size\"]: name the head, by for:"
    ) {
      _ = try? TwoHeads.trainer().fit(TwoHeads.examples(count: 2), classWeights: [0: 1])
    },
    Mistake("there are no targets \"sort\" to weigh; there are [\"kind\", \"size\"]") {
      _ = TwoHeads.trainer().evaluate(TwoHeads.examples(count: 2).weighted(byClass: [0: 1], for: "sort"))
    },
    Mistake("sample weights are one for each example; got 1 for 20 examples") {
      _ = TinyTraining.validation.weighted(by: [1])
    },
    Mistake("class weights are numbers of 0 or more; got -1.0") {
      _ = TinyTraining.validation.weighted(byClass: [0: -1])
    },
    Mistake("sample weights are numbers of 0 or more; got nan") {
      _ = TinyTraining.validation.weighted(by: Array(repeating: .nan, count: 20))
    },
    Mistake(
      "loss gives the mean of a batch alone, in which examples cannot have weights: make it by Loss.perExample"
    ) {
      let trainer = Trainer(
        TinyTraining.model(), optimizer: SGD(), loss: Loss("loss") { outputs, _ in outputs.sum() })
      _ = trainer.evaluate(TinyTraining.validation.weighted(byClass: [0: 2]))
    },
    Mistake(
      "class weights are for classes, or for values [batch, classes]; these targets have the shape [2, 3, 1]"
    ) {
      let examples = TensorExamples(inputs: .zeros([2, 1]), targets: .values(.zeros([2, 3, 1])))
      var generator = SeededGenerator(seed: 0)
      _ = examples.weighted(byClass: [0: 1]).exampleBatch(of: [0, 1], using: &generator)
    },
    Mistake("CSVLogger: a separator is no quotation mark and no end of a line; got \"\\n\"") {
      _ = CSVLogger("x", separator: "\n")
    },
    Mistake("sparse_categorical_crossentropy compares with classes; the targets are values: give .classes") {
      _ = Loss.sparseCategoricalCrossEntropy()(.zeros([1, 2]), .values(.zeros([1, 2])))
    },
    Mistake("mean_squared_error compares with values; the targets are classes: give .values, a tensor") {
      _ = Loss.meanSquaredError(.zeros([1, 2]), .classes([0]))
    },
    Mistake("mean_squared_error: targets have the outputs' shape; expected [1, 2], got [2, 1]") {
      _ = Loss.meanSquaredError(.zeros([1, 2]), .values(.zeros([2, 1])))
    },
    Mistake("accuracy: one class for each example; expected 1, got 2") {
      _ = Metric.accuracy(.zeros([1, 2]), .classes([0, 1]))
    },
    Mistake("top-k accuracy looks at one class at least; got k = 0") { _ = Metric.topK(0) },
    Mistake("top_1_accuracy: one class in 0..<2 for each of 1 examples; got [2]") {
      _ = Metric.topK(1)(.zeros([1, 2]), .classes([2]))
    },
    Mistake("a confusion matrix needs one prediction for each label; got 1 labels and 0 predictions") {
      _ = ConfusionMatrix(labels: [1], predictions: [], classes: 2)
    },
    Mistake("a confusion matrix of 2 classes counts 0..<2; got label 1, prediction 2") {
      _ = ConfusionMatrix(labels: [1], predictions: [2], classes: 2)
    },
    Mistake("dense (Dense) has no weights to save before it is built: call it once") {
      _ = try? Dense(units: 1).saveWeights(to: "x")
    },
    Mistake("dense (Dense) has no weights to load into before it is built: call it once") {
      _ = try? Dense(units: 1).loadWeights(from: "x")
    },
  ]

  @Test(arguments: mistakes.indices) func `a mistake in using Training stops the program with the reason`(
    _ index: Int
  ) async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [index] in
      MistakeTests.mistakes[index].body()
    }
    let text = standardError(of: result)
    #expect(text.contains(Self.mistakes[index].message), "\(text.prefix(400))")
  }
}
