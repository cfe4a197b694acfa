import Classroom
import ExerciseKit
import Support
import TestSupport

/// Answers to an exercise as students' files, made of the reference solution and the named wrong answers.
struct Answers {
  /// A wrong answer, and the finding that must recognise it.
  struct Wrong {
    let finding: String
    let text: String
  }

  private let exercise: Exercise
  private let source: String

  init(to exercise: Exercise) throws {
    self.exercise = exercise
    let path =
      "\(Checkout.root)/\(Workspace.solutions)/\(exercise.typeName.replacing("Ex", with: "Solution")).swift"
    source = String(decoding: try AtomicFile.read(path), as: UTF8.self)
  }

  private var number: String { String(exercise.typeName.dropFirst(2)) }

  /// The reference solution under the student's name.
  var right: String {
    let end = source.firstRange(of: "\n/// Wrong answers")?.lowerBound ?? source.endIndex
    return String(source[..<end]).replacing("Solution\(number)", with: exercise.typeName)
  }

  /// The wrong answers that have their own type, in their order.
  ///
  /// The file declares all of them, and makes one of them the answer.
  var wrong: [Wrong] {
    let text =
      source
      .replacing(/(?s)  \/\/\/ The answers\.\n.*?\n  \]\n/, with: "")
      .replacing(/(?m)^  private enum (\w+): Exercise/) { "  public enum \($0.1): Exercise" }
      .replacing(/(?m)^    static func/, with: "    public static func")
    let listed = source.matches(of: /WrongAnswer\("([\w-]+)", observed\((\w+)\.self\)\)/)
    return listed.filter { text.contains("public enum \($0.2): Exercise") }.map { match in
      Wrong(
        finding: String(match.1),
        text: text + "\npublic typealias \(exercise.typeName) = Wrong\(number).\(match.2)\n")
    }
  }

  /// The stub with some lines in place of the one that throws.
  func stub(with lines: String) throws -> String {
    let stub = try Workspace(root: Checkout.root).stub(of: exercise)
    return stub.replacing(/(?m)^    throw Todo.*$/, with: "    " + lines)
  }
}
