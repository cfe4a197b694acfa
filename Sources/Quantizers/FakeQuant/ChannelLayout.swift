import Support
import Tensors

/// Where the elements of each channel lie: element (outer, channel, inner) of a three-way view.
///
/// Per tensor there is one channel. Along the last axis `inner` is 1 and channels alternate element by
/// element; along another they come in runs of `inner`.
struct ChannelLayout {
  let outer: Int
  let channels: Int
  let inner: Int

  /// The layout along `axis`, which may count from the end, or of the whole tensor if it is nil.
  init(_ shape: [Int], axis: Int?) {
    guard let axis else {
      (outer, channels, inner) = (1, 1, shape.reduce(1, *))
      return
    }
    let place = axis < 0 ? axis + shape.count : axis
    require(
      shape.indices.contains(place),
      "quantization per channel: axis \(axis) is no axis of shape \(shape); expected"
        + " \(-shape.count)..<\(shape.count)")
    outer = shape[..<place].reduce(1, *)
    channels = shape[place]
    inner = shape[(place + 1)...].reduce(1, *)
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
