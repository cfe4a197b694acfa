import ExerciseChecks
import ExerciseKit
import Support

/// A student's answers on their way into a build: those that were not refused so far, and why the others were.
struct Admission: Sendable {
  /// The answers that were not refused.
  private(set) var answers: [Exercise: String]
  /// The assessments of the others.
  private(set) var refused: [Exercise: Assessment] = [:]
  /// What was odd.
  private(set) var remarks: [String]

  /// Begins with the answers of a submission, each `#sourceLocation` in them made a comment: by that a file puts its
  /// errors into another.
  init(_ submission: Submission) {
    let named = Exercise.all.filter { submission.answers[$0]?.contains("#sourceLocation") == true }
    remarks =
      submission.remarks
      + named.map { "\($0.typeName).swift: #sourceLocation was left out; it blames other files" }
    answers = submission.answers.mapValues { $0.replacing("#sourceLocation", with: "//#sourceLocation") }
  }

  /// True if an answer has to be run.
  var needsBuild: Bool { answers.contains { !$0.isUnsolved(in: $1) } }

  private mutating func refuse(_ assessment: Assessment) {
    answers[assessment.exercise] = nil
    refused[assessment.exercise] = assessment
  }

  /// Builds the tree with all the answers that compile, where answers stand in a checkout, and refuses the others.
  ///
  /// - Throws: `ClassroomError` if the tree does not build without the answers, or an error of the file system.
  mutating func build(in tree: GradingTree, by builder: AnswerBuilder, seconds: Int) throws {
    while true {
      try tree.put(answers)
      let build = try builder.build(seconds: seconds)
      guard build != .built else { return }
      if !refuse(build.diagnostics, seconds: seconds) {
        remarks.append("\(Self.reason(build, seconds: seconds)), so they were tried in turn")
        let isQuick = if case .failed = build { true } else { false }
        return try buildInTurn(in: tree, by: builder, seconds: seconds, isQuick: isQuick)
      }
    }
  }

  /// Refuses the answers that the compiler finds errors in.
  ///
  /// - Returns: False if they are in none of the answers.
  mutating func refuse(_ diagnostics: [Diagnostic], seconds: Int) -> Bool {
    let broken = Exercise.all.filter { exercise in
      answers[exercise] != nil && diagnostics.contains { $0.typeName == exercise.typeName }
    }
    for exercise in broken {
      refuse(Self.assessment(exercise, .doesNotCompile(diagnostics), seconds: seconds))
    }
    return !broken.isEmpty
  }

  /// Admits each answer that builds together with the ones before it.
  ///
  /// This is for answers that do not compile together, or that take the compiler too long.
  ///
  /// - Parameters:
  ///   - tree: The tree.
  ///   - builder: Its builder.
  ///   - seconds: How long a build may take.
  ///   - isQuick: True if a build that fails takes no longer than others: then halving finds the answer sooner.
  /// - Throws: as `build` does.
  private mutating func buildInTurn(
    in tree: GradingTree, by builder: AnswerBuilder, seconds: Int, isQuick: Bool
  ) throws {
    var kept: [Exercise: String] = [:]
    func halves(_ some: [Exercise]) -> [[Exercise]] {
      [Array(some.prefix(some.count / 2)), Array(some.dropFirst(some.count / 2))]
    }
    // All together were tried before.
    let all = Exercise.all.filter { answers[$0] != nil }
    var waiting = isQuick && all.count > 1 ? halves(all) : all.map { [$0] }
    while !waiting.isEmpty {
      let some = waiting.removeFirst()
      let texts = answers.filter { some.contains($0.key) }
      try tree.put(kept.merging(texts) { $1 })
      let build = try builder.build(seconds: seconds)
      if build == .built {
        kept.merge(texts) { $1 }
      } else if some.count == 1 {
        refuse(Self.assessment(some[0], build, seconds: seconds))
      } else {
        waiting = halves(some) + waiting
      }
    }
    try tree.put(kept)
    guard case .built = try builder.build() else {
      throw ClassroomError(
        "the copy in \(tree.workspace.root) does not build any more; delete it and try again")
    }
  }

  /// Why answers were not built together.
  private static func reason(_ build: AnswerBuilder.Build, seconds: Int) -> String {
    switch build {
    case .tookTooLong: "the answers could not be built together within \(seconds) s"
    case .failed(let output) where !LinkError.all(in: output).isEmpty: "the answers do not link together"
    case .tookTooMuch(let what): "building the answers together took \(what)"
    case .built, .doesNotCompile, .failed: "the answers could not be built together"
    }
  }

  /// The assessment of an answer that was refused.
  private static func assessment(
    _ exercise: Exercise, _ build: AnswerBuilder.Build, seconds: Int
  ) -> Assessment {
    func finding(_ id: String, _ observation: String, _ cause: String) -> Finding {
      Finding(id, observation: observation, likelyCause: cause)
    }
    switch build {
    case .built: stop("an answer that was built is not refused")
    case .tookTooLong:
      return Assessment(
        exercise, .compilesTooLong,
        finding(
          "compiles-too-long", "The compiler had not ended after \(seconds) s.",
          "A long expression without types takes it exponentially long: give each part a name and a type."))
    case .tookTooMuch(let what):
      return Assessment(
        exercise, .doesNotCompile,
        finding(
          "compiles-too-large", "The compiler was ended, since it took \(what).",
          "A long expression or a large literal takes it that much: give each part a name and a type."))
    case .doesNotCompile(let diagnostics):
      let own = Finding(diagnostics.filter { $0.typeName == exercise.typeName })
      let other = diagnostics.first.map {
        finding(
          "does-not-compile", "With this answer, the compiler says: \($0.summary)",
          "The two files declare the same thing, perhaps: make what only one of them uses private.")
      }
      return Assessment(exercise, .doesNotCompile, own ?? other)
    case .failed(let output):
      let errors = LinkError.all(in: output)
      if !errors.isEmpty {
        return Assessment(
          exercise, .doesNotLink,
          finding(
            "does-not-link", "The linker says: \(errors.prefix(3).joined(separator: "\n"))",
            "A name is declared here and defined nowhere, or defined in another file, too."))
      }
      let last = output.split(separator: "\n").last { $0.contains("error:") } ?? "nothing"
      return Assessment(
        exercise, .doesNotCompile,
        finding(
          "does-not-compile", "The build fails with this answer, and says: \(last.prefix(300))",
          "Without it the others build."))
    }
  }
}
