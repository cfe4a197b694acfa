import FixedPoint
import IntegerInference
import Quantization
import Support
import Tensors

/// How far a model's integers agree with what training simulated in floats, on given examples.
public struct Agreement: Hashable, Codable, Sendable {
  /// The examples compared.
  public private(set) var examples = 0
  /// The examples for which the same output has the largest code; of several, the first.
  public private(set) var sameClass = 0
  /// The output codes compared.
  public private(set) var codes = 0
  /// How many output codes differ, by the difference: `differences[1]` by one.
  ///
  /// The first, of none, are equal.
  public private(set) var differences: [Int] = [0]

  /// The output codes that are equal.
  public var equalCodes: Int { differences[0] }

  /// The share of the output codes that are equal.
  public var shareEqual: Double { Double(equalCodes) / Double(max(codes, 1)) }

  /// The largest difference of two codes.
  public var largestDifference: Int { differences.count - 1 }

  /// All in one line.
  public var text: String {
    let grouped = NumberFormat.grouped
    return
      "\(grouped.string(Double(sameClass))) of \(grouped.string(Double(examples))) examples of the same class; "
      + "\(NumberFormat.percent(3).string(shareEqual)) of \(grouped.string(Double(codes))) codes equal, "
      + "the others at most \(largestDifference) apart"
  }

  /// Takes in the codes of some more examples, `width` of each.
  mutating func add(_ ours: [Int8], _ theirs: [Int8], width: Int) {
    codes += ours.count
    for (a, b) in zip(ours, theirs) {
      let difference = abs(Int(a) - Int(b))
      while differences.count <= difference { differences.append(0) }
      differences[difference] += 1
    }
    for start in stride(from: 0, to: ours.count, by: width) {
      examples += 1
      let range = start..<start + width
      if ours[range].argmax == theirs[range].argmax { sameClass += 1 }
    }
  }
}

extension QuantizedModel {
  /// Runs this model in floats and its integers beside it, on `inputs`, `[examples, …]`, a batch at a time.
  ///
  /// Both have one input and one output.
  public func agreement(
    with integers: IntegerModel, on inputs: Tensor, batchSize: Int = 250
  ) -> Agreement {
    let session = IntegerSession(integers, maximumBatch: batchSize)
    let (first, last) = (integers.operations[integers.inputs[0]], integers.operations[integers.outputs[0]])
    var agreement = Agreement()
    let values = inputs.values
    for start in stride(from: 0, to: inputs.shape[0], by: batchSize) {
      let count = min(batchSize, inputs.shape[0] - start)
      let floats = Array(values[start * first.count..<(start + count) * first.count])
      let simulated = self(Tensor(floats, shape: [count] + inputs.shape.dropFirst()))
      agreement.add(
        last.grid.quantizeToInt8(simulated.values),
        session.codes(first.grid.quantizeToInt8(floats), examples: count), width: last.count)
    }
    return agreement
  }
}
