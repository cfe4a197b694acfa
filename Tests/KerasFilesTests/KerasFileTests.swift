import Foundation
import Support
import TestSupport
import Testing

@testable import KerasFiles

/// What is in a file, and what happens with files that are damaged, too large or no Keras files.
@Suite(.enabled(if: KerasFile.isAvailable, KerasFixtures.missing)) struct KerasFileTests {
  @Test func `an archive has a configuration, a version and numbered arrays`() throws {
    let file = try KerasFile(contentsOf: KerasFixtures.path("keras3.keras"))
    #expect(file.kind == .archive)
    #expect(file.kerasVersion == "3.15.1")
    #expect(file.configuration?.contains("\"class_name\": \"Functional\"") == true)
    let kernel = try #require(file.arrays["layers/conv2d/vars/0"])
    #expect(kernel.shape == [3, 3, 3, 4])
    #expect(kernel.type == .float32)
    #expect(kernel.values.count == 108)
    #expect(file.texts("name", of: "layers/depthwise_conv2d/vars") == ["depthwise_conv2d"])
    #expect(file.arrays["layers/functional/layers/normalization/vars/2"]?.type == .int64)
  }

  @Test(arguments: [("keras3.h5", "3.15.1", ""), ("tf_keras.h5", "2.21.0", ":0")])
  func `a whole HDF5 file has a configuration, a version and named arrays`(
    name: String, version: String, suffix: String
  ) throws {
    let file = try KerasFile(contentsOf: KerasFixtures.path(name))
    #expect(file.kind == .wholeHDF5)
    #expect(file.kerasVersion == version)
    #expect(file.configuration?.hasPrefix("{\"class_name\": \"Functional\"") == true)
    let layers = try #require(file.texts("layer_names", of: "model_weights"))
    let depthwise = try #require(layers.first { $0.hasPrefix("depthwise") })
    let weights = try #require(file.texts("weight_names", of: "model_weights/\(depthwise)"))
    #expect(weights.count == 2 && weights[1] == "\(depthwise)/bias\(suffix)")
    #expect(file.arrays["model_weights/\(depthwise)/\(weights[1])"]?.shape == [4])
    #expect(file.texts("weight_names", of: "model_weights/add") == [])
    // What the optimizer remembers is left out.
    #expect(file.arrays.keys.allSatisfy { $0.hasPrefix("model_weights/") })
  }

  @Test func `weights alone have no configuration`() throws {
    let file = try KerasFile(contentsOf: KerasFixtures.path("tf_keras_weights.h5"))
    #expect(file.kind == .weightsHDF5)
    #expect(file.configuration == nil)
    #expect(file.kerasVersion == "2.21.0")
    let other = try KerasFile(contentsOf: KerasFixtures.path("keras3.weights.h5"))
    #expect(other.kind == .weightsHDF5 && other.kerasVersion == nil)
  }

  @Test(arguments: [("float16", KerasElementType.float16), ("bfloat16", .bfloat16), ("float64", .float64)])
  func `floats of other widths are read`(name: String, type: KerasElementType) throws {
    let file = try KerasFile(contentsOf: KerasFixtures.path("types.weights.h5"))
    let groups = file.attributes.filter { $0.value["name"] == [name] }
    let group = try #require(groups.first?.key)
    #expect(file.arrays["\(group)/0"]?.type == type)
    #expect(file.arrays["\(group)/0"]?.values == [1, -0.5, 2.25, 3])
    #expect(file.arrays["\(group)/1"]?.values == [0.125, -1024])
  }

  @Test func `arrays that HDF5 packed and turned are read`() throws {
    let file = try KerasFile(contentsOf: KerasFixtures.path("packed.h5"))
    let numbers = (0..<64).map { Float($0) }
    #expect(file.arrays["layers/dense/vars/0"]?.values == numbers)
    #expect(file.arrays["layers/dense/vars/1"]?.values == Array(numbers.prefix(8)))
  }

  @Test func `codes are read as numbers`() throws {
    let file = try KerasFile(contentsOf: KerasFixtures.path("int8.weights.h5"))
    let kernel = try #require(file.arrays["layers/dense/vars/0"])
    #expect(kernel.type == .int8)
    #expect(kernel.values.allSatisfy { abs($0) <= 127 && $0 == $0.rounded() })
    #expect(kernel.values.contains { abs($0) == 127 })
  }

  // MARK: - What is no Keras file

  @Test(arguments: [
    ([UInt8](), "the file has 0 bytes, and a Keras file has more"),
    (
      [UInt8](repeating: 65, count: 100), "the file is no Keras file: it begins neither as a zip (.keras) nor"
    ),
    (
      [0x50, 0x4B, 3, 4] + [UInt8](repeating: 0, count: 60),
      "\"the zip's directory\": the file is damaged here"
    ),
    (
      [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A] + [UInt8](repeating: 0, count: 60),
      "\"the HDF5 superblock\": the file is damaged here"
    ),
  ])
  func `a file of another format is refused`(bytes: [UInt8], message: String) throws {
    let error = try Self.error(of: bytes)
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "none")")
  }

  @Test func `a file that is not there, or is a folder, is refused with the system's reason`() throws {
    let error = #expect(throws: KerasFileError.self) { try KerasFile(contentsOf: "/nowhere/model.keras") }
    #expect(error?.description == "cannot open /nowhere/model.keras: No such file or directory")
    #expect(throws: KerasFileError.self) { try KerasFile(contentsOf: "/") }
  }

  @Test func `without the libraries the error says what to install`() throws {
    let path = try KerasFixtures.path("keras3.keras")
    let error = #expect(throws: KerasFileError.self) { try KerasFile(contentsOf: path, available: false) }
    #expect(
      error?.description
        == "\(path): this package was built without HDF5 and libzip, which read Keras files; install libhdf5-dev and "
        + "libzip-dev (apt-get install), or hdf5 and libzip (brew install), run swift package purge-cache, by which they "
        + "are looked for again, and build again without QAT_PORTABLE")
  }

  // MARK: - Bounds

  @Test func `a file larger than the limit is not parsed`() throws {
    let path = try KerasFixtures.path("keras3.keras")
    let error = #expect(throws: KerasFileError.self) { try KerasFile(contentsOf: path, limit: 1000) }
    #expect(error?.description.hasSuffix("bytes, more than the 1000 allowed; allow more with limit:") == true)
  }

  @Test(
    arguments: [
      ("keras3.keras", \KerasBounds.unpacked, 10_000, "10000 bytes when it is unpacked"),
      ("keras3.keras", \.values, 1000, "1000 bytes of arrays"),
      ("keras3.keras", \.texts, 1000, "1000 bytes of texts"),
      ("tf_keras.h5", \.texts, 1000, "1000 bytes of texts"),
      ("tf_keras.h5", \.objects, 10, "10 groups and arrays"),
      ("tf_keras.h5", \.depth, 2, "2 groups inside one another"),
    ] as [(String, WritableKeyPath<KerasBounds, Int> & Sendable, Int, String)])
  func `what passes a bound is refused`(
    name: String, bound: WritableKeyPath<KerasBounds, Int> & Sendable, value: Int, message: String
  ) throws {
    let path = try KerasFixtures.path(name)
    var bounds = KerasBounds(size: 100_000, limit: 1 << 30)
    bounds[keyPath: bound] = value
    let error = #expect(throws: KerasFileError.self) {
      try KerasFile(contentsOf: path, available: true, bounds: bounds)
    }
    #expect(error?.description.contains("the file is damaged or needs more than \(message);") == true)
  }

  @Test func `what a file unpacks to is bounded by its size`() {
    #expect(KerasBounds(size: 1000, limit: 1 << 31).unpacked == 64_000 + 1 << 20)
    #expect(KerasBounds(size: 1 << 30, limit: 1 << 31).values == 1 << 31)
  }

  // MARK: - Damage

  @Test(arguments: ["keras3.keras", "tf_keras.h5", "packed.h5"])
  func `a file that was cut short is refused`(name: String) throws {
    let whole = try Self.bytes(of: name)
    for part in 1...12 {
      let count = whole.count * part / 13
      let error = try Self.error(of: Array(whole.prefix(count)))
      #expect(error != nil, "\(count) of \(whole.count) bytes")
    }
  }

  @Test(arguments: ["int8.weights.h5", "packed.h5"], [UInt8(0x01), 0x80, 0xFF])
  func `a file with a byte flipped is refused or read`(name: String, bits: UInt8) throws {
    let whole = try Self.bytes(of: name)
    for index in stride(from: Int(bits) % 7, to: whole.count, by: 299) {
      var bytes = whole
      bytes[index] ^= bits
      _ = try Self.error(of: bytes)
    }
  }

  private static func bytes(of name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: KerasFixtures.path(name))))
  }

  /// The error of reading a file of these bytes; nil if it is read.
  private static func error(of bytes: [UInt8]) throws -> KerasFileError? {
    let folder = try TemporaryFolder()
    let path = try folder.write(bytes)
    do throws(KerasFileError) {
      _ = try KerasFile(contentsOf: path)
      return nil
    } catch {
      return error
    }
  }
}
