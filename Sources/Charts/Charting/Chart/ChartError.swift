import Support

/// Why a chart could not be drawn or written: which mark, what is wrong, and what to do.
public enum ChartError: Error, Hashable, CustomStringConvertible, Sendable {
  /// A mark, panel or chart has nothing to draw.
  case empty(String)
  /// A number is NaN or infinite.
  case notFinite(mark: String, what: String, index: Int, value: Double)
  /// Lists that belong together have different lengths.
  case mismatched(mark: String, what: String, expected: Int, got: Int)
  /// A number that the mark or axis cannot show.
  case invalid(mark: String, what: String)
  /// A number that is not above zero on a logarithmic axis.
  case notPositive(mark: String, axis: String, value: Double)
  /// The file could not be written.
  case file(FileError)
  /// Cairo or libpng refused.
  case drawing(String)

  /// One line for the reader.
  public var description: String {
    switch self {
    case .empty(let what):
      "\(what) has nothing to draw: give it at least one value, or leave it out"
    case .notFinite(let mark, let what, let index, let value):
      "\(mark): \(what)[\(index)] is \(value): charts take finite numbers; leave it out or find where it arose"
    case .mismatched(let mark, let what, let expected, let got):
      "\(mark): \(what) has \(got) values where \(expected) are expected: make the lists equally long"
    case .invalid(let mark, let what):
      "\(mark): \(what)"
    case .notPositive(let mark, let axis, let value):
      "\(mark): \(value) on the logarithmic \(axis) axis, which shows numbers above zero only: "
        + "leave it out, or make the axis linear"
    case .file(let error): error.description
    case .drawing(let reason): "the figure could not be drawn: \(reason)"
    }
  }
}
