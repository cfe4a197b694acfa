import Charting
import Support

/// Shows a value under a label, and hands it on.
///
/// A floating-point number is written in as many digits as tell it from its neighbours, or in `format`.
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

/// Shows a table; floating-point numbers in it are written in `format`.
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
/// The caption says what to see, the alternative text what is drawn: for those who cannot see it. Both are
/// kept in the PNG, with the line, the seed and the SHA-256 of the source that made it.
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

/// Checks a statement of the lesson: one that does not hold is marked, and fails the run at its end.
@MainActor
public func claim(
  _ condition: Bool, _ text: String,
  path: StaticString = #filePath, file: StaticString = #fileID, line: Int = #line,
  function: StaticString = #function
) {
  lesson.record(.claim(text: text, holds: condition), SourceLocation(path, file, line, function))
}

/// Makes a number ready for the prose below it, which names it in double braces.
@MainActor
public func bind<Value>(
  _ name: String, _ value: Value, _ format: NumberFormat = .significant(3),
  path: StaticString = #filePath, file: StaticString = #fileID, line: Int = #line,
  function: StaticString = #function
) {
  lesson.record(.bind(name: name, text: written(value, format)), SourceLocation(path, file, line, function))
}

/// Ends the lesson: tells what is left of the text, and exits with 1 if a claim did not hold.
///
/// The last line of every lesson.
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
