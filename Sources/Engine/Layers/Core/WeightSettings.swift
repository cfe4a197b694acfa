/// A layer whose weights mean what they mean only with settings that none of them holds: a range, say, with its
/// number of bits.
///
/// Files of weights and checkpoints hold the settings too, and are refused where theirs are others.
package protocol WeightSettings: Layer {
  /// The settings by names that are its own, in an order that stays.
  var weightSettings: [(name: String, value: String)] { get }
}

extension Layer {
  /// The settings of this layer and of those inside it.
  package var allWeightSettings: [(name: String, value: String)] {
    ([self] + allLayers).flatMap { ($0 as? any WeightSettings)?.weightSettings ?? [] }
  }
}
