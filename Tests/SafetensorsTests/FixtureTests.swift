import Safetensors
import Support
import Testing

/// Files that Python's safetensors wrote, with the values of `Fixtures/make_fixtures.py`.
@Suite struct FixtureTests {
  @Test func `every number that NumPy wrote is read`() throws {
    let file = try SafetensorsFile(contentsOf: fixture("numpy"))
    #expect(file.tensors.count == 16)
    let kernel = (0..<24).map { Float($0 - 12) * 0.125 }
    #expect(try file.floats("conv/kernel", shape: [3, 1, 2, 4]) == kernel)
    // As bits, since 0 equals −0.
    let bias: [Float] = [-0.0, .infinity, -.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude]
    #expect(try file.floats("conv/bias").map(\.bitPattern) == bias.map(\.bitPattern))
    #expect(try file.values("float64", shape: [2, 2]) == [-1 / 3.0, 0, 1 / 3.0, 2 / 3.0])
    #expect(try file.values("int8") == (-128...127).map { Int8($0) })
    #expect(try file.values("uint8") == (0...255).map { UInt8($0) })
    #expect(try file.values("int16") == [Int16.min, -1, .max])
    #expect(try file.values("uint16") == [UInt16.min, .max])
    #expect(try file.values("int32") == [Int32.min, -1, .max])
    #expect(try file.values("uint32") == [UInt32.min, .max])
    #expect(try file.values("int64") == [Int64.min, -1, .max])
    #expect(try file.values("uint64") == [UInt64.min, .max])
    #expect(file["bool"]?.type == .bool)
    #expect(file["bool"]?.bytes == [1, 0, 1])
    #expect(try file.values("a single number", shape: []) == [Int32(7)])
    #expect(try file.floats("no numbers", shape: [3, 0, 2]) == [])
    #expect(try file.values("Gewichte für \"Größe\"\\\n\t\u{1}🙂") == [UInt8(1)])
    #expect(file.metadata == ["about": "line 1\nline 2: \"½\" \\ / \u{1F}\u{7F}"])
  }

  @Test func `half-precision numbers of NumPy and PyTorch are widened exactly`() throws {
    let numpy = try SafetensorsFile(contentsOf: fixture("numpy"))
    let halves: [Float] = [-0.0, 0x1p-24, 1.5, -65504, .infinity]
    #expect(try numpy.floats("float16").map(\.bitPattern) == halves.map(\.bitPattern))
    let torch = try SafetensorsFile(contentsOf: fixture("torch"))
    let brain: [Float] = [-0.0, 1.5, -0x1p-133, .infinity]
    #expect(try torch.floats("bfloat16").map(\.bitPattern) == brain.map(\.bitPattern))
  }

  @Test func `element types without a Swift number are read as bytes`() throws {
    let file = try SafetensorsFile(contentsOf: fixture("torch"))
    let types: [SafetensorsDataType] = [
      .complex64, .bfloat16, .float8E5M2FNUZ, .float8E4M3FNUZ, .float8E8M0, .float8E4M3, .float8E5M2,
    ]
    #expect(file.tensors.map(\.type) == types)
    for tensor in file.tensors.dropFirst(2) { #expect(tensor.bytes == Array(0..<8)) }
    let complex = SafetensorsTensor("", shape: [4], values: [1, -2, 0.5, 0.25] as [Float])
    #expect(file["complex64"]?.bytes == complex.bytes)
  }

  @Test(arguments: ["numpy", "torch"]) func `a file of the Python writer is written again byte for byte`(
    _ name: String
  ) throws {
    let path = try fixture(name)
    let file = try SafetensorsFile(contentsOf: path)
    #expect(file.encoded() == (try AtomicFile.read(path)))
  }

  @Test func `a file with the order, spaces and escapes of other writers is read`() throws {
    // Names sorted and not in the order of the bytes, spaces, escapes, elements unaligned, no padding.
    let path = try fixture("foreign")
    let file = try SafetensorsFile(contentsOf: path)
    #expect(try file.floats("a", shape: [2]) == [0.5, -0.25])
    #expect(try file.values("b", shape: [3, 1]) == [7, 8, 9] as [UInt8])
    #expect(try file.values("c", shape: []) == [Int8(-5)])
    #expect(try file.values("é🙂", as: Int8.self, shape: [0]) == [])
    #expect(file.metadata == ["größe 🙂": "½", "empty": ""])
    #expect(try SafetensorsFile(bytes: try AtomicFile.read(path)) == file)
    #expect(try SafetensorsFile(bytes: file.encoded()) == file)
  }
}
