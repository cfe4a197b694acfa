import FixedPoint

extension Addition {
  /// The addition's three multipliers, from the scales.
  init(_ number: Int, in model: IntegerModel, limits: ClosedRange<Int32>) {
    let operation = model.operations[number]
    let scales = operation.inputs.map { Double(model.operations[$0].grid.scale) }
    let twiceLarger = 2 * max(scales[0], scales[1])
    let output = FixedPointMultiplier(checked: twiceLarger / (0x1p20 * Double(operation.grid.scale)))
    self.init(
      number, in: model,
      multipliers: (
        FixedPointMultiplier(checked: scales[0] / twiceLarger),
        FixedPointMultiplier(checked: scales[1] / twiceLarger)
      ),
      requantizer: Requantizer(
        multipliers: .fixedPoint([output]), zeroPoint: operation.grid.zeroPoint, limits: limits))
  }
}

extension Softmax {
  /// The softmax's multiplier, from the scale of the logits.
  ///
  /// A scale of 32 or more would rescale a difference of 1 beyond its 5 integer bits; it counts as just below.
  init(_ number: Int, in model: IntegerModel) {
    let scale = Double(model.operations[model.operations[number].inputs[0]].grid.scale)
    self.init(
      number, in: model, multiplier: FixedPointMultiplier(checked: min(scale * 0x1p26, 0x1p31 - 1)))
  }
}
