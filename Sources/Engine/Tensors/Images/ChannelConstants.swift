import CKernels

/// A few numbers for each channel, which the kernels of normalization read.
final class ChannelConstants {
  private let buffer: Buffer
  private let channels: Int

  /// Keeps rows of one number a channel.
  init(_ rows: [[Float]]) {
    channels = rows[0].count
    buffer = Buffer(count: rows.count * channels)
    for (index, row) in rows.enumerated() {
      _ = UnsafeMutableBufferPointer(start: buffer.pointer + index * channels, count: channels)
        .initialize(fromContentsOf: row)
    }
  }

  private func row(_ index: Int) -> UnsafePointer<Float> {
    UnsafePointer(buffer.pointer + index * channels)
  }

  /// Lends `body` rows of center, factor and term for the length of the call.
  func withForward(_ body: (qat_normalization) -> Void) {
    withExtendedLifetime(self) { body(qat_normalization(center: row(0), factor: row(1), term: row(2))) }
  }

  /// Lends `body` rows of center, factor, slope and term for the length of the call.
  func withBackward(_ body: (qat_normalization_gradient) -> Void) {
    withExtendedLifetime(self) {
      body(qat_normalization_gradient(center: row(0), factor: row(1), slope: row(2), term: row(3)))
    }
  }
}
