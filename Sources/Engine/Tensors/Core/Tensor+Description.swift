extension Tensor: CustomStringConvertible {
  /// The shape, and the elements in nested brackets: of many, the first eight.
  public var description: String {
    if rank == 0 { return "Tensor(\(scalar))" }
    guard count <= 64 else {
      let first = (0..<8).map { "\(buffer.pointer[$0])" }.joined(separator: ", ")
      return "Tensor(shape: \(shape), values: \(first), …)"
    }
    return "Tensor(shape: \(shape), values: \(nested(axis: 0, from: 0)))"
  }

  /// The elements of one slice, from element `first` on.
  private func nested(axis: Int, from first: Int) -> String {
    guard axis < rank else { return "\(buffer.pointer[first])" }
    let step = shape[(axis + 1)...].reduce(1, *)
    let parts = (0..<shape[axis]).map { nested(axis: axis + 1, from: first + $0 * step) }
    return "[" + parts.joined(separator: ", ") + "]"
  }
}
