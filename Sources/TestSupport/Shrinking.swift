/// Makes a failing case smaller as long as it still fails.
///
/// `candidates` offers smaller variants, the boldest first; the result is a case none of whose
/// variants fails, or the best one after `limit` tries.
package func shrink<Case>(
  _ failing: Case, limit: Int = 5000, candidates: (Case) -> [Case], fails: (Case) -> Bool
) -> Case {
  var best = failing
  var tries = 0
  search: while tries < limit {
    for candidate in candidates(best) {
      tries += 1
      if fails(candidate) {
        best = candidate
        continue search
      }
      if tries >= limit { break }
    }
    break
  }
  return best
}
