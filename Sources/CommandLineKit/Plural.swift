/// Counts things in words.
package enum Plural {
  /// Writes a count with its noun: `1 file`, `2 files`; `many` where an `s` is not enough.
  package static func text(_ count: Int, _ one: String, _ many: String? = nil) -> String {
    "\(count) \(count == 1 ? one : many ?? one + "s")"
  }
}
