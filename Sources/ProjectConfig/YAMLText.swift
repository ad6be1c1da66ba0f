/// Writing of YAML scalars that every reader takes for the same text.
enum YAMLText {
  /// Words that some readers take for something other than text.
  private static let words: Set<String> = [
    "null", "true", "false", "yes", "no", "on", "off", "y", "n",
  ]

  /// A key or a name: as it is where nothing can be mistaken, else quoted.
  static func name(_ text: String) -> String {
    guard let first = text.utf8.first, HostName.isLetter(first),
      text.utf8.allSatisfy({
        HostName.isLetter($0) || HostName.isDigit($0) || "-_.".utf8.contains($0)
      }), !words.contains(text.lowercased())
    else { return quoted(text) }
    return text
  }

  /// A text in double quotes.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\":
        result += "\\"
        result.unicodeScalars.append(scalar)
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      default:
        if isPrintable(scalar) {
          result.unicodeScalars.append(scalar)
        } else {
          result += escape(scalar.value)
        }
      }
    }
    return result + "\""
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse,
      .surrogate:
      false
    default: true
    }
  }

  private static func escape(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    let (letter, length) = value <= 0xFF ? ("x", 2) : value <= 0xFFFF ? ("u", 4) : ("U", 8)
    return "\\" + letter + String(repeating: "0", count: length - digits.utf8.count) + digits
  }
}
