import Support

extension Model {
  /// Keras's table: each layer with its type, output shape and number of parameters; then the totals.
  ///
  /// None stands for the batch, which may have any size. A layer called several times has one row with the
  /// inputs of all its calls, and a line below the table.
  public func summary() -> String {
    let rule = String(repeating: "=", count: summaryTable.terminalLines().map(\.terminalWidth).max() ?? 0)
    let shared = layers.compactMap { layer in
      let calls = nodes.count { $0.layer === layer }
      return calls > 1
        ? "\(layer.name) is called \(calls) times, each time with the same weights, which count once." : nil
    }
    let trained = Self.elements(trainableWeights.map(\.shape))
    let fixed = Self.elements(nonTrainableWeights.map(\.shape))
    return
      (["Model: \"\(name)\""] + summaryTable.terminalLines() + [rule] + shared + [
        "Total params: \(Self.described(trained + fixed))",
        "Trainable params: \(Self.described(trained))",
        "Non-trainable params: \(Self.described(fixed))",
      ]).joined(separator: "\n")
  }

  /// The table of the summary; the last column, the inputs of each layer, is left out for a ``Sequential``.
  public var summaryTable: TextTable {
    let plain = self is Sequential
    let layers = plain ? layers : inputs.map(\.layer) + layers
    let rows = layers.map { layer in
      let calls = nodes.filter { $0.layer === layer }
      let sources = calls.flatMap(\.inputs).map { nodes[$0].layer.name }.joined(separator: ", ")
      let shape = calls.last?.outputShape ?? []
      return [
        layer.title, "(" + (["None"] + shape.map(String.init)).joined(separator: ", ") + ")",
        Self.grouped(Self.elements(layer.weights.map(\.shape))),
      ] + (plain ? [] : [sources])
    }
    return TextTable(
      columns: ["Layer (type)", "Output Shape", "Param #"] + (plain ? [] : ["Connected to"]), rows: rows)
  }

  private static func elements(_ shapes: [[Int]]) -> Int { shapes.reduce(0) { $0 + $1.reduce(1, *) } }

  private static func grouped(_ count: Int) -> String { NumberFormat.grouped.string(Double(count)) }

  /// A number of parameters with their memory as floats of four bytes.
  private static func described(_ count: Int) -> String {
    var (size, unit) = (Double(count * 4), "B")
    for larger in ["KB", "MB", "GB"] where size >= 1024 { (size, unit) = (size / 1024, larger) }
    let written = NumberFormat.fixed(unit == "B" ? 0 : 2).string(size)
    return "\(grouped(count)) (\(written) \(unit))"
  }
}
