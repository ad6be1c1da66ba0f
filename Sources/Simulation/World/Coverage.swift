/// How often each thing happened, by its name.
package struct Coverage: Sendable {
  /// The counts.
  package private(set) var counts: [String: Int] = [:]

  /// Starts at nothing.
  package init() {}

  /// Counts one thing.
  package mutating func note(_ name: String, _ count: Int = 1) {
    counts[name, default: 0] += count
  }

  /// Adds the counts of another.
  package mutating func add(_ other: Coverage) {
    counts.merge(other.counts, uniquingKeysWith: +)
  }

  /// The counts as lines, sorted by name; what is known and was never met is a line as well.
  package var lines: [String] {
    let zeros = Dictionary(uniqueKeysWithValues: Coverage.known.map { ($0, 0) })
    return counts.merging(zeros) { count, _ in count }.sorted { $0.key < $1.key }.map {
      name, count in
      name + String(repeating: " ", count: max(1, 52 - name.count)) + "\(count)"
    }
  }
}
