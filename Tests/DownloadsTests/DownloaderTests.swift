import Downloads
import Foundation
import Support
import TestSupport
import Testing

/// 300,000 bytes without a period, so that no part passes for another; several packets, several reads.
private let content: [UInt8] = {
  var generator = SeededGenerator(seed: 7)
  return (0..<300_000).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
}()

private let file = RemoteFile(name: "digits.gz", byteCount: content.count, sha256: SHA256.hex(content))

/// What lies at a path: nothing, so many of the right bytes, or others.
private enum Found: Hashable {
  case nothing, other
  case beginning(Int)
}

@Suite(.timeLimit(.minutes(15))) struct DownloaderTests {
  private let folder: TemporaryFolder
  private var place: String { folder.path + "/new/digits.gz" }
  private var part: String { place + ".part" }

  init() throws { folder = try TemporaryFolder() }

  /// Downloads the file from servers in turn and gives the error, if there is one.
  private func failure(_ servers: [FaultyServer], timeout: Int = 30) async throws -> DownloadError? {
    let downloader = Downloader(mirrors: try servers.map { try Mirror($0.address) }, timeout: timeout)
    do {
      try await downloader.download(file, into: folder.path + "/new")
      return nil
    } catch {
      return error
    }
  }

  /// Says in few words what lies at a path.
  private func found(_ path: String) -> Found {
    guard let bytes = try? AtomicFile.read(path) else { return .nothing }
    return content.starts(with: bytes) ? .beginning(bytes.count) : .other
  }

  private func leave(_ bytes: [UInt8]) throws {
    try AtomicFile.createFolder(folder.path + "/new")
    try AtomicFile.write(bytes, to: part)
  }

  @Test func aWholeFileArrives() async throws {
    let server = try FaultyServer { _ in .file(content) }
    #expect(try await failure([server]) == nil)
    #expect(found(place) == .beginning(300_000))
    #expect(found(part) == .nothing)
    #expect(
      await server.stop() == [
        .init(number: 0, path: "/mnist/digits.gz", start: nil, encodings: "identity")
      ])
  }

  @Test func aCutConnectionIsContinuedWhereItBroke() async throws {
    let server = try FaultyServer { request in
      .file(content, from: request.start, cutAfter: request.number == 0 ? 150_000 : .max)
    }
    #expect(try await failure([server]) == nil)
    #expect(found(place) == .beginning(300_000))
    #expect(await server.stop().map(\.start) == [nil, 150_000])
  }

  @Test func whatOneRunLeftTheNextContinues() async throws {
    let dead = try FaultyServer { request in
      request.number == 0
        ? .file(content, cutAfter: 100_000) : .file(content, from: request.start, cutAfter: 0)
    }
    let error = try #require(try await failure([dead]))
    #expect(found(place) == .nothing)
    #expect(found(part) == .beginning(100_000))
    #expect("\(error)".contains("the connection ended at byte 100000 of 300000; try again"))
    #expect("\(error)".contains("the next run goes on from byte 100000"))
    #expect(await dead.stop().map(\.start) == [nil, 100_000, 100_000, 100_000, 100_000, 100_000])

    let server = try FaultyServer { .file(content, from: $0.start) }
    #expect(try await failure([server]) == nil)
    #expect(found(place) == .beginning(300_000))
    #expect(await server.stop().map(\.start) == [100_000])
  }

  @Test func aConnectionThatBreaksAgainAndAgainGetsThereInTheEnd() async throws {
    let server = try FaultyServer { .file(content, from: $0.start, cutAfter: 20_000) }
    #expect(try await failure([server]) == nil)
    #expect(found(place) == .beginning(300_000))
    #expect(await server.stop().count == 15)
  }

  @Test func aConnectionThatAlwaysBreaksIsGivenUpAfterAHundredAttempts() async throws {
    let server = try FaultyServer { .file(content, from: $0.start, cutAfter: 1000) }
    #expect(try await failure([server]) != nil)
    #expect(found(part) == .beginning(100_000))
    #expect(await server.stop().count == 100)
  }

  @Test func aServerThatDripsIsLeftAndWhatItSentIsKept() async throws {
    let dripping = try FaultyServer { _ in .file(content).dripping }
    let error = try #require(try await failure([dripping], timeout: 1))
    #expect("\(error)".contains("it sent nothing or next to nothing for 1 s"))
    guard case .beginning(let count) = found(part) else { throw error }
    // Ten bytes a second are far from a thousand.
    #expect(count < 1000)
    _ = await dripping.stop()
  }

  @Test func aServerWhoseHeadDripsIsLeft() async throws {
    let dripping = try FaultyServer { _ in
      .init(head: [], body: Array("HTTP/1.1 200 OK\r\n".utf8) + content, drips: true)
    }
    let error = try #require(try await failure([dripping], timeout: 1))
    #expect("\(error)".contains("it sent nothing or next to nothing for 1 s"))
    #expect(found(part) == .nothing)
    _ = await dripping.stop()
  }

  @Test func aServerWithoutPartsBeginsAnew() async throws {
    try leave([UInt8](repeating: 1, count: 100_000))
    let server = try FaultyServer { _ in .file(content) }
    #expect(try await failure([server]) == nil)
    #expect(found(place) == .beginning(300_000))
    #expect(await server.stop().map(\.start) == [100_000])
  }

  @Test func aWrongBeginningIsDroppedWhenTheHashShowsIt() async throws {
    try leave([UInt8](repeating: 1, count: 100_000))
    let server = try FaultyServer { .file(content, from: $0.start) }
    #expect(try await failure([server]) == nil)
    #expect(found(place) == .beginning(300_000))
    #expect(await server.stop().map(\.start) == [100_000, nil])
  }

  @Test(arguments: [300_000, 300_001]) func aWrongFileOfFullLengthIsDropped(_ count: Int) async throws {
    try leave([UInt8](repeating: 1, count: count))
    let server = try FaultyServer { .file(content, from: $0.start) }
    #expect(try await failure([server]) == nil)
    #expect(found(place) == .beginning(300_000))
    #expect(await server.stop().map(\.start) == [nil])
  }

  @Test func aRightFileOfFullLengthNeedsNoServer() async throws {
    try leave(content)
    let server = try FaultyServer { _ in .status("500 Broken") }
    #expect(try await failure([server]) == nil)
    #expect(found(place) == .beginning(300_000))
    #expect(await server.stop().isEmpty)
  }

  @Test(arguments: ["416 Range Not Satisfiable", "206 Partial Content"])
  func aServerThatRefusesThePartIsAskedForTheWhole(_ status: String) async throws {
    try leave(Array(content[..<100_000]))
    let server = try FaultyServer { $0.start == nil ? .file(content) : .status(status) }
    #expect(try await failure([server]) == nil)
    #expect(found(place) == .beginning(300_000))
    #expect(await server.stop().map(\.start) == [100_000, nil])
  }

  @Test func aPartFromElsewhereIsNotAppended() async throws {
    try leave(Array(content[..<100_000]))
    let server = try FaultyServer { request in
      // Says so, at least: the bytes from 200,000 on.
      request.start == nil ? .file(content) : .file(content, from: 200_000)
    }
    #expect(try await failure([server]) == nil)
    #expect(found(place) == .beginning(300_000))
    #expect(await server.stop().map(\.start) == [100_000, nil])
  }

  @Test func aPartOfAFileOfAnotherSizeIsRefusedAndWhatWasThereIsKept() async throws {
    try leave(Array(content[..<100_000]))
    let server = try FaultyServer { .file(content + [0], from: $0.start) }
    let error = try #require(try await failure([server]))
    #expect("\(error)".contains("its file has 300001 bytes, not 300000"))
    #expect(found(part) == .beginning(100_000))
    #expect(await server.stop().map(\.start) == [100_000])
  }

  @Test func aPartThatNobodyAskedForIsRefused() async throws {
    let server = try FaultyServer { _ in .file(content, from: 0) }
    let error = try #require(try await failure([server]))
    #expect("\(error)".contains("it sent another part of the file than was asked for"))
    #expect(found(part) == .nothing)
    #expect(await server.stop().count == 1)
  }

  @Test func wrongContentIsRefusedAndNothingIsKept() async throws {
    let wrong = [UInt8](repeating: 9, count: content.count)
    let server = try FaultyServer { .file(wrong, from: $0.start) }
    let error = try #require(try await failure([server]))
    #expect(found(place) == .nothing)
    #expect(found(part) == .nothing)
    #expect(
      "\(error)".contains("its content is not the file's: SHA-256 \(SHA256.hex(wrong)), not \(file.sha256)"))
    #expect(await server.stop().count == 1)
  }

  @Test func whereAMirrorHasNoFileTheNextIsAsked() async throws {
    let empty = try FaultyServer { _ in .status("404 Not Found") }
    let full = try FaultyServer { _ in .file(content) }
    #expect(try await failure([empty, full]) == nil)
    #expect(found(place) == .beginning(300_000))
    #expect(await empty.stop().count == 1)
    #expect(await full.stop().count == 1)
  }

  @Test func whereNoMirrorHasItEachIsNamedWithItsReason() async throws {
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

  @Test func whereNoServerListensTheMessageSaysSo() async throws {
    let server = try FaultyServer { _ in .file(content) }
    _ = await server.stop()
    let error = try #require(try await failure([server]))
    #expect("\(error)".contains("no connection ("))
    #expect("\(error)".contains("check the network and the proxy settings"))
    #expect(found(part) == .nothing)
  }

  @Test func aSilentServerIsLeftAndWhatItSentIsKept() async throws {
    let silent = try FaultyServer { _ in .file(content, cutAfter: 150_000).hanging }
    let error = try #require(try await failure([silent], timeout: 2))
    let reason = "it sent nothing or next to nothing for 2 s; try again later, or with a longer --timeout"
    #expect("\(error)".contains(reason))
    #expect(found(place) == .nothing)
    #expect(found(part) == .beginning(150_000))
    #expect(await silent.stop().count == 1)
  }

  @Test func afterASilentServerTheNextContinues() async throws {
    let silent = try FaultyServer { _ in .file(content, cutAfter: 150_000).hanging }
    let server = try FaultyServer { .file(content, from: $0.start) }
    #expect(try await failure([silent, server], timeout: 2) == nil)
    #expect(found(place) == .beginning(300_000))
    #expect(await server.stop().map(\.start) == [150_000])
    _ = await silent.stop()
  }

  @Test func aFileAnnouncedInAnotherSizeIsNotRead() async throws {
    let server = try FaultyServer { _ in .file(content + [0]).hanging }
    let error = try #require(try await failure([server]))
    #expect("\(error)".contains("its file has 300001 bytes, not 300000"))
    #expect(found(part) == .nothing)
    _ = await server.stop()
  }

  @Test func aBodyThatGoesOnIsRefused() async throws {
    // Without a length nothing but the bytes themselves tells.
    let server = try FaultyServer { _ in .init(head: ["HTTP/1.1 200 OK"], body: content + [0], hangs: true) }
    let error = try #require(try await failure([server]))
    #expect("\(error)".contains("it went on after the 300000 bytes of the file"))
    #expect(found(place) == .nothing)
    #expect(found(part) == .nothing)
    _ = await server.stop()
  }

  @Test func aRedirectIsFollowed() async throws {
    let server = try FaultyServer { request in
      request.path.hasSuffix("other") ? .file(content) : .status("302 Found", headers: ["Location: /other"])
    }
    #expect(try await failure([server]) == nil)
    #expect(found(place) == .beginning(300_000))
    #expect(await server.stop().map(\.path) == ["/mnist/digits.gz", "/other"])
  }

  @Test(arguments: ["file:///etc/hosts", "ftp://127.0.0.1/digits.gz", "gopher:1"])
  func aRedirectAwayFromTheWebIsRefused(_ target: String) async throws {
    let server = try FaultyServer { _ in .status("302 Found", headers: ["Location: \(target)"]) }
    let error = try #require(try await failure([server]))
    #expect("\(error)".contains("it sent on to \(target), which is not followed"))
    #expect(await server.stop().count == 1)
  }

  @Test func redirectsInACircleEnd() async throws {
    let server = try FaultyServer { _ in .status("302 Found", headers: ["Location: /round"]) }
    let error = try #require(try await failure([server]))
    #expect("\(error)".contains("in five steps at most"))
    #expect(await server.stop().count == 6)
  }

  @Test func progressCountsTheBytesThatAreThere() async throws {
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

  @Test func aFolderWhereTheFileCannotBeIsNamed() async throws {
    try AtomicFile.createFolder(part)  // a folder has the name that the file needs
    let server = try FaultyServer { _ in .file(content) }
    let error = try #require(try await failure([server]))
    #expect("\(error)".hasPrefix("cannot open \(part): "))
    #expect("\(error)".hasSuffix("; make room, check the permissions, or name another folder with --to"))
    #expect(await server.stop().isEmpty)
  }

  @Test func aPartThatIsALinkIsNotFollowed() async throws {
    try AtomicFile.createFolder(folder.path + "/new")
    let target = try folder.write([1, 2, 3], as: "dear")
    try FileManager.default.createSymbolicLink(atPath: part, withDestinationPath: target)
    let server = try FaultyServer { _ in .file(content) }
    #expect(try await failure([server]) != nil)
    #expect(try AtomicFile.read(target) == [1, 2, 3])
    _ = await server.stop()
  }

  @Test func twoDownloadsOfOneFileDoNotMix() async throws {
    let (reached, signal) = AsyncStream.makeStream(of: Void.self)
    let slow = try FaultyServer { _ in .file(content, cutAfter: 1000).hanging }
    let mirror = try Mirror(slow.address)
    let place = folder.path + "/new"
    let first = Task {
      try? await Downloader(mirrors: [mirror], timeout: 15).download(file, into: place) { _ in signal.yield()
      }
    }
    for await _ in reached { break }
    let error = try #require(try await failure([slow]))
    #expect("\(error)".contains("digits.gz.part: another process is downloading it"))
    await first.value
    #expect(found(part) == .beginning(1000))
    _ = await slow.stop()
  }

  @Test func aDownloaderNeedsAMirrorAndATimeout() async {
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
