import FixedPoint

extension ReferenceSoftmax {
  /// The softmax's multiplier, from the scale of the logits.
  ///
  /// A scale of 32 or more would rescale a difference of 1 beyond its 5 integer bits; it counts as just below.
  init(_ number: Int, in model: IntegerModel) {
    let scale = Double(model.operations[model.operations[number].inputs[0]].grid.scale)
    self.init(
      number, in: model, multiplier: FixedPointMultiplier(checked: min(scale * 0x1p26, 0x1p31 - 1)))
  }
}
