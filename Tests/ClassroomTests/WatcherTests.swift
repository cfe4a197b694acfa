import Classroom
import ExerciseKit
import Foundation
import TestSupport
import Testing
import Weaver

@Suite struct WatcherTests {
  private let small: SmallWorkspace

  init() throws { small = try SmallWorkspace() }

  @Test func `a saved file is seen once`() throws {
    var watcher = Watcher(Exercise.all, in: small.workspace)
    #expect(watcher.saved() == [])
    try small.write("longer than the stub was, by far", to: Workspace.path(of: .quantize))
    try small.write("and this one", to: Workspace.path(of: .scale))
    #expect(watcher.saved() == [.scale, .quantize])
    #expect(watcher.saved() == [])
  }

  @Test func `a file written in place is seen by its time`() throws {
    let path = "\(small.workspace.root)/\(Workspace.path(of: .scale))"
    var watcher = Watcher([.scale], in: small.workspace)
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: path)
    #expect(watcher.saved() == [.scale])
  }

  @Test func `a file that is missing for a moment counts once it is back`() throws {
    let path = "\(small.workspace.root)/\(Workspace.path(of: .scale))"
    var watcher = Watcher([.scale], in: small.workspace)
    try FileManager.default.moveItem(atPath: path, toPath: path + "~")
    #expect(watcher.saved() == [])
    try small.write("new", to: Workspace.path(of: .scale))
    #expect(watcher.saved() == [.scale])
  }

  @Test func `an exercise that was not named is not watched`() throws {
    var watcher = Watcher([.scale], in: small.workspace)
    try small.write("new", to: Workspace.path(of: .quantize))
    #expect(watcher.saved() == [])
  }
}

/// The command `qat watch`.
@Suite struct WatchTests {
  // In an exit test, as tests may run where Ctrl-C is ignored. Nothing is built: the work is half done.
  @Test func `a saved file is checked, and Ctrl-C ends the watch`() async {
    await #expect(processExitsWith: .success) {
      takeSignals()
      let small = try SmallWorkspace()
      let watch = Process()
      watch.executableURL = URL(fileURLWithPath: Executables.builtWithTests.folder + "/qat")
      watch.arguments = ["watch", "01.1"]
      watch.currentDirectoryURL = URL(fileURLWithPath: small.workspace.root)
      let pipe = Pipe()
      watch.standardOutput = pipe
      try watch.run()
      var output = ""
      func read(until text: String) {
        while !output.contains(text) {
          let bytes = pipe.fileHandleForReading.availableData
          if bytes.isEmpty { return }
          output += String(decoding: bytes, as: UTF8.self)
        }
      }
      read(until: "waits for your code")
      let stub = try small.workspace.stub(of: .scale)
      try small.write("// begun\n" + stub, to: Workspace.path(of: .scale))
      read(until: "there is a Todo left")
      #expect(output.contains("◐ 01.1"))
      watch.interrupt()
      watch.waitUntilExit()
      #expect(watch.terminationReason == .uncaughtSignal && watch.terminationStatus == SIGINT)
    }
  }
}
