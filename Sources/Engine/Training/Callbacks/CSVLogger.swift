import Support
import Tensors

/// Writes the scores of a training to a file of comma-separated values, as Keras's `CSVLogger` does: a row for each
/// epoch.
///
///     epoch,accuracy,loss,val_accuracy,val_loss
///     0,0.8125,0.5834,0.875,0.4012
///
/// As in Keras, epochs count from 0, the other columns are in the order of their names, a training without validation has
/// `NA` in the columns of a validation, numbers have as many digits as tell them apart, and lines end with a carriage
/// return and a line feed. Scores of several heads have their names, such as `val_size_loss`.
///
/// The file is replaced as a whole after every epoch, or not at all, so a reader never sees part of a row; a pipe gets
/// row after row. A run that is resumed from a checkpoint leaves the file that an uninterrupted run would have left.
public final class CSVLogger: Callback {
  /// The path of the file.
  public let path: String
  private let separator: Character
  private let appends: Bool
  /// What the file held before the run, which stays.
  private var before: [UInt8] = []
  /// The size of the file before the run; nil before it begins.
  private var sizeBeforeRun: Int?
  /// The size of the file before the run that is resumed; nil in a new run.
  private var restoredSize: Int?
  private var isStream = false

  /// Creates the callback.
  ///
  /// - Parameters:
  ///   - path: The path of the file; its folder is created if it is missing.
  ///   - separator: The character between two values, which is no quotation mark and ends no line.
  ///   - append: Whether the rows follow those that the file has already; otherwise the file is replaced.
  public init(_ path: String, separator: Character = ",", append: Bool = false) {
    require(
      separator != "\"" && !separator.isNewline,
      "CSVLogger: a separator is no quotation mark and no end of a line; got \(String(separator).debugDescription)"
    )
    (self.path, self.separator, appends) = (path, separator, append)
  }

  /// Reads what the file has already, if rows are to follow it.
  ///
  /// - Throws: `FileError` if the file cannot be read or written, ``TrainingError`` if its columns are others.
  public func runBegins(_ run: TrainingRun) throws {
    let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    if !folder.isEmpty { try AtomicFile.createFolder(folder.joined(separator: "/") + "/") }
    try AtomicFile.refuseUnwritable(path)
    isStream = try OutputPath(path).isStream
    let resumedSize = restoredSize
    (before, restoredSize) = ([], nil)
    if appends, !isStream, AtomicFile.exists(path) {
      before = try AtomicFile.read(path)
      if let resumedSize { before = Array(before.prefix(resumedSize)) }
      try checkColumns(of: run)
    }
    sizeBeforeRun = before.count
    // A last line that somebody cut stays a line of its own.
    if let last = before.last, last != UInt8(ascii: "\n") { before += Array("\r\n".utf8) }
  }

  /// Writes the row of the epoch.
  ///
  /// - Throws: `FileError` if the file cannot be written.
  public func epochEnds(_ run: TrainingRun) throws {
    let rows = run.history.epochs.map { row($0, of: run) }
    let header = before.isEmpty ? [line(["epoch"] + columns(of: run))] : []
    if isStream {
      let isFirst = rows.count == 1
      try AtomicFile.write(text: (isFirst ? header : []).joined() + (rows.last ?? ""), to: path)
    } else {
      try AtomicFile.write(before + Array((header + rows).joined().utf8), to: path)
    }
  }

  /// The names of the scores, those of the validation included, in the order of the columns.
  private func columns(of run: TrainingRun) -> [String] {
    let names = run.scores.names
    let validation = names.map { "val_\($0)" }
    return run.validationExampleCount == nil
      ? names.sorted() + validation.sorted() : (names + validation).sorted()
  }

  private func row(_ epoch: History.Epoch, of run: TrainingRun) -> String {
    line(
      ["\(epoch.number - 1)"]
        + columns(of: run).map { name in
          let value =
            name.hasPrefix("val_") ? epoch.validation?[String(name.dropFirst(4))] : epoch.training[name]
          return value.map { "\($0)" } ?? "NA"
        })
  }

  /// A line of values; one with a separator or a quotation mark in it stands in quotation marks.
  private func line(_ values: [String]) -> String {
    values.map { value in
      value.contains { $0 == separator || $0 == "\"" || $0.isNewline }
        ? "\"" + value.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
          + "\""
        : value
    }.joined(separator: String(separator)) + "\r\n"
  }

  private func checkColumns(of run: TrainingRun) throws(TrainingError) {
    func text(_ bytes: some Sequence<UInt8>) -> String {
      String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }, as: UTF8.self)
    }
    let (found, expected) = (text(before), text(line(["epoch"] + columns(of: run)).utf8))
    guard before.isEmpty || found == expected else {
      throw .logDiffers(path: path, expected: expected, found: String(found.prefix(200)))
    }
  }

  /// The size of the file before the run, as two floats of at most 2²⁴, which are exact.
  public var state: [(name: String, tensor: Tensor)] {
    guard appends, let size = sizeBeforeRun else { return [] }
    return [("size before", Tensor([Float(size >> 20), Float(size & 0xF_FFFF)], shape: [2]))]
  }

  /// Accepts the size of a file, or an empty state.
  public func accepts(_ state: [String: Tensor], of run: TrainingRun) -> Bool {
    state.isEmpty || Self.size(in: state) != nil
  }

  /// Restores the size.
  public func restore(_ state: [String: Tensor]) { restoredSize = Self.size(in: state) }

  private static func size(in state: [String: Tensor]) -> Int? {
    guard state.count == 1, let parts = state["size before"], parts.shape == [2],
      let high = UInt16(exactly: parts.values[0]), let low = UInt32(exactly: parts.values[1])
    else { return nil }
    return Int(high) << 20 + Int(low)
  }
}
