import ArgumentParser
import Datasets
import Downloads
import Platform
import Support

/// Downloads MNIST, as far as it is missing.
struct DataCommand: AsyncParsableCommand {
  /// An existing file with MNIST's name and another content, which is left alone.
  private struct Mistaken: Error, CustomStringConvertible {
    let problem: String

    var description: String { "\(problem); move it away or delete it, or name another folder with --to" }
  }

  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Downloads the four files of MNIST, 11.6 MB.",
    discussion: """
      Files that are there and right are left alone, what an interrupted run left is continued, and each file \
      is checked by its SHA-256 before it gets its name. Lessons take them with --data FOLDER.
      """)

  @Option(name: .customLong("to"), help: ArgumentHelp("The folder for the files.", valueName: "folder"))
  var folder: String

  @Option(
    name: .customLong("mirror"),
    help: ArgumentHelp(
      "A folder on a web server, by https or http, in place of the public mirrors; may be given again.",
      valueName: "url"))
  var mirrors: [String] = []

  @Option(help: ArgumentHelp("How long a server may be silent, or nearly so.", valueName: "seconds"))
  var timeout = 30

  func validate() throws {
    guard timeout >= 1, timeout <= 3600 else {
      throw ValidationError("--timeout is 1 to 3600 seconds; got \(timeout)")
    }
    do throws(Mirror.NotAnAddress) { _ = try chosenMirrors() } catch {
      throw ValidationError("--mirror: \(error)")
    }
  }

  func run() async throws {
    let downloader = Downloader(mirrors: try chosenMirrors(), timeout: timeout)
    // All existing files are checked first, so that none is found to be in the way after a long download.
    let missing = try MNISTFile.all.filter { try !isThere($0) }
    for file in missing {
      let remote = RemoteFile(name: file.name, byteCount: file.byteCount, sha256: file.sha256)
      var progress = DownloadLine(of: remote)
      do throws(DownloadError) {
        try await downloader.download(remote, into: folder) { progress.show($0) }
      } catch {
        progress.clear()
        throw error
      }
      progress.finish()
    }
    print("MNIST is in \(folder). Try it: swift run lesson-01 --data \(folder)")
  }

  private func chosenMirrors() throws(Mirror.NotAnAddress) -> [Mirror] {
    var chosen: [Mirror] = []
    for address in mirrors.isEmpty ? MNISTFile.mirrors : mirrors { chosen.append(try Mirror(address)) }
    return chosen
  }

  /// True if the folder has the file, under any name that lessons know, compressed or not.
  private func isThere(_ file: MNISTFile) throws -> Bool {
    guard let path = file.path(in: folder) else { return false }
    let isRight: Bool
    do throws(DatasetError) { isRight = try file.isContent(of: path) } catch {
      throw Mistaken(problem: "\(error)")
    }
    guard isRight else { throw Mistaken(problem: "\(path) is there, and its content is not MNIST's") }
    DownloadLine.tick("\(path) is there and right")
    return true
  }
}

/// Shows how far a download is.
///
/// On a terminal it is one line that changes; elsewhere it is a line for each quarter of a large file.
struct DownloadLine {
  private let file: RemoteFile
  private let isTerminal = StandardStream.output.isTerminal
  /// The last percentage shown.
  private var shown = 0

  init(of file: RemoteFile) { self.file = file }

  /// Shows how many bytes have arrived, if the percentage has changed.
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

  /// Clears the changing line.
  func clear() {
    if isTerminal { Self.emit("\r\u{1B}[K") }
  }

  /// Prints that the file is complete and right.
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
    fflush(nil)  // it appears at once even behind a pipe
  }
}
