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
      "A .npy file, a PNG image, or an IDX file, also as .gz; for a model of several inputs once for each.",
      discussion: """
        Floating-point numbers are quantized to the input's grid. Bytes 0 to 255, of images, IDX files and uint8 \
        arrays, are the codes plus 128, as converters have it for images. An int8 array has the codes \
        themselves.
        """, valueName: "file"))
  var paths: [String] = []

  @Option(help: ArgumentHelp("Without --input: as many examples of random codes.", valueName: "count"))
  var examples: Int?

  @Option(help: ArgumentHelp("The seed of random codes.", valueName: "number"))
  var seed: UInt64 = 1

  /// The most codes of random inputs.
  static let mostCodes = 1 << 30

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
    guard !paths.isEmpty else { return (try random(operations, examples ?? standard), examples ?? standard) }
    guard paths.count == operations.count else {
      let names = operations.map(\.name.printableLabel).joined(separator: ", ")
      throw ValidationError(
        "the model has \(operations.count.counted("input")) (\(names)); give --input once for each, in this order;"
          + " got \(paths.count)")
    }
    let read = try zip(paths, operations).map { try InputFile(path: $0).codes(for: $1) }
    let counts = zip(read, operations).map { $0.count / $1.count }
    guard let first = counts.first, counts.allSatisfy({ $0 == first }) else {
      let numbers = counts.map(String.init).joined(separator: " and ")
      throw ModelInputError(
        file: paths.joined(separator: ", "), problem: "they have \(numbers) examples",
        remedy: "expected as many in each")
    }
    return (read, first)
  }

  private func random(_ operations: [IntegerOperation], _ count: Int) throws -> [[Int8]] {
    let most = Self.mostCodes / max(1, operations.reduce(0) { $0 + $1.count })
    guard count <= most else {
      throw ValidationError("--examples is at most \(most) for this model; got \(count)")
    }
    var generator = SeededGenerator(seed: seed)
    return operations.map { operation in
      (0..<count * operation.count).map { _ in Int8(generator.below(256) - 128) }
    }
  }
}

/// A file of inputs, whose first bytes say of what format it is.
struct InputFile {
  let path: String

  /// The codes of the examples in the file, at least one, for an input of a model.
  func codes(for input: IntegerOperation) throws -> [Int8] {
    let file = try OrdinaryFile(path: path)
    let start = try file.read(0..<min(file.size, 6))
    let result =
      if start.starts(with: [0x93] + Array("NUMPY".utf8)) {
        try codes(NPYArray(contentsOf: path), input)
      } else if start.starts(with: [0x89] + Array("PNG".utf8)) {
        try codes(image(), input)
      } else if start.starts(with: [0x1F, 0x8B]) || start.starts(with: [0, 0]) {
        try bytes(input)
      } else {
        throw ModelInputError(
          file: path, problem: "it is no .npy file, PNG image or IDX file",
          remedy: "save an array with numpy.save, or an image as PNG")
      }
    guard !result.isEmpty else {
      throw ModelInputError(file: path, problem: "it has no example", remedy: "expected one or more")
    }
    return result
  }

  private func codes(_ array: NPYArray, _ input: IntegerOperation) throws -> [Int8] {
    guard array.shape == input.shape || !array.shape.isEmpty && Array(array.shape.dropFirst()) == input.shape
    else { throw ModelInputError(file: path, found: array.shape, input: input) }
    switch array.type {
    case .int8: return array.values.map { Int8($0) }
    case .uint8: return array.values.map { Int8($0 - 128) }
    case .float32, .float64:
      if let index = array.values.firstIndex(where: { !$0.isFinite }) {
        throw ModelInputError(
          file: path, problem: "element \(index) is \(array.values[index])",
          remedy: "expected finite numbers: leave out the example, or find where it arose")
      }
      return input.grid.quantizeToInt8(array.values.map { Float($0) })
    case .int16, .uint16, .int32, .int64:
      throw ModelInputError(
        file: path, problem: "its elements are of type \(array.type)",
        remedy: "expected real numbers (float32), codes (int8) or pixels (uint8): save array.astype(…)")
    }
  }

  private func image() throws -> PNGImage {
    do { return try PNGImage(path: path) } catch PNGError.damaged(let reason) {
      throw ModelInputError(
        file: path, problem: "the PNG cannot be decoded: \(reason)",
        remedy: "it is damaged or cut short: make it again")
    }
  }

  private func codes(_ image: PNGImage, _ input: IntegerOperation) throws -> [Int8] {
    guard input.shape.count == 3, [1, 3].contains(input.shape[2]) else {
      throw ModelInputError(
        file: path,
        problem: "it is an image, and the input \(input.name.printableLabel) reads \(input.shape.times)",
        remedy: "give a .npy file")
    }
    guard image.height == input.shape[0], image.width == input.shape[1] else {
      throw ModelInputError(
        file: path, problem: "the image is \(image.height)×\(image.width) (height × width)",
        remedy: "the input \(input.name.printableLabel) reads \(input.shape.times): scale or crop it")
    }
    return image.bytes(grey: input.shape[2] == 1).map { Int8(Int($0) - 128) }
  }

  /// The codes of the bytes of an IDX file; a last extent of 1 may be absent.
  private func bytes(_ input: IntegerOperation) throws -> [Int8] {
    let shape = input.shape.count == 3 && input.shape[2] == 1 ? Array(input.shape.prefix(2)) : input.shape
    let array: IDXArray
    do throws(DatasetError) { array = try IDXArray(contentsOf: path, rank: shape.count + 1) } catch {
      guard case .wrongMagic(_, _, let found) = error else { throw error }
      guard found >> 8 == 8 else {
        throw ModelInputError(
          file: path, problem: "it is no IDX file of bytes",
          remedy: "save an array with numpy.save, unpacked, or an image as PNG")
      }
      throw ModelInputError(
        file: path, problem: "it has \((Int(found) & 255).counted("dimension"))",
        remedy:
          "the input \(input.name.printableLabel) reads \(shape.times), and an IDX file has the number of"
          + " examples before that: \(shape.count + 1) dimensions")
    }
    guard Array(array.dimensions.dropFirst()) == shape else {
      throw ModelInputError(file: path, found: array.dimensions, input: input)
    }
    return array.bytes.map { Int8(Int($0) - 128) }
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
      remedy:
        "the input \(input.name.printableLabel) reads \(input.shape.times), or N×\(input.shape.times) for N"
        + " examples: transpose or reshape the array")
  }

  var description: String { "\(file): \(problem); \(remedy)" }
}
