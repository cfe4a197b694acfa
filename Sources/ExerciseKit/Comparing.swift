import Support

/// True if two numbers are the same up to the rounding of a few operations.
func isClose(_ given: Float, _ right: Float) -> Bool {
  given == right || (given - right).magnitude <= 4e-6 * right.magnitude
}

/// A number in few digits, as one would write it on a board.
func brief(_ value: Float) -> String { NumberFormat.significant(5).string(Double(value)) }
