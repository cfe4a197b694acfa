import FixedPoint
import Support

/// Runs an integer model: codes in, codes out.
///
///     let session = IntegerSession(model)
///     let classes = session.classes(pixels)  // floats of any number of examples, one after another
///
/// A session owns the memory of all tensors and so belongs to one thread at a time; the model can be shared.
/// After its first run, `run(_:examples:into:)` allocates nothing.
public final class IntegerSession {
  /// Which code runs the model; the codes that come out are the same.
  public enum Path: String, CaseIterable, Codable, Sendable {
    /// One operation after another in plain Swift: the one to read, and to compare with.
    case reference
    /// Kernels made for the processor, where there are any, and the reference elsewhere.
    case fast
  }

  /// The model.
  public let model: IntegerModel
  /// The most examples that are computed at a time.
  public let maximumBatch: Int
  /// Which code runs the model.
  public let path: Path

  /// Creates a session that computes up to `maximumBatch` examples at a time; more are cut into batches.
  public init(_ model: IntegerModel, maximumBatch: Int = 1, path: Path = .fast) {
    require(maximumBatch >= 1, "IntegerSession: expected a batch of 1 or more examples, got \(maximumBatch)")
    (self.model, self.maximumBatch, self.path) = (model, maximumBatch, path)
  }
}
