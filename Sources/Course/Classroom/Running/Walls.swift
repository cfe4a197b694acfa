/// What keeps a confined program from the machine, from the least to the most.
package enum Walls: String, Hashable, Codable, Comparable, CaseIterable, Sendable {
  /// Its limits alone: time, memory, the size of files.
  case limits
  /// Namespaces as well: it has no network, sees no other process, and writes only in its own folder.
  case namespaces
  /// Bubblewrap: it sees besides no file, socket, pipe or terminal but those it needs.
  case bubblewrap

  package static func < (first: Walls, second: Walls) -> Bool {
    (allCases.firstIndex(of: first) ?? 0) < (allCases.firstIndex(of: second) ?? 0)
  }

  /// What they leave to the program, in words that follow "answers run with".
  package var description: String {
    switch self {
    case .limits:
      "limits alone: with a network, the sight of your files and processes, and the right to write"
    case .namespaces: "no network and no right to write, but with the sight of your files"
    case .bubblewrap: "no network, in a file system of their own"
    }
  }
}
