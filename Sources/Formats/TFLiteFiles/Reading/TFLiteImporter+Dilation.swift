import FixedPoint
import IntegerInference

// A dilated convolution of a free batch, which the converter writes as three operators:
// SPACE_TO_BATCH_ND, a convolution without padding, BATCH_TO_SPACE_ND.

extension TFLiteImporter {
  /// Adds the dilated convolution that begins at an operator, and returns the number of operators it covers.
  mutating func addDilatedConvolution(at index: Int) throws(TFLiteError.Cause) -> Int {
    let (block, paddings) = try blocks(graph.operators[index])
    guard index + 2 < graph.operators.count,
      graph.operators[index + 2].code.operation == .batchToSpaceND,
      let kind = graph.operators[index + 1].code.operation, kind == .conv2D || kind == .depthwiseConv2D
    else { throw unsupported }
    let (split, inner, joined) = (
      graph.operators[index], graph.operators[index + 1], graph.operators[index + 2]
    )
    let (joinedBlock, crops) = try blocks(joined)
    guard inner.inputs.first == split.outputs.first, joined.inputs.first == inner.outputs.first,
      joinedBlock == block, inner.options[.padding] == 1,
      [.strideWidth, .strideHeight, .dilationWidth, .dilationHeight].allSatisfy({ inner.options[$0] == 1 }),
      inner.outputs.count == 1, joined.outputs.count == 1
    else { throw unsupported }
    // Cropping pixels of a result with strides of 1 is padding less.
    let amounts = zip(paddings, crops).map { $0 - $1 }
    guard amounts.allSatisfy({ $0 >= 0 }) else { throw unsupported }
    guard try grid(of: inner.outputs[0]).hasSameGrid(as: grid(of: joined.outputs[0])) else {
      throw .wrongQuantization(
        tensor: label(joined.outputs[0]), reason: "has another grid than the codes that it moves",
        remedy: "expected the same one")
    }
    var whole = inner
    whole.inputs[0] = try input(split, 0)
    whole.outputs = joined.outputs
    whole.options.integers[.dilationHeight] = block[0]
    whole.options.integers[.dilationWidth] = block[1]
    let padding = Window.Padding(top: amounts[0], left: amounts[2], bottom: amounts[1], right: amounts[3])
    if kind == .conv2D {
      try addConvolution(whole, padding: padding)
    } else {
      try addDepthwiseConvolution(whole, padding: padding)
    }
    return 3
  }

  private var unsupported: TFLiteError.Cause {
    .optionUnsupported(
      option: "place in the graph", value: "not that of a dilated convolution",
      expected: "SPACE_TO_BATCH_ND, CONV_2D or DEPTHWISE_CONV_2D without padding, and BATCH_TO_SPACE_ND")
  }

  /// The block of an operator, and its paddings or crops: top, bottom, left, right.
  private func blocks(_ one: TFLiteFile.Operator) throws(TFLiteError.Cause) -> (block: [Int], amounts: [Int])
  {
    let (block, amounts) = (try integers(one, 1, "block"), try integers(one, 2, "list of amounts"))
    guard block.count == 2, amounts.count == 4, (block + amounts).allSatisfy({ (0...65535).contains($0) }),
      block.allSatisfy({ $0 > 0 })
    else {
      throw .optionUnsupported(
        option: "block", value: "\(block) with \(amounts)",
        expected: "height and width; convert the model with a batch of 1")
    }
    return (block, amounts)
  }
}
