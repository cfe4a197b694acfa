import FixedPoint
import Foundation
import Site
import SiteData
import Support
import TestSupport
import Testing

/// The figures that one can touch: sliders moved, the pointer moved, the table opened.
@Suite(.enabled(if: BuiltSite.isPossible, BuiltSite.needs))
struct TouchTests {
  /// The sliders of a figure, as a reader moves them: the value is set, and the page told.
  private static func move(_ figure: String, _ values: [Double]) -> String {
    """
    document.querySelectorAll('#\(figure) .sliders input').forEach((input, index) => {
      input.value = \(values)[index];
      input.dispatchEvent(new Event('input'));
    })
    """
  }

  /// What a figure says after its next frame.
  private static func told(_ figure: String) -> String {
    """
    new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() =>
      done(document.querySelector('#\(figure) .told').textContent))))
    """
  }

  private func grid(bits: Int, range: Float) throws -> AffineQuantizer {
    try AffineQuantizer(
      covering: (-range, range), bitWidth: bits, symmetric: true, narrowRange: bits > 1)
  }

  /// A number as the pages write it.
  private func text(_ x: Float) -> String {
    let short = NumberFormat.significant(4).string(Double(x))
    return short == "−0" ? "0" : short
  }

  @Test(arguments: [("lesson-01", "fig-staircase"), ("lesson-02", "fig-sawtooth")])
  func `staircase and sawtooth tell the engine's code, round trip and error at every setting`(
    _ lesson: String, _ figure: String
  ) async throws {
    let settings = (1...8).flatMap { bits in [0.2, 1.0, 1.35].map { (bits: bits, range: $0) } }
    let points = [0.451, -1.2, 0.166]
    let told = try await Browser.visit("\(lesson).html") { browser in
      try settings.flatMap { setting in
        try points.map { x in
          try browser.run(Self.move(figure, [Double(setting.bits), setting.range, x]))
          return try browser.evaluate(Self.told(figure), as: String.self)
        }
      }
    }
    for (index, words) in told.enumerated() {
      let (setting, x) = (settings[index / points.count], Float(points[index % points.count]))
      let grid = try grid(bits: setting.bits, range: Float(setting.range))
      let back = grid.roundTrip(x)
      let clipped = grid.saturates(x) ? ", clipped" : ""
      #expect(
        words
          == "x = \(text(x)) takes code \(text(Float(grid.quantize(x)))) and comes back as \(text(back)): "
          + "error \(text(back - x))\(clipped). A step is \(text(grid.scale)).", "\(setting)")
    }
  }

  @Test func `the staircase has a level for every code, its table a row, and the static figure is for print`()
    async throws
  {
    let script = """
      (() => {
        const figure = document.querySelector('#fig-staircase');
        const path = figure.querySelector('path.seen').getAttribute('d');
        const levels = new Set(path.slice(1).split('L').map((point) => point.split(' ')[1]));
        return [levels.size, figure.querySelectorAll('tbody tr').length,
          figure.querySelector('.plate').checkVisibility() ? 1 : 0];
      })()
      """
    let counts = try await Browser.visit("lesson-01.html") { browser in
      var counts: [[Int]] = []
      try browser.click("#fig-staircase .plot")
      for bits in [1, 3, 5] {
        try browser.run(Self.move("fig-staircase", [Double(bits), 1, 0]))
        _ = try browser.evaluate(Self.told("fig-staircase"), as: String.self)
        counts.append(try browser.evaluate(script))
      }
      try browser.prefer(dark: false, medium: "print")
      counts.append(try browser.evaluate(script))
      try browser.prefer(dark: false)
      return counts
    }
    #expect(counts == [[2, 2, 0], [7, 7, 0], [31, 31, 0], [31, 31, 1]])
  }

  @Test func `a slider obeys the arrow keys, and the pointer on the plot moves x`() async throws {
    let told = try await Browser.visit("lesson-01.html") { browser in
      let input = "document.querySelector('#fig-staircase .sliders input')"
      try browser.run("\(input).focus()")
      try browser.press("ArrowRight", code: 39)
      let label = try browser.evaluate("\(input).getAttribute('aria-valuetext')", as: String.self)
      let place = try browser.evaluate(
        """
        (() => {
          const plot = document.querySelector('#fig-staircase .plot');
          plot.scrollIntoView({ block: "center", behavior: "instant" });
          const box = plot.getBoundingClientRect(), frame = plot.querySelector('.frame').getBBox();
          return [box.left + frame.x + frame.width, box.top + box.height / 2];
        })()
        """, as: [Double].self)
      try browser.mouse(.move, place[0] + 3, place[1])
      return [label, try browser.evaluate(Self.told("fig-staircase"), as: String.self)]
    }
    #expect(told[0] == "4 bits")
    #expect(told[1].hasPrefix("x = 1.6 takes code 7 and comes back as 1: error −0.6, clipped."))
  }

  @Test func `the histogram counts the engine's codes, and the picture of the 3 shows them`() async throws {
    let weights = try #require(Base64.floats(SiteData.weights(root: Checkout.root).weights))
    let largest = weights.map(abs).max() ?? 0
    let settings = [(8, 1.0), (4, 0.5), (2, 1.0), (1, 0.25)]
    let rows = """
      [...document.querySelectorAll('#FIGURE tbody tr')].map((row) => [...row.cells].map((cell) => cell.textContent))
      """
    let tables = try await Browser.visit("lesson-01.html") { browser in
      try ["fig-histogram", "fig-weights"].map { figure in
        try browser.run("document.querySelector('#\(figure) .behind').open = true")
        return try settings.map { bits, share in
          try browser.run(Self.move(figure, [Double(bits), share, 0]))
          _ = try browser.evaluate(Self.told(figure), as: String.self)
          return try browser.evaluate(rows.replacing("FIGURE", with: figure), as: [[String]].self)
        }
      }
    }
    for (index, (bits, share)) in settings.enumerated() {
      let grid = try grid(bits: bits, range: Float(Double(Float(share) * largest)))
      let ones = stride(from: 3, to: 7840, by: 10).map { weights[$0] }
      for (table, numbers) in [(tables[0][index], weights), (tables[1][index], ones)] {
        let codes = grid.quantize(numbers)
        let counts = grid.quantizedRange.map { code in codes.count { $0 == code } }
        #expect(table.map { $0[0] } == grid.quantizedRange.map { text(Float($0)) })
        #expect(table.map { $0[$0.count - 1] } == counts.map { NumberFormat.grouped.string(Double($0)) })
      }
    }
  }

  @Test func `the pixel that the words are about is marked in both pictures`() async throws {
    let (told, places) = try await Browser.visit("lesson-01.html") { browser in
      try browser.run(
        """
        for (const key of ["ArrowRight", "ArrowRight", "ArrowDown"])
          document.querySelector('#fig-weights canvas').dispatchEvent(new KeyboardEvent("keydown", { key }))
        """)
      let told = try browser.evaluate(Self.told("fig-weights"), as: String.self)
      let places = try browser.evaluate(
        """
        [...document.querySelectorAll('#fig-weights .pixels')].map((pixels) => {
          const [picture, mark] = [...pixels.children].map((child) => child.getBoundingClientRect());
          return [mark.top - picture.top, mark.left - picture.left].map((place) => Math.round(place / picture.width * 28));
        })
        """, as: [[Int]].self)
      return (told, places)
    }
    #expect(told.hasPrefix("Row 16, column 17: "))
    #expect(places == [[15, 16], [15, 16]])
  }

  @Test func `the clip threshold begins at lesson 2's best one, and follows the bits`() async throws {
    let numbers = try SiteData.thresholds(root: Checkout.root)
    let told = try await Browser.visit("lesson-02.html") { browser in
      let first = try browser.evaluate(Self.told("fig-threshold"), as: String.self)
      try browser.run(Self.move("fig-threshold", [8, 1]))
      return [first, try browser.evaluate(Self.told("fig-threshold"), as: String.self)]
    }
    for (words, bits) in zip(told, [4, 8]) {
      let errors = numbers.errors[bits - 1]
      let totals = zip(errors.rounding, errors.clipping).map { $0 + $1 }
      let best = try #require(totals.indices.min { totals[$0] < totals[$1] })
      let percent = text(Float(numbers.shares[best] * 100))
      #expect(words.hasSuffix("The best threshold is \(percent) % of the largest number."))
      let at = bits == 4 ? best : 49
      #expect(words.contains("rounding costs \(text(Float(errors.rounding[at])))"))
    }
    #expect(told[1].contains("0 dB better than clipping nothing. Of 100,000 numbers, 0 lie beyond it."))
  }
}
