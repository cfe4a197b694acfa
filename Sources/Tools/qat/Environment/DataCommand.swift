import ArgumentParser
import Datasets
import Downloads
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
      try await downloader.downloadShown(
        RemoteFile(name: file.name, byteCount: file.byteCount, sha256: file.sha256), into: folder)
    }
    print("MNIST is in \(folder). Try it: swift run lesson-01 --data \(folder)")
  }

  private func chosenMirrors() throws(Mirror.NotAnAddress) -> [Mirror] {
    try Mirror.list(mirrors.isEmpty ? MNISTFile.mirrors : mirrors)
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
