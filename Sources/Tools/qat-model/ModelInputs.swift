import ArgumentParser
import Datasets
import FixedPoint
import IntegerInference
import PNGFiles
import Support

/// Where a command takes a model's inputs from.
struct InputArguments: ParsableArguments {
  @Option(
    name: .customLong("input"),
    help: ArgumentHelp(
      "A .npy, .png or IDX file (.gz, too); for a model of several inputs once for each, in their order.",
      discussion: """
        Floating-point numbers are quantized to the input's grid. Bytes 0 to 255, of images and uint8 arrays, are \
        the codes plus 128, as converters have it for images. An int8 array has the codes themselves.
        """, valueName: "file"))
  var paths: [String] = []

  @Option(help: ArgumentHelp("Without --input: as many examples of random codes.", valueName: "count"))
  var examples: Int?

  @Option(help: ArgumentHelp("The seed of random codes.", valueName: "number"))
  var seed: UInt64 = 1

  func validate() throws {
    guard examples ?? 1 >= 1, examples ?? 1 <= 1_000_000 else {
      throw ValidationError("--examples is 1 to 1000000; got \(examples ?? 0)")
    }
    guard examples == nil || paths.isEmpty else {
      throw ValidationError("--examples is for random codes; leave it out, or --input")
    }
  }

  /// The codes of all examples for every input of a model.
  ///
  /// - Throws: The error of reading a file, or ``ModelInputError`` if it does not fit the input.
  func codes(for model: IntegerModel, examples standard: Int) throws -> (inputs: [[Int8]], examples: Int) {
    let operations = model.inputs.map { model.operations[$0] }
    guard !paths.isEmpty else {
      var generator = SeededGenerator(seed: seed)
      let count = examples ?? standard
      let codes = operations.map { operation in
        (0..<count * operation.count).map { _ in Int8(generator.below(256) - 128) }
      }
      return (codes, count)
    }
    guard paths.count == operations.count else {
      throw ValidationError(
        "\(model.name.printable) has \(operations.count) inputs; got \(paths.count) files with --input")
    }
    let read = try zip(paths, operations).map { try Self.codes(in: $0, for: $1) }
    let counts = zip(read, operations).map { $0.count / $1.count }
    guard let first = counts.first, counts.allSatisfy({ $0 == first }), first > 0 else {
      throw ModelInputError(
        file: paths.joined(separator: ", "),
        problem: "the files have \(counts.map(String.init).joined(separator: ", ")) examples",
        remedy: "expected one or more, as many in each")
    }
    return (read, first)
  }

  /// The codes in a file, for an input.
  private static func codes(in path: String, for input: IntegerOperation) throws -> [Int8] {
    if path.lowercased().hasSuffix(".npy") { return try codes(NPYArray(contentsOf: path), path, input) }
    if path.lowercased().hasSuffix(".png") { return try codes(PNGImage(path: path), path, input) }
    let shape = input.shape.count == 3 && input.shape[2] == 1 ? Array(input.shape.prefix(2)) : input.shape
    let array = try IDXArray(contentsOf: path, rank: shape.count + 1)
    guard Array(array.dimensions.dropFirst()) == shape else {
      throw ModelInputError(file: path, found: array.dimensions, input: input)
    }
    return array.bytes.map { Int8(Int($0) - 128) }
  }

  private static func codes(
    _ array: NPYArray, _ path: String, _ input: IntegerOperation
  ) throws -> [Int8] {
    guard array.shape == input.shape || Array(array.shape.dropFirst()) == input.shape else {
      throw ModelInputError(file: path, found: array.shape, input: input)
    }
    switch array.type {
    case .int8: return array.values.map { Int8($0) }
    case .uint8: return array.values.map { Int8($0 - 128) }
    case .float32, .float64: return input.grid.quantizeToInt8(array.values.map { Float($0) })
    case .int16, .uint16, .int32, .int64:
      throw ModelInputError(
        file: path, problem: "its elements are of type \(array.type)",
        remedy: "expected real numbers (float32), codes (int8) or pixels (uint8)")
    }
  }

  private static func codes(
    _ image: PNGImage, _ path: String, _ input: IntegerOperation
  ) throws -> [Int8] {
    guard input.shape.count == 3, [1, 3].contains(input.shape[2]),
      image.height == input.shape[0], image.width == input.shape[1]
    else { throw ModelInputError(file: path, found: [image.height, image.width], input: input) }
    return stride(from: 0, to: image.pixels.count, by: 4).flatMap { pixel -> [Int8] in
      let colors = image.pixels[pixel..<pixel + 3].map(Int.init)
      if input.shape[2] == 3 { return colors.map { Int8($0 - 128) } }
      let grey = (299 * colors[0] + 587 * colors[1] + 114 * colors[2] + 500) / 1000
      return [Int8(grey - 128)]
    }
  }
}

/// A file that does not fit a model's input.
struct ModelInputError: Error, CustomStringConvertible {
  let file: String
  let problem: String
  let remedy: String

  init(file: String, problem: String, remedy: String) {
    (self.file, self.problem, self.remedy) = (file, problem, remedy)
  }

  /// A shape that is not the input's.
  init(file: String, found: [Int], input: IntegerOperation) {
    self.init(
      file: file, problem: "its shape is \(found.times)",
      remedy: "the input \(input.name.printable) reads \(input.shape.times), or any number of examples of it")
  }

  var description: String { "\(file): \(problem); \(remedy)" }
}
