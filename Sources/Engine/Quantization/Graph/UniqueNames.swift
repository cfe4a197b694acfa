/// Gives each name once: the second `dense` becomes `dense_1`, as in Keras.
struct UniqueNames {
  private var taken: Set<String> = []

  /// The name itself if nobody has it, else with the first number that is free.
  mutating func unique(_ name: String) -> String {
    var (candidate, number) = (name, 0)
    while !taken.insert(candidate).inserted {
      number += 1
      candidate = "\(name)_\(number)"
    }
    return candidate
  }
}
