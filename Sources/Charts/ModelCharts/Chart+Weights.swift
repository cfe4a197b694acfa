import Charting
import FixedPoint
import Layers
import Quantization
import Quantizers
import Support
import Tensors

extension Chart {
  /// A histogram of weights over the buckets of their codes; unused codes are grey.
  ///
  /// With a range for each channel, weights are divided by the step size of their channel, since the channels'
  /// buckets differ. The quantizer must have a range: calibrate it, or let it observe the weights.
  ///
  /// - Throws: `QuantizerError` if an end of the range is not finite.
  public static func weightHistogram(
    _ weights: Tensor, quantizer: Quantizer, title: String? = nil
  ) throws(QuantizerError) -> Chart {
    weightHistogram(
      weights, axes: quantizer.format.axes, grids: try quantizer.affineQuantizers(), title: title)
  }

  private static func weightHistogram(
    _ weights: Tensor, axes: [Int], grids: [AffineQuantizer], title: String?
  ) -> Chart {
    require(
      !grids.isEmpty,
      "weightHistogram: the quantizer has no range, so there are no buckets to draw: calibrate it first")
    let values = weights.values
    let isShared = grids.count == 1
    let channels = Self.channels(of: weights, axes: axes)
    var inSteps: [Float] = []
    var codes: Set<Int32> = []
    for (value, channel) in zip(values, channels) {
      let grid = grids[isShared ? 0 : channel]
      inSteps.append(value / grid.scale + Float(grid.zeroPoint))
      codes.insert(grid.quantize(value))
    }
    let range = Int(grids[0].quantizedRange.lowerBound)...Int(grids[0].quantizedRange.upperBound)
    let buckets =
      isShared
      ? Buckets(scale: grids[0].scale, zeroPoint: Int(grids[0].zeroPoint), codes: range)
      : Buckets(scale: 1, codes: range)
    return Chart(
      title: title,
      subtitle: "\(codes.count) of \(range.count) codes used by "
        + "\(NumberFormat.grouped.string(Double(values.count))) weights",
      x: Axis(isShared ? "weight" : "weight, in steps of its channel"), y: Axis("number of weights"),
      marks: [.histogram(isShared ? values : inSteps, color: .floats, buckets: buckets)])
  }

  /// A histogram of a quantized layer's weights over the buckets of their codes.
  ///
  /// Where a normalization is folded into the layer, the weights are the folded ones.
  ///
  /// - Throws: `QuantizerError` if an end of a range is not finite.
  public static func weightHistogram(
    of wrapper: QuantizeWrapper, title: String? = nil
  ) throws(QuantizerError) -> Chart {
    func histogram(_ weights: Tensor, _ quantizer: Quantizer, of source: Tensor) throws(QuantizerError)
      -> Chart
    {
      let grids = try quantizer.affineQuantizers(ofWeight: source, rounding: .halfToEven)
      return weightHistogram(weights, axes: quantizer.format.axes, grids: grids, title: title)
    }
    if let folded = QuantizedParts(wrapper).folded, let quantizer = folded.quantizer {
      return try histogram(folded.foldedKernel, quantizer, of: folded.quantizedKernelSource)
    }
    guard let (name, quantizer) = wrapper.weightQuantizers.first else {
      stop("weightHistogram: \(wrapper.name) quantizes no weights; expected a layer that does")
    }
    let weight = wrapper.layer.weight(name).value
    return try histogram(weight, quantizer, of: weight)
  }

  /// The range of each channel of one or several kernels, from its smallest to its largest weight.
  ///
  /// All kernels have the same number of channels. The channels lie along the last axis; in a depthwise kernel
  /// along the last two, `axes: [-2, -1]`.
  public static func channelRanges(
    _ kernels: [(label: String, kernel: Tensor)], axes: [Int] = [-1], title: String? = nil
  ) -> Chart {
    channelRanges(kernels, axes: axes, title: title, colors: [.orange, .sky, .black, .purple, .green])
  }

  private static func channelRanges(
    _ kernels: [(label: String, kernel: Tensor)], axes: [Int], title: String?, colors: [SeriesColor]
  ) -> Chart {
    let ranges = kernels.map { QuantizerFormat(axes: axes).range(of: $0.kernel) }
    let count = ranges.map(\.low.count).max() ?? 0
    require(
      ranges.allSatisfy { $0.low.count == count },
      "channelRanges: the kernels have \(ranges.map(\.low.count)) channels; expected as many in each")
    let every = max(1, (count + 23) / 24)
    let names = (1...max(count, 1)).map { $0 % every == 0 || every == 1 ? "\($0)" : "" }
    func series(_ ends: (ValueRange) -> [Float], labelled: Bool) -> [Mark.Bars.Series] {
      zip(kernels, ranges).enumerated().map { index, pair in
        Mark.Bars.Series(
          ends(pair.1), label: labelled ? pair.0.label : nil, color: colors[index % colors.count])
      }
    }
    return Chart(
      title: title, x: Axis("output channel"), y: Axis("smallest to largest weight"),
      marks: [
        .bars(names, series: series(\.high, labelled: true)),
        .bars(names, series: series(\.low, labelled: false)),
      ])
  }

  /// The ranges of a layer's channels before and after its normalization is folded in.
  public static func channelRanges(of folded: FoldedBatchNorm, title: String? = nil) -> Chart {
    let linear = folded.linear
    return channelRanges(
      [("before folding", folded.layer.weight(linear.kernelName).value), ("folded", folded.foldedKernel)],
      axes: linear.channelAxes, title: title, colors: [.before, .after])
  }

  /// The channel of each element, for channel axes that are neighbours.
  private static func channels(of tensor: Tensor, axes: [Int]) -> [Int] {
    let resolved = axes.map { $0 < 0 ? $0 + tensor.rank : $0 }
    guard let first = resolved.first, let last = resolved.last else {
      return [Int](repeating: 0, count: tensor.count)
    }
    let count = tensor.shape[first...last].reduce(1, *)
    let inner = tensor.shape[(last + 1)...].reduce(1, *)
    return (0..<tensor.count).map { $0 / inner % count }
  }
}
