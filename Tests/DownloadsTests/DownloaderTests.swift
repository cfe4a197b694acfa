import Downloads
import Foundation
import Support
import TestSupport
import Testing

/// 300,000 bytes without a period, so that no part equals another; they take several packets and reads.
let content: [UInt8] = {
  var generator = SeededGenerator(seed: 7)
  return (0..<300_000).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
}()

/// The file of these bytes on the mirrors.
let file = RemoteFile(name: "digits.gz", byteCount: content.count, sha256: SHA256.hex(content))

/// The content of a path: nothing, a number of the right bytes, or other bytes.
enum Found: Hashable {
  case nothing, other
  case beginning(Int)
}

@Suite(.timeLimit(.minutes(15))) struct DownloaderTests {
  let folder: TemporaryFolder
  var destination: String { folder.path + "/new/digits.gz" }
  var part: String { destination + ".part" }

  init() throws { folder = try TemporaryFolder() }

  /// The error of downloading the file from these servers in turn, or nil if it succeeds.
  func failure(_ servers: [FaultyServer], timeout: Int = 30) async throws -> DownloadError? {
    let downloader = Downloader(mirrors: try servers.map { try Mirror($0.address) }, timeout: timeout)
    do {
      try await downloader.download(file, into: folder.path + "/new")
      return nil
    } catch {
      return error
    }
  }

  /// The content of a path.
  func found(_ path: String) -> Found {
    guard let bytes = try? AtomicFile.read(path) else { return .nothing }
    return content.starts(with: bytes) ? .beginning(bytes.count) : .other
  }

  /// Leaves a partial file with these bytes, as an earlier run would.
  func leave(_ bytes: [UInt8]) throws {
    try AtomicFile.createFolder(folder.path + "/new")
    try AtomicFile.write(bytes, to: part)
  }

  @Test func `a download of a whole file arrives`() async throws {
    let server = try FaultyServer { _ in .file(content) }
    #expect(try await failure([server]) == nil)
    #expect(found(destination) == .beginning(300_000))
    #expect(found(part) == .nothing)
    #expect(
      await server.stop() == [
        .init(index: 0, path: "/mnist/digits.gz", start: nil, encodings: "identity")
      ])
  }

  @Test func `a download over a broken connection resumes where it broke`() async throws {
    let server = try FaultyServer { request in
      .file(content, from: request.start, cutAfter: request.index == 0 ? 150_000 : .max)
    }
    #expect(try await failure([server]) == nil)
    #expect(found(destination) == .beginning(300_000))
    #expect(await server.stop().map(\.start) == [nil, 150_000])
  }

  @Test func `a download resumes what an earlier run left`() async throws {
    let dead = try FaultyServer { request in
      request.index == 0
        ? .file(content, cutAfter: 100_000) : .file(content, from: request.start, cutAfter: 0)
    }
    let error = try #require(try await failure([dead]))
    #expect(found(destination) == .nothing)
    #expect(found(part) == .beginning(100_000))
    #expect("\(error)".contains("the connection ended at byte 100000 of 300000; try again"))
    #expect("\(error)".contains("the next run goes on from byte 100000"))
    #expect(await dead.stop().map(\.start) == [nil, 100_000, 100_000, 100_000, 100_000, 100_000])

    let server = try FaultyServer { .file(content, from: $0.start) }
    #expect(try await failure([server]) == nil)
    #expect(found(destination) == .beginning(300_000))
    #expect(await server.stop().map(\.start) == [100_000])
  }

  @Test func `a download over a connection that breaks again and again succeeds`() async throws {
    let server = try FaultyServer { .file(content, from: $0.start, cutAfter: 20_000) }
    #expect(try await failure([server]) == nil)
    #expect(found(destination) == .beginning(300_000))
    #expect(await server.stop().count == 15)
  }

  @Test func `a download over an ever breaking connection ends after a hundred attempts`() async throws {
    let server = try FaultyServer { .file(content, from: $0.start, cutAfter: 1000) }
    #expect(try await failure([server]) != nil)
    #expect(found(part) == .beginning(100_000))
    #expect(await server.stop().count == 100)
  }

  @Test func `a server that sends ten bytes a second is given up and its bytes are kept`() async throws {
    let dripping = try FaultyServer { _ in .file(content).dripping }
    let error = try #require(try await failure([dripping], timeout: 1))
    #expect("\(error)".contains("it sent nothing or next to nothing for 1 s"))
    guard case .beginning(let count) = found(part) else { throw error }
    // Ten bytes a second are far from a thousand.
    #expect(count < 1000)
    _ = await dripping.stop()
  }

  @Test func `a server whose headers arrive byte by byte is given up`() async throws {
    let dripping = try FaultyServer { _ in
      .init(head: [], body: Array("HTTP/1.1 200 OK\r\n".utf8) + content, drips: true)
    }
    let error = try #require(try await failure([dripping], timeout: 1))
    #expect("\(error)".contains("it sent nothing or next to nothing for 1 s"))
    #expect(found(part) == .nothing)
    _ = await dripping.stop()
  }

  @Test func `a server without ranges sends the whole file anew`() async throws {
    try leave([UInt8](repeating: 1, count: 100_000))
    let server = try FaultyServer { _ in .file(content) }
    #expect(try await failure([server]) == nil)
    #expect(found(destination) == .beginning(300_000))
    #expect(await server.stop().map(\.start) == [100_000])
  }

  @Test func `a wrong beginning of a file is dropped when the hash shows it`() async throws {
    try leave([UInt8](repeating: 1, count: 100_000))
    let server = try FaultyServer { .file(content, from: $0.start) }
    #expect(try await failure([server]) == nil)
    #expect(found(destination) == .beginning(300_000))
    #expect(await server.stop().map(\.start) == [100_000, nil])
  }

  @Test(arguments: [300_000, 300_001]) func `a wrong partial file of full length or more is dropped`(
    _ count: Int
  ) async throws {
    try leave([UInt8](repeating: 1, count: count))
    let server = try FaultyServer { .file(content, from: $0.start) }
    #expect(try await failure([server]) == nil)
    #expect(found(destination) == .beginning(300_000))
    #expect(await server.stop().map(\.start) == [nil])
  }

  @Test func `a right partial file of full length needs no server`() async throws {
    try leave(content)
    let server = try FaultyServer { _ in .status("500 Broken") }
    #expect(try await failure([server]) == nil)
    #expect(found(destination) == .beginning(300_000))
    #expect(await server.stop().isEmpty)
  }

  @Test(arguments: ["416 Range Not Satisfiable", "206 Partial Content"])
  func `a server that refuses a range is asked for the whole file`(_ status: String) async throws {
    try leave(Array(content[..<100_000]))
    let server = try FaultyServer { $0.start == nil ? .file(content) : .status(status) }
    #expect(try await failure([server]) == nil)
    #expect(found(destination) == .beginning(300_000))
    #expect(await server.stop().map(\.start) == [100_000, nil])
  }

  @Test func `a part from another offset is not appended`() async throws {
    try leave(Array(content[..<100_000]))
    let server = try FaultyServer { request in
      // Says so, at least: the bytes from 200,000 on.
      request.start == nil ? .file(content) : .file(content, from: 200_000)
    }
    #expect(try await failure([server]) == nil)
    #expect(found(destination) == .beginning(300_000))
    #expect(await server.stop().map(\.start) == [100_000, nil])
  }

  @Test func `a part of a file of another size is refused and the bytes so far are kept`() async throws {
    try leave(Array(content[..<100_000]))
    let server = try FaultyServer { .file(content + [0], from: $0.start) }
    let error = try #require(try await failure([server]))
    #expect("\(error)".contains("its file has 300001 bytes, not 300000"))
    #expect(found(part) == .beginning(100_000))
    #expect(await server.stop().map(\.start) == [100_000])
  }

  @Test func `a part that was not requested is refused`() async throws {
    let server = try FaultyServer { _ in .file(content, from: 0) }
    let error = try #require(try await failure([server]))
    #expect("\(error)".contains("it sent another part of the file than was asked for"))
    #expect(found(part) == .nothing)
    #expect(await server.stop().count == 1)
  }

  @Test func `wrong content is refused and nothing of it is kept`() async throws {
    let wrong = [UInt8](repeating: 9, count: content.count)
    let server = try FaultyServer { .file(wrong, from: $0.start) }
    let error = try #require(try await failure([server]))
    #expect(found(destination) == .nothing)
    #expect(found(part) == .nothing)
    #expect(
      "\(error)".contains("its content is not the file's: SHA-256 \(SHA256.hex(wrong)), not \(file.sha256)"))
    #expect(await server.stop().count == 1)
  }
}
