import Downloads
import Platform
import Support

/// Tells how far a download is: in one line that changes on a terminal, elsewhere in a line a quarter of a large file.
struct DownloadLine {
  private let file: RemoteFile
  private let isTerminal = StandardStream.output.isTerminal
  /// The last percentage shown.
  private var shown = 0

  init(of file: RemoteFile) { self.file = file }

  /// Shows how many bytes are there, if that is news.
  mutating func show(_ count: Int) {
    let percent = 100 * count / file.byteCount
    let step = isTerminal ? 1 : 25
    guard isTerminal || file.byteCount >= 1_000_000, percent / step > shown / step, percent < 100 else {
      return
    }
    shown = percent
    let text = "\(file.name) \(percent) % of \(Self.size(file.byteCount))"
    Self.emit(isTerminal ? "\r\u{1B}[K  \(text)" : "  \(text)\n")
  }

  /// Takes the changing line away.
  func clear() {
    if isTerminal { Self.emit("\r\u{1B}[K") }
  }

  /// Says that the file is whole and right.
  func finish() {
    clear()
    Self.tick("\(file.name), \(Self.size(file.byteCount)), SHA-256 right")
  }

  /// Prints a line with a tick before it, green on a terminal unless `NO_COLOR` is set.
  static func tick(_ text: String) {
    emit((StandardStream.output.isColored ? "\u{1B}[32m✓\u{1B}[0m " : "✓ ") + text + "\n")
  }

  private static func size(_ count: Int) -> String {
    count < 1_000_000
      ? NumberFormat.grouped.string(Double(count)) + " bytes"
      : NumberFormat.significant(2).string(Double(count) / 1e6) + " MB"
  }

  private static func emit(_ text: String) {
    print(text, terminator: "")
    fflush(nil)  // a pipe's reader sees it at once too
  }
}
