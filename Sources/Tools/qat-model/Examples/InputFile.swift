import Datasets
import FixedPoint
import IntegerInference
import PNGFiles
import Support

/// An input of a model: its name and the shape of an example.
struct InputPlace: Hashable {
  let name: String
  let shape: [Int]

  init(name: String, shape: [Int]) { (self.name, self.shape) = (name, shape) }
  init(_ operation: IntegerOperation) { self.init(name: operation.name, shape: operation.shape) }

  /// The name, ready to be printed.
  var label: String { name.printableLabel }
}

/// What a file gives a model to read, one example after another.
enum InputContent {
  /// Codes of the input's grid.
  case codes([Int8])
  /// Bytes of pixels, 0 to 255.
  case pixels(ContiguousArray<UInt8>)
  /// Real numbers, all finite.
  case numbers([Float])

  /// The number of elements.
  var count: Int {
    switch self {
    case .codes(let codes): codes.count
    case .pixels(let bytes): bytes.count
    case .numbers(let numbers): numbers.count
    }
  }

  /// The codes on a grid; a byte of a pixel is its code plus 128, as converters have it for images.
  func codes(on grid: AffineQuantizer) -> [Int8] {
    switch self {
    case .codes(let codes): codes
    case .pixels(let bytes): bytes.map { Int8(Int($0) - 128) }
    case .numbers(let numbers): grid.quantizeToInt8(numbers)
    }
  }
}

/// A file of examples for an input; its first bytes say of what format it is.
struct InputFile {
  let path: String
  let input: InputPlace

  /// The examples in the file, at least one.
  func content() throws -> InputContent {
    let file = try OrdinaryFile(path: path)
    let start = try file.read(0..<min(file.size, 6))
    let result =
      if start.starts(with: [0x93] + Array("NUMPY".utf8)) {
        try content(NPYArray(contentsOf: path))
      } else if start.starts(with: [0x89] + Array("PNG".utf8)) {
        try content(image())
      } else if start.starts(with: [0x1F, 0x8B]) || start.starts(with: [0, 0]) {
        InputContent.pixels(try bytes())
      } else {
        throw ModelInputError(
          file: path, problem: "it is no .npy file, PNG image or IDX file",
          remedy: "save an array with numpy.save, or an image as PNG")
      }
    guard result.count > 0 else {
      throw ModelInputError(file: path, problem: "it has no example", remedy: "expected one or more")
    }
    return result
  }

  private func content(_ array: NPYArray) throws -> InputContent {
    // The channels of grey images may be left out, as numpy's users do.
    let isGrey = input.shape.count == 3 && input.shape[2] == 1
    let shapes = [input.shape] + (isGrey ? [Array(input.shape.prefix(2))] : [])
    guard
      shapes.contains(array.shape) || !array.shape.isEmpty && shapes.contains(Array(array.shape.dropFirst()))
    else { throw ModelInputError(file: path, found: array.shape, input: input) }
    switch array.type {
    case .int8: return .codes(array.values.map { Int8($0) })
    case .uint8: return .pixels(ContiguousArray(array.values.map { UInt8($0) }))
    case .float32, .float64:
      if let index = array.values.firstIndex(where: { !$0.isFinite }) {
        throw ModelInputError(
          file: path, problem: "element \(index) is \(array.values[index])",
          remedy: "expected finite numbers: leave out the example, or find where it arose")
      }
      return .numbers(array.values.map { Float($0) })
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

  private func content(_ image: PNGImage) throws -> InputContent {
    guard input.shape.count == 3, [1, 3].contains(input.shape[2]) else {
      throw ModelInputError(
        file: path,
        problem: "it is an image, and the input \(input.label) reads \(input.shape.times)",
        remedy: "give a .npy file")
    }
    guard image.height == input.shape[0], image.width == input.shape[1] else {
      throw ModelInputError(
        file: path, problem: "the image is \(image.height)×\(image.width) (height × width)",
        remedy: "the input \(input.label) reads \(input.shape.times): scale or crop it")
    }
    return .pixels(ContiguousArray(image.bytes(grey: input.shape[2] == 1)))
  }

  /// The codes of the bytes of an IDX file; a last extent of 1 may be absent.
  private func bytes() throws -> ContiguousArray<UInt8> {
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
          "the input \(input.label) reads \(shape.times), and an IDX file has the number of"
          + " examples before that: \(shape.count + 1) dimensions")
    }
    guard Array(array.dimensions.dropFirst()) == shape else {
      throw ModelInputError(file: path, found: array.dimensions, input: input)
    }
    return array.bytes
  }
}
