/// Whether output may carry colors; decided by the caller, who knows the terminal and `NO_COLOR`.
package enum ColorMode: Sendable, Equatable {
  case plain
  case ansi
}

/// A way to set off text, as a value; it shows only where the color mode says so.
package struct Style: Sendable, Equatable {
  private let codes: [Int]

  private init(_ codes: [Int]) {
    self.codes = codes
  }

  package static let bold = Style([1])
  package static let dim = Style([2])
  package static let underline = Style([4])
  package static let red = Style([31])
  package static let green = Style([32])
  package static let yellow = Style([33])
  package static let blue = Style([34])
  package static let magenta = Style([35])
  package static let cyan = Style([36])

  /// Both styles at once.
  package static func + (left: Style, right: Style) -> Style {
    Style(left.codes + right.codes)
  }

  /// Where a mark that ``apply(to:_:)`` writes ends, if a text starts with one.
  static func endOfMark(_ text: Substring) -> Substring.Index? {
    let scalars = text.unicodeScalars
    guard scalars.starts(with: "\u{1b}[".unicodeScalars),
      let end = scalars.prefix(12).firstIndex(of: "m")
    else { return nil }
    let list = scalars[scalars.index(scalars.startIndex, offsetBy: 2)..<end]
    let codes = list.split(separator: ";", omittingEmptySubsequences: false).map { String($0) }
    let isOurs = codes.allSatisfy { ["0", "1", "2", "4"].contains($0) || isColor($0) }
    return isOurs ? scalars.index(after: end) : nil
  }

  private static func isColor(_ code: String) -> Bool {
    Int(code).map { (31...36).contains($0) } == true && code.utf8.count == 2
  }

  /// Sets off text, which is expected to be escaped already.
  package func apply(to text: String, _ mode: ColorMode) -> String {
    switch mode {
    case .plain: return text
    case .ansi:
      guard !text.isEmpty else { return text }
      let list = codes.map(String.init).joined(separator: ";")
      return "\u{1b}[\(list)m\(text)\u{1b}[0m"
    }
  }
}
