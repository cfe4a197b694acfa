import Support
import Tensors

/// The positions of the elements of each channel: a view of the tensor as [outer, channels, inner].
///
/// With one range for all elements there is one channel. Along the last axis `inner` is 1, and channels
/// alternate element by element; along another axis channels come in runs of `inner` elements. Adjacent axes
/// count as one: a depthwise kernel, [height, width, channels, multiplier], has channels × multiplier channels
/// along its last two axes.
struct ChannelLayout {
  let outer: Int
  let channels: Int
  let inner: Int

  /// The layout along `axes`, which may count from the end; without axes, that of one channel.
  init(_ shape: [Int], axes: [Int]) {
    guard !axes.isEmpty else {
      (outer, channels, inner) = (1, 1, shape.reduce(1, *))
      return
    }
    let positions = axes.map { $0 < 0 ? $0 + shape.count : $0 }
    for (axis, position) in zip(axes, positions) {
      require(
        shape.indices.contains(position),
        "quantization per channel: axis \(axis) is no axis of shape \(shape); expected"
          + " \(-shape.count)..<\(shape.count)")
    }
    require(
      zip(positions, positions.dropFirst()).allSatisfy { $0 + 1 == $1 },
      "quantization per channel: several axes must follow one another, as 2 and 3 do; got \(axes) of shape"
        + " \(shape)")
    let (first, last) = (positions[0], positions[positions.count - 1])
    outer = shape[..<first].reduce(1, *)
    channels = shape[first...last].reduce(1, *)
    inner = shape[(last + 1)...].reduce(1, *)
  }

  var count: Int { outer * channels * inner }

  /// Calls `body` with the index of each element of `channel`.
  func forEachIndex(ofChannel channel: Int, _ body: (Int) -> Void) {
    for block in 0..<outer {
      let first = (block * channels + channel) * inner
      for index in first..<first + inner { body(index) }
    }
  }
}

/// Contiguous tiles of a tensor's elements, as the kernels process them on several threads.
///
/// The kernels read and write tables (of grid parameters, or of sums) whose entries repeat with a period.
/// Channels along the last axis are periodic by themselves; short periods are repeated to make loops worth
/// vectorizing. Long runs of one channel are a tile each.
struct ChannelTiles {
  /// The channel of each entry of a table.
  let entries: [Int]
  /// The number of entries that one tile uses: all of them, or those of one channel.
  let period: Int
  private let count: Int
  private let channels: Int
  /// The number of elements after which channels repeat.
  private let cycle: Int
  private let unit: Int
  private let isRuns: Bool

  /// Divides a layout for kernels that use a period of `lanes` for a single channel.
  init(_ layout: ChannelLayout, lanes: Int = 1) {
    count = layout.count
    channels = layout.channels
    cycle = layout.channels * layout.inner
    isRuns = layout.channels == 1 || (layout.inner >= 64 && cycle > 4096)
    if isRuns {  // a tile is a part of the tensor, or a run of one channel
      period = lanes
      unit = layout.channels == 1 ? 16 * lanes : layout.inner
      entries = (0..<layout.channels).flatMap { repeatElement($0, count: lanes) }
    } else {
      let repeats = max(1, 256 / cycle)
      period = cycle * repeats
      unit = period
      let cycleEntries = (0..<layout.channels).flatMap { repeatElement($0, count: layout.inner) }
      entries = (0..<repeats).flatMap { _ in cycleEntries }
    }
  }

  private var units: Int { (count + unit - 1) / unit }

  /// The number of shards that have tiles; they are the first ones.
  var shards: Int { min(Backend.shards, units) }

  /// Calls `body` for every tile with its shard, its elements, and the first entry it uses.
  ///
  /// Shards run on several threads of `backend` if there is enough work; the tiles of a shard run in order.
  func forEach(
    on backend: Backend, _ body: (_ shard: Int, _ elements: Range<Int>, _ firstEntry: Int) -> Void
  ) {
    backend.forEachShard(of: units, work: count) { shard, range in
      guard isRuns && channels > 1 else {
        return body(shard, range.lowerBound * unit..<min(range.upperBound * unit, count), 0)
      }
      for run in range { body(shard, run * unit..<(run + 1) * unit, run % channels * period) }
    }
  }

  /// Elements of one channel: `count` elements from `first` on, `stride` apart, in shard `shard` of the work.
  struct Run {
    let shard: Int
    let channel: Int
    let first: Int
    let count: Int
    let stride: Int
  }

  /// Calls `body` for every run of elements of one channel.
  func forEachRun(on backend: Backend, _ body: (Run) -> Void) {
    forEach(on: backend) { shard, elements, firstEntry in
      let first = elements.lowerBound
      if isRuns {
        return body(
          Run(shard: shard, channel: entries[firstEntry], first: first, count: elements.count, stride: 1))
      }
      for offset in 0..<cycle {
        body(
          Run(
            shard: shard, channel: entries[offset], first: first + offset, count: elements.count / cycle,
            stride: cycle))
      }
    }
  }
}

extension QuantizerFormat {
  /// The channel of each element of a tensor of this shape, whose range quantizes it; 0 for one range.
  package func channels(ofShape shape: [Int]) -> [Int] {
    let layout = ChannelLayout(shape, axes: axes)
    return (0..<layout.count).map { $0 / layout.inner % layout.channels }
  }
}
