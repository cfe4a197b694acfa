extension ArraySlice<Int8> {
  /// How far from its beginning the largest code stands: of several, the first; 0 if there is none.
  package var argmax: Int {
    indices.reduce(startIndex) { self[$1] > self[$0] ? $1 : $0 } - startIndex
  }
}
