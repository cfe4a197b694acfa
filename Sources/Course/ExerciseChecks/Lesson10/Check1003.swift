import ExerciseKit

/// Checks an answer to exercise 10.3.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise1003).Type) throws -> [Finding] {
  func layer(
    _ name: String, _ kind: FileLayer.Kind, _ bits: Int, _ scales: Int, output: Int = 8, scale: Float = 0.05
  ) -> FileLayer {
    FileLayer(
      name: name, kind: kind, weightBits: bits, scaleCount: scales, outputBits: output, outputScale: scale)
  }
  let good = layer("softmax", .softmax, 0, 0, scale: 1 / 256)
  return try Examination<[FileLayer], [String]>(
    exercise: .refusedLayers,
    questions: [
      [layer("conv", .convolution, 4, 16), layer("scores", .dense, 4, 10)],
      [layer("hidden", .dense, 4, 1), layer("scores", .dense, 8, 10), good],
      [layer("conv", .convolution, 8, 16, output: 4), layer("scores", .dense, 8, 1, output: 4)],
      [layer("scores", .dense, 8, 10), layer("softmax", .softmax, 0, 0, scale: 1 / 255)],
      [
        layer("a", .convolution, 4, 1), layer("b", .convolution, 4, 8), layer("c", .dense, 4, 32),
        layer("d", .dense, 4, 1),
      ],
      [
        layer("a", .dense, 4, 16), layer("b", .dense, 4, 1, output: 4),
        layer("c", .softmax, 0, 0, scale: 1 / 128),
      ],
      [layer("a", .convolution, 8, 8, scale: 1 / 256), layer("b", .dense, 4, 12, output: 4), good],
      [layer("a", .convolution, 8, 8, output: 16), layer("b", .dense, 8, 1), good],
    ],
    wording: { "refused(\($0.map(words).joined(separator: "; ")))" }, right: { refused($0) },
    same: { $0 == $1 },
    written: { $0.isEmpty ? "no layer" : $0.joined(separator: ", ") }, misconceptions: misconceptions(),
    otherwise: { _ in "Each of the three rules is enough, and the last two ask for the kind of the layer." }
  ).findings { try answer.refused($0) }
}

private func words(_ layer: FileLayer) -> String {
  let weights = layer.kind == .softmax ? "" : " \(layer.weightBits) bits, scales: \(layer.scaleCount),"
  return "\(layer.name): \(layer.kind.rawValue),\(weights) output \(layer.outputBits) bits, scale "
    + brief(layer.outputScale)
}

private func hasOtherOutput(_ layer: FileLayer) -> Bool { layer.outputBits != 8 }
private func isFineDense(_ layer: FileLayer) -> Bool {
  layer.kind == .dense && layer.weightBits == 4 && layer.scaleCount > 1
}
private func isOtherSoftmax(_ layer: FileLayer) -> Bool {
  layer.kind == .softmax && layer.outputScale != 1 / 256
}

/// The names of the layers for which one of three rules holds.
private func refused(
  _ layers: [FileLayer], output: (FileLayer) -> Bool = hasOtherOutput,
  dense: (FileLayer) -> Bool = isFineDense, softmax: (FileLayer) -> Bool = isOtherSoftmax
) -> [String] {
  layers.filter { output($0) || dense($0) || softmax($0) }.map(\.name)
}

private func misconceptions() -> [Misconception<[FileLayer], [String]>] {
  [
    Misconception("convolutions-too") { layers in
      refused(layers, dense: { $0.kind != .softmax && $0.weightBits == 4 && $0.scaleCount > 1 })
    } because: { _ in
      "You refused convolutions by the rule for dense layers. Convolutions of 4 bits with many scales run."
    },
    Misconception("one-scale-too") { layers in
      refused(layers, dense: { $0.kind == .dense && $0.weightBits == 4 })
    } because: { _ in
      "You refused every dense layer of 4 bits. With one scale for all its weights it runs."
    },
    Misconception("eight-bits-too") { layers in
      refused(layers, dense: { $0.kind == .dense && $0.scaleCount > 1 })
    } because: { _ in
      "You refused every dense layer with several scales. With weights of 8 bits it runs."
    },
    Misconception("outputs-overlooked") { layers in
      refused(layers, output: { _ in false })
    } because: { _ in
      "You let outputs of 4 bits pass. Every output has to have 8."
    },
    Misconception("weights-for-outputs") { layers in
      refused(layers, output: { $0.kind != .softmax && $0.weightBits != 8 })
    } because: { _ in
      "You asked for 8 bits of the weights. The first rule is about the output; weights may have 4."
    },
    Misconception("softmax-overlooked") { layers in
      refused(layers, softmax: { _ in false })
    } because: { _ in
      "You let every softmax pass. Its output has to have the scale 1/256, and 1/255 is another."
    },
    Misconception("every-scale-checked") { layers in
      refused(layers, softmax: { $0.outputScale != 1 / 256 })
    } because: { _ in
      "You asked the scale 1/256 of every layer. Only a softmax has to have it."
    },
    Misconception("those-that-run") { layers in
      layers.filter { layer in !refused(layers).contains(layer.name) }.map(\.name)
    } because: { _ in
      "You named the layers that run. Those that are refused are asked for."
    },
  ]
}
