/// The greatest of values that are 0 or more, gathered by several shards; NaN if there is one.
final class ShardMaxima {
  private let maxima = Buffer(count: Backend.shards)

  init() { maxima.pointer.update(repeating: 0, count: maxima.count) }

  /// Takes a value into account; a shard touches only what is its own.
  func add(_ value: Float, shard: Int) {
    maxima.pointer[shard] = Self.greater(maxima.pointer[shard], value)
  }

  /// The greatest of all.
  var total: Float { maxima.mutable.reduce(0, Self.greater) }

  /// The greater of two numbers that are 0 or more, or NaN: their bits are in their order, NaN last.
  private static func greater(_ left: Float, _ right: Float) -> Float {
    left.bitPattern > right.bitPattern ? left : right
  }
}
