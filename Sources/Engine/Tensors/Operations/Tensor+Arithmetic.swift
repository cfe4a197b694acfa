import CKernels

/// Element by element, with broadcasting: shapes are aligned at their last dimension, and an extent of 1, or
/// one that is missing, repeats. `[32, 10] + [10]` adds the ten numbers to every row.
extension Tensor {
  /// The sum of each pair of elements; the shapes broadcast.
  public static func + (left: Tensor, right: Tensor) -> Tensor {
    let (leftShape, rightShape) = (left.shape, right.shape)
    let (leftTracks, rightTracks) = (left.isTracked, right.isTracked)
    return left.combined(with: right, "+", qat_add) { upstream in
      [
        leftTracks ? upstream.summed(to: leftShape) : nil,
        rightTracks ? upstream.summed(to: rightShape) : nil,
      ]
    }
  }

  /// The difference of each pair of elements; the shapes broadcast.
  public static func - (left: Tensor, right: Tensor) -> Tensor {
    let (leftShape, rightShape) = (left.shape, right.shape)
    let (leftTracks, rightTracks) = (left.isTracked, right.isTracked)
    return left.combined(with: right, "-", qat_subtract) { upstream in
      [
        leftTracks ? upstream.summed(to: leftShape) : nil,
        rightTracks ? -upstream.summed(to: rightShape) : nil,
      ]
    }
  }

  /// The product of each pair of elements; the shapes broadcast.
  public static func * (left: Tensor, right: Tensor) -> Tensor {
    let (leftShape, rightShape) = (left.shape, right.shape)
    let rightFactor = left.isTracked ? right.detached() : nil
    let leftFactor = right.isTracked ? left.detached() : nil
    return left.combined(with: right, "*", qat_multiply) { upstream in
      [
        rightFactor.map { (upstream * $0).summed(to: leftShape) },
        leftFactor.map { (upstream * $0).summed(to: rightShape) },
      ]
    }
  }

  /// The quotient of each pair of elements; the shapes broadcast.
  public static func / (left: Tensor, right: Tensor) -> Tensor {
    let (leftShape, rightShape) = (left.shape, right.shape)
    let (leftTracks, rightTracks) = (left.isTracked, right.isTracked)
    let (dividend, divisor) = (left.detached(), right.detached())
    return left.combined(with: right, "/", qat_divide) { upstream in
      let share = upstream / divisor
      return [
        leftTracks ? share.summed(to: leftShape) : nil,
        rightTracks ? -(share * dividend / divisor).summed(to: rightShape) : nil,
      ]
    }
  }

  /// The tensor with `right` added to every element.
  public static func + (left: Tensor, right: Float) -> Tensor { left + Tensor(right) }
  /// The tensor with `right` subtracted from every element.
  public static func - (left: Tensor, right: Float) -> Tensor { left - Tensor(right) }
  /// The tensor with every element multiplied by `right`.
  public static func * (left: Tensor, right: Float) -> Tensor { left * Tensor(right) }
  /// The tensor with every element divided by `right`.
  public static func / (left: Tensor, right: Float) -> Tensor { left / Tensor(right) }

  /// The tensor with `left` added to every element.
  public static func + (left: Float, right: Tensor) -> Tensor { Tensor(left).on(right.backend) + right }
  /// `left` less each element.
  public static func - (left: Float, right: Tensor) -> Tensor { Tensor(left).on(right.backend) - right }
  /// The tensor with every element multiplied by `left`.
  public static func * (left: Float, right: Tensor) -> Tensor { Tensor(left).on(right.backend) * right }
  /// `left` divided by each element.
  public static func / (left: Float, right: Tensor) -> Tensor { Tensor(left).on(right.backend) / right }

  /// The tensor with every sign changed.
  public static prefix func - (operand: Tensor) -> Tensor {
    operand.mapped(qat_negate) { upstream in upstream.mapped(qat_negate) { _ in nil } }
  }
}
