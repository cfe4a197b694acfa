import Charting
import Support

/// All bytes of a file as a picture, and those of each kind alone; a byte of 0 is black.
func bytePictures(_ bytes: [UInt8], _ kinds: [ByteKind]) -> Chart {
  let width = 32
  let padding = [Double](repeating: 0, count: (width - bytes.count % width) % width)
  func picture(_ kind: ByteKind?) -> [Double] {
    zip(bytes, kinds).map { byte, own in
      guard kind == nil || own == kind else { return 0 }
      return byte == 0 ? 0 : 0.3 + 0.7 * Double(byte) / 255
    } + padding
  }
  return Chart(
    title: "A file of one layer",
    marks: [
      .imageGrid(
        [picture(nil)] + ByteKind.allCases.map { picture($0) }, width: width,
        captions: ["all bytes", "structure", "texts", "weights", "other numbers"], columns: 5)
    ])
}

/// What becomes of a flipped bit, by what it was part of.
func damageChart(_ kinds: [ByteKind], _ outcomes: [[Outcome]]) -> Chart {
  let colors: [SeriesColor] = [.sky, .orange, .lost]
  let series = zip(Outcome.allCases, colors).map { outcome, color in
    Mark.Bars.Series(
      ByteKind.allCases.map { kind -> Double in
        let own = zip(kinds, outcomes).filter { $0.0 == kind }.flatMap(\.1)
        return Double(own.count { $0 == outcome }) / Double(own.count)
      }, label: outcome.rawValue, color: color)
  }
  return Chart(
    title: "Who notices a damaged bit?",
    x: Axis("a bit of"), y: Axis("share", domain: 0...1, format: .percent(0)),
    marks: [
      .bars(["structure", "texts", "weights", "other numbers"], series: series, numbers: .percent(0))
    ])
}

/// The bytes of a network in several files.
func sizesChart(_ files: [FileSize]) -> Chart {
  Chart(
    title: "One network in files",
    x: Axis("bytes"),
    marks: [
      .bars(
        files.map(\.name), files.map(\.total), color: .sky, direction: .horizontal, numbers: .grouped)
    ])
}

/// How many of a layer's weights have each code.
func codesChart(_ layer: Examined) -> Chart {
  let lowest = -(layer.available / 2)
  let range = Double(lowest) - 0.5...Double(-lowest) - 0.5
  return Chart(
    title: "The weights of \(layer.name)",
    x: Axis("code"), y: Axis("weights"),
    marks: [.histogram(layer.codes, bins: layer.available, range: range, color: .seen)])
}
