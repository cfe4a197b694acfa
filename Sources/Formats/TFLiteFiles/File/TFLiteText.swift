import Safetensors

/// Texts from a file, made safe to print.
enum TFLiteText {
  /// A text without invisible characters, cut after `most` characters.
  static func shown(_ text: String, most: Int = 80) -> String { SafetensorsError.shown(text, most: most) }

  /// The name of a file's model: that of the file, without folders and ending.
  static func modelName(of file: TFLiteFile) -> String {
    let name = file.source.split(separator: "/").last.map(String.init) ?? file.source
    return name.hasSuffix(".tflite") ? String(name.dropLast(7)) : name
  }
}
