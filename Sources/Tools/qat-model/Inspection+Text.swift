import Support

extension Inspection {
  /// The operations as a table.
  private var table: TextTable {
    let isLarge = operations.contains { $0.multiplyAdds >= 100_000_000 }
    func count(_ number: Int) -> String {
      if number == 0 { return "" }
      if isLarge { return NumberFormat.fixed(1).string(Double(number) / 1e6) + " M" }
      return NumberFormat.grouped.string(Double(number))
    }
    return TextTable(
      columns: ["#", "operation", "output", "scale", "zero", "weights", "mult.-adds"],
      rows: operations.map { one in
        [
          "\(one.index)", one.kind, one.shape.times, NumberFormat.significant(4).string(Double(one.scale)),
          "\(one.zeroPoint)", one.weights.map { "\($0.shape.times) \($0.bitWidth)b" } ?? "",
          count(one.multiplyAdds),
        ]
      })
  }

  /// The model, its operations as a table, sums, and warnings.
  var text: String {
    let grouped = NumberFormat.grouped
    let sums =
      "\(grouped.string(Double(multiplyAdds))) multiply-adds, \(grouped.string(Double(parameterBytes))) bytes of"
      + " weights, scales and biases"
    let lines =
      ["\(name), \(operations.count.counted("operation"))", ""] + table.lines + [""] + sums.wrapped()
    let remarks = warnings.flatMap { "- \($0)".wrapped(indent: "  ") }
    return (lines + (warnings.isEmpty ? [] : ["", "Look at these:"] + remarks)).joined(separator: "\n")
  }
}

extension Inspection.Operation {
  /// The operation and, if it has weights, its channels as a table.
  var text: String {
    let reads = inputs.isEmpty ? "" : "reads \(inputs.map(String.init).joined(separator: ", ")), "
    var lines =
      "\(index) \(kind): \(name)".wrapped(indent: "  ")
      + "\(reads)gives \(shape.times)".wrapped(indent: "  ") + ["scale \(scale), zero point \(zeroPoint)"]
    guard let weights else { return lines.joined(separator: "\n") }
    let sentence =
      "weights \(weights.shape.times) of \(weights.bitWidth.counted("bit")): codes \(weights.lowestCode) to"
      + " \(weights.highestCode), \(weights.distinctCodes) different; \(weights.bytes.counted("byte")),"
      + " \(multiplyAdds.counted("multiply-add")); outputs \(weights.activationRange.lowerBound) to"
      + " \(weights.activationRange.upperBound)"
    lines += sentence.wrapped(indent: "  ") + [""]
    let short = NumberFormat.significant(4)
    let table = TextTable(
      columns: ["channel", "scale", "factor", "mantissa", "shift", "bias", "weight", "outputs"],
      rows: weights.channels.enumerated().map { index, channel in
        [
          "\(index)", short.string(Double(channel.scale)), short.string(channel.multiplier),
          channel.mantissa.map { "\($0)" } ?? "–", channel.shift.map { "\($0)" } ?? "–", "\(channel.bias)",
          "\(channel.largestCode)", "\(channel.reachable.lowerBound)…\(channel.reachable.upperBound)",
        ]
      })
    let legend =
      "factor: from accumulator to output code, mantissa · 2^(shift − 31); weight: the largest magnitude of a"
      + " weight's code; outputs: the codes that some input could give."
    return (lines + table.lines + [""] + legend.wrapped()).joined(separator: "\n")
  }
}
