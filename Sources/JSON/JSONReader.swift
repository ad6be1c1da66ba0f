/// A pull parser that walks over a document and builds only what it is asked for.
///
/// It keeps to RFC 8259 and checks all that it passes over, skipped values too. Keys that repeat
/// are the reader's own business here; `JSONValue.parse` refuses them. An error leaves the reader
/// at an unspecified place: give up the document then. The bytes must outlive the reader and
/// every ``JSONText`` that it hands out.
///
///     try reader.beginObject()
///     while let key = try reader.nextKey() {
///       switch key {
///       case "path": path = try reader.string()
///       default: try reader.skipValue()
///       }
///     }
///     try reader.finish()
package struct JSONReader {
  let bytes: UnsafeRawBufferPointer
  let depthLimit: Int
  /// Bytes from the start of the document to what is read next.
  package internal(set) var offset = 0
  /// How many containers are open.
  package private(set) var depth = 0
  /// One bit for each open container, the innermost lowest: 1 for objects.
  private var objects: UInt64 = 0
  /// Whether a value of the innermost container has been read, so that a comma must come.
  var hasValue = false

  /// Creates a reader at the start of a document.
  ///
  /// - Throws: `tooLarge` for a document above the limit.
  package init(_ bytes: UnsafeRawBufferPointer, limits: JSONLimits = JSONLimits())
    throws(JSONError)
  {
    guard bytes.count <= limits.bytes else { throw JSONError(.tooLarge, at: limits.bytes) }
    self.bytes = bytes
    depthLimit = limits.depth
  }

  /// Returns the kind of the next value without reading it.
  package mutating func peek() throws(JSONError) -> JSONKind {
    switch try nextByte() {
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "\""): return .string
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
    case UInt8(ascii: "n"): return .null
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
    default: throw JSONError(.unexpectedByte, at: offset)
    }
  }

  /// Enters an object.
  package mutating func beginObject() throws(JSONError) {
    try open(UInt8(ascii: "{"), .object)
  }

  /// Reads a key and its colon, or leaves the object and returns nil.
  package mutating func nextKey() throws(JSONError) -> JSONText? {
    precondition(depth > 0 && objects & 1 == 1, "nextKey belongs to an object that is open")
    var byte = try nextByte()
    if byte == UInt8(ascii: "}") {
      close()
      return nil
    }
    if hasValue {
      guard byte == UInt8(ascii: ",") else { throw JSONError(.unexpectedByte, at: offset) }
      offset &+= 1
      byte = try nextByte()
    }
    guard byte == UInt8(ascii: "\"") else { throw JSONError(.unexpectedByte, at: offset) }
    let key = try scanString()
    guard try nextByte() == UInt8(ascii: ":") else { throw JSONError(.unexpectedByte, at: offset) }
    offset &+= 1
    // A closing brace straight after the colon would otherwise pass for an empty object's end.
    guard try nextByte() != UInt8(ascii: "}") else { throw JSONError(.unexpectedByte, at: offset) }
    hasValue = false
    return key
  }

  /// Enters an array.
  package mutating func beginArray() throws(JSONError) {
    try open(UInt8(ascii: "["), .array)
  }

  /// Moves to the next element and returns true, or leaves the array and returns false.
  package mutating func nextElement() throws(JSONError) -> Bool {
    precondition(depth > 0 && objects & 1 == 0, "nextElement belongs to an array that is open")
    let byte = try nextByte()
    if byte == UInt8(ascii: "]") {
      close()
      return false
    }
    if hasValue {
      guard byte == UInt8(ascii: ",") else { throw JSONError(.unexpectedByte, at: offset) }
      offset &+= 1
      guard try nextByte() != UInt8(ascii: "]") else {
        throw JSONError(.unexpectedByte, at: offset)
      }
      hasValue = false
    }
    return true
  }

  /// Checks that nothing but white space follows the document.
  package mutating func finish() throws(JSONError) {
    precondition(depth == 0, "finish comes after the outermost value")
    skipSpace()
    guard offset == bytes.count else { throw JSONError(.trailingBytes, at: offset) }
  }

  /// Passes over one value of any kind, checking it.
  package mutating func skipValue() throws(JSONError) {
    switch try peek() {
    case .object:
      try beginObject()
      while try nextKey() != nil { try skipValue() }
    case .array:
      try beginArray()
      while try nextElement() { try skipValue() }
    case .string: _ = try text()
    case .number: _ = try scanNumber()
    case .bool: _ = try bool()
    case .null: try null()
    }
  }

  /// Skips white space and returns the byte after it without passing it.
  @inline(__always)
  mutating func nextByte() throws(JSONError) -> UInt8 {
    if offset < bytes.count, bytes[offset] > 0x20 { return bytes[offset] }
    skipSpace()
    guard offset < bytes.count else { throw JSONError(.unexpectedEnd, at: offset) }
    return bytes[offset]
  }

  private mutating func skipSpace() {
    while offset < bytes.count {
      switch bytes[offset] {
      case 0x20, 0x0A, 0x0D, 0x09: offset &+= 1
      default: return
      }
    }
  }

  private mutating func open(_ bracket: UInt8, _ kind: JSONKind) throws(JSONError) {
    guard try nextByte() == bracket else { throw mismatch(kind) }
    guard depth < depthLimit else { throw JSONError(.tooDeep, at: offset) }
    offset &+= 1
    depth &+= 1
    objects = objects << 1 | (kind == .object ? 1 : 0)
    hasValue = false
  }

  private mutating func close() {
    offset &+= 1
    depth &-= 1
    objects >>= 1
    hasValue = true
  }

  /// Returns the error for a value that is not of the kind asked for, or is none at all.
  mutating func mismatch(_ expected: JSONKind) -> JSONError {
    do throws(JSONError) {
      _ = try peek()
      return JSONError(.typeMismatch(expected: expected), at: offset)
    } catch {
      return error
    }
  }
}
