/// The parts of an address before anything is made of them.
struct AddressText {
  /// The scheme in lowercase.
  let scheme: String
  /// What stands between `//` and the path, or nil where there is no `//`.
  let authority: ArraySlice<UInt8>?
  /// The rest.
  let path: ArraySlice<UInt8>

  /// Splits an address; refuses credentials, queries and fragments.
  init(_ text: String) throws(AddressProblem) {
    let bytes = Array(text.utf8)
    guard !bytes.isEmpty else { throw .empty }
    // Looked for first, so that nothing with a password in it is ever quoted.
    if AddressText.hasCredentials(bytes[...]) { throw .credentials }
    for byte in bytes where byte <= 0x20 || byte >= 0x7F || byte == UInt8(ascii: "\\") {
      throw .badCharacter
    }
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { throw .unknownScheme }
    let scheme = String(decoding: bytes[..<colon], as: UTF8.self)
    let rest = bytes[(colon + 1)...]
    if let mark = rest.first(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }) {
      throw mark == UInt8(ascii: "?") ? .query : .fragment
    }
    self.scheme = scheme.lowercased()
    if rest.starts(with: "//".utf8) {
      let afterSlashes = rest.dropFirst(2)
      let end = afterSlashes.firstIndex(of: UInt8(ascii: "/")) ?? afterSlashes.endIndex
      authority = afterSlashes[..<end]
      path = afterSlashes[end...]
    } else {
      authority = nil
      path = rest
    }
  }

  /// Tells whether an `@` stands before the path, even where the rest makes no sense.
  private static func hasCredentials(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let mark = bytes.firstIndex(of: UInt8(ascii: "@")) else { return false }
    var before = bytes[..<mark]
    if let colon = before.firstIndex(of: UInt8(ascii: ":")) {
      before = before[(colon + 1)...].drop { $0 == UInt8(ascii: "/") }
    }
    return !before.contains { $0 == UInt8(ascii: "/") }
  }

  /// The names of the path with percent signs undone; one `/` may end the path.
  func names() throws(AddressProblem) -> [String] {
    var rest = path
    if rest.last == UInt8(ascii: "/") { rest.removeLast() }
    guard !rest.isEmpty else { return [] }
    var names: [String] = []
    for part in rest.dropFirst().split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    {
      names.append(try AddressText.decoded(part))
    }
    return names
  }

  /// Undoes the percent signs of one name.
  static func decoded(_ part: ArraySlice<UInt8>) throws(AddressProblem) -> String {
    var bytes: [UInt8] = []
    var index = part.startIndex
    while index < part.endIndex {
      guard part[index] == UInt8(ascii: "%") else {
        bytes.append(part[index])
        index += 1
        continue
      }
      guard index + 2 < part.endIndex, let high = HostName.hexadecimal(part[index + 1]),
        let low = HostName.hexadecimal(part[index + 2])
      else { throw .badPath }
      bytes.append(high << 4 | low)
      index += 3
    }
    let isStructure = bytes.contains {
      $0 < 0x20 || $0 == 0x7F || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\")
    }
    guard !bytes.isEmpty, !isStructure, let name = String(validating: bytes, as: UTF8.self),
      name != ".", name != ".."
    else { throw .badPath }
    return name
  }
}
