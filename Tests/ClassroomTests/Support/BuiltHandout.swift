import Classroom
import Foundation
import TestSupport

/// A handout that is built by the tests that walk through the classroom.
///
/// It stays in the scratch folder of the checkout, so that only the first run builds all of it.
enum BuiltHandout {
  static let path = "\(Checkout.root)/.build/classroom-copy"

  /// How many students' answers are built at once in it: each takes two examiners, whose first build takes its time.
  static let studentsAtOnce = 2

  /// Makes it a fresh handout, of which only the examiner and what it needs is built.
  static func prepare() throws {
    let checkout = Workspace(root: Checkout.root)
    let folder = try CopyFolder(path, of: checkout, for: .grading)
    try GradingTree(checkout, copy: folder, studentsAtOnce: studentsAtOnce).clear()
  }
}
