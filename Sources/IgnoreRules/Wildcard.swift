/// A compiled pattern over bytes in which `*` and `?` never match `/`.
///
/// Matching keeps at most one place to come back to for `*` and one for `**`: the earliest match of
/// what stands before a star leaves every later star the most room. So there is no exponential case.
struct Wildcard: Sendable, Equatable {
  /// One step of a pattern.
  enum Token: Sendable, Equatable {
    /// This byte.
    case byte(UInt8)
    /// Any byte but `/`.
    case any
    /// Any byte of the set but `/`.
    case set(ByteSet)
    /// Any number of bytes without `/`.
    case star
    /// Any number of bytes.
    case anything
    /// Nothing, or any number of bytes that end with `/`: `**/`.
    case folders
  }

  let tokens: [Token]

  /// The number of plain bytes that every match starts with.
  let literalCount: Int

  /// Creates a pattern of tokens, in which stars that stand side by side become one.
  init(_ tokens: [Token]) {
    var merged: [Token] = []
    merged.reserveCapacity(tokens.count)
    for token in tokens where token != .star || merged.last != .star {
      merged.append(token)
    }
    self.tokens = merged
    literalCount =
      merged.firstIndex { if case .byte = $0 { false } else { true } } ?? merged.count
  }

  /// Tells whether the whole of `text` matches.
  func matches(_ text: Bytes) -> Bool {
    tokens.withUnsafeBufferPointer { Wildcard.match($0, text) }
  }

  private static func match(_ tokens: UnsafeBufferPointer<Token>, _ text: Bytes) -> Bool {
    var position = 0
    var index = 0
    var star: (index: Int, position: Int)?
    var deep: (index: Int, position: Int, endsAtSlash: Bool)?
    while true {
      if index < tokens.count {
        switch tokens[index] {
        case .byte(let byte):
          if position < text.count, text[position] == byte {
            position += 1
            index += 1
            continue
          }
        case .any:
          if position < text.count, text[position] != slash {
            position += 1
            index += 1
            continue
          }
        case .set(let set):
          if position < text.count, text[position] != slash, set.contains(text[position]) {
            position += 1
            index += 1
            continue
          }
        case .star:
          index += 1
          star = (index, position)
          continue
        case .anything:
          index += 1
          star = nil
          deep = (index, position, false)
          continue
        case .folders:
          index += 1
          star = nil
          deep = (index, position, true)
          continue
        }
      } else if position == text.count {
        return true
      }
      if let last = star, last.position < text.count, text[last.position] != slash {
        position = last.position + 1
        index = last.index
        star = (index, position)
        continue
      }
      guard let last = deep else { return false }
      var next = last.position
      if last.endsAtSlash {
        while next < text.count, text[next] != slash { next += 1 }
      }
      guard next < text.count else { return false }
      position = next + 1
      index = last.index
      star = nil
      deep = (index, position, last.endsAtSlash)
    }
  }
}
