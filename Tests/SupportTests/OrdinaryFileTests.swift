import Foundation
import Support
import Testing

@Suite final class OrdinaryFileTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "swift-qat-\(UUID())").path()
  private let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
  private var path: String { folder + "/file" }

  init() throws {
    try AtomicFile.createFolder(folder)
    try AtomicFile.write(bytes, to: path)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  @Test func `sequential reads reach the end of a file whatever ranges are read between`() throws {
    let file = try OrdinaryFile(path: path)
    #expect(file.size == 1000)
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 300)
    while case let count = try file.read(into: &chunk), count > 0 {
      all += chunk[..<count]
      #expect(try file.read(10..<12) == [70, 77])
    }
    #expect(all == bytes)
  }

  @Test(arguments: [0..<0, 0..<1000, 999..<1000, 1000..<1000, 400..<600])
  func `a range of a file is read from its offset`(_ range: Range<Int>) throws {
    #expect(try OrdinaryFile(path: path).read(range) == Array(bytes[range]))
  }

  @Test func `a file that became shorter while open is noticed`() throws {
    let file = try OrdinaryFile(path: path)
    #expect(truncate(path, 500) == 0)
    #expect(try file.read(0..<500) == Array(bytes[..<500]))
    let error = #expect(throws: FileError.self) { try file.read(0..<501) }
    #expect(error?.description == "cannot read \(path): it became shorter while it was read")
  }

  @Test func `folders, pipes and devices are refused at once as no ordinary files`() throws {
    // A pipe without a writer would keep a reader waiting.
    #expect(mkfifo(folder + "/pipe", 0o600) == 0)
    for path in [folder, folder + "/pipe", "/dev/null"] {
      let error = #expect(throws: FileError.self) { try OrdinaryFile(path: path) }
      #expect(error?.description == "cannot open \(path): it is not an ordinary file")
    }
    let missing = #expect(throws: FileError.self) { try OrdinaryFile(path: folder + "/no") }
    #expect(missing?.description == "cannot open \(folder)/no: No such file or directory")
  }
}
