/// The answer to exercise 10.1 for the judge.
public func observed(_ answer: (some Exercise1001).Type) -> ObservedAnswer {
  ObservedAnswer(.unpacked) { try answer.unpacked($0, count: $1) }
}

/// The answer to exercise 10.2 for the judge.
public func observed(_ answer: (some Exercise1002).Type) -> ObservedAnswer {
  ObservedAnswer(.rawScales) { try answer.scales(in: $0, table: $1, field: $2) }
}

/// The answer to exercise 10.3 for the judge.
public func observed(_ answer: (some Exercise1003).Type) -> ObservedAnswer {
  ObservedAnswer(.refusedLayers) { try answer.refused($0) }
}
