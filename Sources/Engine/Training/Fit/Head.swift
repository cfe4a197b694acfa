import Layers
import Support

/// What one output of a model is trained for: its loss, the weight of that loss, and its metrics.
///
///     let trainer = Trainer(
///       model, optimizer: Adam(),
///       heads: [
///         Head("kind", loss: .sparseCategoricalCrossEntropy(fromLogits: true), metrics: [.accuracy]),
///         Head("size", loss: .meanSquaredError, weight: 0.5),
///       ])
public struct Head {
  /// The name of the model's output, one of `Model.outputNames`; nil for the only output of a model.
  public let name: String?
  /// The loss of the output.
  public let loss: Loss
  /// The factor of the loss in the sum that training minimises: Keras's `loss_weights`.
  public let weight: Float
  /// The metrics of the output.
  public let metrics: [Metric]

  /// Creates a head.
  ///
  /// - Parameters:
  ///   - name: The name of the model's output, one of `Model.outputNames`.
  ///   - loss: The loss of the output.
  ///   - weight: The factor of the loss in the sum that training minimises, finite and not below 0.
  ///   - metrics: The metrics of the output; their names are distinct.
  public init(_ name: String, loss: Loss, weight: Float = 1, metrics: [Metric] = []) {
    require(
      weight >= 0 && weight.isFinite, "the head \"\(name)\": a weight is a number of 0 or more; got \(weight)"
    )
    (self.name, self.loss, self.weight, self.metrics) = (name, loss, weight, metrics)
  }

  /// Creates the head of a model's only output.
  init(only loss: Loss, metrics: [Metric]) {
    (name, self.loss, weight, self.metrics) = (nil, loss, 1, metrics)
  }

  /// How messages begin that name a loss or metric of the head: `the head "size": mean_squared_error`.
  func user(_ name: String) -> String { self.name.map { "the head \"\($0)\": \(name)" } ?? name }
}

extension [Head] {
  /// The names of the scores, as in Keras: `loss`, then with several heads `HEAD_loss` for each and `HEAD_METRIC`; one
  /// head needs no prefix.
  var scoreNames: [String] {
    if count == 1 { return ["loss"] + self[0].metrics.map(\.name) }
    return ["loss"] + map { "\($0.name ?? "")_loss" }
      + flatMap { head in head.metrics.map { "\(head.name ?? "")_\($0.name)" } }
  }

  /// Stops if two heads or two scores have one name, or if a score's name is that of a validation.
  func checkNames() {
    require(!isEmpty, "a Trainer needs at least one head: give one for each output that has a target")
    let heads = compactMap(\.name)
    require(
      Set(heads).count == heads.count,
      "the heads of a Trainer differ in their names; got \(heads): give one each")
    let names = Array<String>(scoreNames.dropFirst())
    require(
      Set(["loss"] + names).count == 1 + names.count && !names.contains { $0.hasPrefix("val_") },
      "the names of metrics differ, and none is \"loss\" or begins with \"val_\"; got \(names)")
  }

  /// The positions of the heads among the outputs of a built model.
  ///
  /// Stops if a head names no output, or if the only head has no name and the model several outputs.
  func positions(in model: Model) -> [Int] {
    let names = model.outputNames
    return map { head in
      guard let name = head.name else {
        require(
          names.count == 1,
          "\(model.title) has the outputs \(names), and this Trainer one loss for one output: give it heads:, a "
            + "Head with a name for each output")
        return 0
      }
      guard let position = names.firstIndex(of: name) else {
        stop("\(model.title) has no output \"\(name)\" for a head; its outputs are \(names)")
      }
      return position
    }
  }
}
