import ExerciseKit

/// How far a student has come, worked out from the attempts each time: nothing is stored.
package struct Progress: Hashable, Sendable {
  /// Every exercise, in order.
  package let assessments: [Assessment]

  /// Takes the assessments of every exercise.
  package init(_ assessments: [Assessment]) { self.assessments = assessments }

  /// A line a lesson, what the signs mean, and what to do next.
  package func lines(on page: Page) -> [String] {
    let lessons = Dictionary(grouping: assessments, by: \.exercise.lesson).sorted { $0.key < $1.key }
    let widest = lessons.map(\.value.count).max() ?? 0
    let rows = lessons.map { lesson, assessments in
      let signs = assessments.map { page.sign($0.standing) }.joined(separator: " ")
      let space = String(repeating: "  ", count: widest - assessments.count)
      return "lesson \(lesson)  \(signs)\(space)  \(Self.right(assessments)) of \(assessments.count)"
    }
    let used = Standing.allCases.filter { standing in assessments.contains { $0.standing == standing } }
    let key = used.map { "\(page.sign($0)) \($0.rawValue)" }.joined(separator: " · ")
    return rows + [""] + page.wrapped(key) + ["", next(on: page)]
  }

  private func next(on page: Page) -> String {
    let count = "\(Self.right(assessments)) of \(assessments.count) right."
    // What was begun comes before what was not.
    let open = assessments.filter { $0.standing != .right }
    guard let next = open.first(where: { $0.standing != .notBegun }) ?? open.first else {
      return "\(count) That is all of them."
    }
    let text =
      "\(count) Next: \(next.exercise.id), \(next.exercise.title). swift run qat check \(next.exercise.id)"
    return page.wrapped(text).joined(separator: "\n")
  }

  private static func right(_ assessments: [Assessment]) -> Int {
    assessments.count { $0.standing == .right }
  }
}
