extension LabeledImages {
  /// Reads images and their labels from two IDX files, plain or compressed by gzip.
  ///
  /// Labels must lie in `0 ..< classes`.
  ///
  /// - Throws: `DatasetError` if a file cannot be read or is damaged, or if the two do not belong together.
  public init(idxImages images: String, labels: String, classes: Int) throws(DatasetError) {
    let labelArray = try IDXArray(contentsOf: labels, rank: 1)
    let imageArray = try IDXArray(contentsOf: images, rank: 3)
    let (imageCount, rows, columns) = (
      imageArray.dimensions[0], imageArray.dimensions[1], imageArray.dimensions[2]
    )
    guard imageCount == labelArray.bytes.count else {
      throw .countsDiffer(
        images: images, imageCount: imageCount, labels: labels, labelCount: labelArray.bytes.count)
    }
    guard rows > 0, columns > 0 else {
      throw .emptyImages(path: images, rows: rows, columns: columns)
    }
    for (index, label) in labelArray.bytes.enumerated() where Int(label) >= classes {
      throw .labelOutOfRange(path: labels, index: index, label: Int(label), classes: classes)
    }
    self.init(rows: rows, columns: columns, pixels: imageArray.bytes, labels: Array(labelArray.bytes))
  }
}
