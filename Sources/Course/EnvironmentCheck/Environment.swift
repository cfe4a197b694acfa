import Foundation

/// What can be asked of an environment.
public struct Environment: Sendable {
  /// True if there is such a file or folder.
  let exists: @Sendable (String) -> Bool
  /// What a command prints; nil if it cannot be run or fails.
  let output: @Sendable ([String]) -> String?
  /// How many bytes are free where a folder lies.
  let freeBytes: @Sendable (String) -> Int?
  /// A variable of the environment.
  let variable: @Sendable (String) -> String?

  /// Makes up an environment.
  package init(
    exists: @escaping @Sendable (String) -> Bool, output: @escaping @Sendable ([String]) -> String?,
    freeBytes: @escaping @Sendable (String) -> Int?, variable: @escaping @Sendable (String) -> String?
  ) {
    (self.exists, self.output, self.freeBytes, self.variable) = (exists, output, freeBytes, variable)
  }

  /// The environment that this program runs on.
  public static let this = Environment(
    exists: { FileManager.default.fileExists(atPath: $0) }, output: run,
    freeBytes: { folder in
      let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
      return (attributes?[.systemFreeSize] as? NSNumber)?.intValue
    },
    variable: { ProcessInfo.processInfo.environment[$0] })

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
