import Foundation

/// A folder of built executables, such as the lessons, and how to run one as a reader would.
public struct Executables: Sendable {
  /// What a run printed and how it ended.
  public struct Outcome: Sendable {
    /// Standard output and, if it was asked for, standard error, in the order in which they were written.
    public let output: String
    /// The exit code: 0 from a lesson whose claims all held.
    public let status: Int32
  }

  /// The folder they lie in.
  public let folder: String

  /// Names a folder of executables.
  public init(in folder: String) {
    self.folder = folder
  }

  /// Runs one to its end in a working folder; its output is drained before it is waited for.
  ///
  /// Without `errors`, what it writes to standard error is lost: progress, which no two runs tell alike.
  ///
  /// - Throws: an error of the system if the executable cannot be started.
  public func run(
    _ name: String, _ arguments: [String], in workingFolder: String, errors: Bool = true
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "\(folder)/\(name)")
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: workingFolder)
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = errors ? pipe : FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(output: String(decoding: output, as: UTF8.self), status: process.terminationStatus)
  }
}
