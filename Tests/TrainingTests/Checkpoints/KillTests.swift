import Foundation
import Support
import TestSupport
import Testing
import Training

/// A training in a process that dies, resumed in another.
@Suite struct KillTests {
  /// What a folder holds, hidden files included.
  private static func files(in folder: TemporaryFolder) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test(arguments: TinyTraining.Kind.allCases, [1, 6, 8])
  func `a training that was killed at a step is resumed to the same weights`(
    _ kind: TinyTraining.Kind, _ step: Int
  ) async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/run.safetensors"
    await #expect(processExitsWith: .signal(SIGKILL)) { [kind, step, path = path as String] in
      try TinyRun(kind).fit(path, callbacks: [Probe.atStep(step) { _ in kill(getpid(), SIGKILL) }])
    }
    // The first step's checkpoint is written after the callback that kills: there is none yet.
    #expect(try Self.files(in: folder) == (step == 1 ? [] : ["run.safetensors"]))
    #expect(try TinyRun(kind).fit(path) == TinyRun(kind).fit())
  }

  /// The system kills a process that writes more to a file than it may: here, half a checkpoint.
  @Test(arguments: TinyTraining.Kind.allCases)
  func `a training that was killed while writing is resumed from the checkpoint before`(
    _ kind: TinyTraining.Kind
  ) async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/run.safetensors"
    await #expect(processExitsWith: .signal(SIGXFSZ)) { [kind, path = path as String] in
      takeSignals()
      try TinyRun(kind).fit(path, callbacks: [Probe.atStep(7) { _ in try KillTests.allowHalf(of: path) }])
    }
    let names = try Self.files(in: folder)
    try #require(names.count == 2 && names[0] == "run.safetensors" && names[1].hasSuffix(".tmp"))
    let whole = try AtomicFile.read(path)
    #expect(try AtomicFile.read(folder.path + "/" + names[1]).count == whole.count / 2)
    #expect(try TinyRun(kind).fit(path) == TinyRun(kind).fit())
    #expect(try Self.files(in: folder) == ["run.safetensors"])
  }

  @Test func `a write that fails ends the training and leaves the checkpoint before`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/run.safetensors"
    await #expect(processExitsWith: .success) { [path = path as String] in
      signal(SIGXFSZ, SIG_IGN)
      let error = #expect(throws: FileError.self) {
        try TinyRun(.adam).fit(path, callbacks: [Probe.atStep(7) { _ in try KillTests.allowHalf(of: path) }])
      }
      #expect(error?.description == "cannot write \(path): File too large")
    }
    #expect(try Self.files(in: folder) == ["run.safetensors"])
    #expect(try TinyRun(.adam).fit(path) == TinyRun(.adam).fit())
  }

  private static func allowHalf(of path: String) throws {
    let half = rlim_t(try AtomicFile.read(path).count / 2)
    var limit = rlimit(rlim_cur: half, rlim_max: half)
    #if canImport(Glibc)
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    #else
      setrlimit(RLIMIT_FSIZE, &limit)
    #endif
  }
}
