/// A set of bytes, as a bracket expression of a pattern denotes one.
struct ByteSet: Sendable, Equatable {
  private var low: (UInt64, UInt64) = (0, 0)
  private var high: (UInt64, UInt64) = (0, 0)

  /// Tells whether `byte` is a member.
  func contains(_ byte: UInt8) -> Bool {
    let bit: UInt64 = 1 << UInt64(byte & 63)
    switch byte >> 6 {
    case 0: return low.0 & bit != 0
    case 1: return low.1 & bit != 0
    case 2: return high.0 & bit != 0
    default: return high.1 & bit != 0
    }
  }

  /// Adds one byte.
  mutating func insert(_ byte: UInt8) {
    let bit: UInt64 = 1 << UInt64(byte & 63)
    switch byte >> 6 {
    case 0: low.0 |= bit
    case 1: low.1 |= bit
    case 2: high.0 |= bit
    default: high.1 |= bit
    }
  }

  /// Adds every byte from `first` to `last`; nothing when they are in the wrong order.
  mutating func insert(from first: UInt8, through last: UInt8) {
    guard first <= last else { return }
    for byte in first...last { insert(byte) }
  }

  /// Turns members into non-members and the other way round.
  mutating func invert() {
    low = (~low.0, ~low.1)
    high = (~high.0, ~high.1)
  }

  /// Adds a POSIX class by its name (`alpha`, `digit`…), ASCII only as git has it.
  ///
  /// Returns `false` for a name that is no class.
  mutating func insert(classNamed name: some Sequence<UInt8>) -> Bool {
    guard let test = ByteSet.classes[String(decoding: Array(name), as: UTF8.self)] else {
      return false
    }
    for byte in UInt8.min...UInt8.max where test(byte) { insert(byte) }
    return true
  }

  static func == (left: ByteSet, right: ByteSet) -> Bool {
    left.low == right.low && left.high == right.high
  }

  private static let classes: [String: @Sendable (UInt8) -> Bool] = [
    "alnum": { isLetter($0) || isDigit($0) },
    "alpha": { isLetter($0) },
    "blank": { $0 == 0x20 || $0 == 0x09 },
    "cntrl": { $0 < 0x20 || $0 == 0x7f },
    "digit": { isDigit($0) },
    "graph": { (0x21...0x7e).contains($0) },
    "lower": { (0x61...0x7a).contains($0) },
    "print": { (0x20...0x7e).contains($0) },
    "punct": { (0x21...0x7e).contains($0) && !isLetter($0) && !isDigit($0) },
    // Git counts neither vertical tab nor form feed as space.
    "space": { $0 == 0x20 || $0 == 0x09 || $0 == 0x0a || $0 == 0x0d },
    "upper": { (0x41...0x5a).contains($0) },
    "xdigit": { isDigit($0) || (0x41...0x46).contains($0 & ~0x20) },
  ]

  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x41...0x5a).contains(byte & ~0x20)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte)
  }
}
