import Classroom
import ExerciseKit
import Foundation
import TestSupport
import Testing
import Weaver

@Suite struct WatchTests {
  // In an exit test, as tests may run where Ctrl-C is ignored. Nothing is built: the work is half done.
  @Test func aSavedFileIsCheckedAndCtrlCEndsTheWatch() async {
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
