import Layers
import Support
import Tensors

/// A batch of examples for a model of any number of inputs and heads.
///
/// Every input, target and list of weights has one row for each example; a batch in which they differ stops the program
/// when it is made.
public struct ExampleBatch {
  /// A tensor for one input of a model.
  public struct Input {
    /// The name of the model's input; nil for its only input.
    public let name: String?
    /// The values, `[batch, …]`.
    public let tensor: Tensor
  }

  /// What one head of a model should give.
  public struct Target {
    /// The name of the head; nil for the only head.
    public let name: String?
    /// The desired outputs.
    public let targets: Targets
    /// The weight of each example in the loss; nil for equal weights.
    public let weights: [Float]?
  }

  /// The inputs; without names there is one.
  public let inputs: [Input]
  /// The targets; without names there is one.
  public let targets: [Target]
  /// The number of examples.
  public let count: Int

  /// Creates a batch for a model of one input and one output.
  ///
  /// - Parameters:
  ///   - inputs: The inputs, `[batch, …]`.
  ///   - targets: The targets, one for each example.
  ///   - sampleWeights: The weight of each example in the loss; nil for equal weights.
  public init(inputs: Tensor, targets: Targets, sampleWeights: [Float]? = nil) {
    self.init(
      [Input(name: nil, tensor: inputs)], [Target(name: nil, targets: targets, weights: sampleWeights)])
  }

  /// Creates a batch for a model of several inputs or heads.
  ///
  /// - Parameters:
  ///   - inputs: A tensor `[batch, …]` for each name of an input.
  ///   - targets: The targets for each name of a head; none for a batch that is only predicted.
  ///   - sampleWeights: The weights of the examples, one each, for the heads that have some.
  public init(
    inputs: [String: Tensor], targets: [String: Targets] = [:], sampleWeights: [String: [Float]] = [:]
  ) {
    for head in sampleWeights.keys.sorted() where targets[head] == nil {
      stop(
        "there are sample weights for \"\(head)\", which has no target; there are \(targets.keys.sorted())")
    }
    self.init(
      inputs.sorted { $0.key < $1.key }.map { Input(name: $0.key, tensor: $0.value) },
      targets.sorted { $0.key < $1.key }.map {
        Target(name: $0.key, targets: $0.value, weights: sampleWeights[$0.key])
      })
  }

  /// Creates a batch, in which everything has equally many examples.
  init(_ inputs: [Input], _ targets: [Target]) {
    (self.inputs, self.targets) = (inputs, targets)
    require(!inputs.isEmpty, "examples need at least one input; got none")
    count = inputs[0].tensor.shape.first ?? 0
    checkCounts()
  }

  /// Stops if inputs, targets and weights do not have equally many examples.
  ///
  /// This is the one check of what `fit`, `evaluate` and `predict` take; a model that is called directly has its own.
  private func checkCounts() {
    func named(_ kind: String, _ name: String?) -> String { name.map { "\(kind) \"\($0)\"" } ?? kind }
    let counts =
      inputs.map { (named("input", $0.name), $0.tensor.shape.first ?? 0) }
      + targets.flatMap { target in
        [(named("target", target.name), target.targets.count)]
          + (target.weights.map { [(named("sample weights", target.name), $0.count)] } ?? [])
      }
    guard counts.contains(where: { $0.1 != count }) else { return }
    stop(
      "examples have one row in every input, target and list of weights; got "
        + counts.map { "\($0.0): \($0.1)" }.joined(separator: ", ") + ": give equally many")
  }

  /// The input and the targets of a batch that has one of each; stops if it has more.
  ///
  /// A type of examples with several heads implements `batch(of:using:)` by it.
  public var single: (inputs: Tensor, targets: Targets) {
    guard inputs.count == 1, targets.count == 1 else {
      stop(
        "these examples have \(inputs.count) inputs and \(targets.count) targets, where one of each is wanted: ask for "
          + "exampleBatch(of:using:)")
    }
    return (inputs[0].tensor, targets[0].targets)
  }

  /// The tensors for a model, in the order of its inputs; a model that is not built has one.
  ///
  /// Inputs that the model does not have are left out. An only tensor goes to an only input, whatever their names.
  /// Stops if an input of the model is missing.
  package func inputs(for model: Model) -> [Tensor] {
    guard model.isBuilt, inputs.count > 1 || model.inputs.count > 1 else { return [inputs[0].tensor] }
    return model.inputNames.map { name in
      if let input = inputs.first(where: { $0.name == name }) { return input.tensor }
      let known = inputs.map { $0.name.map { "\"\($0)\"" } ?? "one without a name" }.joined(separator: ", ")
      stop(
        "\(model.title) has the input \"\(name)\", and the examples do not; they have \(known): give a tensor for each "
          + "of \(model.inputNames), in NamedExamples(inputs:targets:)")
    }
  }

  /// The target of each head, in the order of the heads.
  ///
  /// An only target belongs to an only head, if one of them has no name. Stops if a head has no target.
  func targets(for heads: [Head], of model: Model) -> [Target] {
    if heads.count == 1, targets.count == 1, targets[0].name == nil || heads[0].name == nil { return targets }
    let names = heads.map { $0.name ?? model.outputNames[0] }
    return names.map { name in
      if let target = targets.first(where: { $0.name == name }) { return target }
      let known = targets.map { $0.name.map { "\"\($0)\"" } ?? "one without a name" }.joined(separator: ", ")
      stop(
        "the head \"\(name)\" has no target; there \(known.isEmpty ? "are none" : "is \(known)"): give targets for each "
          + "of \(names), in NamedExamples(inputs:targets:), or train fewer heads")
    }
  }
}
