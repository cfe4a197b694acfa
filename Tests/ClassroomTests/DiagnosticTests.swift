import Classroom
import Testing

@Suite struct DiagnosticTests {
  /// As swift build prints it, with an error of a file that is no student's.
  private static let output = """
    [4/9] Compiling Exercises Ex0101.swift
    /home/ada/qat/Lessons/Exercises/Ex0101.swift:12:5: error: cannot find 'y' in scope
    10 |     -> Float
    11 |   {
    12 |     y
       |     `- error: cannot find 'y' in scope
    13 |   }
    /home/ada/qat/Lessons/Exercises/Ex0203.swift:9:1: warning: unused
    /home/ada/qat/Sources/Other/Other.swift:3:1: error: not theirs
    error: emit-module command failed with exit code 1
    /home/ada/qat/Lessons/Exercises/Ex0101.swift:12:5: error: cannot find 'y' in scope
    /home/ada/qat/Lessons/Exercises/Ex0302.swift:7:3: error: expected '}'
    """

  @Test func errorsInStudentsFilesAreFoundOnceEach() {
    let found = Diagnostic.all(in: Self.output)
    #expect(
      found.map(\.summary) == [
        "Lessons/Exercises/Ex0101.swift:12: cannot find 'y' in scope",
        "Lessons/Exercises/Ex0302.swift:7: expected '}'",
      ])
    #expect(found.first?.excerpt.count == 5)
    #expect(found.first?.excerpt.first == "10 |     -> Float")
  }

  @Test(arguments: [
    "cannot find 'Ex0102' in scope", "'Ex0102' is inaccessible due to 'internal' protection level",
    "global function 'check' requires that 'Ex0102' conform to 'Exercise0102'",
  ])
  func aTypeThatIsMissedWhereAllAnswersAreListedIsToldOfItsFile(_ message: String) {
    let found = Diagnostic.all(
      in: "/home/ada/qat/Sources/Tools/examiner/StudentAnswer.swift:15:42: error: \(message)")
    #expect(found.map(\.summary) == ["Lessons/Exercises/Ex0102.swift:1: \(message)"])
  }

  @Test func aBuildThatFailsForAnotherReasonHasNone() {
    #expect(Diagnostic.all(in: "error: link command failed with exit code 1") == [])
  }
}
