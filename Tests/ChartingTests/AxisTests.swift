import Charting
import Support
import Testing

@Suite struct NiceTicksTests {
  /// Many domains of all magnitudes, by a fixed seed.
  static func domains(_ count: Int) -> [(low: Double, high: Double)] {
    var generator = SeededGenerator(seed: 11)
    return (0..<count).map { _ in
      let magnitude = [1e-9, 1e-4, 0.01, 1, 7, 300, 1e5, 1e12][generator.below(8)]
      let low = Double(generator.uniform(-3, 3)) * magnitude
      return (low, low + Double(generator.uniform(0.01, 5)) * magnitude)
    }
  }

  @Test func `ticks are 1, 2 or 5 times a power of ten apart`() throws {
    for (low, high) in Self.domains(400) {
      let ticks = NiceTicks.linear(low, high, count: 6)
      for (a, b) in zip(ticks, ticks.dropFirst()) {
        var step = b.position - a.position
        while step >= 9.99 { step /= 10 }
        while step < 0.999 { step *= 10 }
        #expect([1, 2, 5].contains { abs(step - $0) < 1e-3 }, "\(low)…\(high): \(step)")
      }
    }
  }

  @Test func `ticks lie in the domain, and their number is near the requested one`() {
    for (low, high) in Self.domains(400) {
      for count in 3...9 {
        let ticks = NiceTicks.linear(low, high, count: count)
        let slack = (high - low) * 1e-9
        #expect(ticks.allSatisfy { $0.position >= low - slack && $0.position <= high + slack })
        // A step is at least 0.75 of the span over count, and at most 2.5 times that.
        #expect(ticks.count <= count * 4 / 3 + 1)
        #expect(Double(ticks.count) >= (Double(count) / 1.875 - 1).rounded(.down))
      }
    }
  }

  @Test func `all ticks have different labels`() {
    for (low, high) in Self.domains(400) {
      let labels = NiceTicks.linear(low, high, count: 6).map(\.label)
      #expect(Set(labels).count == labels.count, "\(labels)")
    }
  }

  @Test func `an axis of whole numbers has no ticks between them`() {
    // Bits from 2 to 4: ticks at 2, 3 and 4, not at 2.5.
    #expect(NiceTicks.linear(2, 4, count: 8, whole: true).map(\.label) == ["2", "3", "4"])
    #expect(
      NiceTicks.linear(2, 4, count: 8).map(\.label) == [
        "2.0", "2.2", "2.4", "2.6", "2.8", "3.0", "3.2", "3.4", "3.6", "3.8", "4.0",
      ])
  }

  @Test func `tick labels have minus signs, separators and equal digits`() {
    #expect(NiceTicks.linear(-1, 1, count: 4).map(\.label) == ["−1.0", "−0.5", "0.0", "0.5", "1.0"])
    #expect(NiceTicks.linear(0, 60_000, count: 3).map(\.label) == ["0", "20,000", "40,000", "60,000"])
    #expect(
      NiceTicks.linear(0, 1, count: 2, format: .percent(0)).map(\.label) == ["0 %", "50 %", "100 %"])
  }

  @Test func `logarithmic ticks over many decades are powers of ten`() {
    let ticks = NiceTicks.logarithmic(0.02, 700, count: 6)
    #expect(ticks.map(\.label) == ["0.1", "1", "10", "100"])
    #expect(ticks.map(\.position) == [0.1, 1, 10, 100])
  }

  @Test func `logarithmic ticks over one decade are 1, 2 and 5 times a power of ten`() {
    #expect(NiceTicks.logarithmic(1, 12, count: 8).map(\.label) == ["1", "2", "5", "10"])
  }

  @Test func `logarithmic ticks within a decade have about equal ratios`() {
    #expect(NiceTicks.logarithmic(0.08, 0.31, count: 4).map(\.label) == ["0.1", "0.15", "0.2", "0.3"])
    #expect(NiceTicks.logarithmic(6.3, 28, count: 5).map(\.label) == ["8", "10", "12", "15", "20", "25"])
    #expect(NiceTicks.logarithmic(6.3, 28, count: 4).map(\.label) == ["7", "10", "15", "20"])
    #expect(NiceTicks.logarithmic(1.1, 6, count: 5).map(\.label) == ["1.5", "2", "3", "5"])
    #expect(NiceTicks.logarithmic(10.1, 11.3, count: 4).map(\.label) == ["10.5", "11.0"])
    let percentages = NiceTicks.logarithmic(0.0101, 0.0113, count: 4, format: .percent(0)).map(\.label)
    #expect(percentages.count > 1 && Set(percentages).count == percentages.count, "\(percentages)")
  }

  @Test func `no label of a logarithmic axis is 0, whatever its digits`() {
    #expect(
      NiceTicks.logarithmic(1e-5, 0.5, count: 5, format: .percent(2)).map(\.label)
        == ["0.001 %", "0.01 %", "0.1 %", "1 %", "10 %"])
    #expect(NiceTicks.logarithmic(0.004, 0.2, count: 3, format: .fixed(1)).map(\.label) == ["0.01", "0.1"])
    #expect(
      NiceTicks.logarithmic(0.0125, 0.08, count: 4, format: .percent(0)).map(\.label)
        == ["1.5 %", "2 %", "3 %", "5 %", "7 %"])
  }

  @Test func `minor ticks are 2 to 9 times each power of ten`() {
    #expect(NiceTicks.logarithmicMinors(1, 30) == [2, 3, 4, 5, 6, 7, 8, 9, 20, 30])
  }
}

@Suite struct AxisScaleTests {
  @Test func `the ends of a domain lie at the ends of its axis`() {
    for kind in [Axis.Scale.linear, .log] {
      let scale = AxisScale(kind, 0.5, 800, from: 300, to: 20)
      #expect(abs(scale.position(0.5) - 300) < 1e-9)
      #expect(abs(scale.position(800) - 20) < 1e-9)
    }
  }

  @Test func `equal ratios are equally long on a logarithmic scale`() {
    let scale = AxisScale(.log, 1, 1000, from: 0, to: 30)
    #expect(abs(scale.position(10) - 10) < 1e-9)
    #expect(abs(scale.position(100) - 20) < 1e-9)
  }

  @Test func `numbers far outside the domain get finite positions`() {
    let scale = AxisScale(.linear, 0, 1, from: 0, to: 500)
    for value in [1e300, -1e300, Double.greatestFiniteMagnitude] {
      #expect(abs(scale.position(value)) <= 51_000)
    }
    let widest = AxisScale(
      .linear, -Double.greatestFiniteMagnitude, .greatestFiniteMagnitude, from: 0, to: 500)
    #expect(widest.position(0) == 250)
  }
}
