import JSON
import SyncModel

/// Remembers what neighboring entries of a feed have in common, so that it is parsed once.
struct FeedMemory {
  /// The longest name of an author in bytes.
  static let maximumAuthorBytes = 256

  private var dayBytes: UInt64 = 0
  private var dayTail: UInt16 = 0
  private var dayStart: Int64?
  private var lastAuthor = ""
  private var lastAuthorBytes: [UInt8] = []

  /// Parses a time; the day, which neighbors share, is worked out once.
  mutating func time(_ text: JSONText) throws -> Timestamp {
    guard let bytes = text.bytes, bytes.count == 30, let time = fixedTime(bytes) else {
      guard let nanoseconds = ISO8601.nanoseconds(text.string) else {
        throw MessageError.invalid(field: "modified")
      }
      return Timestamp(nanoseconds: nanoseconds)
    }
    return time
  }

  /// Parses `YYYY-MM-DDThh:mm:ss.nnnnnnnnnZ`, or nothing for whatever the slow way must judge.
  private mutating func fixedTime(_ bytes: UnsafeRawBufferPointer) -> Timestamp? {
    guard bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":"),
      bytes[16] == UInt8(ascii: ":"), bytes[19] == UInt8(ascii: "."),
      bytes[29] == UInt8(ascii: "Z"), let hour = Self.number(bytes, 11..<13), hour < 24,
      let minute = Self.number(bytes, 14..<16), minute < 60,
      let second = Self.number(bytes, 17..<19), second < 60,
      let fraction = Self.number(bytes, 20..<29), let day = start(ofDay: bytes)
    else { return nil }
    let seconds = hour * 3600 + minute * 60 + second
    let (total, isTooFar) = day.addingReportingOverflow(seconds * 1_000_000_000 + fraction)
    return isTooFar ? nil : Timestamp(nanoseconds: total)
  }

  private mutating func start(ofDay bytes: UnsafeRawBufferPointer) -> Int64? {
    let head = bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
    let tail = bytes.loadUnaligned(fromByteOffset: 8, as: UInt16.self)
    if let dayStart, head == dayBytes, tail == dayTail { return dayStart }
    let date = String(decoding: bytes[..<10], as: UTF8.self)
    guard let start = ISO8601.nanoseconds(date + "T00:00:00Z") else { return nil }
    (dayBytes, dayTail, dayStart) = (head, tail, start)
    return start
  }

  private static func number(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int64? {
    var total: Int64 = 0
    for index in range {
      let digit = bytes[index] &- 0x30
      guard digit < 10 else { return nil }
      total = total * 10 + Int64(digit)
    }
    return total
  }

  /// Returns an author's name; the same name as before is the same string.
  mutating func author(_ text: JSONText) throws -> String {
    if let bytes = text.bytes, isLastAuthor(bytes) { return lastAuthor }
    let author = text.string
    guard author.utf8.count <= Self.maximumAuthorBytes else {
      throw MessageError.invalid(field: "author")
    }
    lastAuthor = author
    lastAuthorBytes = Array(author.utf8)
    return author
  }

  private func isLastAuthor(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count == lastAuthorBytes.count else { return false }
    for index in bytes.indices where bytes[index] != lastAuthorBytes[index] { return false }
    return true
  }
}
