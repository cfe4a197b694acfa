import ExerciseKit
import Layers
import Tensors

// MARK: - 05.1

private typealias Ends = (low: Float, high: Float)

private func composed(
  _ truths: String..., line: Int = #line, _ answer: @escaping @Sendable (_ outer: Ends, _ inner: Ends) -> Ends
) -> FurtherAnswer {
  FurtherAnswer(
    truths, "line \(line)",
    ObservedAnswer(.composed) { (outerLow: Float, outerHigh: Float, innerLow: Float, innerHigh: Float) in
      let range = answer((outerLow, outerHigh), (innerLow, innerHigh))
      return Values(range.low, range.high)
    })
}

private func clip(_ x: Float, _ ends: Ends) -> Float { min(max(x, ends.low), ends.high) }

let further0501: [FurtherAnswer] = [
  composed { ($0.low, $1.high) },
  composed { ($1.low, $0.high) },
  composed { ($0.low + $1.low, $0.high + $1.high) },
  composed { (($0.low + $1.low) / 2, ($0.high + $1.high) / 2) },
  composed { (clip($0.low, $1), $0.high) },
  composed { ($0.low, clip($0.high, $1)) },
  composed { (clip($0.low, $1), $1.high) },
  composed { (max($0.low, $1.low), clip($0.high, $1)) },
  composed { (clip($0.low, $1), min($0.high, $1.high)) },
  composed { (-clip($0.low, $1), -clip($0.high, $1)) },
  composed { $0.high < $1.low || $1.high < $0.low ? (0, 0) : (clip($0.low, $1), clip($0.high, $1)) },
  composed { $0.high < $1.low || $1.high < $0.low ? $1 : (clip($0.low, $1), clip($0.high, $1)) },
  composed { $0.high < $1.low || $1.high < $0.low ? $0 : (clip($0.low, $1), clip($0.high, $1)) },
  composed("sides-exchanged", "intersection") { (min($0.high, $1.high), max($0.low, $1.low)) },
  composed("sides-exchanged", "union") { (max($0.high, $1.high), min($0.low, $1.low)) },
  composed("sides-exchanged", "order-exchanged") { (clip($1.high, $0), clip($1.low, $0)) },
  composed("sides-exchanged", "inner-alone") { ($1.high, $1.low) },
  composed("intersection") { outer, inner in
    let (low, high) = (max(outer.low, inner.low), min(outer.high, inner.high))
    return low <= high ? (low, high) : (high, low)
  },
]

// MARK: - 05.2

private struct Stepping: Sendable {
  var taken: @Sendable (_ activation: Float, _ high: Float) -> Float = { $0 > $1 ? 1 : 0 }
  var divisor: @Sendable (_ clipped: Int, _ all: Int) -> Int = { _, _ in 1 }
  var slope: @Sendable (_ penalty: Float, _ high: Float) -> Float = { 2 * $0 * $1 }
  var dropsClipped = false
  var sign: Float = -1
  var leavesOutRate = false
  var start: Float = 1

  func stepped(_ high: Float, _ activations: [Float], _ upstream: [Float], _ penalty: Float, _ rate: Float)
    -> Float
  {
    let sum = zip(activations, upstream).reduce(Float(0)) { $0 + taken($1.0, high) * $1.1 }
    let count = max(divisor(activations.count { $0 > high }, activations.count), 1)
    let slope = slope(penalty, high)
    let clipped = dropsClipped ? 0 : sum / Float(count)
    return start * high + sign * rate * clipped + sign * (leavesOutRate ? 1 : rate) * slope
  }
}

