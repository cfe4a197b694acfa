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

  @Test func ticksAreOneTwoOrFiveTimesAPowerOfTenApart() throws {
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

  @Test func ticksLieInTheDomainAndAreNeitherFewNorMany() {
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

  @Test func labelsTellAllTicksApart() {
    for (low, high) in Self.domains(400) {
      let labels = NiceTicks.linear(low, high, count: 6).map(\.label)
      #expect(Set(labels).count == labels.count, "\(labels)")
    }
  }

  @Test func wholeNumbersGetNoTicksBetweenThem() {
    // Bits from 2 to 4: ticks at 2, 3 and 4, not at 2.5.
    #expect(NiceTicks.linear(2, 4, count: 8, whole: true).map(\.label) == ["2", "3", "4"])
    #expect(
      NiceTicks.linear(2, 4, count: 8).map(\.label) == [
        "2.0", "2.2", "2.4", "2.6", "2.8", "3.0", "3.2", "3.4", "3.6", "3.8", "4.0",
      ])
  }

  @Test func labelsAreWrittenForReaders() {
    #expect(NiceTicks.linear(-1, 1, count: 4).map(\.label) == ["−1.0", "−0.5", "0.0", "0.5", "1.0"])
    #expect(NiceTicks.linear(0, 60_000, count: 3).map(\.label) == ["0", "20,000", "40,000", "60,000"])
    #expect(
      NiceTicks.linear(0, 1, count: 2, format: .percent(0)).map(\.label) == ["0 %", "50 %", "100 %"])
  }

  @Test func logarithmicTicksArePowersOfTenOverManyDecades() {
    let ticks = NiceTicks.logarithmic(0.02, 700, count: 6)
    #expect(ticks.map(\.label) == ["0.1", "1", "10", "100"])
    #expect(ticks.map(\.position) == [0.1, 1, 10, 100])
  }

  @Test func logarithmicTicksFillASingleDecade() {
    #expect(NiceTicks.logarithmic(1, 12, count: 8).map(\.label) == ["1", "2", "5", "10"])
  }

  @Test func withinADecadeLogarithmicTicksAreEvenNumbers() {
    #expect(
      NiceTicks.logarithmic(0.08, 0.31, count: 4).map(\.label) == ["0.10", "0.15", "0.20", "0.25", "0.30"])
  }

  @Test func minorTicksAreTwoToNineTimesEachPower() {
    #expect(NiceTicks.logarithmicMinors(1, 30) == [2, 3, 4, 5, 6, 7, 8, 9, 20, 30])
  }
}
