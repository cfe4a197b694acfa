import Classroom
import ExerciseKit
import Foundation
import TestSupport

/// A handout that is built by the tests that walk through the classroom.
///
/// It stays in the scratch folder of the checkout, so that only the first run builds all of it.
enum BuiltHandout {
  static let path = "\(Checkout.root)/.build/classroom-copy"

  /// Makes it a fresh handout, with these answers in place of stubs.
  static func prepare(_ answers: [Exercise: String] = [:]) throws {
    let checkout = Workspace(root: Checkout.root)
    _ = try Handout(of: checkout).update(CopyFolder(path, of: checkout, for: .grading), answers: answers)
  }
}
