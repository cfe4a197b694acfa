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

/// How the elements of a tensor are handed to the kernels: in contiguous pieces, on several threads.
///
/// The kernels take numbers (of a grid, or sums) that repeat with a period. Channels along the last axis
/// repeat by themselves, and short channel counts are repeated to make loops worth vectorizing; long runs
/// of one channel are a piece each.
struct ChannelTiles {
  /// The channel that each entry of a table belongs to.
  let entries: [Int]
  /// The entries that one piece uses: all of them, or those of one channel.
  let period: Int
  private let count: Int
  private let channels: Int
  /// The elements after which channels repeat.
  private let cycle: Int
  private let unit: Int
  private let isRuns: Bool

  /// Cuts up a layout for kernels that want a period of at least `lanes` for a single channel.
  init(_ layout: ChannelLayout, lanes: Int = 1) {
    count = layout.count
    channels = layout.channels
    cycle = layout.channels * layout.inner
    isRuns = layout.channels == 1 || (layout.inner >= 64 && cycle > 4096)
    if isRuns {  // of the whole tensor, or of a channel
      period = lanes
      unit = layout.channels == 1 ? 16 * lanes : layout.inner
      entries = (0..<layout.channels).flatMap { channel in Array(repeating: channel, count: lanes) }
    } else {
      let repeats = max(1, 256 / cycle)
      period = cycle * repeats
      unit = period
      entries = (0..<period).map { $0 / layout.inner % layout.channels }
    }
  }

  /// Calls `body` for every piece: its shard, its elements, and the first entry it uses.
  ///
  /// Shards run on several threads of `backend` if there is enough to do; the pieces of a shard in order.
  func forEach(
    on backend: Backend, _ body: (_ shard: Int, _ elements: Range<Int>, _ firstEntry: Int) -> Void
  ) {
    let units = (count + unit - 1) / unit
    backend.forEachShard(of: units, work: count) { shard, range in
      guard isRuns && channels > 1 else {
        return body(shard, range.lowerBound * unit..<min(range.upperBound * unit, count), 0)
      }
      for run in range { body(shard, run * unit..<(run + 1) * unit, run % channels * period) }
    }
  }

  /// Elements of one channel: `count` of them from `first` on, `stride` apart, of the part `shard` of the work.
  struct Run {
    let shard: Int
    let channel: Int
    let first: Int
    let count: Int
    let stride: Int
  }

  /// Calls `body` for elements of one channel at a time.
  func forEachRun(on backend: Backend, _ body: (Run) -> Void) {
    forEach(on: backend) { shard, elements, firstEntry in
      let first = elements.lowerBound
      if isRuns {
        return body(
          Run(shard: shard, channel: entries[firstEntry], first: first, count: elements.count, stride: 1))
      }
      for place in 0..<cycle {
        body(
          Run(
            shard: shard, channel: entries[place], first: first + place, count: elements.count / cycle,
            stride: cycle))
      }
    }
  }
}
