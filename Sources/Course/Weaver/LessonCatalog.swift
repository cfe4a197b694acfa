import Foundation
import Support

/// What a chapter can refer to, the lessons and exercises there are, and the folders it must not name.
public struct LessonCatalog: Hashable, Sendable {
  /// The lessons, such as `lesson-01`, in order.
  public let lessons: [String]
  /// The exercises, such as `01.2`, in order.
  public let exercises: [String]
  /// The folders of this machine, which a chapter must not show.
  public let machinePaths: MachinePaths

  /// Creates a catalog of named lessons and exercises.
  public init(lessons: [String], exercises: [String], machinePaths: MachinePaths = MachinePaths()) {
    (self.lessons, self.exercises, self.machinePaths) = (lessons, exercises, machinePaths)
  }

  /// Finds the lessons and exercises of a checkout by its `Lessons` folder.
  ///
  /// - Throws: an error of the file system if the folder cannot be read.
  public init(root: String) throws {
    let files = FileManager.default
    let lessons = try files.contentsOfDirectory(atPath: "\(root)/Lessons").sorted()
    self.lessons = lessons.filter {
      $0.hasPrefix("lesson-") && files.fileExists(atPath: "\(root)/Lessons/\($0)/main.swift")
    }
    let folder = "\(root)/Lessons/Exercises"
    let exercises = files.fileExists(atPath: folder) ? try files.contentsOfDirectory(atPath: folder) : []
    self.exercises = exercises.sorted().compactMap(Self.exerciseID)
    machinePaths = MachinePaths(checkout: root)
  }

  // MARK: - The names of exercises

  /// The file that holds an exercise, in `Lessons/Exercises`: `Ex0102.swift` for `01.2`.
  package static func exerciseFile(_ id: String) -> String {
    "Ex\(id.split(separator: ".").map { $0.count == 1 ? "0\($0)" : $0 }.joined()).swift"
  }

  /// The exercise that a file holds: nil for a file of another kind.
  package static func exerciseID(_ file: String) -> String? {
    let digits = file.dropFirst(2).prefix(4)
    let number = digits.suffix(2).drop { $0 == "0" }
    guard digits.allSatisfy(\.isNumber), !number.isEmpty else { return nil }
    let id = "\(digits.prefix(2)).\(number)"
    return exerciseFile(id) == file ? id : nil
  }
}
