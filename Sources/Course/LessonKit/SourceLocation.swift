import Support

/// Where in a lesson something happened.
struct SourceLocation {
  /// The path of the lesson's `main.swift`.
  let path: String
  /// The line, counted from 1.
  let line: Int

  /// Creates a place from what `#filePath`, `#fileID`, `#line` and `#function` say.
  ///
  /// In top-level code `#function` is the module's name; anything else is a function of the lesson, whose
  /// results would be told in the middle of its declaration.
  init(_ path: StaticString, _ file: StaticString, _ line: Int, _ function: StaticString) {
    require(
      "\(file)".hasPrefix("\(function)/"),
      "\(file):\(line): show, table, figure, claim and bind belong to a lesson's top level, not into "
        + "\(function); return the value and show it there")
    (self.path, self.line) = ("\(path)", line)
  }
}
