import Classroom
import ExerciseKit
import Foundation
import Support
import TestSupport

/// A workspace on the disk that holds only answers, stubs and what a test adds.
final class SmallWorkspace {
  let workspace: Workspace
  private let folder: TemporaryFolder

  /// Makes one in which nothing was begun; its stubs are those of the checkout.
  init() throws {
    folder = try TemporaryFolder()
    workspace = Workspace(root: folder.path)
    let checkout = Workspace(root: Checkout.root)
    for exercise in Exercise.all {
      let stub = try checkout.stub(of: exercise)
      try write(stub, to: "\(Workspace.stubs)/\(exercise.typeName).stub")
      try write(stub, to: Workspace.path(of: exercise))
    }
  }

  /// Writes a file, given from the root, with the folders it lies in.
  func write(_ text: String, to path: String) throws {
    let whole = URL(fileURLWithPath: "\(workspace.root)/\(path)")
    try AtomicFile.createFolder(whole.deletingLastPathComponent().path)
    try AtomicFile.write(text: text, to: whole.path)
  }

  /// What a file holds.
  func read(_ path: String) throws -> String {
    String(decoding: try AtomicFile.read("\(workspace.root)/\(path)"), as: UTF8.self)
  }
}
