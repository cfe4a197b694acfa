/// The strokes of the common ways to write each digit.
enum DigitStrokes {
  /// The variants of the digits 0 to 9; each variant is a list of strokes.
  static let variants: [[[Stroke]]] = [
    zero, one, two, three, four, five, six, seven, eight, nine,
  ]

  private static let zero = [
    // Closed where it began.
    [Stroke([(36, 1), (14, 13), (4, 48), (12, 86), (34, 99), (58, 84), (66, 48), (56, 13), (34, 1)])],
    // The end runs past the start and into the digit.
    [
      Stroke([
        (42, 4), (20, 6), (4, 36), (6, 76), (26, 99), (52, 88), (62, 50), (52, 14), (34, 4), (22, 12),
      ])
    ],
    // Not quite closed.
    [Stroke([(28, 5), (8, 26), (4, 64), (18, 95), (42, 98), (62, 72), (62, 32), (46, 6), (34, 3)])],
  ]

  private static let one = [
    // A bare stroke: what most people write.
    [Stroke([(20, 0), (20, 100)])],
    [Stroke([(26, 0), (19, 50), (12, 100)])],
    [Stroke([(20, 0), (20, 50), (20, 100)])],
    // With an upstroke before it.
    [Stroke([(4, 20), (12, 13), (22, 0), (22, 50), (22, 100)], corners: [2])],
    // With an upstroke and a foot.
    [
      Stroke([(2, 20), (12, 12), (22, 0), (22, 50), (22, 98)], corners: [2]),
      Stroke([(0, 99), (22, 98), (46, 98)]),
    ],
  ]

  private static let two = [
    // With a sharp corner at the foot.
    [
      Stroke(
        [(6, 24), (16, 6), (36, 0), (56, 10), (58, 30), (44, 55), (22, 78), (4, 97), (32, 96), (66, 98)],
        corners: [7])
    ],
    // With a loop at the foot.
    [
      Stroke([
        (8, 18), (24, 2), (48, 4), (56, 24), (46, 52), (26, 80), (8, 95), (0, 86), (12, 77), (32, 86),
        (50, 97),
        (70, 90),
      ])
    ],
    // With a wavy foot and a nearly straight neck.
    [
      Stroke(
        [(4, 14), (24, 2), (48, 6), (52, 26), (36, 54), (4, 94), (26, 86), (46, 96), (66, 90)], corners: [5])
    ],
  ]

  private static let three = [
    // Two bows that meet at a point.
    [
      Stroke(
        [(6, 12), (28, 0), (52, 10), (50, 32), (24, 46), (52, 54), (62, 74), (46, 95), (20, 99), (2, 88)],
        corners: [4])
    ],
    // A flat top.
    [
      Stroke(
        [(6, 3), (30, 3), (56, 2), (26, 42), (52, 52), (60, 76), (42, 96), (18, 99), (0, 88)],
        corners: [2, 3])
    ],
    // A small loop between the bows.
    [
      Stroke([
        (4, 16), (22, 1), (46, 4), (52, 22), (38, 42), (22, 47), (24, 53), (38, 48), (58, 60), (56, 86),
        (32, 99), (4, 90),
      ])
    ],
    // Two bows, rounded off between them.
    [Stroke([(6, 6), (32, 0), (50, 14), (40, 36), (30, 46), (46, 54), (58, 74), (40, 96), (6, 98)])],
  ]

  private static let four = [
    // Open at the top, in two strokes.
    [
      Stroke([(12, 4), (8, 30), (2, 56), (34, 56), (68, 52)], corners: [2]),
      Stroke([(54, 2), (50, 50), (46, 100)]),
    ],
    // Closed, a triangle with a stem.
    [
      Stroke([(48, 0), (26, 34), (0, 66), (34, 66), (68, 64)], corners: [2]),
      Stroke([(48, 0), (48, 50), (46, 100)]),
    ],
    // Open and round, in one stroke.
    [
      Stroke([(8, 4), (4, 30), (14, 50), (36, 48), (56, 30), (60, 4), (56, 50), (50, 100)], corners: [5])
    ],
    // Open, its cross bar short.
    [
      Stroke([(16, 2), (10, 28), (6, 50), (30, 52), (56, 46)], corners: [2]),
      Stroke([(58, 6), (52, 52), (44, 100)]),
    ],
  ]

