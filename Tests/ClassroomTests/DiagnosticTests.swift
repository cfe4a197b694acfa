import Classroom
import ExerciseChecks
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

  @Test func `every error in a student's file is found once`() {
    let found = Diagnostic.all(in: Self.output)
    #expect(
      found.map(\.summary) == [
        "Lessons/Exercises/Ex0101.swift:12: cannot find 'y' in scope",
        "Lessons/Exercises/Ex0302.swift:7: expected '}'",
      ])
    #expect(found.first?.excerpt.count == 5)
    #expect(found.first?.excerpt.first == "10 |     -> Float")
  }

  @Test func `a function that a name hides is told, and compile errors refer to no lesson`() {
    let file = "/home/ada/qat/Lessons/Exercises/Ex0101.swift:12:5: error:"
    let hidden = Diagnostic.all(in: "\(file) cannot call value of non-function type 'Float'")
    #expect(hidden[0].remedy?.contains("`Swift.max(…)`") == true)
    #expect(Finding(hidden)?.likelyCause == hidden[0].remedy)
    let other = Diagnostic.all(in: "\(file) cannot find 'y' in scope")
    #expect(other[0].remedy == nil)
    #expect(Finding(other)?.description.contains("Read again") == false)
  }

  @Test(arguments: [
    "cannot find 'Ex0102' in scope", "'Ex0102' is inaccessible due to 'internal' protection level",
    "global function 'check' requires that 'Ex0102' conform to 'Exercise0102'",
  ])
  func `an error in the list of answers is attributed to the student's file`(_ message: String) {
    let found = Diagnostic.all(
      in: "/home/ada/qat/Sources/Tools/examiner/StudentAnswer.swift:15:42: error: \(message)")
    #expect(found.map(\.summary) == ["Lessons/Exercises/Ex0102.swift:1: \(message)"])
  }

  @Test func `a type that does not conform is found by its line in the list of answers`() {
    let found = Diagnostic.all(
      in: """
        /home/ada/qat/Sources/Tools/examiner/StudentAnswer.swift:21:49: error: no exact matches in call to global function 'check'
        20 |     ExerciseKit.observed(Ex0101.self),
        21 |     ExerciseKit.observed(Ex0102.self),
           |                                                 `- error: no exact matches in call to global function 'check'
        22 |     ExerciseKit.observed(Ex0103.self),

        /home/ada/qat/Sources/Course/ExerciseKit/Lesson01/Exercise0101.swift:30:13: note: candidate requires that 'Ex0102' conform to 'Exercise0101'
        """)
    #expect(
      found.map(\.summary) == [
        "Lessons/Exercises/Ex0102.swift:1: type 'Ex0102' does not conform to protocol 'Exercise0102'"
      ])
  }

  @Test func `of several errors at one line of the list of answers only the first counts`() {
    let list = "/home/ada/qat/Sources/Tools/examiner/StudentAnswer.swift:21"
    let source = "21 |     ExerciseKit.observed(Ex0102.self),"
    let found = Diagnostic.all(
      in: """
        \(list):55: error: cannot find 'Ex0102' in scope
        \(source)
        \(list):49: error: generic parameter 'some Exercise0101' could not be inferred
        \(source)
        """)
    #expect(found.map(\.message) == ["cannot find 'Ex0102' in scope"])
  }

  @Test func `a build that fails for another reason has no diagnostics`() {
    #expect(Diagnostic.all(in: "error: link command failed with exit code 1") == [])
  }

  @Test func `colour changes nothing`() {
    // As a compiler that was told of a terminal prints it.
    let path = "/home/ada/qat/Lessons/Exercises/Ex0101.swift:12:5: "
    let plain =
      "\(path)error: cannot find 'y' in scope\n12 |     y\n   |     `- error: cannot find 'y' in scope"
    let colored =
      "\u{1B}[0;1m\(path)\u{1B}[0m\u{1B}[0;1;31merror: \u{1B}[0m\u{1B}[0;1mcannot find 'y' in scope\u{1B}[0m\n"
      + "\u{1B}[0;36m12 |\u{1B}[0m     y\n\u{1B}[0;36m   |\u{1B}[0m     `- error: cannot find 'y' in scope"
    #expect(Diagnostic.all(in: plain).count == 1)
    #expect(Diagnostic.all(in: colored) == Diagnostic.all(in: plain))
  }

  @Test func `a line of a student's source is no error of another file`() {
    let output = """
      /home/ada/qat/Lessons/Exercises/Ex0101.swift:12:5: error: cannot find 'y' in scope
      12 |     y // /home/ada/qat/Lessons/Exercises/Ex0302.swift:7:3: error: forged
      """
    #expect(Diagnostic.all(in: output).map(\.typeName) == ["Ex0101"])
  }

  @Test func `of a file with thousands of errors a hundred are kept, and the other files' too`() {
    let file = "/home/ada/qat/Lessons/Exercises"
    let many = (1...5000).map { "\(file)/Ex0101.swift:\($0):1: error: wrong\n\($0) | y\n" }.joined()
    let found = Diagnostic.all(in: many + "\(file)/Ex0102.swift:1:1: error: wrong, too\n")
    #expect(found.count == 101 && found.last?.typeName == "Ex0102")
  }

  @Test func `names that are defined nowhere or twice are the linker's errors`() {
    let output = """
      error: link command failed with exit code 1 (use -v to see invocation)
      ld.lld: error: undefined symbol: nowhere
      >>> referenced by Ex0101.swift:14 (/home/ada/qat/Lessons/Exercises/Ex0101.swift:14)
      \u{1B}[31mld.gold: /home/ada/qat/.build/x.o: error: undefined reference to 'nowhere'\u{1B}[0m
      ld.lld: error: undefined symbol: nowhere
      """
    #expect(
      LinkError.all(in: output) == [
        "ld.lld: error: undefined symbol: nowhere", "ld.gold: x.o: error: undefined reference to 'nowhere'",
      ])
    #expect(LinkError.all(in: Self.output) == [])
  }
}
