import Support

/// The content of a Keras file: the configuration of a model, if the file has one, and named arrays.
///
/// Three kinds of files are read: `.keras` of Keras 3, which is a zip of a configuration and an HDF5 file; `.h5` of a
/// whole model, by Keras 2, tf_keras or Keras 3; and `.weights.h5` or `.h5` of weights alone. The content decides which
/// kind a file is, not its name. What an optimizer remembers is left out.
package struct KerasFile: Sendable {
  /// The kinds of files.
  package enum Kind: Hashable, Sendable {
    /// A zip of a configuration and weights, by Keras 3.
    case archive
    /// HDF5 with a configuration and weights.
    case wholeHDF5
    /// HDF5 with weights alone.
    case weightsHDF5
  }

  /// An array of numbers.
  package struct Array: Hashable, Sendable {
    /// The path in the HDF5 file, without a slash before: `layers/dense/vars/0`.
    package let path: String
    /// The dimensions; empty for a single number.
    package let shape: [Int]
    /// The type in the file.
    package let type: KerasElementType
    /// The elements in row-major order, rounded to floats where the type holds more; of a quantized array its codes.
    package let values: [Float]

    /// The path, the type and the shape, for messages.
    package var shown: String { "\(UntrustedText.quoted(path)) (\(type.rawValue) \(shape))" }
  }

  /// The path of the file, or another name of its origin, for messages.
  package let source: String
  /// The kind of the file.
  package let kind: Kind
  /// The model's configuration in JSON; nil for weights alone.
  package let configuration: String?
  /// The version of Keras that wrote the file, such as `3.15.1`; nil if the file does not say.
  package let kerasVersion: String?
  /// The arrays, by path.
  package let arrays: [String: Array]
  /// The texts of groups, by the group's path (empty for the root) and the attribute's name: `layer_names`,
  /// `weight_names` and `name`.
  package let attributes: [String: [String: [String]]]
  /// What was not read, by path, with what it is: `a soft link`, say.
  package let skipped: [String: String]

  /// The largest file that is read by default, in bytes: 2 GiB.
  package static let defaultLimit = 1 << 31

  /// The texts of a group's attribute; nil if the group has none of this name.
  package func texts(_ name: String, of group: String) -> [String]? { attributes[group]?[name] }
}

/// The element types of arrays in Keras files, by the names that numpy has for them.
package enum KerasElementType: String, Hashable, CaseIterable, Sendable {
  case float32, float64, float16, bfloat16
  case int8, uint8, int16, uint16, int32, uint32, int64, uint64

  /// Whether the type is one of floating-point numbers, and not of whole ones.
  package var isFloat: Bool {
    switch self {
    case .float32, .float64, .float16, .bfloat16: true
    default: false
    }
  }

  /// The bytes of an element.
  var size: Int {
    switch self {
    case .int8, .uint8: 1
    case .float16, .bfloat16, .int16, .uint16: 2
    case .float32, .int32, .uint32: 4
    case .float64, .int64, .uint64: 8
    }
  }
}
