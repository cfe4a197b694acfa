import Foundation
import Support
import Testing

@Suite final class OutputPathTests {
  private let folder: String

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "output-\(UUID())").path()
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: "\(folder)/\(name)", withDestinationPath: target)
  }

  private func target(of name: String) throws -> String {
    try FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)")
  }

  @Test func `a link stays a link, and the file it leads to is replaced whole`() throws {
    try AtomicFile.createFolder("\(folder)/deep")
    try AtomicFile.write(text: "old", to: "\(folder)/deep/file")
    try link("relative", to: "deep/file")
    try link("absolute", to: "\(folder)/relative")
    try link("nowhere", to: "deep/new")
    for name in ["relative", "absolute"] {
      try AtomicFile.write(text: name, to: "\(folder)/\(name)")
      #expect(try AtomicFile.read("\(folder)/deep/file") == Array(name.utf8))
    }
    try AtomicFile.write(text: "made", to: "\(folder)/nowhere")
    #expect(try AtomicFile.read("\(folder)/deep/new") == Array("made".utf8))
    #expect(try target(of: "relative") == "deep/file" && target(of: "absolute") == "\(folder)/relative")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: "\(folder)/deep").sorted() == ["file", "new"])
  }

  @Test func `links without an end are an error`() throws {
    try link("a", to: "b")
    try link("b", to: "a")
    let error = #expect(throws: FileError.self) { try AtomicFile.write(text: "new", to: "\(folder)/a") }
    #expect(error?.description == "cannot create \(folder)/a: Too many levels of symbolic links")
    #expect(try target(of: "a") == "b")
  }

  @Test func `a pipe gets what is written and stays a pipe`() throws {
    let path = "\(folder)/pipe"
    #expect(mkfifo(path, 0o600) == 0)
    try link("link", to: "pipe")
    let reader = open(path, O_RDONLY | O_NONBLOCK)
    defer { close(reader) }
    for name in ["pipe", "link"] {
      try AtomicFile.write(text: "to \(name)\n", to: "\(folder)/\(name)")
      var chunk = [UInt8](repeating: 0, count: 100)
      let count = readSome(reader, into: &chunk)
      #expect(chunk.prefix(max(count, 0)) == Array("to \(name)\n".utf8)[...])
    }
    #expect(try OutputPath(path).isStream)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["link", "pipe"])
  }

  @Test func `a descriptor of this process gets what is written`() throws {
    let pipe = Pipe()
    let name = "/dev/fd/\(pipe.fileHandleForWriting.fileDescriptor)"
    try AtomicFile.write(text: "text", to: name)
    #expect(try pipe.fileHandleForReading.read(upToCount: 4) == Data("text".utf8))
    for name in ["/dev/stdout", "/proc/self/fd/1"] { #expect(try OutputPath(name) == .descriptor(1)) }
  }

  #if os(Linux)
    @Test func `a full device is an error and stays a device`() throws {
      // By a link: whoever breaks this as root loses no device.
      try link("full", to: "/dev/full")
      let error = #expect(throws: FileError.self) {
        try AtomicFile.write(text: "new", to: "\(folder)/full")
      }
      #expect(error?.reason == "No space left on device")
      #expect(try target(of: "full") == "/dev/full")
      #expect(try OutputPath("/dev/full").isStream)
    }
  #endif

  @Test func `permissions stay, and a private file does not become public`() throws {
    let path = "\(folder)/file"
    try AtomicFile.write(text: "old", to: path)
    #expect(chmod(path, 0o600) == 0)
    try AtomicFile.write(text: "new", to: path)
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  @Test func `what cannot be written is refused before, with the same error, and nothing is left`() throws {
    try AtomicFile.write(text: "old", to: "\(folder)/file")
    try link("loop", to: "loop")
    for name in ["missing/file", "file/below", "loop", "."] {
      let path = "\(folder)/\(name)"
      let before = #expect(throws: FileError.self) { try AtomicFile.refuseUnwritable(path) }
      let after = #expect(throws: FileError.self) { try AtomicFile.write(text: "new", to: path) }
      #expect(before == after)
    }
    for name in ["file", "new"] { try AtomicFile.refuseUnwritable("\(folder)/\(name)") }
    #expect(FileManager.default.createFile(atPath: "\(folder)/file.1.0.tmp", contents: nil))
    try AtomicFile.refuseUnwritable("\(folder)/file")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["file", "loop"])
    #expect(try AtomicFile.read("\(folder)/file") == Array("old".utf8))
  }
}
