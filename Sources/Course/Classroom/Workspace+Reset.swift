import ExerciseKit
import Foundation
import Support

extension Workspace {
  /// The folder, from the root, in which attempts are kept and pictures for students drawn; git ignores it.
  package static let attempts = "output/attempts"

  /// Puts the stub of an exercise back and keeps the attempt that stood in its place.
  ///
  /// Gives the path of the copy from the root, or nil where the file was the stub already. The copy is written first,
  /// under a name that no file has yet: whatever happens, the attempt is not lost.
  ///
  /// - Throws: `FileError` if the attempt cannot be read or kept, or the stub not written.
  package func reset(_ exercise: Exercise) throws(FileError) -> String? {
    let (attempt, stub) = (try attempt(at: exercise), try stub(of: exercise))
    if attempt == stub { return nil }
    try AtomicFile.createFolder("\(root)/\(Self.attempts)")
    var number = 1
    while FileManager.default.fileExists(atPath: "\(root)/\(kept(exercise, number))") { number += 1 }
    try AtomicFile.write(text: attempt, to: "\(root)/\(kept(exercise, number))")
    try AtomicFile.write(text: stub, to: "\(root)/\(Self.path(of: exercise))")
    return kept(exercise, number)
  }

  private func kept(_ exercise: Exercise, _ number: Int) -> String {
    "\(Self.attempts)/\(exercise.typeName)-\(number).swift"
  }
}
