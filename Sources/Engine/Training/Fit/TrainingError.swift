/// A training that cannot go on, or cannot be resumed.
public enum TrainingError: Error, Hashable, CustomStringConvertible, Sendable {
  /// The loss of a step is infinite or not a number; the weights are those before the step.
  case lossNotFinite(loss: Float, epoch: Int, step: Int)
  /// A checkpoint was made by a training other than this one; `expected` is what is true of this one.
  case checkpointDiffers(path: String, what: String, expected: String, found: String)
  /// A checkpoint holds what no training has.
  case checkpointDamaged(path: String, what: String)

  /// The thing, the cause and the remedy.
  public var description: String {
    switch self {
    case .lossNotFinite(let loss, let epoch, let step):
      "the loss is \(loss.isNaN ? "NaN" : "\(loss)") in epoch \(epoch), step \(step), so the training stops; the weights are those "
        + "before this step: lower the learning rate, or look for inputs that are not numbers"
    case .checkpointDiffers(let path, let what, let expected, let found):
      "\(path) holds another training: \(what) \(found), and here it is \(expected): take the same model, "
        + "optimizer, callbacks and data as before, or begin anew with another file"
    case .checkpointDamaged(let path, let what):
      "\(path) is damaged: \(what): take an earlier copy, or begin anew with another file"
    }
  }
}
