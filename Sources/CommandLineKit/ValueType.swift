/// What kind of words an option or an argument takes: checked while parsing, offered while typing.
package enum ValueType: Sendable, Equatable {
  /// Any text.
  case text
  /// One of these words.
  case oneOf([String])
  /// A whole number from zero on.
  case count
  /// A size such as `1GiB`.
  case byteSize
  /// A time span such as `30d`.
  case duration
  /// A file on this machine.
  case file
  /// A folder on this machine.
  case folder
  /// Any text; the shell asks `__complete KIND PREFIX` for what to offer.
  case dynamic(String)

  /// Tells whether `text` is a word of this kind.
  package func accepts(_ text: String) -> Bool {
    switch self {
    case .text, .file, .folder, .dynamic: true
    case .oneOf(let words): words.contains(text)
    case .count: text.utf8.allSatisfy { (0x30...0x39).contains($0) } && Int(text) != nil
    case .byteSize: ByteSize.parse(text) != nil
    case .duration: TimeSpan.parse(text) != nil
    }
  }
}
