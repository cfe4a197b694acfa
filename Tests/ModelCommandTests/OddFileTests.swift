import FixedPoint
import Foundation
import IntegerInference
import Support
import TestSupport
import Testing

@testable import ModelCommand
@testable import TFLiteFiles

/// .tflite files that differ from the usual ones.
@Suite struct OddFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Two inputs, their sum, and a dense layer.
  private func model() throws -> IntegerModel {
    try TinyModels.model([
      TinyModels.input([2], named: "left"), TinyModels.input([2], named: "right"),
      IntegerOperation(
        name: "sum", kind: .add(activationRange: -128...127), inputs: [0, 1], shape: [2],
        grid: TinyModels.grid(2)),
      IntegerOperation(
        name: "dense",
        kind: .dense(IntegerKernel(shape: [2, 1], intWeights: [100, -50], scales: [0.01], bias32: [7])),
        inputs: [2],
        shape: [1], grid: TinyModels.grid(1)),
    ])
  }

  private func read(_ file: TFLiteFile) throws -> IntegerModel {
    let path = try folder.write(file.bytes, as: "odd.tflite")
    return try ModelFile(path: path).model()
  }

  @Test func `tensors without names get numbers for names, and the same codes`() throws {
    var file = try model().tfliteFile()
    for index in file.subgraphs[0].tensors.indices { file.subgraphs[0].tensors[index].name = "" }
    let unnamed = try read(file)
    #expect(unnamed.operations.allSatisfy { $0.name.hasPrefix("tensor ") })
    let codes: [[Int8]] = [[1, 2], [30, 40]]
    #expect(
      IntegerSession(unnamed).codes(codes, examples: 1)
        == IntegerSession(try model()).codes(codes, examples: 1))
    CommandTests.expectNarrow(Inspection(of: unnamed).text)
  }

  @Test func `two inputs are taken in the order of the file`() throws {
    let twice = try read(try model().tfliteFile())
    #expect(twice.inputs.map { twice.operations[$0].name } == ["left", "right"])
    let left = try folder.write(ModelInputsTests.npy("|i1", [2], [1, 2]), as: "left.npy")
    let right = try folder.write(ModelInputsTests.npy("|i1", [1, 2], [3, 4]), as: "right.npy")
    let read = try InputArguments.parse(["--input", left, "--input", right]).codes(for: twice, examples: 1)
    #expect(read.inputs == [[1, 2], [3, 4]] && read.examples == 1)
  }

  @Test func `a file of another batch size runs example by example, with the same codes`() throws {
    var file = try model().tfliteFile()
    for index in file.subgraphs[0].tensors.indices where file.subgraphs[0].tensors[index].constant == nil {
      file.subgraphs[0].tensors[index].shape[0] = 4
      file.subgraphs[0].tensors[index].signature = []
    }
    let four = try read(file)
    #expect(four.operations.map(\.shape) == [[2], [2], [2], [1]])
    #expect(four.operations.map(\.kind) == (try model()).operations.map(\.kind))
  }

  @Test func `a file that ends anywhere is refused, whatever the command`() throws {
    let bytes = try model().tfliteFile().bytes
    for count in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 60)) {
      let path = try folder.write(Array(bytes.prefix(count)), as: "cut.tflite")
      do {
        _ = try ModelFile(path: path).model()
        Issue.record("the first \(count) of \(bytes.count) bytes were read")
      } catch {
        #expect("\(error)".hasPrefix(path), "\(count): \(error)")
      }
    }
  }

  @Test func `floating-point ends are left out: the model takes and gives codes`() throws {
    let ends = try read(try model().tfliteFile(inferenceType: .float32))
    #expect(Inspection(of: ends).operations.map(\.kind) == ["input", "input", "add", "dense"])
  }
}
