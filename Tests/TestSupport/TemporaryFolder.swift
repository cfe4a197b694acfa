import Foundation

/// A folder for one test, removed with everything in it when the test is done with it.
public final class TemporaryFolder {
  /// Where it is.
  public let path: String

  /// Makes an empty folder.
  ///
  /// - Throws: an error of the file system if it cannot be made.
  public init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "swift-qat-\(UUID())").path()
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file into the folder and gives its path.
  ///
  /// - Throws: an error of the file system if it cannot be written.
  public func write(_ bytes: [UInt8], as name: String = "file") throws -> String {
    let file = path + "/" + name
    try Data(bytes).write(to: URL(filePath: file))
    return file
  }
}
