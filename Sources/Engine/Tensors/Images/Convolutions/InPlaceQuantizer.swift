/// Rounds pooled values where they lie, before the operation that computes them returns them.
package protocol InPlaceQuantizer {
  /// Rounds so many values, none below 0, and sets all bits of the choices of those that pass no gradient on.
  func round(_ values: UnsafeMutablePointer<Float>, choices: UnsafeMutablePointer<UInt8>, count: Int)
}

/// Says how pooled values are rounded once the greatest of them is known, NaN if there is one; nil for not at
/// all.
package typealias PooledQuantization = (_ greatest: Float) -> (any InPlaceQuantizer)?
