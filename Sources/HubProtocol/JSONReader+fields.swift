import JSON
import SyncModel

extension JSONReader {
  /// Reads a whole number that is not negative.
  mutating func unsigned(_ field: StaticString) throws -> UInt64 {
    guard let value = UInt64(exactly: try integer()) else {
      throw MessageError.invalid(field: "\(field)")
    }
    return value
  }

  /// Reads a whole number that is not negative and fits an `Int`.
  mutating func count(_ field: StaticString) throws -> Int {
    guard let value = Int(exactly: try integer()), value >= 0 else {
      throw MessageError.invalid(field: "\(field)")
    }
    return value
  }

  /// Reads a string of at most so many bytes.
  mutating func string(_ field: StaticString, atMost limit: Int) throws -> String {
    let text = try text()
    guard text.raw.count <= limit * 6, text.string.utf8.count <= limit else {
      throw MessageError.invalid(field: "\(field)")
    }
    return text.string
  }

  /// Reads a string or null.
  mutating func optionalString(_ field: StaticString, atMost limit: Int) throws -> String? {
    try nullIfPresent() ? nil : try string(field, atMost: limit)
  }

  /// Reads a path and brings it to its key.
  mutating func path() throws -> SyncPath {
    let text = try string()
    do throws(PathProblem) {
      return try SyncPath(validating: text)
    } catch {
      throw MessageError.path(text, error)
    }
  }

  /// Reads a digest: `sha256:` and 64 lowercase hexadecimal digits.
  mutating func digest(_ field: StaticString) throws -> Digest {
    let text = try text()
    guard let bytes = text.bytes, let digest = WireDigest.parse(bytes) else {
      throw MessageError.invalid(field: "\(field)")
    }
    return digest
  }

  /// Reads a time of RFC 3339.
  mutating func time(_ field: StaticString) throws -> Timestamp {
    guard let nanoseconds = ISO8601.nanoseconds(try string()) else {
      throw MessageError.invalid(field: "\(field)")
    }
    return Timestamp(nanoseconds: nanoseconds)
  }

  /// Reads a time of RFC 3339 or null.
  mutating func optionalTime(_ field: StaticString) throws -> Timestamp? {
    try nullIfPresent() ? nil : try time(field)
  }

  /// Reads an array, one element after the other.
  mutating func array<Element>(
    _ field: StaticString, atMost limit: Int,
    _ element: (inout JSONReader) throws -> Element
  ) throws -> [Element] {
    var elements: [Element] = []
    try beginArray()
    while try nextElement() {
      guard elements.count < limit else {
        throw MessageError.tooMany(field: "\(field)", limit: limit)
      }
      elements.append(try element(&self))
    }
    return elements
  }
}

/// Takes a field's value, or says that the field is missing.
func required<Value>(_ value: Value?, _ field: StaticString) throws -> Value {
  guard let value else { throw MessageError.missing(field: "\(field)") }
  return value
}

extension JSONWriter {
  /// Writes a digest with its prefix.
  mutating func value(_ digest: Digest) {
    value(digest.description)
  }

  /// Writes a time in nanoseconds.
  mutating func value(_ time: Timestamp) {
    value(ISO8601.string(nanoseconds: time.nanoseconds))
  }

  /// Writes a time or null.
  mutating func value(_ time: Timestamp?) {
    if let time { value(time) } else { null() }
  }

  /// Writes a string or null.
  mutating func value(_ string: String?) {
    if let string { value(string) } else { null() }
  }

  /// Writes an array of messages.
  mutating func array<Element>(
    _ elements: some Sequence<Element>, _ write: (inout JSONWriter, Element) -> Void
  ) {
    beginArray()
    for element in elements { write(&self, element) }
    endArray()
  }
}
