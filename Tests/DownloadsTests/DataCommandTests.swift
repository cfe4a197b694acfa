import Downloads
import Foundation
import Support
import TestSupport
import Testing
import Weaver

/// `qat data`, run as a user runs it, against servers on this machine.
@Suite(.serialized, .timeLimit(.minutes(15))) struct DataCommandTests {
  private let folder: TemporaryFolder
  private let name = "train-images-idx3-ubyte.gz"
  /// As many bytes as the first file has; the command cannot know before the end that they are not its.
  private static let zeros = [UInt8](repeating: 0, count: 9_912_422)

  init() throws { folder = try TemporaryFolder() }

  private func run(_ arguments: [String]) throws -> Executables.Outcome {
    try Executables.builtWithTests.run("qat", ["data"] + arguments, in: folder.path)
  }

  private var contents: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
  }

  @Test func `qat data fails where the mirror has no files`() async throws {
    let server = try FaultyServer { _ in .status("404 Not Found") }
    let outcome = try run(["--to", folder.path, "--mirror", server.address])
    #expect(outcome.status == 1)
    #expect(
      outcome.output.contains(
        "Error: cannot download \(name)\n  \(server.address)\(name): no such file there"))
    #expect(try contents == [])
    #expect(await server.stop().map(\.path) == ["/mnist/\(name)"])
  }

  @Test func `qat data leaves nothing of a file with wrong content`() async throws {
    let server = try FaultyServer { .file(Self.zeros, from: $0.start) }
    let outcome = try run(["--to", folder.path, "--mirror", server.address])
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("its content is not the file's: SHA-256"))
    // Without a terminal the progress is printed in lines without colour.
    #expect(outcome.output.contains("  \(name) 25 % of 9.9 MB\n"))
    #expect(!outcome.output.contains("\u{1B}"))
    #expect(try contents == [])
    _ = await server.stop()
  }

  @Test func `qat data continues what a killed run left`() async throws {
    let half = try FaultyServer { _ in .file(Self.zeros, cutAfter: 5_000_000).hanging }
    let (process, output) = try start(["--to", folder.path, "--mirror", half.address])
    var text = ""
    while !text.contains(" 50 % ") {
      let bytes = output.availableData
      if bytes.isEmpty { break }
      text += String(decoding: bytes, as: UTF8.self)
    }
    #expect(text.contains("\(name) 50 % of 9.9 MB"))
    kill(process.processIdentifier, SIGKILL)  // Ctrl-C may be ignored, in a run in the background
    process.waitUntilExit()
    #expect(process.terminationReason == .uncaughtSignal)
    _ = await half.stop()
    #expect(try contents == ["\(name).part"])
    let kept = try AtomicFile.read(folder.path + "/\(name).part").count
    #expect(kept > 4_956_211 && kept <= 5_000_000)

    let server = try FaultyServer { .file(Self.zeros, from: $0.start) }
    _ = try run(["--to", folder.path, "--mirror", server.address])
    #expect(await server.stop().first?.start == kept)
  }

  private func start(_ arguments: [String]) throws -> (Process, FileHandle) {
    let process = Process()
    process.executableURL = URL(filePath: "\(Executables.builtWithTests.folder)/qat")
    process.arguments = ["data"] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    return (process, pipe.fileHandleForReading)
  }

  @Test func `qat data leaves a file with other content alone`() throws {
    let path = try folder.write([1, 2, 3], as: "t10k-labels-idx1-ubyte")
    let outcome = try run(["--to", folder.path, "--mirror", "http://127.0.0.1:9/"])
    #expect(outcome.status == 1)
    #expect(
      outcome.output == "Error: \(path) is there, and its content is not MNIST's; move it away or delete it, "
        + "or name another folder with --to\n")
    #expect(try AtomicFile.read(path) == [1, 2, 3])
  }

  @Test func `qat data names a folder that cannot be created`() throws {
    let path = try folder.write([])
    let outcome = try run(["--to", path + "/mnist", "--mirror", "http://127.0.0.1:9/"])
    #expect(outcome.status == 1)
    #expect(outcome.output.hasPrefix("Error: cannot create the folder \(path)/mnist: "))
    #expect(
      outcome.output.hasSuffix("; make room, check the permissions, or name another folder with --to\n"))
  }

  @Test(arguments: [["--mirror", "file:///srv/"], ["--timeout", "0"], ["--timeout", "3601"]])
  func `qat data refuses senseless options`(_ options: [String]) throws {
    #expect(try run(["--to", folder.path] + options).status == 64)
    #expect(try run(["--to", folder.path] + options).output.contains("Error: \(options[0])"))
  }
}
