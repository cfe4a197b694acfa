import Support

/// A layer that draws random numbers in training; their state is saved with a checkpoint, so that a resumed
/// training draws the same ones.
public protocol RandomLayer: Layer {
  /// Where the next random numbers come from.
  var randomState: SeededGenerator { get set }
}
