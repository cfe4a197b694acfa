import Foundation

/// A folder for one test, deleted with everything in it when the test releases it.
public final class TemporaryFolder {
  /// The path of the folder.
  public let path: String

  /// Creates an empty folder.
  ///
  /// - Throws: An error of the file system if it cannot be created.
  public init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "swift-qat-\(UUID())").path()
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file into the folder and returns its path.
  ///
  /// - Throws: An error of the file system if it cannot be written.
  public func write(_ bytes: [UInt8], as name: String = "file") throws -> String {
    let file = path + "/" + name
    try Data(bytes).write(to: URL(filePath: file))
    return file
  }
}
