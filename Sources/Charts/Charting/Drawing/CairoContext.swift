import CCairo

/// A Cairo context that draws the items of a scene.
struct CairoContext {
  private let context: OpaquePointer?
  /// Whether cells are drawn as one picture, as SVG and PDF need it; otherwise as rectangles, to the pixel.
  private let embedsCells: Bool

  init(_ context: OpaquePointer?, embedsCells: Bool = false) {
    (self.context, self.embedsCells) = (context, embedsCells)
  }

  /// Draws a scene on its background.
  func draw(_ scene: Scene) {
    Self.setFontOptions(context)
    cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
    set(scene.background)
    cairo_paint(context)
    for item in scene.items {
      cairo_save(context)
      if let clip = item.clip {
        cairo_rectangle(context, clip.x, clip.y, clip.width, clip.height)
        cairo_clip(context)
      }
      draw(item.shape, on: scene.background)
      cairo_restore(context)
    }
  }

  private func draw(_ shape: Scene.Shape, on background: Paint) {
    switch shape {
    case .path(let path, let fill, let stroke):
      trace(path)
      if let fill {
        set(fill)
        if stroke == nil { cairo_fill(context) } else { cairo_fill_preserve(context) }
      }
      if let stroke { self.stroke(stroke) }
    case .text(let run): draw(run, on: background)
    case .cells(let paints, let columns, let rect): draw(paints, columns: columns, rect)
    }
  }

  private func trace(_ path: Path) {
    cairo_new_path(context)
    for element in path.elements {
      switch element {
      case .move(let p): cairo_move_to(context, p.x, p.y)
      case .line(let p): cairo_line_to(context, p.x, p.y)
      case .curve(let a, let b, let p): cairo_curve_to(context, a.x, a.y, b.x, b.y, p.x, p.y)
      case .close: cairo_close_path(context)
      }
    }
  }

  private func stroke(_ stroke: Scene.Stroke) {
    set(stroke.paint)
    cairo_set_line_width(context, stroke.width)
    cairo_set_dash(context, stroke.dashes, Int32(stroke.dashes.count), 0)
    cairo_stroke(context)
  }

  private func draw(_ run: TextRun, on background: Paint) {
    Self.setFont(context, run.font)
    cairo_move_to(context, run.origin.x, run.origin.y)
    if run.halo {
      cairo_text_path(context, run.text)
      set(background.with(alpha: 0.9))
      cairo_set_line_width(context, 3)
      cairo_stroke(context)
      cairo_move_to(context, run.origin.x, run.origin.y)
    }
    set(run.paint)
    cairo_show_text(context, run.text)
  }

  private func draw(_ paints: [Paint], columns: Int, _ rect: Rect) {
    guard columns > 0, paints.count >= columns else { return }
    let rows = paints.count / columns
    if embedsCells { return CellPicture(paints, columns: columns).draw(in: rect, of: context) }
    // Without antialiasing, neighbouring cells share their border exactly.
    cairo_set_antialias(context, CAIRO_ANTIALIAS_NONE)
    for (index, paint) in paints.enumerated() {
      let (row, column) = (Double(index / columns), Double(index % columns))
      let x = rect.x + rect.width * column / Double(columns)
      let y = rect.y + rect.height * row / Double(rows)
      let endX = rect.x + rect.width * (column + 1) / Double(columns)
      let endY = rect.y + rect.height * (row + 1) / Double(rows)
      set(paint)
      cairo_rectangle(context, x, y, endX - x, endY - y)
      cairo_fill(context)
    }
  }

  private func set(_ paint: Paint) {
    cairo_set_source_rgba(context, paint.red, paint.green, paint.blue, paint.alpha)
  }

  static func setFont(_ context: OpaquePointer?, _ font: Font) {
    cairo_select_font_face(
      context, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
      font.bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
    cairo_set_font_size(context, font.size)
  }

  /// Sets grey antialiasing without hinting, so that text is at every scale as wide as measured.
  static func setFontOptions(_ context: OpaquePointer?) {
    let options = cairo_font_options_create()
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
    cairo_set_font_options(context, options)
    cairo_font_options_destroy(options)
  }
}

extension TextMeasurer {
  /// The widths that Cairo draws.
  package static let cairo = TextMeasurer { text, font in
    let surface = cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, nil)
    defer { cairo_surface_destroy(surface) }
    let context = cairo_create(surface)
    defer { cairo_destroy(context) }
    CairoContext.setFontOptions(context)
    CairoContext.setFont(context, font)
    var extents = cairo_text_extents_t()
    cairo_text_extents(context, text, &extents)
    return extents.x_advance
  }
}
