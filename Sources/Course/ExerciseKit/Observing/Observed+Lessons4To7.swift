// What can be asked of the answers to the exercises of lessons 4 to 7.

/// The answer to exercise 04.1 for the judge.
public func observed(_ answer: (some Exercise0401).Type) -> ObservedAnswer {
  ObservedAnswer(.moments) { try answer.moments(of: $0) }
}

/// The answer to exercise 04.2 for the judge.
public func observed(_ answer: (some Exercise0402).Type) -> ObservedAnswer {
  ObservedAnswer(.parameters) { try answer.parameters(features: $0, units: $1) }
}

/// The answer to exercise 04.3 for the judge.
public func observed(_ answer: (some Exercise0403).Type) -> ObservedAnswer {
  ObservedAnswer(.ownLayer) { (question: Question0403) in try question.asked(of: answer.makeLayer) }
}

/// The answer to exercise 05.1 for the judge.
public func observed(_ answer: (some Exercise0501).Type) -> ObservedAnswer {
  ObservedAnswer(.composed) { (outerLow: Float, outerHigh: Float, innerLow: Float, innerHigh: Float) in
    let range = try answer.composed(outer: (outerLow, outerHigh), inner: (innerLow, innerHigh))
    return Values(range.low, range.high)
  }
}

/// The answer to exercise 05.2 for the judge.
public func observed(_ answer: (some Exercise0502).Type) -> ObservedAnswer {
  ObservedAnswer(.learnedMax) {
    try answer.stepped(high: $0, activations: $1, upstream: $2, penalty: $3, rate: $4)
  }
}

/// The answer to exercise 05.3 for the judge.
public func observed(_ answer: (some Exercise0503).Type) -> ObservedAnswer {
  ObservedAnswer(.ownWrapper) { (question: Question0503) in try question.asked(of: answer.wrapped) }
}

/// The answer to exercise 05.4 for the judge.
public func observed(_ answer: (some Exercise0504).Type) -> ObservedAnswer {
  ObservedAnswer(.clipCall) { (question: Question0504) in
    try question.asked { try answer.call($0, low: $1, high: $2, layer: $3, training: $4) }
  }
}

/// The answer to exercise 06.1 for the judge.
public func observed(_ answer: (some Exercise0601).Type) -> ObservedAnswer {
  ObservedAnswer(.batchNormFolding) {
    (kernel: [Float], bias: Float, gamma: Float, beta: Float, mean: Float, variance: Float, epsilon: Float) in
    let folded = try answer.folded(
      kernel: kernel, bias: bias, gamma: gamma, beta: beta, mean: mean, variance: variance, epsilon: epsilon)
    return Values(folded.kernel, folded.bias)
  }
}

/// The answer to exercise 06.2 for the judge.
public func observed(_ answer: (some Exercise0602).Type) -> ObservedAnswer {
  ObservedAnswer(.placement) { try answer.fakeQuants(in: $0) }
}

/// The answer to exercise 06.3 for the judge.
public func observed(_ answer: (some Exercise0603).Type) -> ObservedAnswer {
  ObservedAnswer(.codesLeft) { try answer.codesLeft(low: $0, high: $1, bits: $2) }
}

/// The answer to exercise 07.1 for the judge.
public func observed(_ answer: (some Exercise0701).Type) -> ObservedAnswer {
  ObservedAnswer(.multiplier) { (real: Double) in
    let multiplier = try answer.multiplier(for: real)
    return Values(multiplier.mantissa, multiplier.shift)
  }
}

/// The answer to exercise 07.2 for the judge.
public func observed(_ answer: (some Exercise0702).Type) -> ObservedAnswer {
  ObservedAnswer(.requantized) {
    try answer.requantized($0, mantissa: $1, shift: $2, zeroPoint: $3, within: $4)
  }
}

/// The answer to exercise 07.3 for the judge.
public func observed(_ answer: (some Exercise0703).Type) -> ObservedAnswer {
  ObservedAnswer(.layerSensitivity) { try answer.hurting($0, floatLoss: $1, tolerance: $2) }
}
