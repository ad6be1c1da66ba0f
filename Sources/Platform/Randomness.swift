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

  /// A secret that nobody can guess, as 52 letters and digits of five random bits each.
  package func token() -> String {
    String(decoding: bytes(52).map { Base32.digit($0 & 31) }, as: UTF8.self)
  }

  /// An id of 26 characters that sorts by the time it is given, in nanoseconds since 1970.
  ///
  /// Ten digits of ``Base32`` are the milliseconds, sixteen are random.
  package func runID(at time: Int64) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(26)
    let milliseconds = UInt64(clamping: time / 1_000_000)
    for shift in stride(from: 45, through: 0, by: -5) {
      text.append(Base32.digit(UInt8(milliseconds >> UInt64(shift) & 31)))
    }
    text += bytes(16).map { Base32.digit($0 & 31) }
    return String(decoding: text, as: UTF8.self)
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
