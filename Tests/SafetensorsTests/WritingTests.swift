import Foundation
import Safetensors
import Support
import TestSupport
import Testing

@Suite struct WritingTests {
  /// The tensors that `make_fixtures.py check` expects.
  private static let tensors = [
    SafetensorsTensor("step", shape: [], values: [Int64.min]),
    SafetensorsTensor("dense/kernel", shape: [4, 3], values: (0..<12).map { Float($0 - 6) * 0.1 }),
    SafetensorsTensor(
      "dense/bias", shape: [3], values: [-0.0, .infinity, .leastNonzeroMagnitude] as [Float]),
    SafetensorsTensor("quantized", shape: [4, 64], values: (-128...127).map { Int8($0) }),
    SafetensorsTensor("accumulator", shape: [4], values: [.min, -1, 0, .max] as [Int32]),
    SafetensorsTensor("image", shape: [1, 16, 16, 1], values: (0...255).map { UInt8($0) }),
    SafetensorsTensor("state", shape: [2], values: [.max, 1] as [UInt64]),
    SafetensorsTensor("double", shape: [1], values: [1 / 3.0]),
    SafetensorsTensor("empty", shape: [0, 5], values: [] as [Float]),
    SafetensorsTensor("Größe \"½\"\n\u{1}🙂", shape: [2], values: [1, 0] as [UInt8]),
  ]
  private static let metadata = ["made by": "swift-qat\n\"½\" \\ / \u{1F}\u{7F}", "format": "np"]
  private static let content = SafetensorsFile(tensors, metadata: metadata)

  @Test func `the bytes written are those that Python has opened`() throws {
    // On 2026-11-23 `make_fixtures.py check` found every value in the file of this digest.
    let bytes = Self.content.encoded()
    if let path = ProcessInfo.processInfo.environment["QAT_WRITE_FIXTURE"] {
      try AtomicFile.write(bytes, to: path)
    }
    #expect(SHA256.hex(bytes) == "2525f06d6aa03987043ddfd2b09d9d9bac2de8593ce6af8c973bd5d9e2cfd6c9")
    #expect(try AtomicFile.read(fixture("swift")) == bytes)
  }

  @Test func `the bytes written do not depend on the order of adding tensors`() {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<50 {
      let order = generator.permutation(Self.tensors.count)
      let shuffled = SafetensorsFile(order.map { Self.tensors[$0] }, metadata: Self.metadata)
      #expect(shuffled == Self.content)
      #expect(shuffled.encoded() == Self.content.encoded())
    }
  }

  @Test func `a written safetensors file is read back`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/model.safetensors"
    try Self.content.write(to: path)
    let read = try SafetensorsFile(contentsOf: path)
    #expect(read == Self.content)
    #expect(read.source == path)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["model.safetensors"])
  }

  @Test func `every tensor begins at a multiple of its element width`() throws {
    // Lengths of 1 to 19 elements and names of as many letters shift everything that could be shifted.
    for count in 1...19 {
      let tensors = SafetensorsDataType.allCases.map { type in
        let name = type.rawValue + String(repeating: "x", count: count)
        let bytes = [UInt8](repeating: 0xA5, count: count * type.byteWidth)
        return SafetensorsTensor(name, type: type, shape: [count], bytes: bytes)
      }
      let file = SafetensorsFile(tensors)
      let bytes = file.encoded()
      var position = 8 + Int(bytes[0]) + Int(bytes[1]) << 8
      #expect(bytes[2..<8].allSatisfy { $0 == 0 })
      for tensor in file.tensors {
        #expect(position % tensor.type.byteWidth == 0)
        position += tensor.bytes.count
      }
      #expect(position == bytes.count)
    }
  }

  @Test func `a safetensors file may be empty`() throws {
    let bytes = SafetensorsFile().encoded()
    #expect(bytes == file("{}      "))
    #expect(try SafetensorsFile(bytes: bytes) == SafetensorsFile())
  }

  @Test func `every character survives in names and metadata`() throws {
    let awkward =
      (0..<0x180).compactMap { UnicodeScalar($0) } + ["\u{2028}", "\u{FFFD}", "\u{FFFF}", "\u{10FFFF}"]
    for scalar in awkward {
      let text = "a\(scalar)b"
      let tensor = SafetensorsTensor(text, shape: [1], values: [Int8(1)])
      let content = SafetensorsFile([tensor], metadata: [text: text])
      #expect(try SafetensorsFile(bytes: content.encoded()) == content)
    }
  }

  @Test func `writing into a missing folder names the path`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/none/model.safetensors"
    let error = #expect(throws: FileError.self) { try Self.content.write(to: path) }
    #expect(error?.description == "cannot create \(path): No such file or directory")
  }
}
