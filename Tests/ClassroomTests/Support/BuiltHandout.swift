import Classroom
import Foundation
import TestSupport

/// A handout that is built by the tests that walk through the classroom.
///
/// It stays in the scratch folder of the checkout, so that only the first run builds all of it.
enum BuiltHandout {
  static let path = "\(Checkout.root)/.build/classroom-copy"

  /// Makes it a fresh handout, of which only the examiner and what it needs is built.
  static func prepare() throws {
    let checkout = Workspace(root: Checkout.root)
    try GradingTree(checkout, copy: CopyFolder(path, of: checkout, for: .grading)).clear()
  }
}
