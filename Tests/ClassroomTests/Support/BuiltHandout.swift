import Classroom
import ExerciseKit
import Foundation
import TestSupport

/// A handout that is built by the tests that walk through the classroom.
///
/// It stays in the scratch folder of the checkout, so that only the first run builds all of it.
enum BuiltHandout {
  static let path = "\(Checkout.root)/.build/classroom-tests"

  /// Makes it a fresh handout, with these answers in place of stubs.
  static func prepare(_ answers: [Exercise: String] = [:]) throws {
    _ = try Handout(of: Workspace(root: Checkout.root)).update(path, answers: answers)
  }
}
