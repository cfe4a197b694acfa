import QAT

extension Article {
  static func tensors(_ printer: Printer) throws {
    let print = printer.print
    // Article: Tensors
    let weight = Variable("weight", Tensor([2, -1], shape: [2]))
    let input = Tensor([3, 4], shape: [2])

    let output = (weight.value * input).sum()
    let loss = (output - 1).squared()
    let gradient = loss.gradients(of: [weight])[0]
    print(output.scalar, loss.scalar, gradient.values)
    // Article: Tensors
    printer.endBlock()

    // Article: Tensors
    weight.value = weight.value - gradient / 64
    print(weight.value.values)
    print(((weight.value * input).sum() - 1).squared().scalar)
    // Article: Tensors
    printer.endBlock()

    // Article: Tensors
    func rounded(_ x: Tensor) -> Tensor {
      let values = x.values.map { $0.rounded() }
      return Tensor(values, shape: x.shape, inputs: [x]) { upstream in [upstream] }
    }

    let latent = Variable("latent", Tensor([0.4, 1.6], shape: [2]))
    let cost = rounded(latent.value).squared().sum()
    print(cost.scalar, cost.gradients(of: [latent])[0].values)
    // Article: Tensors
    printer.endBlock()
  }

  static func fixedPoint(_ printer: Printer) throws {
    let print = printer.print
    // Article: FixedPoint
    let quantizer = try AffineQuantizer(covering: (-1, 3), bitWidth: 4)
    print(quantizer)
    for real: Float in [-1, 0, 0.1, 0.5, 3, 10] {
      let code = quantizer.quantize(real)
      print(real, "→", code, "→", quantizer.dequantize(code))
    }
    // Article: FixedPoint
    printer.endBlock()

    // Article: FixedPoint
    for rule in RoundingRule.allCases {
      print(rule, [-2.5, -1.5, 1.5, 2.5].map { rule.rounded($0) })
    }
    // Article: FixedPoint
    printer.endBlock()

    // Article: FixedPoint
    let multiplier = try FixedPointMultiplier(0.1)
    print(multiplier)
    print([4, 5, 15, 25].map { multiplier.apply(to: $0, roundings: .single) })
    print([4, 5, 15, 25].map { multiplier.apply(to: $0, roundings: .double) })
    // Article: FixedPoint
    printer.endBlock()
  }

  static func quantizers(_ printer: Printer) throws {
    let print = printer.print
    // Article: Quantizers
    let weights = Variable(
      "weights", Tensor([-1.2, -0.3, 0.1, 0.4, 0.9], shape: [5]))
    let seen = weights.value.fakeQuantized(min: -1, max: 0.5, bitWidth: 2)
    print(seen.values)
    print(seen.sum().gradients(of: [weights])[0].values)
    // Article: Quantizers
    printer.endBlock()

    // Article: Quantizers
    let batches = [[0, 2], [0, 4], [-1, 2]].map { Tensor($0, shape: [2]) }
    let quantizers = [
      LastValueQuantizer(.activations), AllValuesQuantizer(),
      MovingAverageQuantizer(decay: 0.5),
      MovingAverageQuantizer(decay: 0.5, start: .tfmot),
      FixedQuantizer(from: 0, to: 6),
    ]
    for quantizer in quantizers {
      for batch in batches { quantizer.observe(batch) }
      print(quantizer)
    }
    // Article: Quantizers
    printer.endBlock()

    // Article: Quantizers
    let kernel = Tensor([7, 0.25, -3, 0.875], shape: [2, 2])
    for channels in [nil, -1] {
      let format = QuantizerFormat(
        bitWidth: 4, symmetric: true, narrowRange: true, axis: channels)
      let quantizer = LastValueQuantizer(format)
      quantizer.observe(kernel)
      let scales = try quantizer.affineQuantizers().map(\.scale)
      print(scales, quantizer.fakeQuantized(kernel).values)
    }
    // Article: Quantizers
    printer.endBlock()
  }
}
