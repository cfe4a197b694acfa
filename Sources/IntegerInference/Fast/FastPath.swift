/// The quick way to run a model: steps made for the processor where there are any, and the reference elsewhere.
package enum FastPath {
  /// The steps of a model that runs up to `maximumBatch` examples at a time.
  package static func steps(of model: IntegerModel, maximumBatch: Int) -> [any IntegerStep] {
    ReferencePath.steps(of: model)
  }
}
