/// Finds what somebody may have meant.
enum Suggestion {
  /// The candidate that is nearest to `word`, if it is near enough to be offered.
  ///
  /// Words that differ in case, dashes or underscores alone are the same; then the beginning of just
  /// one candidate counts; then few typing errors.
  static func nearest(to word: String, among candidates: [String]) -> String? {
    let plain = folded(word)
    guard !plain.isEmpty else { return nil }
    if let same = candidates.first(where: { folded($0) == plain }) { return same }
    if plain.count >= 3 {
      let longer = candidates.filter { folded($0).starts(with: plain) }
      if longer.count == 1 { return longer[0] }
    }
    var best: (candidate: String, distance: Int)?
    for candidate in candidates {
      let other = folded(candidate)
      let limit = max(1, min(plain.count, other.count) / 3)
      let distance = self.distance(plain, other)
      if distance <= limit, distance < other.count, distance < best?.distance ?? .max {
        best = (candidate, distance)
      }
    }
    return best?.candidate
  }

  private static func folded(_ word: String) -> [Character] {
    Array(word.lowercased().filter { $0 != "-" && $0 != "_" }.prefix(64))
  }

  /// Counts the insertions, deletions, replacements and swaps of neighbors between two words.
  static func distance(_ left: [Character], _ right: [Character]) -> Int {
    var older: [Int] = []
    var old = Array(0...right.count)
    for (row, character) in left.enumerated() {
      var new = [row + 1]
      for (column, other) in right.enumerated() {
        var cost = min(old[column + 1], new[column]) + 1
        cost = min(cost, old[column] + (character == other ? 0 : 1))
        if row > 0, column > 0, character == right[column - 1], left[row - 1] == other {
          cost = min(cost, older[column - 1] + 1)
        }
        new.append(cost)
      }
      older = old
      old = new
    }
    return old[right.count]
  }
}
