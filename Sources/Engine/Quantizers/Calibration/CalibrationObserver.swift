import Support
import Tensors

/// What calibration has seen of a quantizer's tensor, however it was cut into batches.
///
/// The smallest and largest values are exact, sums of magnitudes are exact until they are divided, and counts depend on
/// the values alone. So the same data give the same range, bit for bit, as one batch or as many.
package final class CalibrationObserver {
  /// The statistic that is kept.
  package let statistic: CalibrationStatistic
  /// The method that was asked for; nil for the quantizer's own rule.
  package let method: CalibrationMethod?
  /// Whether calibration is running, so that tensors go to the observer and not to the quantizer.
  private(set) var isObserving = true
  /// The range of the quantizer when calibration ended, and how many tensors it had observed; nil before.
  private(set) var result: (range: ValueRange?, observed: Int)?
  /// The smallest and the largest value, widened to fit the quantizer's format; nil before a tensor was seen.
  private(set) var range: ValueRange?
  private let format: QuantizerFormat
  private var counts: [ValueCounts] = []
  private var sums: [MagnitudeSum] = []
  private var backend = Backend.standard

  /// Creates an observer of nothing for a quantizer, whose own rule decides without a method.
  package init(for quantizer: Quantizer, by method: CalibrationMethod?) {
    (self.method, format) = (method, quantizer.format)
    let own = quantizer.calibrationStatistic
    statistic = own == .nothing ? own : method?.statistic(for: quantizer.format) ?? own
    method?.rule?.check(for: "calibration")
  }

  /// Creates an observer that has seen what another has.
  package init(copying other: CalibrationObserver) {
    (statistic, method, format) = (other.statistic, other.method, other.format)
    (range, counts, sums, backend) = (other.range, other.counts, other.sums, other.backend)
  }

  /// Ends observing: what the quantizer has then tells later whether anything has changed it.
  func end(_ quantizer: Quantizer) {
    isObserving = false
    result = (quantizer.range, quantizer.observedCount)
  }

  /// Whether the largest of some values of 0 and more tell as much as the values.
  var needsOnlyExtremes: Bool { statistic == .range || statistic == .nothing }

  /// Adds a tensor, or the maximum of values of which only that is known; `spanning` is the range it calls for.
  func add(_ x: Tensor?, spanning batch: ValueRange) {
    range = range?.union(batch) ?? batch
    guard let x else { return }
    backend = x.backend
    let layout = ChannelLayout(x.shape, axes: format.axes)
    switch statistic {
    case .nothing, .eachTensor, .range: break
    case .meanMagnitude:
      if sums.isEmpty { sums = (0..<layout.channels).map { _ in MagnitudeSum() } }
      x.withUnsafeBufferPointer { values in
        for channel in sums.indices { sums[channel].add(values, layout, channel: channel) }
      }
    case .counts(_, let bins):
      if counts.isEmpty { counts = (0..<layout.channels).map { _ in ValueCounts(bins: bins) } }
      counts.add(x, layout)
    }
  }

  /// The range that the statistic calls for; nil before a tensor was seen.
  var chosen: ValueRange? {
    guard case .counts(let rule, let bins) = statistic, !counts.isEmpty else { return range }
    return rule.range(of: counts, bins: bins, for: format, on: backend)
  }

  /// The mean magnitude of each channel; nil unless this is the statistic.
  var meanMagnitudes: [Float]? { sums.isEmpty ? nil : sums.map(\.mean) }

  /// The counts of each channel, if they were kept for this number of bins.
  func counts(bins: Int) -> [ValueCounts]? {
    if case .counts(_, bins) = statistic, !counts.isEmpty { return counts }
    return nil
  }
}

/// The sum of the magnitudes of floats, exact in any order: a whole number for each exponent.
struct MagnitudeSum {
  /// The sums of the significands, with the first bit that is not stored, by exponent; 2³⁹ values fit.
  private var significands = [UInt64](repeating: 0, count: 255)
  private var count = 0

  /// Adds the elements of one channel, which are finite.
  mutating func add(_ x: UnsafeBufferPointer<Float>, _ layout: ChannelLayout, channel: Int) {
    for block in 0..<layout.outer {
      let first = (block * layout.channels + channel) * layout.inner
      for index in first..<first + layout.inner {
        let value = x[index]
        let exponent = Int(value.exponentBitPattern)
        significands[exponent] += UInt64(value.significandBitPattern) + (exponent == 0 ? 0 : 1 << 23)
      }
    }
    count += layout.outer * layout.inner
  }

  /// The sum divided by the number of values, rounded to a float from a sum in double precision; 0 for no values.
  var mean: Float {
    var sum = 0.0
    for (exponent, significand) in significands.enumerated() where significand > 0 {
      sum += Double(significand) * power(2, max(exponent, 1) - 150)
    }
    return count == 0 ? 0 : Float(sum / Double(count))
  }
}

extension Quantizer {
  /// Whether the range is the one that a calibration by this method has found, and no tensor was observed since.
  package final func isCalibrated(by method: CalibrationMethod?) -> Bool {
    guard let observer, observer.method == method, let result = observer.result else { return false }
    return result.range == range && result.observed == observedCount && !isRangeAssigned
  }

  /// Begins calibration: from now on, in the phase `.calibrating`, an observer sees the tensors.
  ///
  /// - Parameters:
  ///   - method: The method that is asked for; nil for the quantizer's own rule.
  ///   - continuing: Whether what the calibration before has seen counts too; else the quantizer forgets its range.
  package final func beginCalibration(by method: CalibrationMethod?, continuing: Bool) {
    if continuing, let observer {
      self.observer = CalibrationObserver(copying: observer)
    } else {
      let new = CalibrationObserver(for: self, by: method)
      observer = new
      if new.statistic != .nothing { forget() }
    }
  }

  /// Ends calibration: the quantizer takes the range of all tensors seen.
  package final func endCalibration() {
    guard let observer else { return }
    if observer.statistic != .eachTensor, observer.range != nil {
      if observer.statistic != .nothing { take(observer) }
      observedCount = 1
    }
    observer.end(self)
  }
}
