import Foundation
import Platform
import Support

/// A program of others that the site is made with.
package enum Tool: String, Sendable {
  /// From Markdown to HTML and EPUB.
  case pandoc
  /// From HTML to PDF; also the browser of the tests.
  case chromium

  /// The names under which the program is found in `PATH`, the usual one first.
  private var names: [String] {
    switch self {
    case .pandoc: ["pandoc"]
    case .chromium: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
    }
  }

  /// The path of the program; nil where it is not installed.
  package var path: String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let paths = names.flatMap { name in folders.map { "\($0)/\(name)" } }
    return paths.first { access($0, X_OK) == 0 && !AtomicFile.isFolder($0) }
  }

  /// What to do where the program is missing.
  package var remedy: String { "install it: apt-get install \(rawValue), or brew install \(rawValue)" }

  /// What Chromium needs to be told: its sandbox refuses to run for root.
  ///
  /// For everybody else the sandbox stays.
  package static var chromiumForRoot: [String] { geteuid() == 0 ? ["--no-sandbox"] : [] }

  /// Throws unless the program is installed, before work is done whose result it is to take.
  ///
  /// - Throws: ``SiteError`` with the command that installs it.
  package func checkIsInstalled(for purpose: String) throws(SiteError) {
    if path == nil { throw SiteError("\(purpose) needs \(rawValue), which is not in PATH; \(remedy)") }
  }

  /// Runs the program to its end.
  ///
  /// - Parameters:
  ///   - arguments: Its arguments.
  ///   - input: What it reads from standard input.
  ///   - purpose: What it is needed for, as an error says it.
  /// - Returns: What it wrote to standard output, and its warnings, line by line.
  /// - Throws: ``SiteError`` if it is missing or fails.
  func run(_ arguments: [String], input: String = "", for purpose: String) throws -> (
    output: String, warnings: String
  ) {
    try checkIsInstalled(for: purpose)
    let scratch = try ScratchFolder()
    defer { withExtendedLifetime(scratch) {} }
    let files = ["input", "output", "errors"].map { "\(scratch.path)/\($0)" }
    try AtomicFile.write(text: input, to: files[0])
    for file in files.dropFirst() { try AtomicFile.write(text: "", to: file) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path ?? rawValue)
    process.arguments = arguments
    // Files and not pipes: nothing has to be drained while it runs.
    process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: files[0]))
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: files[1]))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: files[2]))
    try process.run()
    process.waitUntilExit()
    let errors = String(decoding: try AtomicFile.read(files[2]), as: UTF8.self)
    guard process.terminationStatus == 0 else {
      throw SiteError("\(rawValue) failed with status \(process.terminationStatus): \(errors)")
    }
    return (String(decoding: try AtomicFile.read(files[1]), as: UTF8.self), errors)
  }
}
