import ExerciseKit

/// Checks an answer to exercise 06.2.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0602).Type) throws -> [Finding] {
  try Examination<[GraphLayer], [FakeQuants]>(
    exercise: .placement,
    questions: [
      [.dense], [.conv, .batchNorm, .relu], [.conv, .relu, .maxPool], [.conv, .batchNorm],
      [.dense, .relu, .dense], [.conv, .batchNorm, .relu, .maxPool, .flatten, .dense],
      [.dense, .batchNorm, .relu, .dense, .batchNorm],
      [.conv, .maxPool, .conv, .flatten, .dense, .batchNorm],
      [.flatten, .dense, .relu],
      [.conv, .relu, .conv, .batchNorm, .maxPool, .conv, .batchNorm, .relu, .flatten, .dense, .relu, .dense],
    ],
    wording: { "fakeQuants(in: [\($0.map { ".\($0.rawValue)" }.joined(separator: ", "))])" },
    right: { layers in placed(layers) { endsOperation(layers, $0) } }, same: { $0 == $1 },
    written: { "[\($0.map(\.description).joined(separator: ", "))]" },
    misconceptions: misconceptions(),
    otherwise: { layers in
      let count = layers.indices.count { endsOperation(layers, $0) }
      return
        "There \(count == 1 ? "is 1 operation" : "are \(count) operations") in it: each rounds one kernel, and "
        + "one output, at its last layer. One answer a layer, in their order."
    }
  ).findings {
    try answer.fakeQuants(in: $0)
  }
}

private func hasKernel(_ layer: GraphLayer) -> Bool { layer == .conv || layer == .dense }

private func computes(_ layer: GraphLayer) -> Bool { layer != .maxPool && layer != .flatten }

/// Whether a layer computes, and the next one does not belong to the same operation.
private func endsOperation(_ layers: [GraphLayer], _ index: Int) -> Bool {
  let next = index + 1 < layers.count ? layers[index + 1] : .flatten
  return computes(layers[index]) && next != .batchNorm && next != .relu
}

/// Fake-quants for the kernels at the indices that `rounds` accepts, and for the outputs at those that `outputs` accepts.
private func placed(
  _ layers: [GraphLayer], kernels rounds: (Int) -> Bool = { _ in true }, outputs: (Int) -> Bool
) -> [FakeQuants] {
  layers.indices.map { FakeQuants(kernel: hasKernel(layers[$0]) && rounds($0), output: outputs($0)) }
}

private func misconceptions() -> [Misconception<[GraphLayer], [FakeQuants]>] {
  func next(_ layers: [GraphLayer], _ index: Int) -> GraphLayer? {
    index + 1 < layers.count ? layers[index + 1] : nil
  }
  return [
    Misconception(
      "every-layer-rounds",
      givesOneOf: [
        { layers in placed(layers) { _ in true } }, { layers in placed(layers) { computes(layers[$0]) } },
      ],
      because: { _ in
        "You rounded behind every layer, as though each of them ran by itself. What a runtime computes in one "
          + "operation, it rounds once."
      }),
    Misconception("relu-not-fused", section: "lesson 6, \"ReLU, by hand\"") { layers in
      placed(layers) { endsOperation(layers, $0) || computes(layers[$0]) && next(layers, $0) == .relu }
    } because: { _ in
      "You rounded before the ReLU and behind it. Before it, half of the codes may go to numbers that it "
        + "deletes; the operation rounds once, behind it."
    },
    Misconception("normalization-not-folded", section: "lesson 6, \"A transform of our own\"") { layers in
      placed(layers) { endsOperation(layers, $0) || next(layers, $0) == .batchNorm }
    } because: { _ in
      "You rounded between a layer and its normalization. Once that is folded in, there is no number between "
        + "the two to round."
    },
    Misconception(
      "rounds-too-early",
      givesOneOf: [
        { layers in placed(layers) { hasKernel(layers[$0]) } },
        { layers in
          placed(layers) { index in
            layers[index] != .relu && computes(layers[index]) && next(layers, index) != .batchNorm
          }
        },
      ],
      because: { _ in
        "You rounded before the operation has ended. A ReLU behind it belongs to it, so the fake-quant stands "
          + "behind that."
      }),
    Misconception(
      "weights-lost", section: "lesson 6, \"What could go wrong: the lost weights\"",
      givesOneOf: ([[.relu], [.relu, .batchNorm], [.batchNorm]] as [[GraphLayer?]]).map { kinds in
        { layers in
          placed(
            layers, kernels: { next(layers, $0) == nil || !kinds.contains(next(layers, $0)) },
            outputs: { endsOperation(layers, $0) })
        }
      },
      because: { _ in
        "Where something was fused into a layer, its kernel has lost its fake-quant. The output is what moves; "
          + "the runtime still rounds the kernel."
      }),
    Misconception("normalization-has-a-kernel", section: "lesson 6, \"The formula\"") { layers in
      zip(layers, placed(layers) { endsOperation(layers, $0) }).map { layer, fake in
        FakeQuants(kernel: fake.kernel || layer == .batchNorm, output: fake.output)
      }
    } because: { _ in
      "You rounded the weights of a normalization. Folded, it has none left: they are in the kernel before it, "
        + "which is rounded."
    },
    Misconception(
      "pooling-rounds",
      givesOneOf: ([[.maxPool, .flatten], [.maxPool], [.flatten]] as [[GraphLayer]]).map { kinds in
        { layers in placed(layers) { endsOperation(layers, $0) || kinds.contains(layers[$0]) } }
      },
      because: { _ in
        "You rounded behind a pooling or a flattening. What they hand on came in rounded, and they change none of it."
      }),
    Misconception("only-behind-relu") { layers in
      placed(layers) { layers[$0] == .relu }
    } because: { _ in
      "You rounded behind ReLUs alone. An operation that has none still rounds what it puts out."
    },
  ]
}