let further0502 = pairs(
  of: [
    Edit("inside-for-outside") { $0.taken = { $0 <= $1 ? 1 : 0 } },
    Edit("everything") { $0.taken = { _, _ in 1 } },
    Edit("end-counted") { $0.taken = { $0 >= $1 ? 1 : 0 } },
    Edit("times-overshoot") { $0.taken = { max($0 - $1, 0) } },
    Edit(unnamed: "times the activation") { $0.taken = { $0 > $1 ? $0 : 0 } },
    Edit(unnamed: "times high") { $0.taken = { $0 > $1 ? $1 : 0 } },
    Edit("mean-for-sum") { $0.divisor = { clipped, _ in clipped } },
    Edit("mean-for-sum") { $0.divisor = { _, all in all } },
    Edit("penalty-forgotten") { $0.slope = { _, _ in 0 } },
    Edit("slope-without-two") { $0.slope = { $0 * $1 } },
    Edit("penalty-for-its-slope") { $0.slope = { $0 * $1 * $1 } },
    Edit(unnamed: "slope of a magnitude") { settings in settings.slope = { penalty, _ in penalty } },
    Edit(unnamed: "slope with a sign") { $0.slope = { -2 * $0 * $1 } },
    Edit("penalty-not-times-rate") { $0.leavesOutRate = true },
    Edit("penalty-alone") { $0.dropsClipped = true },
    Edit("uphill") { $0.sign = 1 },
    Edit(unnamed: "twice the start") { $0.start = 2 },
  ], from: Stepping(),
  without: [
    [
      "inside-for-outside", "everything", "end-counted", "times-overshoot", "times the activation",
      "times high",
      "penalty-alone",
    ], ["mean-for-sum", "penalty-alone"], ["penalty-forgotten", "penalty-not-times-rate"],
    [
      "penalty-forgotten", "slope-without-two", "penalty-for-its-slope", "slope of a magnitude",
      "slope with a sign",
    ],
  ]
) { settings in
  ObservedAnswer(.learnedMax) {
    (high: Float, activations: [Float], upstream: [Float], penalty: Float, rate: Float) in
    settings.stepped(high, activations, upstream, penalty, rate)
  }
}

// MARK: - 05.3

/// A wrapper whose two functions are closures.
private final class MadeWrapper: Wrapper {
  private let building: (MadeWrapper) -> Void
  private let calling: (MadeWrapper, Tensor, Bool) -> Tensor
  var state: Tensor?

  init(
    _ layer: Layer, _ building: @escaping (MadeWrapper) -> Void,
    _ calling: @escaping (MadeWrapper, Tensor, Bool) -> Tensor
  ) {
    (self.building, self.calling) = (building, calling)
    super.init(layer, name: "made")
  }

  var scale: Tensor { weight("scale").value }

  override func build(inputShape: [Int]) {
    super.build(inputShape: inputShape)
    building(self)
  }

  override func call(_ inputs: Tensor, training: Bool) -> Tensor { calling(self, inputs, training) }
}

private func wrapper(
  _ truths: String..., line: Int = #line,
  build: @escaping @Sendable (MadeWrapper) -> Void = { $0.addWeight("scale", shape: [], initializer: .ones) },
  call: @escaping @Sendable (MadeWrapper, Tensor, Bool) -> Tensor
) -> FurtherAnswer {
  FurtherAnswer(
    truths, "line \(line)",
    ObservedAnswer(.ownWrapper) { (question: Question0503) in
      try question.asked { MadeWrapper($0, build, call) }
    })
}

let further0503: [FurtherAnswer] = [
  wrapper { $0.layer($1, training: $2) + $0.scale },
  wrapper { $0.layer($1, training: $2) / $0.scale },
  wrapper { $0.layer($1, training: $2) * $0.scale * $0.scale },
  wrapper { $0.layer($1, training: $2) * $0.scale + $1 },
  wrapper { $0.layer($1 + $0.scale - 1, training: $2) },
  wrapper { $0.layer($1, training: $2) * 2 },
  wrapper { ($0.layer($1, training: $2) * $0.scale).relu() },
  wrapper { $0.layer($0.layer($1, training: $2), training: $2) * $0.scale },
  wrapper { wrapper, inputs, training in wrapper.layer(inputs, training: !training) * wrapper.scale },
  wrapper { wrapper, inputs, _ in inputs * wrapper.scale },
  wrapper("read-in-build") { $0.layer($1, training: $2) },
  wrapper("read-in-build", "training-forgotten") { wrapper, inputs, _ in wrapper.layer(inputs) },
  wrapper("before-not-after", "training-forgotten") { wrapper, inputs, _ in
    wrapper.layer(inputs * wrapper.scale)
  },
  wrapper("before-not-after", "value-as-a-number") { $0.layer($1 * $0.scale.scalar, training: $2) },
  wrapper("before-not-after", "training-always") { wrapper, inputs, _ in
    wrapper.layer(inputs * wrapper.scale, training: true)
  },
  wrapper("value-as-a-number", "training-forgotten") { wrapper, inputs, _ in
    wrapper.layer(inputs) * wrapper.scale.detached()
  },
  wrapper("value-as-a-number") { $0.layer($1, training: $2) * $0.scale.detached() },
  wrapper(
    "starts-at-zero", "before-not-after", build: { $0.addWeight("scale", shape: [], initializer: .zeros) }
  ) {
    $0.layer($1 * $0.scale, training: $2)
  },
  wrapper(
    "starts-at-zero", "training-forgotten", build: { $0.addWeight("scale", shape: [], initializer: .zeros) }
  ) {
    wrapper, inputs, _ in wrapper.layer(inputs) * wrapper.scale
  },
  wrapper(
    "does-not-learn", "training-always",
    build: {
      $0.addWeight("scale", shape: [], initializer: .ones, trainable: false)
    }
  ) { wrapper, inputs, _ in wrapper.layer(inputs, training: true) * wrapper.scale },
]

