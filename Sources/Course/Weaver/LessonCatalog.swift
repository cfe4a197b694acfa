import Foundation
import LessonKit
import Support

/// The lessons, exercises and terms that a chapter may refer to, and the folders that it must not name.
public struct LessonCatalog: Hashable, Sendable {
  /// The lessons, such as `lesson-01`, in the order of the course.
  public let lessons: [String]
  /// The Swift files of each lesson beside its `main.swift` and `Figures.swift`, in order: code that no chapter shows.
  public let companions: [String: [String]]
  /// The exercises, such as `01.2`, in order.
  public let exercises: [String]
  /// The terms that a chapter may mark.
  public let glossary: Glossary
  /// The folders of this machine, which a chapter must not show.
  public let machinePaths: MachinePaths

  /// Creates a catalog of named lessons, in the order of the course, exercises and terms.
  public init(
    lessons: [String], exercises: [String], glossary: Glossary = Glossary(""),
    companions: [String: [String]] = [:], machinePaths: MachinePaths = MachinePaths()
  ) {
    (self.lessons, self.exercises, self.companions) = (lessons, exercises, companions)
    (self.glossary, self.machinePaths) = (glossary, machinePaths)
  }

  /// Lists the lessons and exercises in the `Lessons` folder of a checkout.
  ///
  /// - Throws: an error of the file system if the folder cannot be read, `FileError` if the glossary cannot.
  public init(root: String) throws {
    let files = FileManager.default
    let folders = try files.contentsOfDirectory(atPath: "\(root)/Lessons").filter {
      files.fileExists(atPath: "\(root)/Lessons/\($0)/main.swift")
    }
    lessons = Self.inOrder(folders)
    var companions: [String: [String]] = [:]
    for lesson in folders { companions[lesson] = Self.companions(of: lesson, root: root) }
    self.companions = companions
    glossary = try Glossary(root: root)
    let folder = "\(root)/Lessons/Exercises"
    let exercises = files.fileExists(atPath: folder) ? try files.contentsOfDirectory(atPath: folder) : []
    self.exercises = exercises.sorted().compactMap(Self.exerciseID)
    machinePaths = MachinePaths(checkout: root)
  }

  /// The Swift files of a lesson beside its `main.swift` and `Figures.swift`, in order; none if it has no folder.
  static func companions(of lesson: String, root: String) -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: "\(root)/Lessons/\(lesson)")
    return (names ?? []).sorted().filter {
      $0.hasSuffix(".swift") && $0 != "main.swift" && $0 != "Figures.swift"
    }
  }

  /// The order of the course: lessons by their numbers, then pages without a number, such as `the-end`.
  ///
  /// It is decided here alone.
  package static func inOrder(_ lessons: [String]) -> [String] {
    lessons.sorted { first, second in
      let (a, b) = (LessonSource.number(of: first) ?? .max, LessonSource.number(of: second) ?? .max)
      return a == b ? first < second : a < b
    }
  }

  // MARK: - The names of exercises

  /// The file that holds an exercise, in `Lessons/Exercises`: `Ex0102.swift` for `01.2`.
  package static func exerciseFile(_ id: String) -> String {
    "Ex\(id.split(separator: ".").map { $0.count == 1 ? "0\($0)" : $0 }.joined()).swift"
  }

  /// The exercise that a file holds; nil for another file.
  package static func exerciseID(_ file: String) -> String? {
    let digits = file.dropFirst(2).prefix(4)
    let number = digits.suffix(2).drop { $0 == "0" }
    guard digits.allSatisfy(\.isNumber), !number.isEmpty else { return nil }
    let id = "\(digits.prefix(2)).\(number)"
    return exerciseFile(id) == file ? id : nil
  }
}

/// The folders of one machine, which no chapter may show: they mean nothing to a reader, and give the writer away.
public struct MachinePaths: Hashable, Sendable {
  /// The folders for the files of people and of programs on Linux and macOS.
  private static let usual = ["/home/", "/Users/", "/root/", "/tmp/", "/private/", "/var/folders/"]

  /// The folders of this machine alone, without a slash at their end.
  private let own: [String]

  /// Creates a list of folders of this machine, in addition to the usual folders of every machine.
  ///
  /// A folder that is not an absolute path below `/` is left out.
  public init(own: [String] = []) {
    self.own = own.map { folder in
      String(folder.reversed().drop { $0 == "/" }.reversed())
    }.filter { $0.hasPrefix("/") }
  }

  /// Creates the list for a checkout: its own folder, the writer's home, and the folder of temporary files.
  public init(checkout: String) {
    let files = FileManager.default
    let folder = URL(filePath: checkout)
    let home = ProcessInfo.processInfo.environment["HOME"] ?? ""
    self.init(own: [
      folder.standardizedFileURL.path, folder.resolvingSymlinksInPath().path, home,
      files.temporaryDirectory.path,
    ])
  }

  /// The first path of this machine in a text, up to the next space; nil if there is none.
  ///
  /// A folder of this machine is found anywhere. A folder directly below `/`, such as `/app`, and a folder that
  /// every machine has are found only where a path begins: `src/app` is no path of this machine.
  public func first(in text: String) -> String? {
    for root in own {
      let needsStart = !root.dropFirst().contains("/")
      for match in text.ranges(of: root) where Self.ends(text, at: match.upperBound) {
        if !needsStart || Self.begins(text, at: match.lowerBound) { return Self.word(in: text, match) }
      }
    }
    for root in Self.usual {
      for match in text.ranges(of: root) where Self.begins(text, at: match.lowerBound) {
        return Self.word(in: text, match)
      }
    }
    return nil
  }

  /// The first path of this machine in the strings of a value, given as JSON with unescaped slashes.
  func first(inJSON json: String) -> String? {
    // In `\n/home` the letter n would hide the start of the path; other strings are cut, but hold no path.
    first(in: [#"\n"#, #"\r"#, #"\t"#].reduce(json) { $0.replacing($1, with: " ") })
  }

  /// True unless the characters before belong to the same path, as in `../home/` and `https://a.b/tmp/`.
  private static func begins(_ text: String, at index: String.Index) -> Bool {
    guard let before = text[..<index].last else { return true }
    if text[..<index].hasSuffix("file://") { return true }
    return !(before.isLetter || before.isNumber || "/._-~".contains(before))
  }

  /// True unless the name continues: `/home/me` is not in `/home/memory`.
  private static func ends(_ text: String, at index: String.Index) -> Bool {
    guard let after = text[index...].first else { return true }
    return !(after.isLetter || after.isNumber || "_-".contains(after))
  }

  private static func word(in text: String, _ match: Range<String.Index>) -> String {
    String(text[match.lowerBound...].prefix { !$0.isWhitespace && !"\"'`<>".contains($0) })
  }
}
