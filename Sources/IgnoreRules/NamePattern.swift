/// A pattern for one name, in the cheapest form that can decide it.
enum NamePattern: Sendable, Equatable {
  case never
  case everything
  case literal([UInt8])
  case prefix([UInt8])
  case suffix([UInt8])
  case wildcard(Wildcard)

  /// Chooses the cheapest form of a compiled pattern; `nil` stands for one that never matches.
  init(_ wildcard: Wildcard?) {
    guard let wildcard, let first = wildcard.tokens.first else {
      self = .never
      return
    }
    func plain(_ tokens: some Collection<Wildcard.Token>) -> [UInt8]? {
      var bytes: [UInt8] = []
      for token in tokens {
        guard case .byte(let byte) = token else { return nil }
        bytes.append(byte)
      }
      return bytes
    }
    if wildcard.tokens == [.star] {
      self = .everything
    } else if let bytes = plain(wildcard.tokens) {
      self = .literal(bytes)
    } else if first == .star, let bytes = plain(wildcard.tokens.dropFirst()) {
      self = .suffix(bytes)
    } else if wildcard.tokens.last == .star, let bytes = plain(wildcard.tokens.dropLast()) {
      self = .prefix(bytes)
    } else {
      self = .wildcard(wildcard)
    }
  }

  /// Tells whether `name`, which holds no `/`, matches.
  func matches(_ name: Bytes) -> Bool {
    switch self {
    case .never: false
    case .everything: true
    case .literal(let bytes): bytes.withUnsafeBufferPointer { name.equals($0) }
    case .prefix(let bytes): bytes.withUnsafeBufferPointer { name.holds($0, at: 0) }
    case .suffix(let bytes): bytes.withUnsafeBufferPointer { name.ends(with: $0) }
    case .wildcard(let wildcard): wildcard.matches(name)
    }
  }
}