// MARK: - 05.4

private func call(
  _ truths: String..., line: Int = #line,
  _ answer:
    @escaping @Sendable (_ x: Tensor, _ low: Tensor, _ high: Tensor, _ layer: Layer, _ training: Bool) ->
    Tensor
) -> FurtherAnswer {
  FurtherAnswer(
    truths, "line \(line)",
    ObservedAnswer(.clipCall) { (question: Question0504) in
      try question.asked { answer($0, $1.value, $2.value, $3, $4) }
    })
}

private func raised(_ x: Tensor, _ low: Tensor) -> Tensor { low + (x - low).relu() }
private func lowered(_ x: Tensor, _ high: Tensor) -> Tensor { x - (x - high).relu() }

let further0504: [FurtherAnswer] = [
  call { x, low, high, layer, training in
    layer(low + (x - low).relu() - (x - high).relu() + 1, training: training)
  },
  call { x, low, high, layer, training in layer((x - low).relu() - (x - high).relu(), training: training) },
  call { x, low, high, layer, training in layer(raised(lowered(x, low), high), training: training) },
  call { x, low, high, layer, training in layer(x - (x - low).relu() + (x - high).relu(), training: training)
  },
  call { x, low, high, layer, training in layer(x.relu() - (x - high).relu(), training: training) },
  call { x, low, high, layer, training in -layer(lowered(raised(x, low), high), training: training) },
  call { x, low, high, layer, training in layer(lowered(raised(x, low), high), training: !training) },
  call { x, low, high, layer, training in layer(lowered(raised(-x, low), high), training: training) },
  call("layer-not-called", "one-end-forgotten") { x, low, _, _, _ in raised(x, low) },
  call("layer-not-called", "not-clipped") { x, _, _, _, _ in x },
  call("clips-the-outputs", "one-end-forgotten") { x, _, high, layer, training in
    lowered(layer(x, training: training), high)
  },
  call("clips-the-outputs", "training-forgotten") { x, low, high, layer, _ in
    lowered(raised(layer(x), low), high)
  },
  call("clips-the-outputs") { x, low, high, layer, training in
    lowered(raised(layer(lowered(raised(x, low), high), training: training), low), high)
  },
  call("not-clipped", "training-forgotten") { x, _, _, layer, _ in layer(x) },
  call("one-end-forgotten", "training-forgotten") { x, low, _, layer, _ in layer(raised(x, low)) },
  call("one-end-forgotten", "ends-as-numbers", "one-end-as-a-number") { x, low, _, layer, training in
    layer(raised(x, low.detached()), training: training)
  },
  call("ends-as-numbers", "training-forgotten") { x, low, high, layer, _ in
    layer(lowered(raised(x, low.detached()), high.detached()))
  },
  call("inputs-detached", "ends-as-numbers") { x, low, high, layer, training in
    layer(lowered(raised(x, low), high).detached(), training: training)
  },
  call("inputs-detached", "training-always") { x, low, high, layer, _ in
    layer(lowered(raised(x.detached(), low), high), training: true)
  },
  call("inputs-detached", "one-end-as-a-number") { x, low, high, layer, training in
    layer(lowered(raised(x.detached(), low), high.detached()), training: training)
  },
  call("ends-are-fixed", "training-forgotten") { x, _, _, layer, _ in
    layer(lowered(raised(x, Tensor(-6)), Tensor(6)))
  },
]
