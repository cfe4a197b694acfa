import Charting
import Support

/// Shows a value under a label, and returns it.
///
/// A floating-point number is written in `format`, or in the fewest digits that tell it from its neighbours.
@MainActor @discardableResult
public func show<Value>(
  _ value: Value, _ label: String, _ format: NumberFormat? = nil,
  path: StaticString = #filePath, file: StaticString = #fileID, line: Int = #line,
  function: StaticString = #function
) -> Value {
  lesson.record(
    .show(label: label, text: written(value, format)), SourceLocation(path, file, line, function))
  return value
}

/// Shows a table.
///
/// - Parameters:
///   - title: The title above it.
///   - columns: The heading of each column.
///   - rows: The cells, row by row.
///   - format: The format of the floating-point numbers.
///   - path: The path of the lesson's `main.swift`.
///   - file: The lesson's module and file.
///   - line: The line of the call.
///   - function: The module's name, at top level.
@MainActor
public func table(
  _ title: String, columns: [String], rows: [[any CustomStringConvertible]],
  format: NumberFormat = .significant(4),
  path: StaticString = #filePath, file: StaticString = #fileID, line: Int = #line,
  function: StaticString = #function
) {
  let cells = rows.map { row in row.map { written($0, format) } }
  lesson.record(
    .table(title: title, TextTable(columns: columns, rows: cells)), SourceLocation(path, file, line, function)
  )
}

/// Shows a table with a row for each element.
///
/// - Parameters:
///   - title: The title above it.
///   - elements: The elements, in order.
///   - columns: The heading of each column.
///   - format: The format of the floating-point numbers.
///   - path: The path of the lesson's `main.swift`.
///   - file: The lesson's module and file.
///   - line: The line of the call.
///   - function: The module's name, at top level.
///   - row: The cells of an element's row.
@MainActor
public func table<Elements: Sequence>(
  _ title: String, of elements: Elements, columns: [String], format: NumberFormat = .significant(4),
  path: StaticString = #filePath, file: StaticString = #fileID, line: Int = #line,
  function: StaticString = #function, row: (Elements.Element) -> [any CustomStringConvertible]
) {
  table(
    title, columns: columns, rows: elements.map(row), format: format, path: path, file: file, line: line,
    function: function)
}

/// Draws a figure into `<out>/<id>.png`.
///
/// The closure is one call of a function in the lesson's `Figures.swift`, or of one of the library's; see
/// ``LessonSource``. The PNG keeps the texts, the line, the seed and the SHA-256 of the source.
///
/// - Parameters:
///   - id: The figure's name, such as `fig-curves`; `@fig-curves` refers to it in prose.
///   - caption: What there is to see.
///   - alt: What is drawn, for readers who cannot see it.
///   - path: The path of the lesson's `main.swift`.
///   - file: The lesson's module and file.
///   - line: The line of the call.
///   - function: The module's name, at top level.
///   - chart: What is drawn.
@MainActor
public func figure(
  _ id: String, caption: String, alt: String,
  path: StaticString = #filePath, file: StaticString = #fileID, line: Int = #line,
  function: StaticString = #function, _ chart: () -> Chart
) {
  require(
    id.hasPrefix("fig-"), "a figure's name begins with fig-, so that the prose can refer to it; got \(id)")
  require(!caption.isEmpty && !alt.isEmpty, "\(id): a figure needs a caption and an alternative text")
  lesson.record(
    .figure(id: id, caption: caption, alt: alt, chart()), SourceLocation(path, file, line, function))
}

/// Checks a statement of the lesson; a statement that does not hold is marked ✗, and fails the run at its end.
@MainActor
public func claim(
  _ condition: Bool, _ text: String,
  path: StaticString = #filePath, file: StaticString = #fileID, line: Int = #line,
  function: StaticString = #function
) {
  lesson.record(.claim(text: text, holds: condition), SourceLocation(path, file, line, function))
}

/// Binds a number to a name, by which the prose below refers to it in double braces.
@MainActor
public func bind<Value>(
  _ name: String, _ value: Value, _ format: NumberFormat = .significant(3),
  path: StaticString = #filePath, file: StaticString = #fileID, line: Int = #line,
  function: StaticString = #function
) {
  lesson.record(.bind(name: name, text: written(value, format)), SourceLocation(path, file, line, function))
}

/// The difference of two numbers as a reader computes it, who sees both of them in `format`.
///
/// The difference of the numbers themselves may have another last digit. Of shares in percent it is in
/// percentage points. The format is one of `fixed` and `percent`.
public func difference<Number: BinaryFloatingPoint>(
  _ a: Number, _ b: Number, _ format: NumberFormat
) -> Double {
  func seen(_ value: Number) -> Double {
    let text = format.string(Double(value)).replacing("−", with: "-").replacing(" %", with: "")
    guard let number = Double(text) else {
      stop("difference: \(text) cannot be subtracted; write both numbers as .fixed or .percent")
    }
    return number
  }
  return seen(a) - seen(b)
}

/// Says what the cell below takes its time for, before it runs: prints the text and the code up to the end of the
/// cell, then `what`.
///
/// It stands first in the cell of every training. The woven chapter has nothing of it.
@MainActor
public func announce(
  _ what: String,
  path: StaticString = #filePath, file: StaticString = #fileID, line: Int = #line,
  function: StaticString = #function
) {
  lesson.announce(what, SourceLocation(path, file, line, function))
}

/// Ends the lesson: prints the rest of its text, and exits with 1 if a claim did not hold.
///
/// It is the last line of every lesson.
@MainActor
public func endLesson(
  path: StaticString = #filePath, file: StaticString = #fileID, line: Int = #line,
  function: StaticString = #function
) -> Never {
  lesson.finish(SourceLocation(path, file, line, function))
}

/// A value as the reader sees it.
private func written(_ value: Any, _ format: NumberFormat?) -> String {
  switch value {
  case let number as Float: format?.string(Double(number)) ?? plain("\(number)")
  case let number as Double: format?.string(number) ?? plain("\(number)")
  case let numbers as [Float]: "[" + numbers.map { written($0, format) }.joined(separator: ", ") + "]"
  case let numbers as [Double]: "[" + numbers.map { written($0, format) }.joined(separator: ", ") + "]"
  case let integer as any BinaryInteger:
    format == .grouped ? NumberFormat.grouped.string(Double(integer)) : plain("\(integer)")
  case let integers as [any BinaryInteger]:
    "[" + integers.map { written($0, format) }.joined(separator: ", ") + "]"
  default: "\(value)"
  }
}

/// A number in Swift's spelling, with a true minus sign.
private func plain(_ number: String) -> String {
  number.hasPrefix("-") ? "−" + number.dropFirst() : number
}

/// The line of a lesson that caused an event.
struct SourceLocation {
  /// The path of the lesson's `main.swift`.
  let path: String
  /// The line, counted from 1.
  let line: Int

  /// Creates a location from the values of `#filePath`, `#fileID`, `#line` and `#function`.
  ///
  /// In top-level code `#function` is the module's name. Anything else is a function of the lesson: its results
  /// would be printed in the middle of its declaration, so it is refused.
  init(_ path: StaticString, _ file: StaticString, _ line: Int, _ function: StaticString) {
    require(
      "\(file)".hasPrefix("\(function)/"),
      "\(file):\(line): show, table, figure, claim and bind belong to a lesson's top level, not into "
        + "\(function); return the value and show it there")
    (self.path, self.line) = ("\(path)", line)
  }
}