  private static let five = [
    // The bar is a stroke of its own.
    [
      Stroke([(14, 4), (12, 22), (8, 44), (34, 38), (58, 54), (58, 82), (34, 99), (2, 92)], corners: [2]),
      Stroke([(14, 4), (38, 4), (66, 2)]),
    ],
    // In one stroke, from the bar's right end.
    [
      Stroke(
        [(62, 2), (40, 4), (16, 4), (12, 24), (10, 44), (36, 40), (56, 58), (52, 84), (30, 98), (0, 94)],
        corners: [2, 4])
    ],
    // Rounded like an S.
    [Stroke([(60, 4), (36, 4), (16, 16), (18, 36), (40, 48), (56, 64), (50, 88), (28, 98), (2, 92)])],
  ]

  private static let six = [
    // A bent back.
    [Stroke([(52, 2), (26, 20), (8, 52), (8, 84), (28, 99), (52, 86), (52, 64), (32, 54), (10, 72)])],
    // A straight back and a low bowl.
    [Stroke([(32, 0), (16, 34), (6, 70), (14, 95), (38, 97), (52, 78), (38, 60), (18, 66), (7, 82)])],
    // A big bowl that crosses the back.
    [Stroke([(44, 0), (18, 28), (4, 66), (18, 98), (48, 94), (60, 68), (40, 46), (14, 54), (2, 66)])],
  ]

  private static let seven = [
    // Bare.
    [Stroke([(2, 6), (30, 4), (60, 2), (40, 48), (24, 100)], corners: [2])],
    // With a bar across the stem.
    [
      Stroke([(2, 6), (30, 4), (60, 2), (42, 48), (26, 100)], corners: [2]),
      Stroke([(18, 52), (36, 50), (58, 48)]),
    ],
    // With a small downstroke before the top.
    [Stroke([(2, 20), (4, 4), (32, 5), (62, 3), (38, 50), (26, 100)], corners: [1, 3])],
    // Rounded at the shoulder.
    [Stroke([(0, 12), (16, 4), (44, 4), (58, 12), (48, 42), (38, 68), (32, 100)])],
  ]

  private static let eight = [
    // One stroke, crossing itself.
    [
      Stroke([
        (54, 12), (34, 1), (12, 14), (16, 34), (38, 50), (56, 70), (46, 94), (26, 99), (6, 86), (12, 66),
        (34, 48),
        (54, 28), (54, 12),
      ])
    ],
    // A bowl on a bowl.
    [
      Stroke([(34, 1), (14, 12), (14, 34), (32, 46), (50, 34), (50, 12), (34, 1)]),
      Stroke([(32, 46), (8, 62), (8, 86), (32, 99), (58, 86), (56, 62), (32, 46)]),
    ],
    // Open at the top right.
    [
      Stroke([
        (60, 8), (36, 2), (14, 14), (18, 36), (38, 52), (50, 74), (40, 96), (18, 98), (6, 82), (20, 62),
        (42, 40),
        (58, 18), (62, 2),
      ])
    ],
  ]

  private static let nine = [
    // A straight stem.
    [
      Stroke(
        [(54, 14), (32, 2), (8, 16), (6, 40), (26, 52), (46, 36), (54, 14), (52, 56), (48, 100)], corners: [6]
      )
    ],
    // A stem that curls back.
    [
      Stroke([
        (54, 18), (36, 1), (10, 12), (6, 38), (28, 50), (48, 36), (56, 16), (56, 54), (44, 92), (24, 99),
        (6, 90),
      ])
    ],
    // A small round head and a slanting stem.
    [Stroke([(50, 24), (40, 4), (16, 6), (8, 28), (24, 42), (44, 30), (52, 12), (44, 56), (32, 100)])],
  ]
}

/// One stroke of a digit: the points through which it passes, x to the right and y down.
///
/// The path between them is a smooth curve with sharp turns at the corners.
struct Stroke {
  /// The points, in units of the digit's height.
  let points: [SIMD2<Float>]
  /// For each point, whether it is a corner.
  let isCorner: [Bool]

  /// Creates a stroke from points in hundredths of the digit's height and the indices of its corners.
  init(_ points: [(x: Int, y: Int)], corners: [Int] = []) {
    self.points = points.map { SIMD2(Float($0.x), Float($0.y)) / 100 }
    isCorner = points.indices.map { corners.contains($0) }
  }
}
