import Platform
import Support

/// Shows how far a download is.
///
/// On a terminal it is one line that changes; elsewhere it is a line for each quarter of a large file.
package struct DownloadLine {
  private let file: RemoteFile
  private let isTerminal = StandardStream.output.isTerminal
  /// The last percentage shown.
  private var shown = 0

  /// Creates the line of a file, and prints nothing yet.
  package init(of file: RemoteFile) { self.file = file }

  /// Shows how many bytes have arrived, if the percentage has changed.
  package mutating func show(_ count: Int) {
    let percent = 100 * count / file.byteCount
    let step = isTerminal ? 1 : 25
    guard isTerminal || file.byteCount >= 1_000_000, percent / step > shown / step, percent < 100 else {
      return
    }
    shown = percent
    let text = "\(file.name) \(percent) % of \(Self.size(file.byteCount))"
    Self.emit(isTerminal ? "\r\u{1B}[K  \(text)" : "  \(text)\n")
  }

  /// Clears the changing line.
  package func clear() {
    if isTerminal { Self.emit("\r\u{1B}[K") }
  }

  /// Prints that the file is complete and right.
  package func finish() {
    clear()
    Self.tick("\(file.name), \(Self.size(file.byteCount)), SHA-256 right")
  }

  /// Prints a line with a tick before it, green on a terminal unless `NO_COLOR` is set.
  package static func tick(_ text: String) {
    emit((StandardStream.output.isColored ? "\u{1B}[32m✓\u{1B}[0m " : "✓ ") + text + "\n")
  }

  /// A number of bytes for a reader: 1,234 bytes, 9.9 MB.
  package static func size(_ count: Int) -> String {
    count < 1_000_000
      ? NumberFormat.grouped.string(Double(count)) + " bytes"
      : NumberFormat.significant(2).string(Double(count) / 1e6) + " MB"
  }

  private static func emit(_ text: String) {
    print(text, terminator: "")
    fflush(nil)  // it appears at once even behind a pipe
  }
}

extension Downloader {
  /// Downloads a file into a folder, and shows how far it is.
  package func downloadShown(_ file: RemoteFile, into folder: String) async throws(DownloadError) {
    var line = DownloadLine(of: file)
    do throws(DownloadError) { try await download(file, into: folder) { line.show($0) } } catch {
      line.clear()
      throw error
    }
    line.finish()
  }
}
