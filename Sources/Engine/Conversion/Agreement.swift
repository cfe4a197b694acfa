import FixedPoint
import IntegerInference
import Quantization
import Support
import Tensors

/// How well an integer model agrees with the simulation in floats, on given examples.
public struct Agreement: Hashable, Codable, Sendable {
  /// The number of examples.
  public private(set) var examples = 0
  /// The number of examples with the same class: the output with the largest code, or the first of several.
  public private(set) var sameClass = 0
  /// The number of output codes.
  public private(set) var codes = 0
  /// The number of output codes by their difference: `differences[0]` codes are equal, `differences[1]` differ by 1.
  public private(set) var differences: [Int] = [0]

  /// The number of equal output codes.
  public var equalCodes: Int { differences[0] }

  /// The share of equal output codes.
  public var shareEqual: Double { Double(equalCodes) / Double(max(codes, 1)) }

  /// The largest difference between two codes.
  public var largestDifference: Int { differences.count - 1 }

  /// The agreement in one line.
  public var text: String {
    let grouped = NumberFormat.grouped
    return
      "\(grouped.string(Double(sameClass))) of \(grouped.string(Double(examples))) examples of the same class; "
      + "\(NumberFormat.percent(3).string(shareEqual)) of \(grouped.string(Double(codes))) codes equal, "
      + "the others at most \(largestDifference) apart"
  }

  /// Adds the codes of more examples, `width` for each.
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

extension Agreement: CustomStringConvertible {
  /// The ``text``.
  public var description: String { text }
}

extension QuantizedModel {
  /// Compares this model's output codes with those of an integer model.
  ///
  /// Both models have one input and one output.
  ///
  /// - Parameters:
  ///   - integers: The integer model, as `convert` makes it from this model.
  ///   - inputs: The inputs, `[examples, …]`.
  ///   - batchSize: The number of examples that are run at a time.
  /// - Returns: The number of equal codes and classes.
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
