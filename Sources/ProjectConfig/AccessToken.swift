/// A token that opens a server; printing one shows nothing of it.
package struct AccessToken: Hashable, Sendable {
  /// The token itself, for a header or the credentials file.
  package let secret: String

  /// The longest token in bytes.
  package static let maximumBytes = 4096

  /// Takes a token of visible ASCII characters; blanks and line ends around it are dropped.
  package init?(_ text: String) {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
    let bytes = text.utf8.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
    guard !bytes.isEmpty, bytes.count <= AccessToken.maximumBytes,
      bytes.allSatisfy({ (0x21...0x7E).contains($0) })
    else { return nil }
    secret = String(decoding: bytes, as: UTF8.self)
  }
}

extension AccessToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "(token)" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
