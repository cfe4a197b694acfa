import Foundation

/// A folder of built executables, such as the lessons, which can be run as a reader would run them.
public struct Executables: Sendable {
  /// The output and the exit code of a run.
  public struct Outcome: Sendable {
    /// Standard output and, if it was asked for, standard error, in the order in which they were written.
    public let output: String
    /// The exit code: 0 from a lesson whose claims all held.
    public let status: Int32
  }

  /// The path of the folder.
  public let folder: String

  /// Creates a reference to a folder of executables.
  public init(in folder: String) {
    self.folder = folder
  }

  /// Runs an executable to its end in a working folder; its output is drained before it is waited for.
  ///
  /// - Parameters:
  ///   - name: The name of the executable.
  ///   - arguments: Its arguments.
  ///   - workingFolder: The folder it runs in.
  ///   - environment: Variables that it gets beside those of this process.
  ///   - errors: False leaves out standard error, whose progress bars differ from run to run.
  /// - Returns: What it printed, and its exit code.
  /// - Throws: an error of the system if the executable cannot be started.
  public func run(
    _ name: String, _ arguments: [String], in workingFolder: String, environment: [String: String] = [:],
    errors: Bool = true
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "\(folder)/\(name)")
    process.arguments = arguments
    if !environment.isEmpty {
      process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    }
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
