/// Formulas for a terminal: the subset of TeX that the lessons use, written in Unicode.
public enum FormulaText {
  /// Writes a formula, given without its dollar signs, as text; an unknown command keeps its name.
  public static func text(_ formula: String) -> String {
    var reader = Reader(formula)
    return reader.sequence(until: nil).trimmed
  }

  /// The commands in a formula that `text(_:)` does not know; a lesson must have none.
  public static func unknownCommands(in formula: String) -> [String] {
    var reader = Reader(formula)
    _ = reader.sequence(until: nil)
    return reader.unknown
  }

  private static let symbols: [String: String] = [
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "Delta": "Δ", "epsilon": "ε", "varepsilon": "ε",
    "eta": "η", "theta": "θ", "lambda": "λ", "mu": "μ", "pi": "π", "sigma": "σ", "Sigma": "Σ", "tau": "τ",
    "cdot": "·", "times": "×", "div": "÷", "pm": "±", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥",
    "ne": "≠", "neq": "≠", "approx": "≈", "sim": "~", "to": "→", "rightarrow": "→", "mapsto": "↦",
    "infty": "∞", "partial": "∂", "sum": "Σ", "prod": "∏", "int": "∫", "in": "∈", "ldots": "…", "dots": "…",
    "cdots": "⋯", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "mid": "|",
    "quad": "\u{A0}\u{A0}",
    "qquad": "\u{A0}\u{A0}\u{A0}\u{A0}", ",": " ", ";": " ", ":": " ", "!": "", " ": " ", "{": "{", "}": "}",
    "%": "%", "_": "_",
    "left": "", "right": "", "min": "min", "max": "max", "log": "log", "exp": "exp", "ln": "ln", "\\": "; ",
    "ll": "≪", "gg": "≫", "propto": "∝", "bigl": "", "bigr": "", "Bigl": "", "Bigr": "", "odot": "⊙",
    "top": "ᵀ",
    "iff": "⇔", "implies": "⇒", "forall": "∀", "displaystyle": "",
  ]
  private static let wrappers: Set<String> = ["text", "mathrm", "operatorname", "mathbf", "mathit", "textbf"]
  private static let accents: [String: String] = ["hat": "\u{302}", "bar": "\u{304}", "tilde": "\u{303}"]
  private static let above: [Character: Character] = [
    "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸", "9": "⁹",
    "+": "⁺", "-": "⁻", "−": "⁻", "n": "ⁿ", "b": "ᵇ", "i": "ⁱ", "k": "ᵏ", "t": "ᵗ", "T": "ᵀ", "x": "ˣ",
    "′": "′",
    "ᵀ": "ᵀ",
  ]
  private static let below: [Character: Character] = [
    "0": "₀", "1": "₁", "2": "₂", "3": "₃", "4": "₄", "5": "₅", "6": "₆", "7": "₇", "8": "₈", "9": "₉",
    "+": "₊", "-": "₋", "−": "₋", "i": "ᵢ", "j": "ⱼ", "k": "ₖ", "n": "ₙ", "t": "ₜ", "x": "ₓ", "a": "ₐ",
    "o": "ₒ",
    "e": "ₑ", "m": "ₘ", "p": "ₚ", "s": "ₛ", "r": "ᵣ", "u": "ᵤ", "v": "ᵥ", "l": "ₗ", "h": "ₕ",
  ]

  /// Reads a formula from left to right.
  private struct Reader {
    private let characters: [Character]
    private var next = 0
    private(set) var unknown: [String] = []

    init(_ formula: String) { characters = Array(formula) }

    mutating func sequence(until end: Character?) -> String {
      var text = ""
      while next < characters.count, characters[next] != end { text += item() }
      next += 1
      return text
    }

    /// One symbol, group, command, superscript or subscript.
    private mutating func item() -> String {
      let character = characters[next]
      next += 1
      switch character {
      case "{": return sequence(until: "}")
      case "\\": return command()
      case "^": return script(argument(), from: FormulaText.above, mark: "^")
      case "_": return script(argument(), from: FormulaText.below, mark: "_")
      case "-": return "−"
      case "'": return "′"
      case "&": return "  "
      case "\n": return " "
      default: return String(character)
      }
    }

    private mutating func argument() -> String {
      while next < characters.count, characters[next] == " " { next += 1 }
      return next < characters.count ? item() : ""
    }

    private mutating func command() -> String {
      var name = ""
      while next < characters.count, characters[next].isLetter {
        name.append(characters[next])
        next += 1
      }
      if name.isEmpty, next < characters.count {
        name = String(characters[next])
        next += 1
      }
      switch name {
      case "frac", "tfrac", "dfrac":
        let numerator = argument()
        return grouped(numerator) + "/" + grouped(argument())
      case "sqrt": return "√" + grouped(argument())
      case "begin": return argument() == "cases" ? "{ " : ""
      case "end":
        _ = argument()
        return " }"
      default: break
      }
      if FormulaText.wrappers.contains(name) { return argument() }
      if let accent = FormulaText.accents[name] { return argument() + accent }
      if let symbol = FormulaText.symbols[name] { return symbol }
      unknown.append("\\" + name)
      return "\\" + name
    }

    private func grouped(_ text: String) -> String {
      text.contains(where: { " +−·×/=".contains($0) }) ? "(" + text.trimmed + ")" : text
    }

    private func script(_ text: String, from table: [Character: Character], mark: String) -> String {
      let mapped = text.compactMap { table[$0] }
      if mapped.count == text.count { return String(mapped) }
      return mark + (text.count == 1 ? text : "(" + text + ")")
    }
  }
}

extension String {
  /// The text without spaces at its ends, and with one space for a run of them.
  fileprivate var trimmed: String { split(separator: " ").joined(separator: " ") }
}
