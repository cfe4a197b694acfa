import ArgumentParser
import FixedPoint
import IntegerInference
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
    let read = try zip(paths, operations).map { path, operation in
      try InputFile(path: path, input: InputPlace(operation)).content().codes(on: operation.grid)
    }
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

/// A file that does not fit a model's input.
struct ModelInputError: Error, CustomStringConvertible {
  let file: String
  let problem: String
  let remedy: String

  init(file: String, problem: String, remedy: String) {
    (self.file, self.problem, self.remedy) = (file, problem, remedy)
  }

  /// A shape that is not the input's.
  init(file: String, found: [Int], input: InputPlace) {
    self.init(
      file: file, problem: "its shape is \(found.times)",
      remedy:
        "the input \(input.label) reads \(input.shape.times), or N×\(input.shape.times) for N examples: transpose"
        + " or reshape the array")
  }

  var description: String { "\(file): \(problem); \(remedy)" }
}
