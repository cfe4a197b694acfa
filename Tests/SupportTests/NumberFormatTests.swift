import Support
import Testing

@Suite struct NumberFormatTests {
  @Test(
    arguments: [
      (.significant(3), 0.007_843_1, "0.00784"),
      (.significant(3), 1.5, "1.5"),
      (.significant(3), 12, "12"),
      (.significant(3), 0, "0"),
      (.significant(3), -0.0, "0"),
      (.significant(3), -2.25, "−2.25"),
      (.significant(6), 1_234_567, "1.23457·10⁶"),
      (.significant(3), -1_234_567, "−1.23·10⁶"),
      (.significant(3), 1e-7, "10⁻⁷"),
      (.significant(3), -1e-7, "−10⁻⁷"),
      (.significant(3), 2.5e-12, "2.5·10⁻¹²"),
      (.significant(2), 3.4e38, "3.4·10³⁸"),
      (.fixed(2), 0.5, "0.50"),
      (.fixed(2), 98.7, "98.70"),
      (.fixed(2), -0.001, "0.00"),
      (.fixed(0), 2.5, "2"),
      (.fixed(1), -12.34, "−12.3"),
      (.percent(1), 0.987, "98.7 %"),
      (.percent(0), 1, "100 %"),
      (.percent(1), -0.0001, "0.0 %"),
      (.percent(2), -0.5, "−50.00 %"),
      (.grouped, 0, "0"),
      (.grouped, 999, "999"),
      (.grouped, 1000, "1,000"),
      (.grouped, 60_000, "60,000"),
      (.grouped, 123_456, "123,456"),
      (.grouped, -1_234_567.4, "−1,234,567"),
      (.grouped, -0.4, "0"),
    ] as [(NumberFormat, Double, String)])
  func `a number is written as a reader expects`(_ format: NumberFormat, _ value: Double, _ text: String) {
    #expect(format.string(value) == text)
  }

  @Test(arguments: [.significant(3), .fixed(2), .percent(1), .grouped] as [NumberFormat])
  func `infinities and NaN are written by name`(_ format: NumberFormat) {
    #expect(format.string(.nan) == "NaN")
    #expect(format.string(.infinity) == "∞")
    #expect(format.string(-.infinity) == "−∞")
  }

  @Test func `a number written with 17 significant digits survives a round trip`() {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<1000 {
      let value = Double(generator.normal())
      let text = NumberFormat.significant(17).string(value).replacing("−", with: "-")
      if !text.contains("·") { #expect(Double(text) == value) }
    }
  }

  @Test func `the largest number is written whole with 100 digits after the point`() {
    // 309 digits, a point and 100 more.
    let text = NumberFormat.fixed(100).string(.greatestFiniteMagnitude)
    #expect(text.count == 410)
    #expect(text.allSatisfy { $0.isNumber || $0 == "." })
  }

  @Test(arguments: [Int.min, -1, 401, 2_000_000_000, Int.max])
  func `a digit count outside 0 to 400 is clamped`(_ digits: Int) {
    let held = digits < 0 ? 0 : 400
    for (asked, given) in [
      (NumberFormat.significant(digits), NumberFormat.significant(held)), (.fixed(digits), .fixed(held)),
      (.percent(digits), .percent(held)),
    ] {
      for value in [0.1, -2.5, 1e300] { #expect(asked.string(value) == given.string(value)) }
    }
    #expect(NumberFormat.fixed(digits).string(0.5).count == (digits < 0 ? 1 : 402))
  }

  @Test func `exponents are written in superscript digits`() {
    #expect(NumberFormat.superscript(1_234_567_890) == "¹²³⁴⁵⁶⁷⁸⁹⁰")
    #expect(NumberFormat.superscript(-3) == "⁻³")
  }
}
