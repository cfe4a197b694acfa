// What can be asked of the answers to the exercises of lessons 8 and 9.

/// The answer to exercise 08.1 for the judge.
public func observed(_ answer: (some Exercise0801).Type) -> ObservedAnswer {
  ObservedAnswer(.islands) { try answer.inputQuantizers(annotated: $0) }
}

/// The answer to exercise 08.2 for the judge.
public func observed(_ answer: (some Exercise0802).Type) -> ObservedAnswer {
  ObservedAnswer(.spread) { try answer.ends(kernel: $0, channels: $1, reach: $2) }
}

/// The answer to exercise 08.3 for the judge.
public func observed(_ answer: (some Exercise0803).Type) -> ObservedAnswer {
  ObservedAnswer(.bitBudget) { try answer.bits(for: $0, budget: $1) }
}

/// The answer to exercise 09.1 for the judge.
public func observed(_ answer: (some Exercise0901).Type) -> ObservedAnswer {
  ObservedAnswer(.ties) { (product: Int, shift: Int) in
    let codes = try answer.codes(of: product, shift: shift)
    return Values(codes.reference, codes.xnnpack)
  }
}

/// The answer to exercise 09.2 for the judge.
public func observed(_ answer: (some Exercise0902).Type) -> ObservedAnswer {
  ObservedAnswer(.parting) { try answer.parting(of: $0, and: $1) }
}

/// The answer to exercise 09.3 for the judge.
public func observed(_ answer: (some Exercise0903).Type) -> ObservedAnswer {
  ObservedAnswer(.powersOfTwo) { (input: Float, kernel: Float, output: Float) in
    let scales = try answer.powersOfTwo(input: input, kernel: kernel, output: output)
    return Values(scales.input, scales.kernel, scales.output, scales.shift)
  }
}
