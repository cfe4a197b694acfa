// What can be asked of the answers to the exercises of lessons 1 to 3.

/// The answer to exercise 01.1 for the judge.
public func observed(_ answer: (some Exercise0101).Type) -> ObservedAnswer {
  ObservedAnswer(.scale) { try answer.scale(low: $0, high: $1, bits: $2) }
}

/// The answer to exercise 01.2 for the judge.
public func observed(_ answer: (some Exercise0102).Type) -> ObservedAnswer {
  ObservedAnswer(.zeroPoint) { try answer.zeroPoint(low: $0, scale: $1) }
}

/// The answer to exercise 01.3 for the judge.
public func observed(_ answer: (some Exercise0103).Type) -> ObservedAnswer {
  ObservedAnswer(.quantize) { try answer.quantize($0, scale: $1, zeroPoint: $2) }
}

/// The answer to exercise 02.1 for the judge.
public func observed(_ answer: (some Exercise0201).Type) -> ObservedAnswer {
  ObservedAnswer(.sqnr) { try answer.sqnr(signal: $0, roundTrip: $1) }
}

/// The answer to exercise 02.2 for the judge.
public func observed(_ answer: (some Exercise0202).Type) -> ObservedAnswer {
  ObservedAnswer(.channelScales) { try answer.scales(kernel: $0, channels: $1) }
}

/// The answer to exercise 02.3 for the judge.
public func observed(_ answer: (some Exercise0203).Type) -> ObservedAnswer {
  ObservedAnswer(.halving) { try answer.halved($0) }
}

/// The answer to exercise 02.4 for the judge.
public func observed(_ answer: (some Exercise0204).Type) -> ObservedAnswer {
  ObservedAnswer(.bestThreshold) { try answer.bestThreshold(for: $0, bits: $1, candidates: $2) }
}

/// The answer to exercise 03.1 for the judge.
public func observed(_ answer: (some Exercise0301).Type) -> ObservedAnswer {
  ObservedAnswer(.fakeQuantize) { try answer.fakeQuantize($0, low: $1, high: $2, bits: $3) }
}

/// The answer to exercise 03.2 for the judge.
public func observed(_ answer: (some Exercise0302).Type) -> ObservedAnswer {
  ObservedAnswer(.straightThrough) { (x: [Float], upstream: [Float], low: Float, high: Float) in
    let gradients = try answer.gradients(of: x, upstream: upstream, low: low, high: high)
    return Values(gradients.x, gradients.low, gradients.high)
  }
}

/// The answer to exercise 03.3 for the judge.
public func observed(_ answer: (some Exercise0303).Type) -> ObservedAnswer {
  ObservedAnswer(.movingAverage) { try answer.average($0, decay: $1) }
}

/// The answer to exercise 03.4 for the judge.
public func observed(_ answer: (some Exercise0304).Type) -> ObservedAnswer {
  ObservedAnswer(.training) {
    try answer.trained(weights: $0, inputs: $1, targets: $2, bits: $3, rate: $4, steps: $5)
  }
}
