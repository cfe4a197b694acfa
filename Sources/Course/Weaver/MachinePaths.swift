import Foundation

/// The folders of one machine, which no chapter may show: they are nothing to a reader, and tell of the writer.
public struct MachinePaths: Hashable, Sendable {
  /// Where the files of people and of programs lie on Linux and macOS.
  private static let usual = ["/home/", "/Users/", "/root/", "/tmp/", "/private/", "/var/folders/"]

  /// The folders of this machine in particular, without a slash at their end.
  private let own: [String]

  /// Names folders of this machine, in addition to those where every machine keeps its files.
  ///
  /// One that is not an absolute path below `/` is left out.
  public init(own: [String] = []) {
    self.own = own.map { folder in
      String(folder.reversed().drop { $0 == "/" }.reversed())
    }.filter { $0.hasPrefix("/") }
  }

  /// The folders of a checkout on this machine: itself, the writer's home, and that of temporary files.
  public init(checkout: String) {
    let files = FileManager.default
    let folder = URL(filePath: checkout)
    let home = ProcessInfo.processInfo.environment["HOME"] ?? ""
    self.init(own: [
      folder.standardizedFileURL.path, folder.resolvingSymlinksInPath().path, home,
      files.temporaryDirectory.path,
    ])
  }

  /// The first path of this machine in a text, up to the next space: nil if there is none.
  ///
  /// A folder of this machine is found wherever it stands, but one directly below `/`, such as `/app`, only
  /// where a path begins: `src/app` is none. So it is for the folders that every machine has.
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

  /// The first path of this machine in the strings of a value, written as JSON with its slashes unescaped.
  func first(inJSON json: String) -> String? {
    // `\n/home` would hide the path behind a letter; what else this takes apart was no path.
    first(in: [#"\n"#, #"\r"#, #"\t"#].reduce(json) { $0.replacing($1, with: " ") })
  }

  /// True unless the characters before belong to the same path: `../home/` and `https://a.b/tmp/` are no roots.
  private static func begins(_ text: String, at index: String.Index) -> Bool {
    guard let before = text[..<index].last else { return true }
    if text[..<index].hasSuffix("file://") { return true }
    return !(before.isLetter || before.isNumber || "/._-~".contains(before))
  }

  /// True unless a name goes on: `/home/me` is not in `/home/memory`.
  private static func ends(_ text: String, at index: String.Index) -> Bool {
    guard let after = text[index...].first else { return true }
    return !(after.isLetter || after.isNumber || "_-".contains(after))
  }

  private static func word(in text: String, _ match: Range<String.Index>) -> String {
    String(text[match.lowerBound...].prefix { !$0.isWhitespace && !"\"'`<>".contains($0) })
  }
}
