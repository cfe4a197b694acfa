import Downloads
import Foundation
import Support
import TestSupport
import Testing
import Weaver

@testable import ModelCommand

/// `qat-model fetch`, run as a user runs it, against servers on this machine.
@Suite(.serialized, .timeLimit(.minutes(15))) struct FetchCommandTests {
  private let folder: TemporaryFolder
  private let name = "hello_world_int8.tflite"

  init() throws { folder = try TemporaryFolder() }

  private func run(_ arguments: String...) throws -> Executables.Outcome {
    try Executables.builtWithTests.run("qat-model", ["fetch"] + arguments, in: folder.path)
  }

  private var contents: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
  }

  @Test func `the list names every model with size, licence and what it is`() throws {
    let list = try run()
    #expect(list.status == 0)
    for model in KnownModel.all {
      let row = try #require(list.output.split(separator: "\n").first { $0.hasPrefix("\(model.name) ") })
      #expect(row.contains(" \(model.licence) ") && row.hasSuffix(model.summary))
    }
    for line in list.output.split(separator: "\n") { #expect(line.terminalWidth <= 80, "\(line)") }
    let json = try JSONDecoder().decode([FetchCommand.Row].self, from: Data(try run("--json").output.utf8))
    #expect(json.map(\.name) == KnownModel.all.map(\.name))
    #expect(try contents == [])
  }

  @Test func `every address names a commit and the file, and no two models are one`() throws {
    let models = KnownModel.all
    #expect(Set(models.map(\.name)).count == models.count && Set(models.map(\.sha256)).count == models.count)
    for model in models {
      let address = try Mirror(model.address).address(of: model.file).absoluteString
      let pattern =
        /https:\/\/raw\.githubusercontent\.com\/[\w\/-]+\/[0-9a-f]{40}\/[\w\/.]+\/(\w+(\.h5)?)(\.tflite)?/
      #expect(try #require(try pattern.wholeMatch(in: address), "\(address)").1 == model.name)
      #expect(model.sha256.count == 64 && model.sha256.allSatisfy(\.isHexDigit) && model.byteCount > 0)
    }
  }

  @Test(.enabled(if: DataFolder.models != nil, "name the folder of the .tflite files in QAT_MODELS"))
  func `sizes and hashes are those of the files that are here`() throws {
    let here = try #require(DataFolder.models)
    var found = 0
    for model in KnownModel.all {
      let path = "\(here)/\(model.file.name)"
      guard FileManager.default.fileExists(atPath: path) else { continue }
      let bytes = try AtomicFile.read(path)
      #expect(bytes.count == model.byteCount && SHA256.hex(bytes) == model.sha256, "\(model.name)")
      found += 1
    }
    #expect(found >= 8)
  }

  @Test(.enabled(if: DataFolder.models != nil, "name the folder of the .tflite files in QAT_MODELS"))
  func `a model is fetched, shown with its licence, and not fetched again`() async throws {
    let here = try #require(DataFolder.models)
    let bytes = try AtomicFile.read("\(here)/\(name)")
    let server = try FaultyServer { .file(bytes, from: $0.start) }
    let first = try run("hello_world_int8", "--to", folder.path, "--mirror", server.address)
    #expect(first.status == 0, "\(first.output)")
    #expect(
      first.output.contains("hello_world_int8: from github.com/tensorflow/tflite-micro at 90b983c; licence"))
    #expect(first.output.contains("✓ \(name), 2,704 bytes, SHA-256 right\nTry it: qat-model inspect "))
    #expect(try AtomicFile.read("\(folder.path)/\(name)") == bytes)
    #expect(await server.stop().map(\.path) == ["/mnist/\(name)"])
    let again = try run("hello_world_int8", "--to", folder.path, "--mirror", "http://127.0.0.1:9/")
    #expect(again.status == 0 && again.output.contains("\(name) is there and right"), "\(again.output)")
    #expect(try contents == [name])
  }

  @Test(.enabled(if: DataFolder.models != nil, "name the folder of the .tflite files in QAT_MODELS"))
  func `what an interrupted run left is continued`() async throws {
    let here = try #require(DataFolder.models)
    let bytes = try AtomicFile.read("\(here)/\(name)")
    _ = try folder.write(Array(bytes.prefix(1000)), as: "\(name).part")
    let server = try FaultyServer { .file(bytes, from: $0.start) }
    #expect(try run("hello_world_int8", "--to", folder.path, "--mirror", server.address).status == 0)
    #expect(await server.stop().map(\.start) == [1000])
    #expect(try AtomicFile.read("\(folder.path)/\(name)") == bytes)
  }

  @Test func `other content, a missing file and no connection leave nothing, and say what helps`()
    async throws
  {
    let zeros = [UInt8](repeating: 0, count: 2_704)
    for (reply, words) in [
      (FaultyServer.Reply.file(zeros), "its content is not the file's: SHA-256"),
      (.file(Array(zeros.prefix(100))), "its file has 100 bytes, not 2704"),
      (.status("404 Not Found"), "no such file there (404)"),
    ] {
      let server = try FaultyServer { _ in reply }
      let outcome = try run("hello_world_int8", "--to", folder.path, "--mirror", server.address)
      #expect(outcome.status == 1 && outcome.output.contains(words), "\(outcome.output)")
      #expect(outcome.output.contains("or name another mirror with --mirror"))
      #expect(try contents == [])
      _ = await server.stop()
    }
    let dead = try run("hello_world_int8", "--to", folder.path, "--mirror", "http://127.0.0.1:9/")
    #expect(dead.status == 1 && dead.output.contains("no connection"), "\(dead.output)")
    #expect(try contents == [])
  }

  @Test func `a file of the same name and other content is left alone`() throws {
    let path = try folder.write([1, 2, 3], as: name)
    let outcome = try run("hello_world_int8", "--to", folder.path, "--mirror", "http://127.0.0.1:9/")
    #expect(
      outcome.status == 1 && outcome.output.contains("\(path) is there, and its content is not the model's"))
    #expect(try AtomicFile.read(path) == [1, 2, 3])
  }
}
