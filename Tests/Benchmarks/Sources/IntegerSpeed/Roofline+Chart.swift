import Charting

extension Roofline {
  /// The parts under the machine's limits: memory's on the left, the processor's on the right.
  func chart() -> Chart {
    let (left, right) = (1.0, 4096.0)
    let peak = peak ?? parts.map { Double($0.operations) / $0.seconds }.max() ?? 1
    let ridge = peak / bandwidth
    let roof = Mark.line(
      x: [left, ridge, right], y: [left * bandwidth / 1e9, peak / 1e9, peak / 1e9],
      label: "the machine's limit",
      color: .gray)
    let points = Mark.scatter(
      x: parts.map { Double($0.operations) / $0.bytes },
      y: parts.map { Double($0.operations) / $0.seconds / 1e9 }, label: "reached", names: parts.map(\.name))
    return Chart(
      title: "Integer inference under the roofline, one core",
      subtitle: "batch \(Self.batch); bytes are codes read and written, and the batch's share of the kernel",
      x: Axis("operations a byte", scale: .log, domain: left...right),
      y: Axis("speed", unit: "GOP/s", scale: .log, domain: 30...1000), marks: [roof, points])
  }
}
