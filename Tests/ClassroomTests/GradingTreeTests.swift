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
