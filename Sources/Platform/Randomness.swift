import CSystem

/// Gives random bytes and the ids that are made of them, as a value that is passed in.
package struct Randomness: Sendable {
  private let fill: @Sendable (UnsafeMutableRawBufferPointer) -> Void

  /// Makes a source of a function that fills a buffer.
  package init(fill: @escaping @Sendable (UnsafeMutableRawBufferPointer) -> Void) {
    self.fill = fill
  }

  /// Fresh bytes.
  package func bytes(_ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      fill(UnsafeMutableRawBufferPointer(buffer))
      initialized = count
    }
  }

  /// A fresh number.
  package func number() -> UInt64 {
    bytes(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// An id of 26 characters that sorts by the time it is given, in nanoseconds since 1970.
  ///
  /// Ten characters are the milliseconds, sixteen are random; lowercase base32 in the order of
  /// the characters themselves, so that ids sort as text.
  package func runID(at time: Int64) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(26)
    let milliseconds = UInt64(clamping: time / 1_000_000)
    for shift in stride(from: 45, through: 0, by: -5) {
      text.append(Self.digit(UInt8(milliseconds >> UInt64(shift) & 31)))
    }
    text += bytes(16).map { Self.digit($0 & 31) }
    return String(decoding: text, as: UTF8.self)
  }

  /// A secret of 256 bits as 52 characters of lowercase base32.
  package func token() -> String {
    let secret = bytes(32)
    var text: [UInt8] = []
    var held = 0
    var bits = 0
    for byte in secret {
      held = (held << 8 | Int(byte)) & 0xFFFF
      bits += 8
      while bits >= 5 {
        bits -= 5
        text.append(Self.digit(UInt8(held >> bits & 31)))
      }
    }
    text.append(Self.digit(UInt8(held << (5 - bits) & 31)))
    return String(decoding: text, as: UTF8.self)
  }

  /// Digits and letters without i, l, o and u, which are misread.
  private static func digit(_ value: UInt8) -> UInt8 {
    let alphabet: StaticString = "0123456789abcdefghjkmnpqrstvwxyz"
    return alphabet.utf8Start[Int(value)]
  }

  /// The operating system's own source.
  package static let system = Randomness { buffer in
    guard let base = buffer.baseAddress else { return }
    precondition(cs_random(base, buffer.count) == 0, "the system has no randomness")
  }

  /// A source that gives the same bytes for the same seed; for tests only.
  package static func seeded(_ seed: UInt64) -> Randomness {
    let state = SeededState(seed)
    return Randomness { buffer in
      for index in buffer.indices { buffer[index] = UInt8(truncatingIfNeeded: state.next()) }
    }
  }
}
