extension IntegerOperation.Kind {
  /// Whether a scheme computes this in floats between the codes: the steps of this folder.
  ///
  /// The one multiplication by which accumulators become codes does not count.
  package func computesInFloats(_ scheme: IntegerArithmetic) -> Bool {
    switch (self, scheme) {
    case (.softmax, .xnnpack), (.softmax, .onnxRuntime), (.globalAveragePooling, .xnnpack),
      (.add, .onnxRuntime):
      true
    default: false
    }
  }
}
