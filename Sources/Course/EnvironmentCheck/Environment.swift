import Foundation

/// The questions that ``EnvironmentCheck`` asks of a machine, so that a test can answer them.
public struct Environment: Sendable {
  /// True if there is a file or folder at a path.
  let exists: @Sendable (String) -> Bool
  /// The output of a command; nil if it cannot be run or fails.
  let output: @Sendable ([String]) -> String?
  /// The number of free bytes on the disk that holds a folder.
  let freeBytes: @Sendable (String) -> Int?
  /// The value of an environment variable.
  let variable: @Sendable (String) -> String?
  /// True if the user is root.
  let isRoot: Bool

  /// Creates an environment.
  ///
  /// - Parameters:
  ///   - exists: True if there is a file or folder at a path.
  ///   - output: The output of a command; nil if it cannot be run or fails.
  ///   - freeBytes: The number of free bytes on the disk that holds a folder.
  ///   - variable: The value of an environment variable.
  ///   - isRoot: True if the user is root.
  package init(
    exists: @escaping @Sendable (String) -> Bool, output: @escaping @Sendable ([String]) -> String?,
    freeBytes: @escaping @Sendable (String) -> Int?, variable: @escaping @Sendable (String) -> String?,
    isRoot: Bool
  ) {
    (self.exists, self.output, self.freeBytes) = (exists, output, freeBytes)
    (self.variable, self.isRoot) = (variable, isRoot)
  }

  /// The environment that this program runs in.
  public static let this = Environment(
    exists: { FileManager.default.fileExists(atPath: $0) }, output: run,
    freeBytes: { folder in
      let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
      return (attributes?[.systemFreeSize] as? NSNumber)?.intValue
    },
    variable: { ProcessInfo.processInfo.environment[$0] }, isRoot: geteuid() == 0)

  /// A command line that runs commands as root: directly for root, by `sudo` where there is one, else by `su`.
  package func asRoot(_ commands: [String]) -> String {
    if isRoot { return commands.joined(separator: " && ") }
    guard exists("/usr/bin/sudo") else { return "su -c '\(commands.joined(separator: " && "))'" }
    return commands.map { "sudo \($0)" }.joined(separator: " && ")
  }

  private static func run(_ command: [String]) -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: output, as: UTF8.self) : nil
  }
}
