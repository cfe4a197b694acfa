import Support

/// Saves the whole state of a training in a file, from which `fit(…, resumingFrom:)` goes on.
///
/// It saves after every epoch, when a training ends within one, and, if asked, after every so many steps. A
/// file is replaced whole or not at all: a program that dies while it writes leaves the checkpoint before.
///
/// What is saved is the training, not its result: weights that another callback puts in place when the run
/// ends, such as the best ones, are not in the file, but come about again when it is resumed.
public final class Checkpoint: Callback {
  /// Where the file is.
  public let path: String
  private let everySteps: Int?

  /// Saves to `path`, after every epoch and after every `everySteps` steps.
  public init(_ path: String, everySteps: Int? = nil) {
    require(
      everySteps ?? 1 > 0, "a Checkpoint is saved every 1 step or more; got every \(everySteps ?? 0)")
    (self.path, self.everySteps) = (path, everySteps)
  }

  /// Makes the file's folder where it is missing, lest the first epoch be for nothing, and removes what writers
  /// that were killed left beside the file.
  ///
  /// - Throws: `FileError` if it cannot be made.
  public func runBegins(_ run: TrainingRun) throws {
    let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    if !folder.isEmpty { try AtomicFile.createFolder(folder.joined(separator: "/") + "/") }
    AtomicFile.removeAbandoned(of: path)
  }

  /// Saves every so many steps.
  ///
  /// - Throws: `FileError` if the file cannot be written.
  public func stepEnds(_ run: TrainingRun) throws {
    guard let everySteps, run.stepsTaken.isMultiple(of: everySteps) else { return }
    try CheckpointFile.save(run, to: path)
  }

  /// Saves.
  ///
  /// - Throws: `FileError` if the file cannot be written.
  public func epochEnds(_ run: TrainingRun) throws { try CheckpointFile.save(run, to: path) }

  /// Saves, unless nothing has happened since the last epoch.
  ///
  /// - Throws: `FileError` if the file cannot be written.
  public func runEnds(_ run: TrainingRun) throws {
    if run.step > 0 { try CheckpointFile.save(run, to: path) }
  }
}
