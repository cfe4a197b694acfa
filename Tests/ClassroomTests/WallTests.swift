import Classroom
import Foundation
import Platform
import TestSupport
import Testing

extension Trait where Self == ConditionTrait {
  /// Skips a test where bubblewrap makes no sandbox, and says why.
  static var needsBubblewrap: Self {
    .enabled("needs bubblewrap: \(Bubblewrap.obstacle ?? "")") { Bubblewrap.obstacle == nil }
  }
}

/// A harmless attempt at each wall, by programs of the system in a student's place.
@Suite(.needsBubblewrap) struct WallTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func answer(_ script: String) throws -> (end: Confinement.End, output: String, error: String) {
    try run(script, .answer(seconds: 5))
  }

  private func compiler(_ script: String) throws -> (end: Confinement.End, output: String, error: String) {
    var confinement = Confinement.build(seconds: 60, behind: .bubblewrap)
    confinement.sandbox.readable.append("\(folder.path)/copy")
    confinement.sandbox.writable = ["\(folder.path)/copy/.build"]
    return try run(script, confinement)
  }

  private func run(
    _ script: String, _ confinement: Confinement
  ) throws -> (end: Confinement.End, output: String, error: String) {
    let run = try confinement.run("/bin/sh", ["-c", script], environment: ["PATH": "/usr/bin:/bin"])
    #expect(run.walls == .bubblewrap)
    return (run.end, String(decoding: run.output, as: UTF8.self), String(decoding: run.error, as: UTF8.self))
  }

  private func put(_ path: String) throws {
    let url = URL(fileURLWithPath: "\(folder.path)/\(path)")
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data("theirs".utf8).write(to: url)
  }

  @Test func `a file of the teacher is not there`() throws {
    try put("grades.csv")
    let run = try answer("cat \(folder.path)/grades.csv; ls -A / /home /root; ls -A /etc; ls \(folder.path)")
    #expect(!run.output.contains("theirs") && run.error.contains("No such file"))
    let names = Set(run.output.split(separator: "\n").map(String.init))
    #expect(names.isDisjoint(with: ["home", "root", "var", "passwd", "hostname", "grades.csv"]), "\(names)")
  }

  @Test func `the sockets, pipes and processes of others are not there`() throws {
    #expect(mkfifo("\(folder.path)/pipe", 0o600) == 0)
    let run = try answer(
      """
      test -e \(folder.path)/pipe && echo pipe
      test -e /run && echo run
      grep -c / /proc/net/unix
      kill -0 \(getpid())
      cat /proc/[0-9]*/cmdline | tr '\\0' '\\n' | grep -c swift
      """)
    // No socket by its path, and no process but bwrap's and its own; the pattern of grep is not among them.
    #expect(run.output.hasPrefix("0\n") && !run.output.contains("pipe") && !run.output.contains("run"))
    #expect(run.error.contains("No such process"))
    let processes = try answer("ls -d /proc/[0-9]* | wc -l")
    #expect(Int(processes.output.trimmingCharacters(in: .whitespacesAndNewlines)).map { $0 < 6 } == true)
  }

  @Test func `there is no network but a loopback of its own`() throws {
    #expect(try answer("grep -c : /proc/net/dev").output == "1\n")
  }

  @Test func `there is no terminal, and the session is its own`() throws {
    let run = try answer(
      "(echo typed > /dev/tty) 2>&1; ls /dev/pts | grep -v ptmx; cut -d ' ' -f 7 /proc/self/stat")
    #expect(!run.output.contains("typed") && run.output.hasSuffix("\n0\n"), "\(run.output)")
  }

  @Test func `only temporary files can be written, up to their limit, and they go with it`() throws {
    let run = try answer(
      """
      for place in / /usr /etc /dev /dev/shm /proc /home \(folder.path)
      do (echo mine > $place/mine) 2>/dev/null && echo $place; done
      for number in 1 2 3; do head -c 8000000 /dev/zero > /tmp/$number || echo full; done
      """)
    #expect(run.output == "full\n", "\(run.output)")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(names == [])
  }

  @Test func `rights are gone, and do not come back`() throws {
    let run = try answer(
      "id -u; grep -E '^(CapEff|CapBnd|NoNewPrivs)' /proc/self/status; mount -t tmpfs none /tmp")
    let words = run.output.split { $0.isWhitespace }
    #expect(
      words == ["1000", "CapEff:", "0000000000000000", "CapBnd:", "0000000000000000", "NoNewPrivs:", "1"])
    #expect(run.end != .exit(0))
  }

  @Test func `a signal, a full memory and too many processes are told as without walls`() throws {
    #expect(try answer("kill -SEGV $$").end == .signal(SIGSEGV))
    #expect(try answer("exit 77").end == .exit(77))
    var confinement = Confinement.answer(seconds: 5)
    confinement.totalMemory = 50 << 20
    #expect(try run("dd if=/dev/zero of=/dev/null bs=90M", confinement).end == .tooMuchMemory)
  }

  @Test func `a compiler sees its toolchain and the copy, and writes only into its build folder`() throws {
    for path in ["copy/Package.swift", "copy/.build/old", "grades.csv"] { try put(path) }
    let toolchain = try #require(Bubblewrap.toolchain)
    let run = try compiler(
      """
      cd \(folder.path) && ls && cat copy/Package.swift && echo new > copy/.build/new
      (echo new > copy/Package.swift) 2>/dev/null || echo refused
      ls -A /home; grep -c : /proc/net/dev; \(toolchain)/bin/swift --version 2>&1 | grep -c 'Swift version'
      """)
    #expect(run.output == "copy\ntheirsrefused\n1\n1\n", "\(run)")
    #expect(FileManager.default.fileExists(atPath: "\(folder.path)/copy/.build/new"))
  }

  @Test func `the first build of a copy, which has no build folder yet, has the walls too`() throws {
    var builder = AnswerBuilder(Workspace(root: "\(folder.path)/copy"))
    builder.walls = .bubblewrap
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/copy", withIntermediateDirectories: true)
    guard case .failed(let output) = try builder.build() else {
      Issue.record("an empty folder was built")
      return
    }
    #expect(output.contains("Package.swift") && !output.contains("bwrap"), "\(output)")
  }
}
