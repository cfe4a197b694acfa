import Downloads
import Foundation
import Support
import TestSupport
import Testing

/// Mirrors that lack the file, fall silent, redirect or send too much, and files that cannot be written.
extension DownloaderTests {
  @Test func `a mirror without the file is followed by the next one`() async throws {
    let empty = try FaultyServer { _ in .status("404 Not Found") }
    let full = try FaultyServer { _ in .file(content) }
    #expect(try await failure([empty, full]) == nil)
    #expect(found(destination) == .beginning(300_000))
    #expect(await empty.stop().count == 1)
    #expect(await full.stop().count == 1)
  }

  @Test func `an error names each mirror with its reason where none has the file`() async throws {
    let empty = try FaultyServer { _ in .status("404 Not Found") }
    let broken = try FaultyServer { _ in .status("503 Overloaded") }
    let error = try #require(try await failure([empty, broken]))
    #expect(
      "\(error)" == """
        cannot download digits.gz
          \(empty.address)digits.gz: no such file there (404); the mirror has moved, or its address is misspelt
          \(broken.address)digits.gz: the server refused (HTTP status 503); try later or another mirror
        Download it by hand and put it into \(folder.path)/new, or name another mirror with --mirror
        """)
    #expect(found(part) == .nothing)
    _ = (await empty.stop(), await broken.stop())
  }

  @Test func `an error says that no server listens`() async throws {
    let server = try FaultyServer { _ in .file(content) }
    _ = await server.stop()
    let error = try #require(try await failure([server]))
    #expect("\(error)".contains("no connection ("))
    #expect("\(error)".contains("check the network and the proxy settings"))
    #expect(found(part) == .nothing)
  }

  @Test func `a silent server is given up and its bytes are kept`() async throws {
    let silent = try FaultyServer { _ in .file(content, cutAfter: 150_000).hanging }
    let error = try #require(try await failure([silent], timeout: 2))
    let reason = "it sent nothing or next to nothing for 2 s; try again later, or with a longer --timeout"
    #expect("\(error)".contains(reason))
    #expect(found(destination) == .nothing)
    #expect(found(part) == .beginning(150_000))
    #expect(await silent.stop().count == 1)
  }

  @Test func `the next mirror resumes what a silent server sent`() async throws {
    let silent = try FaultyServer { _ in .file(content, cutAfter: 150_000).hanging }
    let server = try FaultyServer { .file(content, from: $0.start) }
    #expect(try await failure([silent, server], timeout: 2) == nil)
    #expect(found(destination) == .beginning(300_000))
    #expect(await server.stop().map(\.start) == [150_000])
    _ = await silent.stop()
  }

  @Test func `a file announced with another size is not read`() async throws {
    let server = try FaultyServer { _ in .file(content + [0]).hanging }
    let error = try #require(try await failure([server]))
    #expect("\(error)".contains("its file has 300001 bytes, not 300000"))
    #expect(found(part) == .nothing)
    _ = await server.stop()
  }

  @Test func `a body longer than the file is refused`() async throws {
    // Without a length nothing but the bytes themselves tells.
    let server = try FaultyServer { _ in .init(head: ["HTTP/1.1 200 OK"], body: content + [0], hangs: true) }
    let error = try #require(try await failure([server]))
    #expect("\(error)".contains("it went on after the 300000 bytes of the file"))
    #expect(found(destination) == .nothing)
    #expect(found(part) == .nothing)
    _ = await server.stop()
  }

  @Test func `a redirect is followed`() async throws {
    let server = try FaultyServer { request in
      request.path.hasSuffix("other") ? .file(content) : .status("302 Found", headers: ["Location: /other"])
    }
    #expect(try await failure([server]) == nil)
    #expect(found(destination) == .beginning(300_000))
    #expect(await server.stop().map(\.path) == ["/mnist/digits.gz", "/other"])
  }

  @Test(arguments: ["file:///etc/hosts", "ftp://127.0.0.1/digits.gz", "gopher:1"])
  func `a redirect away from the web is refused`(_ target: String) async throws {
    let server = try FaultyServer { _ in .status("302 Found", headers: ["Location: \(target)"]) }
    let error = try #require(try await failure([server]))
    #expect("\(error)".contains("it sent on to \(target), which is not followed"))
    #expect(await server.stop().count == 1)
  }

  @Test func `redirects in a circle end after five`() async throws {
    let server = try FaultyServer { _ in .status("302 Found", headers: ["Location: /round"]) }
    let error = try #require(try await failure([server]))
    #expect("\(error)".contains("in five steps at most"))
    #expect(await server.stop().count == 6)
  }

  @Test func `progress counts all bytes of the file that are there`() async throws {
    try leave(Array(content[..<100_000]))
    let server = try FaultyServer { .file(content, from: $0.start) }
    var counts: [Int] = []
    let downloader = Downloader(mirrors: [try Mirror(server.address)])
    try await downloader.download(file, into: folder.path + "/new") { counts.append($0) }
    #expect(counts == counts.sorted())
    #expect(counts.allSatisfy { $0 > 100_000 })
    #expect(counts.last == 300_000)
    _ = await server.stop()
  }

  @Test func `a folder in which the file cannot be created is named`() async throws {
    try AtomicFile.createFolder(part)  // a folder has the name that the file needs
    let server = try FaultyServer { _ in .file(content) }
    let error = try #require(try await failure([server]))
    #expect("\(error)".hasPrefix("cannot open \(part): "))
    #expect("\(error)".hasSuffix("; make room, check the permissions, or name another folder with --to"))
    #expect(await server.stop().isEmpty)
  }

  @Test func `a partial file that is a symbolic link is not followed`() async throws {
    try AtomicFile.createFolder(folder.path + "/new")
    let target = try folder.write([1, 2, 3], as: "dear")
    try FileManager.default.createSymbolicLink(atPath: part, withDestinationPath: target)
    let server = try FaultyServer { _ in .file(content) }
    #expect(try await failure([server]) != nil)
    #expect(try AtomicFile.read(target) == [1, 2, 3])
    _ = await server.stop()
  }

  @Test func `two downloads of one file do not mix`() async throws {
    let (reached, signal) = AsyncStream.makeStream(of: Void.self)
    let slow = try FaultyServer { _ in .file(content, cutAfter: 1000).hanging }
    let mirror = try Mirror(slow.address)
    let target = folder.path + "/new"
    let first = Task {
      try? await Downloader(mirrors: [mirror], timeout: 15).download(file, into: target) { _ in signal.yield()
      }
    }
    for await _ in reached { break }
    let error = try #require(try await failure([slow]))
    #expect("\(error)".contains("digits.gz.part: another process is downloading it"))
    await first.value
    #expect(found(part) == .beginning(1000))
    _ = await slow.stop()
  }

  @Test func `a downloader needs a mirror and a positive timeout`() async {
    let lonely = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Downloader(mirrors: [])
    }
    #expect(standardError(of: lonely).contains("a download needs a mirror to ask; got none"))
    let hasty = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Downloader(mirrors: [try Mirror("https://example.org")], timeout: 0)
    }
    #expect(standardError(of: hasty).contains("a timeout is a number of seconds above zero; got 0"))
  }
}
