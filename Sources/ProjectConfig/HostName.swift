/// The spelling of host names and of IPv4 addresses.
enum HostName {
  /// Brings a name to lowercase.
  ///
  /// A name that ends in a number must be an IPv4 address of four plain numbers: C libraries read
  /// `127.1`, `0x7f.1` and `2130706433` as addresses as well.
  static func canonical(_ name: ArraySlice<UInt8>) throws(AddressProblem) -> String {
    guard !name.isEmpty else { throw .missingHost }
    guard name.count <= 253 else { throw .badHost }
    for label in name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
      guard (1...63).contains(label.count), label.allSatisfy(isLabelByte),
        label.first != UInt8(ascii: "-")
      else { throw .badHost }
    }
    if endsInNumber(name) {
      guard isIPv4(name) else { throw .badHost }
    }
    return String(decoding: name, as: UTF8.self).lowercased()
  }

  /// Tells whether the last label would be read as a number.
  static func endsInNumber(_ name: ArraySlice<UInt8>) -> Bool {
    let last = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).last ?? []
    if last.allSatisfy(isDigit) { return true }
    return last.first == UInt8(ascii: "0") && last.dropFirst().first.map { $0 | 0x20 } == 0x78
  }

  private static func isIPv4(_ name: ArraySlice<UInt8>) -> Bool {
    let parts = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return parts.count == 4
      && parts.allSatisfy { part in
        part.allSatisfy(isDigit) && UInt8(String(decoding: part, as: UTF8.self)) != nil
          && (part.count == 1 || part.first != UInt8(ascii: "0"))
      }
  }

  private static func isLabelByte(_ byte: UInt8) -> Bool {
    isDigit(byte) || isLetter(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
  }

  static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  static func hexadecimal(_ byte: UInt8) -> UInt8? {
    if isDigit(byte) { return byte - UInt8(ascii: "0") }
    let lower = byte | 0x20
    guard (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(lower) else { return nil }
    return lower - UInt8(ascii: "a") + 10
  }
}

/// An IPv6 address without a zone.
struct IPv6Address: CustomStringConvertible {
  private var groups: [UInt16]

  /// Reads any spelling but those that end in an IPv4 address.
  init?(_ text: ArraySlice<UInt8>) {
    let colon = UInt8(ascii: ":")
    let parts = text.split(separator: colon, omittingEmptySubsequences: false)
    guard (3...9).contains(parts.count) else { return nil }
    var groups: [UInt16] = []
    var gap: Int?
    for (index, part) in parts.enumerated() {
      guard part.isEmpty else {
        guard part.count <= 4, part.allSatisfy({ HostName.hexadecimal($0) != nil }) else {
          return nil
        }
        groups.append(part.reduce(0) { $0 << 4 | UInt16(HostName.hexadecimal($1) ?? 0) })
        continue
      }
      // At either end the two colons make two empty parts.
      if index == 0 {
        guard parts[1].isEmpty else { return nil }
      } else if index == parts.count - 1 {
        guard parts[index - 1].isEmpty else { return nil }
      } else {
        guard gap == nil else { return nil }
        gap = groups.count
      }
    }
    if let gap {
      guard groups.count < 8 else { return nil }
      groups.insert(contentsOf: Array(repeating: 0, count: 8 - groups.count), at: gap)
    }
    guard groups.count == 8 else { return nil }
    self.groups = groups
  }

  /// The form of RFC 5952: the longest run of zeros is left out, the first one of several.
  var description: String {
    var longest = 0..<0
    var start = 0
    for index in 0...8 where index == 8 || groups[index] != 0 {
      if index - start > max(longest.count, 1) { longest = start..<index }
      start = index + 1
    }
    func text(_ part: ArraySlice<UInt16>) -> String {
      part.map { String($0, radix: 16) }.joined(separator: ":")
    }
    guard !longest.isEmpty else { return text(groups[...]) }
    return text(groups[..<longest.lowerBound]) + "::" + text(groups[longest.upperBound...])
  }
}
