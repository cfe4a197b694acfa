import Foundation
import Support
import Testing

@Suite final class AtomicFileTests {
  private let folder: String

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "atomic-\(UUID())").path()
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  @Test func `written bytes are read back and no temporary file is left`() throws {
    let path = folder + "/file"
    for length in [0, 1, 65_535, 65_536, 65_537, 200_000] {
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 * 7) }
      try AtomicFile.write(bytes, to: path)
      #expect(try AtomicFile.read(path) == bytes)
    }
    try AtomicFile.write(text: "Δ²/12", to: path)
    #expect(try AtomicFile.read(path) == Array("Δ²/12".utf8))
    #expect(try names(in: folder) == ["file"])
  }

  @Test func `only the temporary files of killed writers are removed as abandoned`() throws {
    let path = folder + "/file"
    let others = ["file", "file.1.tmp", "file.1.x.tmp", "file.tmp", "other.1.0.tmp"]
    for name in others + ["file.1.0.tmp", "file.4194304.12.tmp"] {
      #expect(FileManager.default.createFile(atPath: folder + "/" + name, contents: nil))
    }
    let link = folder + "/file.2.0.tmp"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
    let written = open(folder + "/file.3.0.tmp", O_WRONLY | O_CREAT, 0o644)
    #expect(flock(written, LOCK_EX) == 0)
    AtomicFile.removeAbandoned(of: path)
    #expect(try names(in: folder) == (others + ["file.2.0.tmp", "file.3.0.tmp"]).sorted())
    close(written)
    AtomicFile.removeAbandoned(of: path)
    #expect(try names(in: folder) == (others + ["file.2.0.tmp"]).sorted())
    AtomicFile.removeAbandoned(of: folder + "/missing/file")
  }

  /// One task removes every temporary file that it can lock, while others write.
  @Test func `no living writer loses its file to the removal of abandoned ones`() async throws {
    let path = folder + "/file"
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<3 {
        group.addTask {
          for _ in 0..<300 {
            if task == 0 {
              for _ in 0..<20 { AtomicFile.removeAbandoned(of: path) }
            } else {
              try AtomicFile.write(Array(repeating: UInt8(task), count: 1000), to: path)
            }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try AtomicFile.read(path).count == 1000)
    #expect(try names(in: folder) == ["file"])
  }

  @Test func `a failed write leaves the old file and no temporary one`() throws {
    // A folder that is not empty cannot be replaced by a file: the bytes are written, the renaming fails.
    let target = folder + "/target"
    try AtomicFile.createFolder(target)
    try AtomicFile.write(text: "old", to: target + "/inside")
    let error = #expect(throws: FileError.self) { try AtomicFile.write(text: "new", to: target) }
    #expect(error?.description == "cannot write \(target): Is a directory")
    #expect(try names(in: folder) == ["target"])
    #expect(try AtomicFile.read(target + "/inside") == Array("old".utf8))
  }

  @Test func `a path that cannot be written is named with the reason`() throws {
    let path = folder + "/missing/file"
    let error = #expect(throws: FileError.self) { try AtomicFile.write(text: "x", to: path) }
    #expect(error == FileError("create", path, reason: "No such file or directory"))
    #expect(error?.description == "cannot create \(path): No such file or directory")
  }

  @Test func `a reader of the old file reads it to its end while a new one replaces it`() throws {
    let path = folder + "/file"
    let (old, new) = ([UInt8](repeating: 1, count: 300_000), [UInt8](repeating: 2, count: 200_000))
    try AtomicFile.write(old, to: path)
    let reader = try #require(FileHandle(forReadingAtPath: path))
    let first = try reader.read(upToCount: 100_000)
    try AtomicFile.write(new, to: path)
    let rest = try reader.readToEnd()
    #expect(Array(first ?? Data()) + Array(rest ?? Data()) == old)
    #expect(try AtomicFile.read(path) == new)
  }

  @Test func `concurrent writers of one file do not mix their bytes`() async throws {
    let path = folder + "/file"
    let size = 300_000
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 1...8 {
        group.addTask {
          for _ in 0..<10 { try AtomicFile.write([UInt8](repeating: UInt8(writer), count: size), to: path) }
        }
      }
      try await group.waitForAll()
    }
    let bytes = try AtomicFile.read(path)
    #expect(bytes.count == size)
    #expect(Set(bytes).count == 1)
    #expect(try names(in: folder) == ["file"])
  }

  @Test func `a folder is created with all missing folders above it`() throws {
    let deep = folder + "/a/b/c"
    try AtomicFile.createFolder(deep)
    try AtomicFile.createFolder(deep)
    try AtomicFile.createFolder(deep + "/")
    try AtomicFile.write(text: "x", to: deep + "/file")
    #expect(try names(in: deep) == ["file"])
  }

  @Test func `a file in the way of a new folder is named`() throws {
    let file = folder + "/file"
    try AtomicFile.write(text: "x", to: file)
    let same = #expect(throws: FileError.self) { try AtomicFile.createFolder(file) }
    #expect(same?.description == "cannot create the folder \(file): a file of that name exists")
    let below = #expect(throws: FileError.self) { try AtomicFile.createFolder(file + "/below") }
    #expect(below?.description == "cannot create the folder \(file)/below: Not a directory")
  }

  @Test func `reading refuses files that are missing, folders or too large`() throws {
    let path = folder + "/file"
    let missing = #expect(throws: FileError.self) { try AtomicFile.read(path) }
    #expect(missing?.description == "cannot open \(path): No such file or directory")
    try AtomicFile.write([1, 2, 3, 4], to: path)
    #expect(try AtomicFile.read(path, limit: 4) == [1, 2, 3, 4])
    let large = #expect(throws: FileError.self) { try AtomicFile.read(path, limit: 3) }
    #expect(large?.description == "cannot read \(path): it is larger than the 3 bytes expected at most")
    let notAFile = #expect(throws: FileError.self) { try AtomicFile.read(folder) }
    #expect(notAFile?.description == "cannot read \(folder): Is a directory")
  }
}
