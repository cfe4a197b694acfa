import Charting
import Foundation

/// A kind of colour vision, as a matrix over the components of linear sRGB.
///
/// Source: Machado, Oliveira and Fernandes, 2009, "A physiologically-based model for simulation of color vision
/// deficiency", table of severity 1.
enum ColorVision: CaseIterable {
  case usual, protanopia, deuteranopia, tritanopia

  private var rows: [[Double]] {
    switch self {
    case .usual: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    case .protanopia:
      [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    case .deuteranopia:
      [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    case .tritanopia:
      [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    }
  }

  /// The colour that an opaque paint is to this vision.
  func seen(_ paint: Paint) -> LabColor {
    let linear = [paint.red, paint.green, paint.blue].map { part in
      part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
    }
    return LabColor(
      linearRGB: rows.map { row in min(max(zip(row, linear).reduce(0) { $0 + $1.0 * $1.1 }, 0), 1) })
  }

  /// The CIEDE2000 distance of two opaque paints to this vision.
  func distance(_ a: Paint, _ b: Paint) -> Double { seen(a).distance(to: seen(b)) }

  /// The least distance of two paints to any vision.
  static func leastDistance(_ a: Paint, _ b: Paint) -> Double {
    allCases.map { $0.distance(a, b) }.min() ?? 0
  }
}

/// A colour in CIELAB with the white D65.
struct LabColor {
  var lightness: Double
  var a: Double
  var b: Double

  init(_ lightness: Double, _ a: Double, _ b: Double) { (self.lightness, self.a, self.b) = (lightness, a, b) }

  /// Creates the colour from linear sRGB, each component from 0 to 1.
  init(linearRGB: [Double]) {
    let matrix = [
      [0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
      [0.0193339, 0.1191920, 0.9503041],
    ]
    let f = matrix.map { row -> Double in
      // White is the sum of a row.
      let share = zip(row, linearRGB).reduce(0) { $0 + $1.0 * $1.1 } / row.reduce(0, +)
      return share > 216.0 / 24_389 ? cbrt(share) : (24_389.0 / 27 * share + 16) / 116
    }
    self.init(116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2]))
  }

  /// The distance ΔE₀₀; 1 is about what an eye can just tell apart.
  ///
  /// Source: Sharma, Wu and Dalal, 2005, "The CIEDE2000 color-difference formula: implementation notes,
  /// supplementary test data, and mathematical observations".
  func distance(to other: LabColor) -> Double {
    func seventh(_ chroma: Double) -> Double { (pow(chroma, 7) / (pow(chroma, 7) + pow(25, 7))).squareRoot() }
    func cosine(_ degrees: Double) -> Double { cos(degrees * .pi / 180) }
    let g = 0.5 * (1 - seventh((hypot(a, b) + hypot(other.a, other.b)) / 2))
    let (c1, c2) = (hypot((1 + g) * a, b), hypot((1 + g) * other.a, other.b))
    func hue(_ color: LabColor) -> Double {
      guard color.a != 0 || color.b != 0 else { return 0 }
      let degrees = atan2(color.b, (1 + g) * color.a) * 180 / .pi
      return degrees < 0 ? degrees + 360 : degrees
    }
    let (h1, h2) = (hue(self), hue(other))
    let isGray = c1 * c2 == 0
    var turn = isGray ? 0 : h2 - h1
    if turn > 180 { turn -= 360 } else if turn < -180 { turn += 360 }
    var meanHue = isGray ? h1 + h2 : (h1 + h2) / 2
    if !isGray, abs(h1 - h2) > 180 { meanHue += h1 + h2 < 360 ? 180 : -180 }
    let (meanL, meanC) = ((lightness + other.lightness) / 2, (c1 + c2) / 2)
    let t =
      1 - 0.17 * cosine(meanHue - 30) + 0.24 * cosine(2 * meanHue) + 0.32 * cosine(3 * meanHue + 6)
      - 0.2 * cosine(4 * meanHue - 63)
    let square = (meanL - 50) * (meanL - 50)
    let dL = (other.lightness - lightness) / (1 + 0.015 * square / (20 + square).squareRoot())
    let dC = (c2 - c1) / (1 + 0.045 * meanC)
    let dH = 2 * (c1 * c2).squareRoot() * sin(turn / 2 * .pi / 180) / (1 + 0.015 * meanC * t)
    let angle = 60 * exp(-pow((meanHue - 275) / 25, 2))
    let rotation = -sin(angle * .pi / 180) * 2 * seventh(meanC)
    return (dL * dL + dC * dC + dH * dH + rotation * dC * dH).squareRoot()
  }
}
