/// A text from a file, made safe for a message: it can neither flood nor control a terminal.
package enum UntrustedText {
  /// The text in quotation marks, made safe as by ``shown(_:most:)``.
  package static func quoted(_ text: String) -> String { "\"\(shown(text))\"" }

  /// The text with invisible characters escaped, and at most `most` characters of it.
  package static func shown(_ text: String, most: Int = 80) -> String {
    var shown = ""
    for scalar in text.unicodeScalars.prefix(most) {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate:
        shown += "\\u{" + String(scalar.value, radix: 16) + "}"
      default: shown.unicodeScalars.append(scalar)
      }
    }
    return shown + (text.unicodeScalars.dropFirst(most).isEmpty ? "" : "…")
  }
}
