import ExerciseKit

/// The reference solution of exercise 10.3.
public enum Solution1003: Exercise1003 {
  /// The answer.
  public static func refused(_ layers: [FileLayer]) throws -> [String] {
    layers.filter {
      $0.outputBits != 8 || $0.kind == .dense && $0.weightBits == 4 && $0.scaleCount > 1
        || $0.kind == .softmax && $0.outputScale != 1 / 256
    }.map(\.name)
  }
}

/// Wrong answers to exercise 10.3, each named for its misunderstanding.
public enum Wrong1003 {
  /// The answers.
  public static let all: [WrongAnswer] =
    Refusing.edits.filter { !$0.truths.isEmpty }.map { edit in
      var settings = Refusing()
      edit.change(&settings)
      return WrongAnswer(edit.name, settings.observed)
    } + [WrongAnswer("wrong-value", ObservedAnswer(.refusedLayers) { (_: [FileLayer]) in [String]() })]
}

/// Three rules by which layers are refused, which may be wrong.
struct Refusing: Sendable {
  var output: @Sendable (FileLayer) -> Bool = { $0.outputBits != 8 }
  var dense: @Sendable (FileLayer) -> Bool = { $0.kind == .dense && $0.weightBits == 4 && $0.scaleCount > 1 }
  var softmax: @Sendable (FileLayer) -> Bool = { $0.kind == .softmax && $0.outputScale != 1 / 256 }
  var isReversed = false

  var observed: ObservedAnswer {
    ObservedAnswer(.refusedLayers) { (layers: [FileLayer]) in
      layers.filter { (output($0) || dense($0) || softmax($0)) != isReversed }.map(\.name)
    }
  }

  static let edits: [Edit<Refusing>] = [
    Edit("outputs-overlooked") { $0.output = { _ in false } },
    Edit("weights-for-outputs") { $0.output = { $0.kind != .softmax && $0.weightBits != 8 } },
    Edit(unnamed: "outputs of 8 bits") { $0.output = { $0.outputBits == 8 } },
    Edit(unnamed: "outputs below 8 bits") { $0.output = { $0.outputBits < 8 } },
    Edit(unnamed: "outputs above 8 bits") { $0.output = { $0.outputBits > 8 } },
    Edit("convolutions-too") {
      $0.dense = { $0.kind != .softmax && $0.weightBits == 4 && $0.scaleCount > 1 }
    },
    Edit("one-scale-too") { $0.dense = { $0.kind == .dense && $0.weightBits == 4 } },
    Edit("eight-bits-too") { $0.dense = { $0.kind == .dense && $0.scaleCount > 1 } },
    Edit(unnamed: "one scale alone") {
      $0.dense = { $0.kind == .dense && $0.weightBits == 4 && $0.scaleCount == 1 }
    },
    Edit("softmax-overlooked") { $0.softmax = { _ in false } },
    Edit("every-scale-checked") { $0.softmax = { $0.outputScale != 1 / 256 } },
    Edit(unnamed: "right softmax refused") {
      $0.softmax = { $0.kind == .softmax && $0.outputScale == 1 / 256 }
    },
    Edit("those-that-run") { $0.isReversed = true },
  ]
}
