import Support
import Tensors

/// What a quantizer knows: its variables, and the range read from them.
extension Quantizer {
  /// The rule and the format: "moving average, 8 bits, affine".
  public final var summary: String {
    "\(method), \(format.summary)" + (delay > 0 ? ", after \(delay) calls" : "")
  }

  /// Creates the variables for tensors of this shape, and does nothing the second time.
  ///
  /// Of the shape only the extents of the format's axes matter. The variables are called `name` and their
  /// short name, `conv2d/output_min` say.
  public final func build(shape: [Int], name: String) {
    guard variables.isEmpty else { return }
    self.name = name
    let channels = ChannelLayout(shape, axes: format.axes).channels
    makeVariables(shape: format.isPerChannel ? [channels] : [])
    addVariable("observed", shape: [])
    if delay > 0 { addVariable("delayed", shape: []) }
    if let assignedRange {
      range = assignedRange
    } else if let initialRange {
      storedRange = checked(initialRange)
    }
  }

  /// Creates a variable of zeros; to be called from `makeVariables(shape:)`.
  @discardableResult
  public final func addVariable(_ short: String, shape: [Int], trainable: Bool = false) -> Variable {
    let variable = Variable("\(name)_\(short)", .zeros(shape), trainable: trainable)
    variables.append((short, variable))
    return variable
  }

  /// The variable of this short name.
  public final func variable(_ short: String) -> Variable {
    if let found = variables.first(where: { $0.name == short }) { return found.variable }
    let known = variables.isEmpty ? "none before it is built" : variables.map(\.name).joined(separator: ", ")
    require(false, "\(Self.self) has no variable \"\(short)\": expected one of those it has; got \(known)")
    return Variable(short, Tensor(0))
  }

  /// The number of tensors observed; a range assigned counts as one.
  public final var observedCount: Int {
    get { variables.isEmpty ? 0 : Int(variable("observed").value.scalar) }
    set { variable("observed").value = Tensor(Float(newValue)) }
  }

  /// Whether the range in use was assigned, and nothing has been observed since.
  package final var isRangeAssigned: Bool { assignedRange != nil }

  /// The range in use, or nil before there is one.
  ///
  /// A range assigned must be finite, with one pair of ends or one a channel; it is widened to fit the format
  /// and counts as observed. Assigning nil forgets everything seen.
  public final var range: ValueRange? {
    get {
      if variables.isEmpty { return assignedRange ?? initialRange }
      return observedCount > 0 || initialRange != nil ? storedRange : nil
    }
    set {
      assignedRange = newValue.map { format.fitted($0) }
      if variables.isEmpty { return }
      if let range = assignedRange {
        storedRange = checked(range)
        observedCount = max(observedCount, 1)
      } else {
        for (_, variable) in variables { variable.value = .zeros(variable.shape) }
        if let initialRange { storedRange = checked(initialRange) }
      }
    }
  }
}
