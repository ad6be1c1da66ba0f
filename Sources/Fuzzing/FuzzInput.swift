/// Turns the bytes of an input into choices, in their order; at its end it gives zeros.
struct FuzzInput {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  /// Whether nothing is left.
  var isAtEnd: Bool { rest.isEmpty }

  /// The next byte.
  mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

  /// A number from zero up to a limit that it stays below.
  mutating func number(below limit: Int) -> Int {
    if limit <= 256 { return Int(byte()) % limit }
    return (Int(byte()) << 16 | Int(byte()) << 8 | Int(byte())) % limit
  }

  /// One of a list's elements; the list must not be empty.
  mutating func pick<Element>(_ list: [Element]) -> Element { list[number(below: list.count)] }

  /// Bytes of a length that the input itself names.
  mutating func bytes(atMost limit: Int = 255) -> [UInt8] {
    let count = min(number(below: limit + 1), rest.count)
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }

  /// A text of a length that the input itself names.
  mutating func text(atMost limit: Int = 255) -> String {
    String(decoding: bytes(atMost: limit), as: UTF8.self)
  }

  /// All that is left.
  mutating func remainder() -> [UInt8] {
    defer { rest = [] }
    return Array(rest)
  }

  /// The input in so many parts, cut at the byte `0xFF`, which no UTF-8 has.
  mutating func parts(_ count: Int) -> [[UInt8]] {
    let pieces = remainder().split(
      separator: 0xFF, maxSplits: count - 1, omittingEmptySubsequences: false)
    return pieces.map { Array($0) } + Array(repeating: [], count: max(0, count - pieces.count))
  }
}
