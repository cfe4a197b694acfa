import Support

/// True if two numbers are the same up to a relative error: that of a few float operations, if none is given.
func isClose(_ given: Float, _ right: Float, within tolerance: Float = 4e-6) -> Bool {
  given == right || right.isFinite && (given - right).magnitude <= tolerance * right.magnitude
}

/// True if two lists are equally long and their numbers close.
func areClose(_ given: [Float], _ right: [Float]) -> Bool {
  given.count == right.count && zip(given, right).allSatisfy { isClose($0, $1) }
}

/// A number in few digits, as one would write it on a board.
func brief(_ value: Float) -> String { NumberFormat.significant(5).string(Double(value)) }

/// Numbers in few digits, as one would write them on a board.
func brief(_ values: [Float]) -> String { "[" + values.map(brief).joined(separator: ", ") + "]" }
