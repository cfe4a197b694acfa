import Foundation
import Safetensors
import Support
import TestSupport
import Testing

@Suite struct SafetensorsFileTests {
  private let file = SafetensorsFile([
    SafetensorsTensor("dense/kernel", shape: [2, 2], values: [1, 2, 3, 4] as [Float]),
    SafetensorsTensor("codes", shape: [3], values: [-128, 0, 127] as [Int8]),
  ])

  private func failure(_ body: () throws(SafetensorsError) -> Void) -> SafetensorsError? {
    do throws(SafetensorsError) {
      try body()
      return nil
    } catch {
      return error
    }
  }

  @Test func `every half-precision number is widened exactly`() throws {
    #if arch(arm64) || os(Linux)
      let bits = (0...UInt16.max).map { $0 }
      let bytes = bits.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
      let tensor = SafetensorsTensor("h", type: .float16, shape: [65_536], bytes: bytes)
      for (half, float) in zip(bits, try #require(tensor.floats())) {
        let expected = Float(Float16(bitPattern: half))
        #expect(float.bitPattern == expected.bitPattern || float.isNaN && expected.isNaN)
      }
    #endif
  }

  @Test func `a tensor takes its elements from any collection`() {
    let numbers: [Int32] = [5, 6, 7, 8]
    let whole = SafetensorsTensor("n", shape: [2], values: [6, 7] as [Int32])
    #expect(SafetensorsTensor("n", shape: [2], values: numbers[1...2]) == whole)
    #expect(SafetensorsTensor("n", shape: [2], values: ContiguousArray(numbers[1...2])) == whole)
    #expect(SafetensorsTensor("n", shape: [2], values: numbers.lazy.filter { $0 == 6 || $0 == 7 }) == whole)
    #expect(whole.bytes == [6, 0, 0, 0, 7, 0, 0, 0])
  }

  @Test func `a tensor keeps the bits of a NaN`() {
    let signaling = Float(bitPattern: 0x7FA1_2345)
    let tensor = SafetensorsTensor("n", shape: [2], values: [signaling, -0.0])
    #expect(tensor.values(as: Float.self)?.map(\.bitPattern) == [0x7FA1_2345, 0x8000_0000])
    #expect(tensor.floats()?.map(\.bitPattern) == [0x7FA1_2345, 0x8000_0000])
    #expect(tensor.values(as: Int32.self) == nil)
  }

  @Test func `a request for a missing tensor, shape or type names what the file has`() {
    #expect(
      failure { () throws(SafetensorsError) in _ = try file.floats("kernel") }?.description
        == "a file not yet written, tensor \"kernel\": the file has no such tensor; "
        + "it has \"dense/kernel\", \"codes\"")
    #expect(
      failure { () throws(SafetensorsError) in _ = try file.floats("dense/kernel", shape: [4]) }?.description
        == "a file not yet written, tensor \"dense/kernel\": its shape is [2, 2], not [4]; "
        + "check that the file belongs to this model")
    #expect(
      failure { () throws(SafetensorsError) in _ = try file.floats("codes") }?.description
        == "a file not yet written, tensor \"codes\": its elements are I8, not F32, F16, BF16; "
        + "read it as what it is, or save it as what you need")
    #expect(
      failure { () throws(SafetensorsError) in _ = try file.values("codes", as: UInt8.self) }?.cause
        == .wrongType(expected: [.uint8], found: .int8))
  }

  @Test func `an unreadable safetensors file is refused with the reason`() throws {
    let folder = try TemporaryFolder()
    let missing = failure { () throws(SafetensorsError) in
      _ = try SafetensorsFile(contentsOf: folder.path + "/no")
    }
    #expect(
      missing?.description == "\(folder.path)/no: the file cannot be read: No such file or directory; "
        + "check the path and its permissions")
    // A folder, a pipe without a writer (which must not be waited for), and an endless device.
    let pipe = folder.path + "/pipe"
    #expect(mkfifo(pipe, 0o600) == 0)
    for path in [folder.path, pipe, "/dev/zero"] {
      let error = failure { () throws(SafetensorsError) in _ = try SafetensorsFile(contentsOf: path) }
      #expect(error?.cause == .unreadable(reason: "it is not an ordinary file"))
    }
  }

  @Test func `a safetensors file beyond the limit is not read`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(file.encoded())
    let size = file.encoded().count
    #expect(try SafetensorsFile(contentsOf: path, limit: size) == file)
    let error = failure { () throws(SafetensorsError) in
      _ = try SafetensorsFile(contentsOf: path, limit: size - 1)
    }
    #expect(error?.cause == .tooLarge(size: size, limit: size - 1))
  }

  @Test func `damaged safetensors files are refused alike on disk and in memory`() throws {
    let folder = try TemporaryFolder()
    let valid = file.encoded()
    for length in stride(from: 0, through: valid.count, by: 7) {
      let path = try folder.write(Array(valid[..<length]))
      let onDisk = failure { () throws(SafetensorsError) in _ = try SafetensorsFile(contentsOf: path) }
      let inMemory = failure { () throws(SafetensorsError) in
        _ = try SafetensorsFile(bytes: Array(valid[..<length]), source: path)
      }
      #expect(onDisk == inMemory)
      #expect((onDisk == nil) == (length == valid.count))
    }
  }

  @Test func `mistakes of a caller stop the program with both values`() async {
    let short = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = SafetensorsTensor("k", shape: [3], values: [1, 2] as [Float])
    }
    #expect(standardError(of: short).contains("k: F32 of shape [3] takes 12 bytes; got 8"))
    let reserved = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = SafetensorsTensor("__metadata__", shape: [1], values: [1] as [Float])
    }
    #expect(
      standardError(of: reserved).contains("__metadata__ is the format's name for its metadata"))
    let negative = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = SafetensorsTensor("k", shape: [-1, -2], values: [1, 2] as [Float])
    }
    #expect(standardError(of: negative).contains("extents of 0 or more; got [-1, -2]"))
    let twice = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let tensor = SafetensorsTensor("k", shape: [], values: [1] as [Float])
      _ = SafetensorsFile([tensor, tensor])
    }
    #expect(standardError(of: twice).contains("k was added twice"))
  }

  @Test func `a safetensors file is printed as a table of its tensors and its metadata`() {
    var file = file
    #expect(
      file.description == """
        a file not yet written: 2 tensors, 19 bytes
        tensor        type  shape   bytes
        ────────────  ────  ──────  ─────
        dense/kernel  F32   [2, 2]     16
        codes         I8    [3]         3
        """)
    file.metadata = ["step": "300", "\u{1B}": String(repeating: "x", count: 100)]
    let lines = file.description.split(separator: "\n").suffix(2)
    #expect(lines == ["\\u{1b}: \(String(repeating: "x", count: 80))…", "step: 300"])
    #expect(SafetensorsFile().description == "a file not yet written: 0 tensors, 0 bytes")
  }

  @Test func `a safetensors file of many tensors is printed in part`() {
    let file = SafetensorsFile(
      (0..<1000).map { SafetensorsTensor("\($0)", shape: [1], values: [0] as [Float]) },
      metadata: .init(uniqueKeysWithValues: (0..<50).map { ("key \($0)", "") }))
    let lines = file.description.split(separator: "\n")
    #expect(lines.count == 3 + 41 + 41)
    #expect(lines[43] == "… and 960 more")
    #expect(lines.last == "… and 10 more")
  }
}
