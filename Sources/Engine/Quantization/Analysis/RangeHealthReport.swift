import Quantizers
import Support

/// How well the range of every quantizer of a model fits what it quantizes, on given data.
public struct RangeHealthReport: Hashable, Sendable {
  /// One quantizer's.
  public struct Entry: Hashable, Sendable {
    /// The layer and the tensor: `quant_dense/kernel`, `quant_dense/output`.
    public let path: String
    /// What is wasted, what is clipped, what is left of the start.
    public let health: RangeHealth
  }

  /// The quantizers, in the order of `QuantizedModel.quantizers`.
  public let entries: [Entry]

  /// The entry of this path, or nil if there is none.
  public subscript(path: String) -> RangeHealth? { entries.first { $0.path == path }?.health }

  /// The batches of training still needed until no range holds anything of what it started from.
  public var batchesNeeded: Int { entries.compactMap(\.health.batchesNeeded).max() ?? 0 }

  /// The report as a table.
  public var table: TextTable {
    TextTable(columns: ["tensor"] + RangeHealth.columns, rows: entries.map { [$0.path] + $0.health.row })
  }
}
