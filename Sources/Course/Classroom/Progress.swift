import ExerciseKit

/// How far a student has come, computed from the answers each time: nothing is stored.
package struct Progress: Hashable, Sendable {
  /// Every exercise, in order.
  package let assessments: [Assessment]

  /// Creates the progress from the assessments of every exercise.
  package init(_ assessments: [Assessment]) { self.assessments = assessments }

  /// A line for each lesson, the meanings of the signs, and the next thing to do.
  package func lines(on layout: TerminalLayout) -> [String] {
    let lessons = Dictionary(grouping: assessments, by: \.exercise.lesson).sorted { $0.key < $1.key }
    let widest = lessons.map(\.value.count).max() ?? 0
    let rows = lessons.map { lesson, assessments in
      let signs = assessments.map { layout.sign($0.status) }.joined(separator: " ")
      let space = String(repeating: "  ", count: widest - assessments.count)
      return "lesson \(lesson)  \(signs)\(space)  \(Self.right(assessments)) of \(assessments.count)"
    }
    let used = ExerciseStatus.allCases.filter { status in assessments.contains { $0.status == status } }
    let key = used.map { "\(layout.sign($0)) \($0.rawValue)" }.joined(separator: " · ")
    return rows + [""] + layout.wrapped(key) + ["", next(on: layout)]
  }

  private func next(on layout: TerminalLayout) -> String {
    let count = "\(Self.right(assessments)) of \(assessments.count) right."
    // An exercise that was begun comes before one that was not.
    let open = assessments.filter { $0.status != .right }
    guard let next = open.first(where: { $0.status != .notBegun }) ?? open.first else {
      return "\(count) That is all of them."
    }
    let text =
      "\(count) Next: \(next.exercise.id), \(next.exercise.title). swift run qat check \(next.exercise.id)"
    return layout.wrapped(text).joined(separator: "\n")
  }

  private static func right(_ assessments: [Assessment]) -> Int {
    assessments.count { $0.status == .right }
  }
}
