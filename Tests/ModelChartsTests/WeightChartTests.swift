import Charting
import Layers
import ModelCharts
import Quantization
import Quantizers
import Tensors
import Testing

/// Histograms of weights over the buckets of their codes, and ranges of channels.
@Suite struct WeightChartTests {
  static func histogram(_ chart: Chart) throws -> Mark.Histogram {
    guard case .histogram(let histogram)? = chart.panels[0].marks.first else { throw NoHistogram() }
    return histogram
  }

  struct NoHistogram: Error {}

  @Test func `the buckets of a weight histogram belong to the quantizer's codes`() throws {
    let quantizer = LastValueQuantizer(QuantizerFormat(bitWidth: 3, symmetric: true, narrowRange: true))
    let weights = Tensor([-3, -2.9, 0.2, 1, 1.2], shape: [5])
    quantizer.observe(weights)
    let chart = try Chart.weightHistogram(weights, quantizer: quantizer)
    // −3…3 in six steps of 1: codes −3, −3, 0, 1, 1.
    #expect(chart.subtitle == "3 of 7 codes used by 5 weights")
    let buckets = try #require(try Self.histogram(chart).buckets)
    #expect(buckets.edges == [-3.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5])
    #expect(buckets.used == [true, false, false, true, true, false, false])
  }

  @Test func `weights of several channels are counted in steps of their channel`() throws {
    let quantizer = LastValueQuantizer(
      QuantizerFormat(bitWidth: 3, symmetric: true, narrowRange: true, axis: -1))
    // Two columns, the second ten times as large: the same codes, 3, −1 and 2.
    let weights = Tensor([3, 30, -1, -10, 2, 20], shape: [3, 2])
    quantizer.observe(weights)
    let chart = try Chart.weightHistogram(weights, quantizer: quantizer)
    #expect(chart.subtitle == "3 of 7 codes used by 6 weights")
    let histogram = try Self.histogram(chart)
    #expect(histogram.counts.filter { $0 > 0 } == [2, 2, 2])
    #expect(histogram.buckets?.edges.first == -3.5 && histogram.buckets?.edges.last == 3.5)
  }

  @Test func `a depthwise kernel has a channel for each index of its last two axes`() throws {
    let quantizer = LastValueQuantizer(QuantizerFormat.depthwiseWeights)
    let weights = Tensor([1, 10, 100, 1000, -1, -10, -100, -1000], shape: [2, 1, 2, 2])
    quantizer.observe(weights)
    // Each channel holds its largest weight with both signs: codes 127 and −127 only.
    #expect(
      try Chart.weightHistogram(weights, quantizer: quantizer).subtitle
        == "2 of 255 codes used by 8 weights")
  }

  @Test func `the weight histogram of a quantized layer shows its folded kernel`() throws {
    let model = try quantizeModel(GraphDiagramTests.block())
    let stem = try #require(model.layers.compactMap { $0 as? QuantizeWrapper }.first)
    let folded = try #require(stem.layer as? FoldedBatchNorm)
    let quantizer = try #require(folded.quantizer)
    #expect(
      try Chart.weightHistogram(of: stem)
        == Chart.weightHistogram(folded.foldedKernel, quantizer: quantizer))
    let dense = try #require(model.layer("quant_dense") as? QuantizeWrapper)
    #expect(try Chart.weightHistogram(of: dense).subtitle?.hasSuffix("by 96 weights") == true)
  }

  @Test func `the bars of channel ranges reach from the smallest to the largest weight`() throws {
    let kernel = Tensor([-1, 0.5, 2, 3], shape: [2, 2])
    let chart = Chart.channelRanges([("first", kernel), ("second", kernel * 2)])
    let bars = chart.panels[0].marks.compactMap { if case .bars(let bars) = $0 { bars } else { nil } }
    // Column 1 holds −1 and 2, column 2 holds 0.5 and 3; a range always holds 0.
    #expect(bars.map { $0.series.map(\.values) } == [[[2, 3], [4, 6]], [[-1, 0], [-2, 0]]])
    #expect(bars[0].series.map(\.label) == ["first", "second"])
    #expect(try !chart.png().isEmpty)
  }

  @Test func `channel ranges are shown before and after folding`() throws {
    let convolution = DepthwiseConv2D(kernelSize: 1, name: "depthwise")
    let folded = FoldedBatchNorm(convolution, BatchNormalization(epsilon: 0.25), quantizer: nil)
    _ = folded(Tensor.zeros([1, 2, 2, 2]))
    convolution.depthwiseKernel.value = Tensor([1, -2], shape: [1, 1, 2, 1])
    folded.normalization.movingVariance.value = Tensor([3.75, 0.75], shape: [2])
    // σ is √(3.75 + 0.25) = 2 and √(0.75 + 0.25) = 1.
    let chart = Chart.channelRanges(of: folded)
    let bars = chart.panels[0].marks.compactMap { if case .bars(let bars) = $0 { bars } else { nil } }
    #expect(bars.map { $0.series.map(\.values) } == [[[1, 0], [0.5, 0]], [[0, -2], [0, -2]]])
  }

  @Test func `only every third of 60 channels is named`() {
    let chart = Chart.channelRanges([("kernel", Tensor.filled(1, shape: [1, 60]))])
    guard case .bars(let bars)? = chart.panels[0].marks.first else {
      Issue.record("no bars")
      return
    }
    #expect(bars.names.count == 60 && bars.names.filter { !$0.isEmpty }.count == 20)
  }

  @Test func `a weight histogram of a quantizer without a range is refused`() async throws {
    let result = try #require(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = try Chart.weightHistogram(Tensor([1], shape: [1]), quantizer: LastValueQuantizer())
      })
    let message = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(message.contains("has no range, so there are no buckets to draw: calibrate it first"))
  }

  @Test func `channel ranges of kernels with different numbers of channels are refused`() async throws {
    let result = try #require(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Chart.channelRanges([
          ("a", Tensor.filled(1, shape: [1, 2])), ("b", Tensor.filled(1, shape: [1, 3])),
        ])
      })
    let message = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(message.contains("the kernels have [2, 3] channels; expected as many in each"))
  }
}
