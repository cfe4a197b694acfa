import Charting
import Layers
import ModelCharts
import Quantization
import Tensors
import Testing

/// Charts of a quantization report: a bar for each layer, in the right order, and only numbers that can be drawn.
@Suite struct ReportChartTests {
  static func layer(
    _ name: String, weights: Double? = nil, output: Double? = nil, clipped: Double? = nil, used: Int = 0,
    codes: Int = 0, alone: Double = 0, without: Double = 0
  ) -> LayerReport {
    LayerReport(
      name: name, weightSQNR: weights, sqnr: output, meanSquaredError: 0, cosine: 1, clippedShare: clipped,
      codesUsed: used, codes: codes, lossAlone: alone, lossWithout: without)
  }

  static let report = QuantizationReport(
    scheme: "W4A4", examples: 1200, floatLoss: 0.25, quantizedLoss: 0.5,
    layers: [
      layer("input", output: 140, clipped: 0, used: 256, codes: 256),
      layer("conv", weights: 20, output: 30, clipped: 0.02, used: 8, codes: 16, alone: 0.05, without: -0.01),
      layer("a_dense_layer_of_a_long_name", weights: 25, output: 15, alone: 0.2, without: 0.1),
    ])

  static func bars(_ panel: Panel) throws -> Mark.Bars {
    guard case .bars(let bars)? = panel.marks.first else { throw NoBars() }
    return bars
  }

  struct NoBars: Error {}

  @Test func `a chart of a report has a bar for each layer and measure`() throws {
    let chart = Chart.report(Self.report)
    let bars = try chart.panels.map(Self.bars)
    #expect(bars.map(\.names) == .init(repeating: ["input", "conv", "a_dense_l…_long_name"], count: 3))
    // 140 dB is the rounding of floats, so the bar is left out; beside it the other bars would be too short.
    #expect(bars[0].series.map(\.values) == [[0, 20, 25], [0, 30, 15]])
    #expect(bars[1].series.map(\.values) == [[0, 2, 0]])
    #expect(bars[2].series.map(\.values) == [[100, 50, 0]])
    #expect(chart.panels.allSatisfy { $0.x.unit != nil })
    #expect(chart.subtitle?.hasPrefix("W4A4, 1,200 examples") == true)
    #expect(try !chart.png().isEmpty)
  }

  @Test func `the sensitivity chart has the most sensitive layer on top`() throws {
    let chart = Chart.sensitivity(of: Self.report)
    let bars = try Self.bars(chart.panels[0])
    #expect(bars.names == ["a_dense_l…_long_name", "conv", "input"])
    #expect(bars.series.map(\.values) == [[0.2, 0.05, 0], [0.1, -0.01, 0]])
    #expect(chart.subtitle == "W4A4; loss in float 0.25, all quantized 0.5, on 1,200 examples")
    #expect(try !chart.png().isEmpty)
  }

  @Test func `a report of 60 layers can be drawn`() throws {
    let layers = (0..<60).map {
      Self.layer(
        "the_layer_of_number_\($0)", weights: 20, output: 10, clipped: 0.1, used: 3, codes: 4, alone: 1)
    }
    let report = QuantizationReport(
      scheme: "W2A2", examples: 1, floatLoss: 1, quantizedLoss: 2, layers: layers)
    #expect(try !Chart.report(report).png().isEmpty)
    #expect(try !Chart.sensitivity(of: report).png().isEmpty)
  }
}
