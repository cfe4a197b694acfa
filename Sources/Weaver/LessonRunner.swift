import Foundation
import LessonKit
import Support

/// Runs a lesson's executable, as a reader would, and hands over what it printed.
public struct LessonRunner: Sendable {
  /// What a run printed and how it ended.
  public struct Outcome: Sendable {
    /// Standard output and standard error, in the order in which they were written.
    public let output: String
    /// The exit code: 0 if every claim held.
    public let status: Int32
  }

  /// The folder the lessons' executables lie in.
  public let products: String

  /// Creates a runner for a folder of executables.
  public init(products: String) {
    self.products = products
  }

  /// Runs a lesson to its end in a working folder; its output is drained before it is waited for.
  ///
  /// - Throws: an error of the system if the executable cannot be started.
  public func run(_ lesson: String, _ arguments: [String], in folder: String) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "\(products)/\(lesson)")
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(output: String(decoding: output, as: UTF8.self), status: process.terminationStatus)
  }
}
