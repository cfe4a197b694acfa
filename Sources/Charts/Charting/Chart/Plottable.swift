/// A number that a mark can take; a chart keeps all of them as `Double`.
public protocol Plottable {
  /// The number as the chart keeps it.
  var plotted: Double { get }
}

extension BinaryInteger {
  /// The number as the chart keeps it.
  public var plotted: Double { Double(self) }
}

extension BinaryFloatingPoint {
  /// The number as the chart keeps it.
  public var plotted: Double { Double(self) }
}

extension Double: Plottable {}
extension Float: Plottable {}
extension Int: Plottable {}
extension Int8: Plottable {}
extension Int16: Plottable {}
extension Int32: Plottable {}
extension Int64: Plottable {}
extension UInt8: Plottable {}
extension UInt16: Plottable {}
extension UInt32: Plottable {}

extension Sequence where Element: Plottable {
  package var plottedValues: [Double] { map(\.plotted) }
}
