import Support

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a chapter can refer to, the lessons and exercises there are, and the folders it must not name.
public struct Shelf: Hashable, Sendable {
  /// The lessons, such as `lesson-01`, in order.
  public let lessons: [String]
  /// The exercises, such as `01.2`, in order.
  public let exercises: [String]
  /// The folders of this machine, which a chapter must not show.
  public let machinePaths: MachinePaths

  /// Creates a shelf of named lessons and exercises.
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

  /// `01.2` for `Ex0102.swift`.
  private static func exerciseID(_ file: String) -> String? {
    guard file.hasPrefix("Ex"), file.hasSuffix(".swift") else { return nil }
    let digits = file.dropFirst(2).dropLast(6)
    guard digits.count == 4, digits.allSatisfy(\.isNumber) else { return nil }
    return "\(digits.prefix(2)).\(digits.suffix(2).drop { $0 == "0" })"
  }
}
