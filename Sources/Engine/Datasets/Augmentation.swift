import Support

/// Random movements that make more images out of those there are: a digit shifted and turned a little is the same
/// digit.
///
/// Pixels between the old ones are interpolated bilinearly, and what comes in from outside is 0, paper.
public struct Augmentation: Hashable, Sendable {
  /// The farthest an image is shifted, up or down and to either side, in pixels; fractions occur.
  public let shift: Float
  /// The farthest an image is turned about its middle, to either side, in degrees.
  public let rotation: Float

  /// Creates an augmentation; `shift` is not negative, and `rotation` is 0 to 180.
  public init(shift: Float = 0, rotation: Float = 0) {
    require(
      shift >= 0 && shift.isFinite, "a shift is a number of pixels from 0; got \(shift)")
    require(
      rotation >= 0 && rotation <= 180, "a rotation is a number of degrees from 0 to 180; got \(rotation)")
    (self.shift, self.rotation) = (shift, rotation)
  }

  /// The movement of the image at a place in an epoch, which depends on the place and the epoch's generator alone.
  package func movement(at place: Int, in generator: SeededGenerator) -> AffineJitter {
    var epoch = generator
    // The multiplier keeps the seeds of neighbouring places apart.
    var own = SeededGenerator(seed: epoch.next() &+ UInt64(place) &* 0xD134_2543_DE82_EF95)
    // All three are drawn in any case, so that changing one limit leaves the other movements as they were.
    let (down, right) = (own.uniform(-1, 1) * shift, own.uniform(-1, 1) * shift)
    return AffineJitter(down: down, right: right, angle: own.uniform(-1, 1) * rotation)
  }
}
