import CKernels
import Support
import Tensors

/// The grids of a tensor's channels, laid out as the kernels want them.
///
/// All of them follow one arithmetic.
struct ChannelParameterTable {
  let layout: ChannelLayout
  private let grids: [FakeQuantizer]
  private let pieces: ChannelTiles
  private let form: qat_fake_quant_form
  /// Every entry's lowest number, then every entry's highest, and so on in the order of `qat_grids`.
  private let numbers: [Float]

  init(_ grids: [FakeQuantizer], _ layout: ChannelLayout, lanes: Int = 1) {
    require(
      grids.count == layout.channels,
      "quantization per channel: expected a grid for each of \(layout.channels) channels, got \(grids.count)")
    self.grids = grids
    self.layout = layout
    pieces = ChannelTiles(layout, lanes: lanes)
    form =
      switch grids[0].arithmetic {
      case .tensorFlowPerTensor: QAT_TENSORFLOW_PER_TENSOR
      case .tensorFlowPerChannel: QAT_TENSORFLOW_PER_CHANNEL
      case .pyTorch: QAT_PYTORCH
      }
    let kinds: [(FakeQuantizer) -> Float] = [
      { $0.lowest }, { $0.highest }, { $0.scale }, { $0.inverseScale }, { $0.zero },
    ]
    let entries = pieces.entries
    numbers = kinds.flatMap { kind in entries.map { kind(grids[$0]) } }
  }

  /// Writes every element of `x` quantized and back.
  func forward(
    _ x: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>, on backend: Backend
  ) {
    forEachPiece(on: backend) { _, elements, _, grids in
      qat_fake_quant(
        form, x + elements.lowerBound, result + elements.lowerBound, elements.count, grids)
    }
    forEachPlaceOfEmptyGrids { result[$0] = 0 }
  }

  /// Writes the straight-through gradient of every element.
  func backward(
    _ x: UnsafePointer<Float>, _ upstream: UnsafePointer<Float>,
    _ gradient: UnsafeMutablePointer<Float>, on backend: Backend
  ) {
    forEachPiece(on: backend) { _, elements, _, grids in
      let first = elements.lowerBound
      qat_fake_quant_gradient(
        form, x + first, upstream + first, gradient + first, elements.count, grids)
    }
    forEachPlaceOfEmptyGrids { gradient[$0] = upstream[$0] }
  }

  /// Each channel's sums of the upstream below its grid, and above it; the gradients of the range's ends.
  func boundGradients(
    _ x: UnsafePointer<Float>, _ upstream: UnsafePointer<Float>, on backend: Backend
  ) -> (low: [Float], high: [Float]) {
    let sums = channelSums(2, on: backend) { elements, grids, below, above, _ in
      let first = elements.lowerBound
      qat_fake_quant_bound_gradients(x + first, upstream + first, elements.count, grids, below, above)
    }
    return (sums[0].map { Float($0) }, sums[1].map { Float($0) })
  }

  /// Each channel's sums for the step of its PyTorch grid: of upstream × (rounded − exact steps) within the
  /// grid, and of the upstream below it and above it.
  func stepGradients(
    _ x: UnsafePointer<Float>, _ upstream: UnsafePointer<Float>, on backend: Backend
  ) -> (inside: [Double], below: [Double], above: [Double]) {
    let sums = channelSums(3, on: backend) { elements, grids, inside, below, above in
      let first = elements.lowerBound
      qat_fake_quant_step_gradients(x + first, upstream + first, elements.count, grids, inside, below, above)
    }
    return (sums[0], sums[1], sums[2])
  }

  /// Up to three sums a channel, to which `kernel` adds for each piece where the pointers say.
  ///
  /// Summed in `Double`, in an order that depends on the shape alone; empty grids have sums of 0.
  private func channelSums(
    _ kinds: Int, on backend: Backend,
    _ kernel: (
      _ elements: Range<Int>, _ grids: qat_grids, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>,
      UnsafeMutablePointer<Double>
    ) -> Void
  ) -> [[Double]] {
    let entries = pieces.entries.count
    let size = Backend.shards * entries
    var sums = [Double](repeating: 0, count: 3 * size)
    sums.withUnsafeMutableBufferPointer { sums in
      guard let sums = sums.baseAddress else { return }
      forEachPiece(on: backend) { shard, elements, firstEntry, grids in
        let place = sums + shard * entries + firstEntry
        kernel(elements, grids, place, place + size, place + 2 * size)
      }
    }
    return (0..<kinds).map { kind in
      var totals = [Double](repeating: 0, count: layout.channels)
      for place in 0..<size where !grids[pieces.entries[place % entries]].isEmpty {
        totals[pieces.entries[place % entries]] += sums[kind * size + place]
      }
      return totals
    }
  }

  /// Calls `body` for each piece with its grids where the kernels can read them.
  private func forEachPiece(
    on backend: Backend,
    _ body: (_ shard: Int, _ elements: Range<Int>, _ firstEntry: Int, _ grids: qat_grids) -> Void
  ) {
    let entries = pieces.entries.count
    numbers.withUnsafeBufferPointer { numbers in
      guard let numbers = numbers.baseAddress else { return }
      pieces.forEach(on: backend) { shard, elements, first in
        let lowest = numbers + first
        let grids = qat_grids(
          lowest: lowest, highest: lowest + entries, scale: lowest + 2 * entries,
          inverse_scale: lowest + 3 * entries, zero: lowest + 4 * entries, period: pieces.period)
        body(shard, elements, first, grids)
      }
    }
  }

  private func forEachPlaceOfEmptyGrids(_ body: (Int) -> Void) {
    for (channel, grid) in grids.enumerated() where grid.isEmpty {
      layout.forEachPlace(ofChannel: channel, body)
    }
  }
}
