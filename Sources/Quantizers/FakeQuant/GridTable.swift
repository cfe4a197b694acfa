import CKernels
import Support
import Tensors

/// The grids of a tensor's channels, laid out as the kernels want them.
///
/// All of them follow one arithmetic.
struct GridTable {
  let layout: ChannelLayout
  private let grids: [FakeQuantizer]
  private let pieces: Pieces
  private let form: qat_fake_quant_form
  /// Every entry's lowest number, then every entry's highest, and so on in the order of `qat_grids`.
  private let numbers: [Float]

  init(_ grids: [FakeQuantizer], _ layout: ChannelLayout, lanes: Int = 1) {
    require(
      grids.count == layout.channels,
      "quantization per channel: expected a grid for each of \(layout.channels) channels, got \(grids.count)")
    self.grids = grids
    self.layout = layout
    pieces = Pieces(layout, lanes: lanes)
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
  ///
  /// Summed in `Double`, in an order that depends on the shape alone.
  func boundGradients(
    _ x: UnsafePointer<Float>, _ upstream: UnsafePointer<Float>, on backend: Backend
  ) -> (low: [Float], high: [Float]) {
    let entries = pieces.entries.count
    var sums = [Double](repeating: 0, count: 2 * Backend.shards * entries)
    sums.withUnsafeMutableBufferPointer { sums in
      guard let sums = sums.baseAddress else { return }
      let (below, above) = (sums, sums + Backend.shards * entries)
      forEachPiece(on: backend) { shard, elements, firstEntry, grids in
        let place = shard * entries + firstEntry
        qat_fake_quant_bound_gradients(
          x + elements.lowerBound, upstream + elements.lowerBound, elements.count, grids, below + place,
          above + place)
      }
    }
    var low = [Double](repeating: 0, count: layout.channels)
    var high = low
    for place in 0..<Backend.shards * entries {
      let channel = pieces.entries[place % entries]
      guard !grids[channel].isEmpty else { continue }
      low[channel] += sums[place]
      high[channel] += sums[Backend.shards * entries + place]
    }
    return (low.map { Float($0) }, high.map { Float($0) })
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
