import ExerciseKit
import Platform

/// Sees which answers have been saved since it last looked.
///
/// It compares the times, sizes and inodes of the files. That works everywhere, with editors that write a file in
/// place and with editors that replace it.
package struct Watcher {
  /// The properties of a file that change when it is saved.
  private struct Stamp: Hashable {
    let seconds: Int
    let nanoseconds: Int
    let size: Int
    let inode: UInt64
  }

  private let workspace: Workspace
  private let exercises: [Exercise]
  private var seen: [Exercise: Stamp] = [:]

  /// Begins to watch the answers to some exercises.
  package init(_ exercises: [Exercise], in workspace: Workspace) {
    (self.exercises, self.workspace) = (exercises, workspace)
    _ = saved()
  }

  /// The exercises saved since the last call, in their order.
  ///
  /// A file that is missing for the moment counts once it is back.
  package mutating func saved() -> [Exercise] {
    exercises.filter { exercise in
      guard let stamp = stamp(of: exercise), stamp != seen[exercise] else { return false }
      seen[exercise] = stamp
      return true
    }
  }

  private func stamp(of exercise: Exercise) -> Stamp? {
    var status = stat()
    guard stat("\(workspace.root)/\(Workspace.path(of: exercise))", &status) == 0 else { return nil }
    let time = status.modificationTime
    return Stamp(
      seconds: Int(time.tv_sec), nanoseconds: Int(time.tv_nsec), size: Int(status.st_size),
      inode: UInt64(status.st_ino))
  }
}
