import Foundation
import Site
import TestSupport
import Testing

/// A digit drawn with the mouse and by keys, read at every number of bits, and one number of a network followed.
@Suite(.enabled(if: BuiltSite.isPossible, BuiltSite.needs))
struct DrawTests {
  /// What the networks answer, after the next frame.
  private static let answers = """
    new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() =>
      done([...document.querySelectorAll('.answer')].map((answer) => answer.textContent)))))
    """

  /// Where the board is in the window: left, top and side.
  private static let board = """
    (() => {
      const board = document.querySelector('#board');
      board.scrollIntoView({ block: "center", behavior: "instant" });
      const box = board.getBoundingClientRect();
      return [box.left, box.top, box.width];
    })()
    """

  /// A stroke in 28ths of the board.
  private static func draw(_ points: [(x: Double, y: Double)], with browser: isolated Browser) throws {
    let box = try browser.evaluate(board, as: [Double].self)
    let places = points.map { (box[0] + $0.x / 28 * box[2], box[1] + $0.y / 28 * box[2]) }
    try browser.mouse(.down, places[0].0, places[0].1)
    for place in places.dropFirst() { try browser.mouse(.move, place.0, place.1, isDragging: true) }
    try browser.mouse(.up, places[places.count - 1].0, places[places.count - 1].1)
  }

  private static let zero: [(x: Double, y: Double)] = (0...24).map { step in
    let angle = Double(step) / 24 * 2 * .pi - .pi / 2
    return (14 + 7 * cos(angle), 14 + 10 * sin(angle))
  }

  @Test(arguments: [360, 900, 1600])
  func `digits drawn with the mouse are read in float32, 8, 4, 3 and 2 bits`(_ width: Int) async throws {
    let answers = try await Browser.visit("draw.html", width: width, dark: width == 900) { browser in
      var answers: [[String]] = []
      try browser.click("#clear")
      answers.append(try browser.evaluate(Self.answers))
      try Self.draw(Self.zero, with: browser)
      answers.append(try browser.evaluate(Self.answers))
      try browser.click("#clear")
      try Self.draw([(16, 4), (15, 12), (14, 18), (13, 24)], with: browser)
      answers.append(try browser.evaluate(Self.answers))
      #expect(browser.problems == [])
      return answers
    }
    let five = { (answer: String) in [String](repeating: answer, count: 5) }
    #expect(answers == [five("–"), five("0"), five("1")])
  }

  @Test func `a digit can be drawn by keys, and taken back`() async throws {
    let answers = try await Browser.visit("draw.html") { browser in
      try browser.run("document.querySelector('#board').focus()")
      try browser.press(" ", code: 32)
      for _ in 0..<18 { try browser.press("ArrowDown", code: 40) }
      let drawn = try browser.evaluate(Self.answers, as: [String].self)
      try browser.click("#undo")
      return [drawn, try browser.evaluate(Self.answers)]
    }
    #expect(answers[0][0] == "1" && answers[1][0] == "–")
  }

  @Test func `one number is followed to its code, in every network and layer`() async throws {
    let choose = """
      ([network, layer, unit]) => {
        document.querySelector('#network').value = network;
        document.querySelector('#layer').value = layer;
        document.querySelector('#layer').dispatchEvent(new Event('change'));
        const input = document.querySelector('#draw .slider input');
        input.value = unit;
        input.dispatchEvent(new Event('input'));
        const { code, own, rows } = QAT.draw.trace;
        return [code === own ? 'equal' : 'other', String(rows.length), document.querySelector('#path li:last-child').textContent];
      }
      """
    let (traces, layers) = try await Browser.visit("draw.html") { browser in
      let layers = try browser.evaluate(
        "[...document.querySelector('#layer').options].map((option) => Number(option.value))", as: [Int].self)
      let traces = try (0..<4).flatMap { network in
        try layers.map { try browser.apply(choose, to: [network, $0, 7], as: [String].self) }
      }
      return (traces, layers)
    }
    #expect(layers.count == 4 && traces.count == 16)
    for (index, trace) in traces.enumerated() {
      #expect(trace[0] == "equal" && trace[1] == ["9", "72", "784", "32"][index % 4])
      #expect(trace[2].hasPrefix("Within ") && trace[2].contains(": code "))
    }
  }
}
