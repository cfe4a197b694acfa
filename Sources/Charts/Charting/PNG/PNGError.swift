import Support

/// A file that could not be read as a PNG: why, and what to do.
public enum PNGError: Error, Hashable, CustomStringConvertible, Sendable {
  /// The bytes do not begin as a PNG does.
  case notPNG(count: Int)
  /// libpng found the file damaged, cut short or too large; the reason is its own.
  case damaged(String)
  /// The file could not be read at all.
  case file(FileError)

  /// One line for the reader.
  public var description: String {
    switch self {
    case .notPNG(let count):
      "these \(count) bytes are not a PNG: they lack its eight-byte signature; check which file was given"
    case .damaged(let reason): "the PNG cannot be decoded: \(reason); make it again"
    case .file(let error): error.description
    }
  }
}
