extension [Step] {
  /// The steps in another order, each group in its own: what they come to is the same (P8).
  package func reordered(using random: inout some RandomNumberGenerator) -> [Step] {
    var units: [[Step]] = []
    for step in self {
      if let group = step.group, units.last?.last?.group == group {
        units[units.count - 1].append(step)
      } else {
        units.append([step])
      }
    }
    return Array(units.shuffled(using: &random).joined())
  }
}
