/// Applies transforms to a graph until none of them matches.
struct ModelTransformer {
  let transforms: [any QuantizeTransform]

  /// The transforms that every scheme uses.
  static var standard: ModelTransformer {
    ModelTransformer(transforms: [
      SplitActivation(), SplitComposite(), FoldBatchNormalization(), FuseReLU(),
    ])
  }

  /// Rewrites the graph.
  ///
  /// - Throws: What a transform throws.
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

/// One kind of rewriting that brings a model closer to what inference runs.
///
/// Transforms match layers by what they compute, their `LayerSemantics`, never by names. Applied in any order until
/// none matches, they give the same model.
protocol QuantizeTransform {
  /// The name, for explanations.
  var name: String { get }

  /// Rewrites the first match.
  ///
  /// - Returns: Whether there was a match.
  /// - Throws: ``QuantizationError`` if a match cannot be quantized.
  func applyOnce(to graph: inout QuantizeGraph) throws(QuantizationError) -> Bool
}
