import CProcess
import Foundation
import Platform
import Support
import TestSupport
import Testing

/// A parser in a child process: what it may do, and how its end is told.
@Suite struct ConfinedParseTests {
  /// Runs a parser of these bytes.
  private func run(
    on bytes: [UInt8] = [1, 2, 3], memory: UInt = 64 << 20, cpuSeconds: UInt32 = 20, count: Int,
    _ parser: qat_parser
  ) throws -> (results: [UInt8], end: qat_parse_end) {
    let folder = try TemporaryFolder()
    let file = try OrdinaryFile(path: folder.write(bytes))
    var parse = qat_parse()
    #expect(qat_start_parse(file.descriptor, file.size, memory, cpuSeconds, parser, nil, &parse) == 0)
    var results = [UInt8](repeating: 0, count: count)
    results.removeLast(count - max(0, qat_read_results(&parse, &results, count, 100)))
    var end = qat_parse_end()
    qat_end_parse(&parse, 0, &end)
    return (results, end)
  }

  @Test func `a parser reads the file and writes results`() throws {
    let (results, end) = try run(on: Array("bytes".utf8), count: 100) { bytes, size, output, _ in
      write(output, bytes, size)
      write(output, bytes, 2)
    }
    #expect(results == Array("bytesby".utf8))
    #expect(end.signal == 0 && end.status == 0 && end.is_unknown == 0)
  }

  @Test func `a parser opens no file and no connection, and has no descriptor but its own`() throws {
    let (results, _) = try run(count: 5) { _, _, output, _ in
      var failed: [UInt8] = []
      failed.append(open("/dev/null", O_RDONLY) < 0 ? 1 : 0)
      failed.append(open("swift-qat-\(getpid())", O_WRONLY | O_CREAT, 0o600) < 0 ? 1 : 0)
      failed.append(socket(AF_UNIX, numericCast(1), 0) < 0 ? 1 : 0)
      failed.append(dup(output) < 0 ? 1 : 0)
      failed.append((5..<64).allSatisfy { fcntl($0, F_GETFD) < 0 } ? 1 : 0)
      write(output, failed, failed.count)
    }
    #expect(results == [1, 1, 1, 1, 1])
  }

  #if os(Linux) && (arch(x86_64) || arch(arm64))
    @Test func `a parser starts no process, signals none, and takes no more memory than it may`() throws {
      let (results, _) = try run(memory: 64 << 20, count: 4) { _, _, output, _ in
        var failed: [UInt8] = []
        failed.append(kill(getppid(), 0) < 0 ? 1 : 0)
        failed.append(malloc(1 << 20) != nil ? 1 : 0)
        failed.append(malloc(128 << 20) == nil ? 1 : 0)
        failed.append(unlink("swift-qat-none") < 0 && errno == EPERM ? 1 : 0)
        write(output, failed, failed.count)
      }
      #expect(results == [1, 1, 1, 1])
    }
  #endif

  @Test func `a parser without end is ended by its processor time`() throws {
    let (results, end) = try run(cpuSeconds: 1, count: 1) { _, _, _, _ in
      while true {}
    }
    #expect(results == [])
    #expect(end.signal == SIGXCPU)
  }

  @Test func `the crash of a parser is told`() throws {
    let (results, end) = try run(count: 10) { _, _, output, _ in
      write(output, [UInt8(7)], 1)
      abort()
    }
    #expect(results == [7])
    #expect(end.signal != 0)
  }

  @Test func `an empty file cannot be mapped, and is told`() throws {
    let (results, end) = try run(on: [], count: 1) { _, _, output, _ in write(output, [UInt8(7)], 1) }
    #expect(results == [] && end.status == 126)
  }
}
