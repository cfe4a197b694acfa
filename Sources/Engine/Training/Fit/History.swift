import Support

/// The scores of a training, epoch by epoch.
public struct History: Hashable, Sendable, CustomStringConvertible {
  /// The scores of one epoch.
  public struct Epoch: Hashable, Sendable {
    /// The epoch's number in this training, from 1.
    public let number: Int
    /// The means over the training examples, while the weights changed.
    public let training: Scores
    /// The scores on the validation examples after the epoch, if there are any.
    public let validation: Scores?
    /// The learning rate of the epoch's last step.
    public let learningRate: Float
  }

  /// The finished epochs.
  public internal(set) var epochs: [Epoch] = []
  /// Whether the training was interrupted with Ctrl-C.
  public internal(set) var wasInterrupted = false

  /// The values of one name, an element per epoch, as Keras names them: `loss`, `accuracy`, `val_loss`,
  /// `val_accuracy`.
  ///
  /// The array is empty if nothing was measured under this name.
  public subscript(name: String) -> [Double] {
    let validation = name.hasPrefix("val_")
    let key = validation ? String(name.dropFirst(4)) : name
    return epochs.compactMap { (validation ? $0.validation : $0.training)?[key] }
  }

  /// The measured names in order: those of the training examples, then those of the validation examples.
  public var names: [String] {
    guard let first = epochs.first else { return [] }
    return first.training.names + (first.validation?.names ?? []).map { "val_\($0)" }
  }

  /// The scores as a table with one row per epoch.
  public var table: TextTable {
    TextTable(
      columns: ["epoch"] + names,
      rows: epochs.map { epoch in
        let values = epoch.training.values + (epoch.validation?.values ?? [])
        return ["\(epoch.number)"] + values.map { NumberFormat.significant(4).string($0) }
      })
  }

  /// The table of the epochs; a note below it says if the training was interrupted.
  public var description: String {
    let lines = epochs.isEmpty ? ["no finished epoch"] : table.terminalLines()
    return (lines + (wasInterrupted ? ["interrupted with Ctrl-C"] : [])).joined(separator: "\n")
  }
}
