import CKernels
import Support
import Tensors

/// The grid parameters of a tensor's channels in the layout that the kernels read.
///
/// All grids follow the same framework.
struct ChannelParameterTable {
  let layout: ChannelLayout
  private let grids: [FakeQuantizer]
  private let tiles: ChannelTiles
  private let form: qat_fake_quant_form
  /// The lowest number of every entry, then the highest of every entry, and so on in the order of `qat_grids`.
  private let parameters: [Float]

  init(_ grids: [FakeQuantizer], _ layout: ChannelLayout, lanes: Int = 1) {
    require(
      grids.count == layout.channels,
      "quantization per channel: expected a grid for each of \(layout.channels) channels, got \(grids.count)")
    self.grids = grids
    self.layout = layout
    tiles = ChannelTiles(layout, lanes: lanes)
    form =
      switch grids[0].framework {
      case .tensorFlowPerTensor: QAT_TENSORFLOW_PER_TENSOR
      case .tensorFlowPerChannel: QAT_TENSORFLOW_PER_CHANNEL
      case .pyTorch: QAT_PYTORCH
      }
    let kinds = [
      grids.map(\.lowest), grids.map(\.highest), grids.map(\.scale), grids.map(\.inverseScale),
      grids.map(\.zero),
    ]
    let entries = tiles.entries
    parameters = kinds.flatMap { numbers in entries.map { numbers[$0] } }
  }

  /// Writes every element of `x` quantized and back.
  func forward(
    _ x: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>, on backend: Backend
  ) {
    forEachTile(on: backend) { _, elements, _, grids in
      qat_fake_quant(
        form, x + elements.lowerBound, result + elements.lowerBound, elements.count, grids)
    }
    forEachIndexOfEmptyGrids { result[$0] = 0 }
  }

  /// Writes the straight-through gradient of every element.
  func backward(
    _ x: UnsafePointer<Float>, _ upstream: UnsafePointer<Float>,
    _ gradient: UnsafeMutablePointer<Float>, on backend: Backend
  ) {
    forEachTile(on: backend) { _, elements, _, grids in
      let first = elements.lowerBound
      qat_fake_quant_gradient(
        form, x + first, upstream + first, gradient + first, elements.count, grids)
    }
    forEachIndexOfEmptyGrids { gradient[$0] = upstream[$0] }
  }

  /// For each channel, the sums of the upstream below and above its grid: the gradients of the range's ends.
  func boundGradients(
    _ x: UnsafePointer<Float>, _ upstream: UnsafePointer<Float>, on backend: Backend
  ) -> (low: [Float], high: [Float]) {
    let sums = channelSums(2, on: backend) { elements, grids, below, above, _ in
      let first = elements.lowerBound
      qat_fake_quant_bound_gradients(x + first, upstream + first, elements.count, grids, below, above)
    }
    return (sums[0].map { Float($0) }, sums[1].map { Float($0) })
  }

  /// For each channel, three sums for the gradient of its PyTorch grid's step size: of upstream × (rounded −
  /// exact steps) within the grid, of the upstream below it, and of the upstream above it.
  ///
  /// The straight-through gradient of every element is written in the same pass, unless `gradient` is nil.
  func stepGradients(
    _ x: UnsafePointer<Float>, _ upstream: UnsafePointer<Float>,
    writing gradient: UnsafeMutablePointer<Float>?,
    on backend: Backend
  ) -> (inside: [Double], below: [Double], above: [Double]) {
    let sums = channelSums(3, on: backend) { elements, grids, inside, below, above in
      let first = elements.lowerBound
      qat_fake_quant_step_gradients(
        x + first, upstream + first, gradient.map { $0 + first }, elements.count, grids, inside, below, above)
    }
    return (sums[0], sums[1], sums[2])
  }

  /// Up to three sums a channel; `kernel` adds the sums of a tile to the memory at its three pointers.
  ///
  /// Sums are in `Double`, and those of few neighbours may be in `Float`, in an order that depends on the shape alone.
  /// Empty grids have sums of 0.
  private func channelSums(
    _ kinds: Int, on backend: Backend,
    _ kernel: (
      _ elements: Range<Int>, _ grids: qat_grids, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>,
      UnsafeMutablePointer<Double>
    ) -> Void
  ) -> [[Double]] {
    let (entries, shards) = (tiles.entries.count, tiles.shards)
    let size = shards * entries
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: 3 * size) { sums in
      sums.initialize(repeating: 0)
      guard let first = sums.baseAddress else {
        return Array(repeating: [Double](repeating: 0, count: layout.channels), count: kinds)
      }
      forEachTile(on: backend) { shard, elements, firstEntry, grids in
        let sums = first + shard * entries + firstEntry
        kernel(elements, grids, sums, sums + size, sums + 2 * size)
      }
      return (0..<kinds).map { kind in
        var totals = [Double](repeating: 0, count: layout.channels)
        for shard in 0..<shards {
          let sums = first + kind * size + shard * entries
          for (entry, channel) in tiles.entries.enumerated() { totals[channel] += sums[entry] }
        }
        for (channel, grid) in grids.enumerated() where grid.isEmpty { totals[channel] = 0 }
        return totals
      }
    }
  }

  /// Calls `body` for each tile with the grids of its entries.
  private func forEachTile(
    on backend: Backend,
    _ body: (_ shard: Int, _ elements: Range<Int>, _ firstEntry: Int, _ grids: qat_grids) -> Void
  ) {
    let entries = tiles.entries.count
    parameters.withUnsafeBufferPointer { parameters in
      guard let parameters = parameters.baseAddress else { return }
      tiles.forEach(on: backend) { shard, elements, first in
        let lowest = parameters + first
        let grids = qat_grids(
          lowest: lowest, highest: lowest + entries, scale: lowest + 2 * entries,
          inverse_scale: lowest + 3 * entries, zero: lowest + 4 * entries, period: tiles.period)
        body(shard, elements, first, grids)
      }
    }
  }

  private func forEachIndexOfEmptyGrids(_ body: (Int) -> Void) {
    for (channel, grid) in grids.enumerated() where grid.isEmpty {
      layout.forEachIndex(ofChannel: channel, body)
    }
  }
}
