import Foundation
import TestSupport
import Weaver

/// The command `qat`, called in some folder as a student would.
struct Command {
  /// What a run printed, on either stream, and its exit code.
  struct Outcome {
    let output: String
    let status: Int32
  }

  let folder: String

  /// Runs it to its end, with these lines typed.
  func callAsFunction(_ arguments: String..., typing lines: String = "") throws -> Outcome {
    try self(arguments, typing: lines)
  }

  /// Runs it to its end, with these lines typed.
  func callAsFunction(_ arguments: [String], typing lines: String = "") throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "\(Executables.builtWithTests.folder)/qat")
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    process.standardError = output
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data(lines.utf8))
    try input.fileHandleForWriting.close()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(
      output: String(decoding: bytes, as: UTF8.self), status: process.terminationStatus)
  }
}
