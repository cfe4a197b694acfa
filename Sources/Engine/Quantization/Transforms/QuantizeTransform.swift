/// A rewriting of a model towards what runs in inference: one kind of place, one change.
///
/// Transforms match layers by their types, never by names. Applied in any order until none finds a place any
/// more, they lead to the same model.
protocol QuantizeTransform {
  /// The name, for explanations.
  var name: String { get }

  /// Rewrites the first place that matches; returns whether there was one.
  ///
  /// - Throws: `QuantizationError` if a place matches that cannot be quantized.
  func applyOnce(to graph: inout QuantizeGraph) throws(QuantizationError) -> Bool
}

/// Applies transforms until none of them finds a place.
struct ModelTransformer {
  let transforms: [any QuantizeTransform]

  /// The transforms that every scheme uses.
  static var standard: ModelTransformer {
    ModelTransformer(transforms: [
      SplitActivation(), SplitSeparableConvolution(), FoldBatchNormalization(), FuseReLU(),
    ])
  }

  /// Rewrites the graph.
  ///
  /// - Throws: what a transform throws.
  func transform(_ graph: inout QuantizeGraph) throws(QuantizationError) {
    var changed = true
    while changed {
      changed = false
      for transform in transforms {
        while try transform.applyOnce(to: &graph) { changed = true }
      }
    }
  }
}
