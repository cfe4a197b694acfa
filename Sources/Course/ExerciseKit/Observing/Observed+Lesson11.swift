/// The answer to exercise 11.1 for the judge.
public func observed(_ answer: (some Exercise1101).Type) -> ObservedAnswer {
  ObservedAnswer(.equalized) { try answer.factors(first: $0, second: $1, channels: $2) }
}

/// The answer to exercise 11.2 for the judge.
public func observed(_ answer: (some Exercise1102).Type) -> ObservedAnswer {
  ObservedAnswer(.correctedBias) {
    try answer.corrected(bias: $0, weights: $1, rounded: $2, inputs: $3)
  }
}

/// The answer to exercise 11.3 for the judge.
public func observed(_ answer: (some Exercise1103).Type) -> ObservedAnswer {
  ObservedAnswer(.upOrDown) { try answer.position(weight: $0, scale: $1, sigmoid: $2, codes: $3) }
}
