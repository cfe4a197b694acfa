import Classroom
import ExerciseKit
import Foundation
import Support
import TestSupport
import Testing

@Suite struct GradingTreeTests {
  @Test func `the errors of a build name the slots that they are in`() {
    let output = """
      /copy/Slots/3/Lessons/Exercises/Ex0101.swift:7:5: error: cannot find 'y' in scope
      \u{1B}[31m/copy/Slots/12/Sources/Tools/examiner/StudentAnswer.swift:20:1: error: cannot find 'Ex0102' in scope
      /copy/Slots/4/Lessons/Exercises/Ex0101.swift:7:5: warning: variable 'x' was never used
      /copy/Lessons/Exercises/Ex0101.swift:7:5: error: cannot find 'z' in scope
      """
    #expect(GradingTree.slots(in: output) == [3, 12])
  }

  @Test func `the errors of a linker name the slots whose answers do not link`() {
    let output = """
      error: link command failed with exit code 1 (use -v to see invocation)
      /copy/.build/debug/Exercises3.build/Ex0101.swift.o:Ex0101.swift:function $s10: error: undefined reference to 'no'
      ld.gold: error: /copy/.build/debug/Exercises12.build/Ex0102.swift.o: multiple definition of 'twice'
      /copy/.build/debug/Exercises4.build/Ex0102.swift.o: warning: unused
      """
    #expect(GradingTree.unlinkedSlots(in: output) == [3, 12])
    #expect(GradingTree.slots(in: output) == [])
  }

  @Test func `errors in a slot are told as if the answers stood in a checkout`() {
    func output(_ place: String, _ module: String) -> String {
      """
      /copy/\(place)Lessons/Exercises/Ex0101.swift:7:5: error: module '\(module)' has no member named 'y'
       5 |
       7 |   \(module).y
         |             `- error: module '\(module)' has no member named 'y'
      /copy/\(place)Sources/Tools/examiner/StudentAnswer.swift:20:1: error: cannot find 'Ex0102' in scope
      """
    }
    let others = "/copy/Slots/12/Lessons/Exercises/Ex0103.swift:1:1: error: cannot find 'z' in scope\n"
    let inSlot = Diagnostic.all(in: others + output("Slots/1/", "Exercises1"), slot: 1)
    #expect(inSlot == Diagnostic.all(in: output("", "Exercises")))
    #expect(inSlot.map(\.typeName) == ["Ex0101", "Ex0102"])
  }

  @Test func `a slot that was filled before stays as it is, and a missing one gets stubs`() throws {
    let (small, folder) = (try SmallWorkspace(), try TemporaryFolder())
    try small.write("// swift-tools-version: 6.2\n", to: "Package.swift")
    for name in ["main.swift", "StudentAnswer.swift"] {
      try small.write("import Exercises\n", to: "Sources/Tools/examiner/\(name)")
    }
    let copy = try CopyFolder("\(folder.path)/copy", of: small.workspace, for: .grading)
    let tree = GradingTree(small.workspace, copy: copy)
    try tree.clear()
    func path(_ slot: Int) -> String { "\(copy.path)/Slots/\(slot)/\(Workspace.path(of: .scale))" }
    #expect(try String(contentsOfFile: path(1), encoding: .utf8) == small.workspace.stub(of: .scale))
    try AtomicFile.write(text: "// an answer", to: path(1))
    try FileManager.default.removeItem(atPath: "\(copy.path)/Slots/2")
    try tree.clear()
    #expect(try String(contentsOfFile: path(1), encoding: .utf8) == "// an answer")
    #expect(try String(contentsOfFile: path(2), encoding: .utf8) == small.workspace.stub(of: .scale))
  }

  @Test func `a tree changes its fingerprint with the checks, and not with what students write`() throws {
    let (small, folder) = (try SmallWorkspace(), try TemporaryFolder())
    let copy = try CopyFolder("\(folder.path)/copy", of: small.workspace, for: .grading)
    let tree = GradingTree(small.workspace, copy: copy)
    let first = try tree.fingerprint()
    try small.write("// mine", to: Workspace.path(of: .scale))
    #expect(try tree.fingerprint() == first)
    try small.write("// stricter", to: "Sources/Course/ExerciseChecks/Lesson01/Check0101.swift")
    let second = try tree.fingerprint()
    #expect(second != first)
    let stub = "\(Workspace.stubs)/\(Exercise.scale.typeName).stub"
    try small.write("// another stub", to: stub)
    #expect(try tree.fingerprint() != second)
  }
}
