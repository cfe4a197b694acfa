import Support

/// How a figure is drawn for a document: its theme, its width and the size of its text.
public struct FigureStyle: Hashable, Sendable {
  /// The colours of a figure.
  public enum Theme: String, Hashable, Sendable, CaseIterable {
    /// Colours on white.
    case light
    /// The same hues on black, with the contrasts that they have on white.
    case dark
    /// Shades of grey on white, for printers without colours.
    ///
    /// Series have greys that differ, other things the grey that is as dark as their colour. So the two sides of a
    /// diverging palette look alike.
    case print
  }

  /// The colours.
  public var theme: Theme
  /// The width in points, 72 to an inch; nil for the chart's own.
  public var width: Double?
  /// The size of axis labels in points; nil lets text grow and shrink with the figure.
  public var fontSize: Double?

  /// Creates a style.
  ///
  /// - Parameters:
  ///   - theme: The colours.
  ///   - width: The width in points; nil for the chart's own.
  ///   - fontSize: The size of axis labels in points, to which titles and ticks are in proportion. The chart is laid
  ///     out anew for it: its height is the one that suits the marks.
  public init(theme: Theme = .light, width: Double? = nil, fontSize: Double? = nil) {
    (self.theme, self.width, self.fontSize) = (theme, width, fontSize)
  }
}

extension Chart {
  /// The chart's scene in a style, and how many times larger it is to be drawn.
  ///
  /// - Throws: ``ChartError`` if the chart cannot be drawn, or not in that width.
  package func scene(in style: FigureStyle) throws(ChartError) -> (scene: Scene, zoom: Double) {
    for (name, value) in [("width", style.width), ("font size", style.fontSize)] {
      guard let value, !(value > 0 && value.isFinite) else { continue }
      throw .invalid(mark: "chart", what: "a \(name) of \(value) points: take more than 0")
    }
    let own = try layout()
    let width = style.width ?? own.size.width
    guard let fontSize = style.fontSize else {
      return (own.scene().colored(for: style.theme), width / own.size.width)
    }
    let zoom = fontSize / Charting.Theme.label.size
    var chart = self
    chart.size = nil
    let room = width / zoom - 2 * Charting.Theme.margin + Charting.Theme.gap
    chart.columns = max(1, min(columns, Int(room / (120 + Charting.Theme.gap))))
    return (try chart.layout(measurer: .cairo, width: width / zoom).scene().colored(for: style.theme), zoom)
  }
}

extension Scene {
  /// The scene in the colours of a theme.
  func colored(for theme: FigureStyle.Theme) -> Scene {
    if theme == .light { return self }
    var scene = self
    scene.background = background.colored(for: theme)
    for index in scene.items.indices {
      switch scene.items[index].shape {
      case .path(let path, let fill, var stroke):
        if let paint = stroke?.paint { stroke?.paint = paint.colored(for: theme) }
        scene.items[index].shape = .path(path, fill: fill?.colored(for: theme), stroke: stroke)
      case .text(var run):
        run.paint = run.paint.colored(for: theme)
        scene.items[index].shape = .text(run)
      case .cells(let paints, let columns, let rect):
        scene.items[index].shape = .cells(paints.map { $0.colored(for: theme) }, columns: columns, rect)
      }
    }
    return scene
  }
}

extension Paint {
  /// The background of the dark theme.
  static let night = Paint(0x16181C)

  /// The colour in a theme.
  package func colored(for theme: FigureStyle.Theme) -> Paint {
    switch theme {
    case .light: self
    case .dark: nocturnal
    case .print: seriesGray ?? Paint(linear: [luminance, luminance, luminance], alpha: alpha)
    }
  }

  /// The grey of a series' colour, with a contrast of 3 at least on white; nil for a colour that no series has.
  ///
  /// Those that stand beside one another in the book are far apart: floats and what a network sees, before and after.
  private var seriesGray: Paint? {
    let grays: [(SeriesColor, UInt32)] = [
      (.floats, 0x8F8F8F), (.seen, 0x3A3A3A), (.before, 0x949494), (.after, 0x262626), (.lost, 0x666666),
      (.orange, 0x7C7C7C), (.sky, 0x505050), (.black, 0x111111),
    ]
    return grays.first { Charting.Theme.paint($0.0) == with(alpha: 1) }.map { Paint($0.1, alpha: alpha) }
  }

  /// The colour of the same hue that has on ``night`` the contrast which this one has on white.
  ///
  /// With luminances Y, contrast is (Y₁ + 0.05) / (Y₂ + 0.05). So the new luminance is k / (Y + 0.05) − 0.05 with the k
  /// that turns white into night, and every two colours keep the contrast that they have with each other.
  private var nocturnal: Paint {
    let parts = [red, green, blue].map(Self.linear)
    let luminance = self.luminance
    let wanted = min(1, 1.05 * (Self.night.luminance + 0.05) / (luminance + 0.05) - 0.05)
    guard luminance > 0 else { return Paint(linear: [wanted, wanted, wanted], alpha: alpha) }
    let scaled = parts.map { $0 * wanted / luminance }
    let most = scaled.max() ?? 0
    guard most > 1 else { return Paint(linear: scaled, alpha: alpha) }
    // As bright as the hue goes, and then towards white.
    let (pure, brightest) = (scaled.map { $0 / most }, wanted / most)
    let share = (wanted - brightest) / (1 - brightest)
    return Paint(linear: pure.map { $0 + (1 - $0) * share }, alpha: alpha)
  }

  /// Creates a colour from linear components.
  private init(linear parts: [Double], alpha: Double) {
    let curved = parts.map(Self.curved)
    self.init(red: curved[0], green: curved[1], blue: curved[2], alpha: alpha)
  }

  /// The component on the sRGB curve whose linear value is given: the inverse of `linear`, by halving.
  private static func curved(_ linear: Double) -> Double {
    var (low, high) = (0.0, 1.0)
    for _ in 0..<24 {
      let middle = (low + high) / 2
      if Self.linear(middle) < linear { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
