/// The extents of images that an operation reads and writes.
struct ImageExtents {
  typealias Extents = (height: Int, width: Int, channels: Int)

  let input: Extents
  let output: Extents

  /// The extents of one example before and after an operation on images.
  init(_ number: Int, in model: IntegerModel) {
    let operation = model.operations[number]
    let (read, written) = (model.operations[operation.inputs[0]].shape, operation.shape)
    input = (read[0], read[1], read[2])
    output = (written[0], written[1], written[2])
  }

  var inputCount: Int { input.height * input.width * input.channels }
  var outputCount: Int { output.height * output.width * output.channels }
}
