import Support
import Tensors

/// The state of a quantizer: its variables, and the range read from them.
extension Quantizer {
  /// The rule, the format and the delay: "moving average, 8 bits, affine, after 2 calls".
  public final var summary: String {
    "\(method), \(format.summary)" + (delay > 0 ? ", after \(delay) calls" : "")
  }

  /// Creates the variables for tensors of this shape; does nothing the second time.
  ///
  /// Only the extents of the format's axes matter. A variable's name is `name`, an underscore and its short
  /// name, as in `conv2d/output_min`.
  public final func build(shape: [Int], name: String) {
    guard variables.isEmpty else { return }
    self.name = name
    let channels = ChannelLayout(shape, axes: format.axes).channels
    makeVariables(shape: format.isPerChannel ? [channels] : [])
    addVariable("observed", shape: [])
    if delay > 0 { addVariable("delayed", shape: []) }
    if let assignedRange {
      range = assignedRange
      self.assignedRange = nil
    } else if let initialRange {
      storedRange = checked(initialRange)
    }
  }

  /// Creates a variable of zeros; call it from ``makeVariables(shape:)``.
  @discardableResult
  public final func addVariable(_ short: String, shape: [Int], trainable: Bool = false) -> Variable {
    let variable = Variable("\(name)_\(short)", .zeros(shape), trainable: trainable)
    variables.append((short, variable))
    return variable
  }

  /// The variable of this short name; stops if there is none.
  public final func variable(_ short: String) -> Variable {
    if let found = variables.first(where: { $0.name == short }) { return found.variable }
    let known = variables.isEmpty ? "none before it is built" : variables.map(\.name).joined(separator: ", ")
    stop("\(Self.self) has no variable \"\(short)\": expected one of those it has; got \(known)")
  }

  /// The number of ranges, one for all elements or one a channel; ``build(shape:name:)`` has made the variables.
  final var channelCount: Int { variables[0].variable.value.count }

  /// The number of tensors observed; an assigned range counts as one.
  ///
  /// Setting it says that tensors were observed, so that the range counts as assigned no longer.
  public final var observedCount: Int {
    get { variables.isEmpty ? 0 : abs(Int(variable("observed").value.scalar)) }
    set { variable("observed").value = Tensor(Float(newValue)) }
  }

  /// Whether the range in use was assigned, and nothing was observed since.
  ///
  /// The variable `observed` is below 0 then, so that weight files and copies keep it.
  package final var isRangeAssigned: Bool {
    variables.isEmpty ? assignedRange != nil : variable("observed").value.scalar < 0
  }

  /// Whether there is a range; what it is takes longer to tell.
  package final var hasRange: Bool {
    variables.isEmpty ? assignedRange != nil || initialRange != nil : observedCount > 0 || initialRange != nil
  }

  /// The range in use; nil before there is one.
  ///
  /// An assigned range must be finite, with one pair of ends or one a channel. It is widened to fit the format
  /// and counts as observed. Assigning nil forgets everything seen. Once a learned step or clip is not finite, both
  /// ends are NaN.
  public final var range: ValueRange? {
    get {
      if variables.isEmpty { return assignedRange ?? initialRange }
      guard hasRange else { return nil }
      return learnedIsFinite ? storedRange : ValueRange(.nan, .nan)
    }
    set {
      let fitted = newValue.map { format.fitted($0) }
      guard !variables.isEmpty else {
        assignedRange = fitted
        return
      }
      if let fitted {
        storedRange = checked(fitted)
        observedCount = -max(observedCount, 1)
      } else {
        forget()
        if delay > 0 { variable("delayed").value = Tensor(0) }
      }
    }
  }

  /// Forgets everything seen, but not the calls that the delay has let pass.
  package final func forget() {
    assignedRange = nil
    for (short, variable) in variables where short != "delayed" { variable.value = .zeros(variable.shape) }
    if let initialRange, !variables.isEmpty { storedRange = checked(initialRange) }
  }
}

/// Helpers for quantizers that learn variables by gradients.
extension Quantizer {
  /// The smallest step size or clip in use; training may push the variable itself lower, even below 0.
  static let smallestLearned: Float = 0x1p-40

  /// The value of a learned variable, which must be finite; a constant in the phase `.frozen`.
  func learned(_ short: String) -> Tensor {
    let value = phase == .frozen ? variable(short).value.detached() : variable(short).value
    for element in value.values {
      require(
        element.isFinite,
        "\(Self.self): what it learns became \(element) (variable \(variable(short).name)); expected a finite"
          + " number: lower the learning rate, or look for what made the loss NaN or infinite")
    }
    return value
  }

  /// `value`, but at least ``smallestLearned``; the gradient is 1 everywhere, so that a variable can recover.
  static func limited(_ value: Tensor) -> Tensor {
    let elements = value.values
    guard elements.contains(where: { $0 < smallestLearned }) else { return value }
    return Tensor(elements.map { max($0, smallestLearned) }, shape: value.shape, inputs: [value]) {
      [$0]
    }
  }

  /// Sets a variable to the mean of `target` and the targets of all tensors observed before.
  func average(_ short: String, with target: [Float]) {
    let variable = variable(short)
    let weight = 1 / Float(observedCount + 1)
    let values = zip(variable.value.values, target).map { old, new in old + (new - old) * weight }
    variable.value = Tensor(values, shape: variable.shape)
  }
}
