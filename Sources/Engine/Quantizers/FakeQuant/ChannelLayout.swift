import Support
import Tensors

/// Where the elements of each channel lie: element (outer, channel, inner) of a three-way view.
///
/// Per tensor there is one channel. Along the last axis `inner` is 1 and channels alternate element by
/// element; along another they come in runs of `inner`. Several axes side by side count as one: the kernel of
/// a depthwise convolution, [height, width, channels, multiplier], has channels × multiplier along its last
/// two.
struct ChannelLayout {
  let outer: Int
  let channels: Int
  let inner: Int

  /// The layout along `axes`, each of which may count from the end; of the whole tensor if there are none.
  init(_ shape: [Int], axes: [Int]) {
    guard !axes.isEmpty else {
      (outer, channels, inner) = (1, 1, shape.reduce(1, *))
      return
    }
    let places = axes.map { $0 < 0 ? $0 + shape.count : $0 }
    for (axis, place) in zip(axes, places) {
      require(
        shape.indices.contains(place),
        "quantization per channel: axis \(axis) is no axis of shape \(shape); expected"
          + " \(-shape.count)..<\(shape.count)")
    }
    require(
      zip(places, places.dropFirst()).allSatisfy { $0 + 1 == $1 },
      "quantization per channel: several axes must follow one another, as 2 and 3 do; got \(axes) of shape"
        + " \(shape)")
    let (first, last) = (places[0], places[places.count - 1])
    outer = shape[..<first].reduce(1, *)
    channels = shape[first...last].reduce(1, *)
    inner = shape[(last + 1)...].reduce(1, *)
  }

  var count: Int { outer * channels * inner }

  /// Calls `body` with the place of each element of `channel`.
  func forEachPlace(ofChannel channel: Int, _ body: (Int) -> Void) {
    for block in 0..<outer {
      let first = (block * channels + channel) * inner
      for place in first..<first + inner { body(place) }
    }
  }
}
