import FixedPoint
import Foundation
import IntegerInference
import Layers
import Support
import Tensors
import Training

/// How close an integer model's outputs are to those of the model that it was made of.
struct OutputComparison: Codable, Hashable {
  /// The outputs, in the order of the models'.
  let outputs: [Output]
  /// The number of examples.
  let examples: Int

  /// One output.
  struct Output: Codable, Hashable {
    let name: String
    /// The number of elements of an example.
    let width: Int
    /// The examples whose largest element is the same.
    var sameAnswers = 0
    /// Σ float².
    var signal = 0.0
    /// Σ (float − integer)².
    var noise = 0.0

    /// 10 · log₁₀(signal ÷ noise); infinite if there is no noise.
    var decibels: Double { noise == 0 ? .infinity : 10 * log10(signal / noise) }
  }

  /// Runs both models on examples.
  init(_ floats: Model, _ integers: IntegerModel, on examples: any Examples, batch size: Int = 64) {
    self.examples = examples.count
    let session = IntegerSession(integers, maximumBatch: size)
    let grids = integers.inputs.map { integers.operations[$0].grid }
    var outputs = zip(floats.outputNames, integers.outputs).map { name, index in
      Output(name: name, width: integers.operations[index].count)
    }
    var generator = SeededGenerator(seed: 0)
    for start in stride(from: 0, to: examples.count, by: size) {
      let indices = Array(start..<min(start + size, examples.count))
      let inputs = examples.exampleBatch(of: indices, using: &generator).inputs(for: floats)
      let reals = floats.allOutputs(inputs).map(\.values)
      let codes = session.codes(
        zip(grids, inputs).map { $0.quantizeToInt8($1.values) }, examples: indices.count)
      for index in outputs.indices {
        let integer = integers.operations[integers.outputs[index]].grid.dequantize(codes[index])
        outputs[index].add(reals[index], integer)
      }
    }
    self.outputs = outputs
  }

  /// The outputs as a table.
  var table: TextTable {
    TextTable(
      columns: ["output", "examples", "same answer", "signal to noise"],
      rows: outputs.map { output in
        [
          output.name.printableLabel.cut(to: 30), NumberFormat.grouped.string(Double(examples)),
          output.width == 1 ? "–" : NumberFormat.grouped.string(Double(output.sameAnswers)),
          NumberFormat.fixed(1).string(output.decibels) + " dB",
        ]
      })
  }
}

extension OutputComparison.Output {
  /// Adds the elements of more examples.
  fileprivate mutating func add(_ reals: [Float], _ integers: [Float]) {
    for (real, integer) in zip(reals, integers) {
      signal += Double(real) * Double(real)
      noise += (Double(real) - Double(integer)) * (Double(real) - Double(integer))
    }
    for start in stride(from: 0, to: reals.count, by: width) {
      let range = start..<start + width
      if reals[range].argmax == integers[range].argmax { sameAnswers += 1 }
    }
  }
}
