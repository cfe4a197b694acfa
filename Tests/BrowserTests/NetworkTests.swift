import Datasets
import Foundation
import IntegerInference
import Layers
import Safetensors
import Site
import SiteData
import Tensors
import TestSupport
import Testing
import Training

/// The networks of the page "Draw your own digit" are the engine's.
@Suite(.enabled(if: BuiltSite.isPossible, BuiltSite.needs))
struct NetworkTests {
  /// Digits that no network of the page has learned from.
  private static let digits = Digits.generated(10_000..<11_000, seed: 1)

  /// Runs a network of the page on digits, and mixes the codes of each operation into a digest; of the float network the
  /// scores are kept.
  private static let function = """
    ({ name, pixels }) => {
      \(Digest.script)
      const { network } = QAT.draw.readers.find((reader) => reader.name === name);
      const bytes = QAT.numbers.bytes(pixels), digests = network.operations.map(() => 2166136261), scores = [];
      for (let begin = 0; begin < bytes.length; begin += 784) {
        const outputs = network.run(Float32Array.from(bytes.subarray(begin, begin + 784), (byte) => byte / 255));
        if (network.isFloat) scores.push(...network.scores(outputs));
        else outputs.forEach((codes, index) => {
          let digest = digests[index];
          for (let i = 0; i < codes.length; i++) digest = mixed(digest, codes[i]);
          digests[index] = digest;
        });
      }
      return { digests, scores };
    }
    """

  private struct Input: Encodable {
    let name: String
    let pixels: String
  }

  private struct Output: Decodable {
    let digests: [UInt32]
    let scores: [Double]
  }

  /// The digits of each integer network: 250, so that together they read 1,000; a browser takes milliseconds for each.
  private static let shares = Array(zip(["W8A8", "W4A4", "W3A3", "W2A2"], [0, 250, 500, 750]))

  @Test(arguments: shares)
  func `an integer network gives the engine's code in every operation, for 1,000 digits in all`(
    _ name: String, first: Int
  ) async throws {
    let digits = Self.digits.selecting(first..<first + 250)
    let pixels = digits.pixels
    let theirs = try await Browser.visit("draw.html") {
      try $0.apply(
        Self.function, to: Input(name: name, pixels: Base64.text(Array(pixels))), as: Output.self)
    }
    let reader = try #require(try SiteData.draw(root: Checkout.root).readers.first { $0.name == name })
    let model = try #require(try reader.integerModel())
    let session = IntegerSession(model, maximumBatch: 1)
    let codes = session.intermediateCodes(
      model.operations[model.inputs[0]].grid.quantizeToInt8(digits.floats()))
    #expect(codes[0].count == 250 * 784 && theirs.digests.count == model.operations.count)
    for (index, operation) in model.operations.enumerated() {
      var digest = Digest()
      digest.mix(codes[index])
      #expect(digest.value == theirs.digests[index], "\(operation.name)")
    }
  }

  @Test func `the float network gives the engine's scores up to the order of its sums`() async throws {
    let digits = Self.digits.selecting(0..<100)
    let theirs = try await Browser.visit("draw.html") {
      try $0.apply(
        Self.function, to: Input(name: "float32", pixels: Base64.text(Array(digits.pixels))), as: Output.self)
    }
    let reader = try SiteData.draw(root: Checkout.root).readers[0]
    let file = try SafetensorsFile(bytes: try #require(Base64.bytes(reader.model)))
    func block(_ filters: Int, _ name: String) -> [Layer] {
      [Conv2D(filters: filters, kernelSize: 3, padding: .same, name: name), ReLU(), MaxPooling2D()]
    }
    let model = Sequential(
      block(8, "conv1") + block(16, "conv2") + [
        Flatten(), Dense(units: 32, name: "hidden"), ReLU(), Dense(units: 10, name: "scores"),
      ], inputShape: [28, 28, 1])
    for name in ["conv1", "conv2", "hidden", "scores"] {
      for part in ["kernel", "bias"] {
        let tensor = try #require(file.tensors.first { $0.name == "\(name)/\(part)" })
        model.layer(name).weight(part).value = Tensor(try #require(tensor.floats()), shape: tensor.shape)
      }
    }
    let ours = model.predict(digits).values
    let largest = ours.map(abs).max() ?? 0
    let difference = zip(ours, theirs.scores).map { abs(Double($0) - $1) }.max() ?? 0
    // Both add the same float32 products, in another order: up to 784 of them, each rounded to 2⁻²⁴.
    #expect(
      theirs.scores.count == ours.count && difference <= Double(largest) * 0x1p-18,
      "\(difference) of \(largest)")
  }

  @Test func `every step from inputs to a code ends in the code that the network gave`() async throws {
    let function = """
      () => {
        const integers = QAT.draw.readers.filter((reader) => !reader.network.isFloat);
        return integers.map(({ network, outputs }) => network.operations.map((operation, position) => {
          if (!operation.bias) return true;
          const step = Math.ceil(operation.count / 40), places = Array.from({ length: 40 }, (_, place) => place * step);
          return places.filter((place) => place < operation.count).every((place) => {
            const { rows, bias, accumulator, code } = network.trace(outputs, position, place);
            return code === outputs[position][place] && accumulator === rows.reduce((sum, row) => sum + row.product, bias);
          });
        }));
      }
      """
    let agreements = try await Browser.visit("draw.html") {
      try $0.evaluate("(\(function))()", as: [[Bool]].self)
    }
    #expect(agreements.count == 4 && agreements.allSatisfy { $0.count == 8 && $0.allSatisfy { $0 } })
  }
}
