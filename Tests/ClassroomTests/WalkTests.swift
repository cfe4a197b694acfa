import Classroom
import ExerciseKit
import Foundation
import Support
import TestSupport
import Testing

/// The classroom, walked through in a handout that is built for it: one test after the other, as they share it.
@Suite(.serialized) struct WalkTests {
  // MARK: - A student

  /// The exercises of the first three lessons.
  private static let exercises = Exercise.all.filter { $0.lesson <= 3 }
  private let qat = Command(folder: BuiltHandout.path)

  private func write(_ text: String, _ exercise: Exercise) throws {
    try AtomicFile.write(text: text, to: "\(BuiltHandout.path)/\(Workspace.path(of: exercise))")
  }

  /// The exercises whose line begins with a sign.
  private func marked(_ sign: String, in output: String) -> [String] {
    output.split(separator: "\n").filter { $0.hasPrefix(sign + " 0") }.map {
      String($0.dropFirst(2).prefix(4))
    }
  }

  @Test func `a student gets through three lessons`() throws {
    try BuiltHandout.prepare()
    let ids = Self.exercises.map(\.id)
    // Half done: nothing needs to be built.
    for exercise in Self.exercises {
      try write("// begun\n" + Answers(to: exercise).stub(with: "throw Todo(\"\(exercise.id)\")"), exercise)
    }
    var run = try qat("check")
    #expect(run.status == 1 && marked("◐", in: run.output) == ids, "\(run.output)")

    // Wrong, each in its own way: each report names the probable misunderstanding.
    for exercise in Self.exercises { try write(#require(Answers(to: exercise).wrong.first).text, exercise) }
    run = try qat("check")
    #expect(run.status == 1 && marked("✗", in: run.output) == ids, "\(run.output)")
    #expect(run.output.contains("as a fence has one gap fewer than posts"))
    #expect(run.output.components(separatedBy: "Read again: lesson").count == ids.count + 1)

    try expectFailuresToBeReported()

    // Right at last.
    for exercise in Self.exercises { try write(Answers(to: exercise).right, exercise) }
    run = try qat("check")
    #expect(run.status == 0 && marked("✓", in: run.output) == ids, "\(run.output)")
    run = try qat("progress")
    #expect(run.output.contains("\(ids.count) of \(Exercise.all.count) right. Next: 04.1"), "\(run.output)")
  }

  private func expectFailuresToBeReported() throws {
    // One that does not compile: the others have to wait, and their reports say for what.
    try write(Answers(to: .scale).stub(with: "return step"), .scale)
    var run = try qat("check", "01.1", "01.2")
    #expect(
      run.status == 1 && marked("⊘", in: run.output) == ["01.1"] && marked("?", in: run.output) == ["01.2"])
    #expect(
      run.output.contains("Lessons/Exercises/Ex0101.swift:12: cannot find 'step' in scope"), "\(run.output)")
    #expect(run.output.contains("swift run qat reset 01.1 keeps"))

    // One that declares another exercise's answer as well is charged for it, alone.
    try write(Answers(to: .scale).right, .scale)
    try write(Answers(to: .zeroPoint).right + "\npublic enum Ex0101 {}\n", .zeroPoint)
    run = try qat("check", "01.1", "01.2")
    #expect(
      run.status == 1 && marked("?", in: run.output) == ["01.1"] && marked("⊘", in: run.output) == ["01.2"],
      "\(run.output)")
    #expect(
      run.output.contains("All answers are built together, and Lessons/Exercises/Ex0102.swift does not"))

    // A crash, a loop without an end, a way out of the program, and work that only claims to be done.
    try write(Answers(to: .scale).stub(with: "return [Float]()[bits]"), .scale)
    try write(Answers(to: .zeroPoint).stub(with: "while true {}"), .zeroPoint)
    try write("import Foundation\n" + Answers(to: .quantize).stub(with: "exit(77)"), .quantize)
    try write(Answers(to: .sqnr).stub(with: "throw Todo.init(\"02\" + \".1\")"), .sqnr)
    run = try qat("check", "01.1", "01.2", "01.3", "02.1")
    #expect(run.status == 1 && marked("⚡", in: run.output) == ["01.1", "01.2", "01.3"], "\(run.output)")
    #expect(marked("◐", in: run.output) == ["02.1"])
    for text in ["Index out of range", "had not ended after", "ended the whole program"] {
      // Where a line is broken is another matter.
      #expect(run.output.replacing("\n  ", with: " ").contains(text), "\(run.output)")
    }
  }

  // MARK: - A teacher

  @Test func `a teacher grades six students`() throws {
    try BuiltHandout.prepare()
    let folder = try TemporaryFolder()
    let expected = try (1...6).map { try submit(number: $0, in: folder.path) }
    let students = (1...6).map { "\(folder.path)/student-\($0)" }
    let workspace = Workspace(root: Checkout.root)
    var grader = try Grader(
      workspace, copy: BuiltHandout.path, studentsAtOnce: BuiltHandout.studentsAtOnce)
    grader.seconds = 1
    try grader.prepare()
    grader.isFresh = true
    var (grades, batches): ([Grade], [Int]) = ([], [])
    let read = { try Submission(BytePath(students[$0]), workspace: workspace) }
    try grader.grade(students.count, read) { results in
      batches.append(results.count)
      grades += results.map(\.grade)
      #expect(results.allSatisfy { !$0.isKept })
    }
    // The third group has the slots of the first.
    #expect(batches == [2, 2, 2])
    for (grade, expected) in zip(grades, expected) {
      for line in grade.lines {
        let given = line.finding ?? line.status.rawValue
        #expect(
          given == expected[line.exercise] ?? "missing",
          "\(grade.student), \(line.exercise): \(line.explanation ?? "")")
      }
      #expect(grade.right == expected.values.count { $0 == "right" })
    }
    try expectGradesToBeKept(grader, students, grades)
    // As far as this machine permits it, for the answers and for the compiler.
    let isWalled = Bubblewrap.obstacle == nil
    #expect(grades.allSatisfy { isWalled ? $0.walls == .bubblewrap : $0.walls < .bubblewrap })
    #expect(grades.allSatisfy { $0.compilerWalls == (isWalled ? .bubblewrap : .limits) })
    let rows = grades.csv.split(separator: "\r\n")
    #expect(rows.count == 7 && rows[0].hasPrefix("student,right,of,01.1,01.2"))
    #expect(rows[4].hasPrefix("student-4,\(Exercise.all.count),\(Exercise.all.count),right,right"))
    #expect(try JSONDecoder().decode([Grade].self, from: Data(grades.json().utf8)) == grades)
  }

  /// Expects that who changed nothing is not graded again, as after an interruption, and that who did is, alone.
  private func expectGradesToBeKept(_ grader: Grader, _ students: [String], _ grades: [Grade]) throws {
    var grader = grader
    let workspace = Workspace(root: Checkout.root)
    grader.isFresh = false
    let answer = "\(students[5])/\(Workspace.exercises)/Ex0102.swift"
    try AtomicFile.write(text: Answers(to: .zeroPoint).right, to: answer)
    // The fifth has an answer that does not compile: alone, it is told as it was beside others.
    var again: [Grade] = []
    let read = { try Submission(BytePath(students[$0]), workspace: workspace) }
    try grader.grade(students.count, read) { results in
      again += results.map(\.grade)
      #expect(results.map(\.isKept) == students.indices.map { $0 != 5 })
    }
    #expect(again[..<5] == grades[..<5])
    #expect(again[5].right == grades[5].right + 1 && again[5].lines[1].status == .right)
    grader.isFresh = true
    let alone = try grader.grade(read(4))
    #expect(alone.lines == grades[4].lines)
    // Other limits may lead to another grade.
    (grader.isFresh, grader.seconds) = (false, 2)
    try grader.grade(1) { _ in
      try read(3)
    } each: { results in
      #expect(!results[0].isKept && results[0].grade.lines == grades[3].lines)
    }
  }

  /// Writes a student's submission, and gives the finding or the status expected of each exercise.
  private func submit(number: Int, in folder: String) throws -> [String: String] {
    var (answers, expected): ([Exercise: String], [String: String]) = ([:], [:])
    for exercise in Exercise.all {
      let all = try Answers(to: exercise)
      // Three students hold one misconception after the other, and one holds none; `SolutionTests` has them all.
      if number <= 3, !all.wrong.isEmpty {
        let wrong = all.wrong[(number - 1) % all.wrong.count]
        (answers[exercise], expected[exercise.id]) = (wrong.text, wrong.finding)
      } else if number <= 4 {
        (answers[exercise], expected[exercise.id]) = (all.right, "right")
      }
    }
    let answersFolder = "\(folder)/student-\(number)/\(Workspace.exercises)"
    if number == 5 {
      // One answer does not compile, one is gone, one lost its function, one is right, and the checks were edited.
      answers = [
        .scale: try Answers(to: .scale).stub(with: "return step"),
        .zeroPoint: try Answers(to: .zeroPoint).right,
      ]
      (answers[.quantize], answers[.sqnr]) = (try Answers(to: .quantize).wrong[0].text, "// gone\n")
      answers[.channelScales] = "public enum Ex0202 {}\n"
      expected = [
        "01.1": "does-not-compile", "01.2": "right", "01.3": try Answers(to: .quantize).wrong[0].finding,
        "02.1": "does-not-compile", "02.2": "does-not-compile",
      ]
      try AtomicFile.createFolder("\(folder)/student-5/Sources/Course/ExerciseChecks/Lesson01")
      try AtomicFile.write(
        text: "", to: "\(folder)/student-5/Sources/Course/ExerciseChecks/Lesson01/Check0103.swift")
    }
    if number == 6 {
      let crash = "return [Float]()[bits]"
      answers = [
        .scale: try Answers(to: .scale).stub(with: crash),
        .zeroPoint: try Answers(to: .zeroPoint).stub(with: "while true {}"),
      ]
      answers[.quantize] = "import Foundation\n" + (try Answers(to: .quantize).stub(with: "exit(77)"))
      answers[.sqnr] = "// not yet\n" + (try Workspace(root: Checkout.root).stub(of: .sqnr))
      // Two write what might be a verdict into the judge's channel, and leave.
      let forged = """
        _ = #"{"findings":{"_0":[]}}"#.appending("\\n").withCString { write(3, $0, strlen($0)) }; exit(77)
        """
      answers[.channelScales] = "import Foundation\n" + (try Answers(to: .channelScales).stub(with: forged))
      answers[.halving] =
        "import Foundation\n"
        + (try Answers(to: .halving).stub(with: "atexit { _exit(77) }; return sum / 2"))
      expected = ["01.1": "crashed", "01.2": "endless", "01.3": "left", "02.1": "begun", "02.2": "left"]
      expected["02.3"] = "truncates"
      try addNeighbours(&answers, &expected)
    }
    try AtomicFile.createFolder(answersFolder)
    for (exercise, text) in answers {
      try AtomicFile.write(text: text, to: "\(answersFolder)/\(exercise.typeName).swift")
    }
    return expected
  }

  /// Adds answers that try what the ones behind them must not notice.
  private func addNeighbours(_ answers: inout [Exercise: String], _ expected: inout [String: String]) throws {
    /// The right answer, which does something first.
    func right(_ exercise: Exercise, doing work: String) throws -> String {
      let text = try Answers(to: exercise).right
      let begin = try #require(text.firstRange(of: /throws\s*->[^{]*\{\n/)).upperBound
      return "import Foundation\nprivate let first: Void = { \(work) }()\n" + text[..<begin]
        + "    _ = first\n" + text[begin...]
    }
    // It ends whatever it may: behind the walls of bubblewrap that is nothing.
    if Bubblewrap.obstacle == nil {
      answers[.bestThreshold] = try right(
        .bestThreshold, doing: "kill(getppid(), SIGKILL); kill(-1, SIGKILL)")
      expected["02.4"] = "right"
    }
    // Together they write more than a run may, and each less.
    let writing = "print(String(repeating: \"x\", count: 10 << 20))"
    answers[.fakeQuantize] = try right(.fakeQuantize, doing: writing)
    answers[.straightThrough] = try right(.straightThrough, doing: writing)
    (expected["03.1"], expected["03.2"]) = ("right", "right")
    // So does one that was wrong already: what is told of it takes all that it gives.
    let inner = "asked += 1; if asked == 2 { \(writing) }; return inner"
    answers[.composed] =
      "nonisolated(unsafe) private var asked = 0\n" + (try Answers(to: .composed).stub(with: inner))
    expected["05.1"] = "inner-alone"
    // What one leaves in memory, the next does not find.
    answers[.movingAverage] =
      "nonisolated(unsafe) var touched = false\n" + (try right(.movingAverage, doing: "touched = true"))
    answers[.training] = try right(.training, doing: "if touched { exit(3) }")
    (expected["03.3"], expected["03.4"]) = ("right", "right")
  }
}
