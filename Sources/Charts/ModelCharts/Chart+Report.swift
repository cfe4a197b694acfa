import Charting
import Quantization
import Support

extension Chart {
  /// The cost of quantization in each layer: signal-to-noise ratios, clipped outputs, and codes used.
  ///
  /// The first panel shows the ratios of the weights and of the output. A layer without a bar has no kernel, is
  /// in float, or lost no more than the rounding of floats: its ratio is above 100 dB.
  public static func report(_ report: QuantizationReport, title: String? = nil) -> Chart {
    let names = report.layers.map { shortened($0.name) }
    func decibels(_ value: Double?) -> Double { value.map { $0 > 100 ? 0 : $0 } ?? 0 }
    func panel(_ heading: String, _ axis: Axis, _ series: [Mark.Bars.Series]) -> Panel {
      Panel(title: heading, x: axis, marks: [.bars(names, series: series, direction: .horizontal)])
    }
    let clipped = report.layers.map { ($0.clippedShare ?? 0) * 100 }
    let used = report.layers.map { $0.codes == 0 ? 0 : 100 * Double($0.codesUsed) / Double($0.codes) }
    return Chart(
      title: title ?? "What quantization costs each layer",
      subtitle:
        "\(report.scheme), \(NumberFormat.grouped.string(Double(report.examples))) examples; long bars"
        + " are good on the left and on the right, bad in the middle",
      columns: 3, sharedY: true,
      panels: [
        panel(
          "signal to noise", Axis("SQNR", unit: "dB"),
          [
            Mark.Bars.Series(report.layers.map { decibels($0.weightSQNR) }, label: "weights", color: .orange),
            Mark.Bars.Series(report.layers.map { decibels($0.sqnr) }, label: "output", color: .sky),
          ]),
        panel(
          "outputs clipped", Axis("share", unit: "%", domain: 0...max(1, clipped.max() ?? 0)),
          [Mark.Bars.Series(clipped, color: .lost)]),
        panel(
          "codes used", Axis("share of all", unit: "%", domain: 0...100),
          [Mark.Bars.Series(used, color: .seen)]),
      ])
  }

  /// The sensitivity of each layer: the change of the loss with only this layer quantized, or only it in float.
  ///
  /// The layer whose quantization adds most to the loss is at the top.
  public static func sensitivity(of report: QuantizationReport, title: String? = nil) -> Chart {
    let layers = report.bySensitivity
    let short = NumberFormat.significant(3)
    return Chart(
      title: title ?? "Which layer hurts",
      subtitle: "\(report.scheme); loss in float \(short.string(report.floatLoss)), all quantized "
        + "\(short.string(report.quantizedLoss)), on \(NumberFormat.grouped.string(Double(report.examples)))"
        + " examples",
      x: Axis("change of the loss"),
      marks: [
        .bars(
          layers.map { shortened($0.name) },
          series: [
            Mark.Bars.Series(
              layers.map(\.lossAlone), label: "added if it alone is quantized", color: .lost),
            Mark.Bars.Series(
              layers.map(\.lossWithout), label: "saved if it alone stays in float", color: .floats),
          ], direction: .horizontal),
        .verticalLine(at: 0, color: .black, dash: .solid),
      ])
  }

  /// A name with its middle left out if it is long, so that three panels fit beside it.
  private static func shortened(_ name: String) -> String {
    name.count <= 20 ? name : "\(name.prefix(9))…\(name.suffix(10))"
  }
}
