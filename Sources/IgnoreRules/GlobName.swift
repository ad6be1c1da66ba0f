/// The part of a glob that stands for one name.
struct GlobName: Sendable, Equatable {
  let test: NamePattern
  /// The plain bytes before the first wildcard and behind the last one.
  let prefix: [UInt8]
  let suffix: [UInt8]
  /// Whether there is no wildcard; prefix and suffix are then the whole name.
  let isLiteral: Bool

  /// `*`.
  static let everything = GlobName(Wildcard([.star]))

  /// Compiles a part without slashes; `pattern` is what errors name.
  init(_ bytes: [UInt8], of pattern: String) throws(GlobError) {
    guard let wildcard = Wildcard(git: bytes, inPath: false) else {
      let code: GlobError.Code =
        bytes.last == backslash ? .trailingBackslash : .malformedBracket
      throw GlobError(code: code, pattern: pattern)
    }
    self.init(wildcard)
  }

  private init(_ wildcard: Wildcard) {
    func plain(_ tokens: some Sequence<Wildcard.Token>) -> [UInt8] {
      var bytes: [UInt8] = []
      for token in tokens {
        guard case .byte(let byte) = token else { break }
        bytes.append(byte)
      }
      return bytes
    }
    test = NamePattern(wildcard)
    prefix = plain(wildcard.tokens)
    suffix = plain(wildcard.tokens.reversed()).reversed()
    isLiteral = prefix.count == wildcard.tokens.count
  }
}
