import ProjectConfig

/// What is wrong with an address, for people.
enum AddressWords {
  /// Says what is wrong.
  static func text(_ problem: AddressProblem) -> String {
    problem.rawValue.split(separator: "_").joined(separator: " ")
  }

  /// An address without what stands before an `@`, which may be a password.
  static func withoutSecrets(_ text: String) -> String {
    guard let sign = text.lastIndex(of: "@") else { return text }
    let start = text.range(of: "://").map(\.upperBound) ?? text.startIndex
    guard start < sign else { return text }
    return text[..<start] + "…" + text[sign...]
  }
}

extension String {
  /// Where another text stands for the first time.
  fileprivate func range(of other: String) -> Range<String.Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(other) { return start..<index(start, offsetBy: other.count) }
      start = index(after: start)
    }
    return nil
  }
}
