extension JSONValue {
  /// Parses a whole document by the letter of RFC 8259, refusing keys that repeat.
  package static func parse(
    _ bytes: UnsafeRawBufferPointer, limits: JSONLimits = JSONLimits()
  ) throws(JSONError) -> JSONValue {
    var reader = try JSONReader(bytes, limits: limits)
    let value = try reader.value()
    try reader.finish()
    return value
  }

  /// Parses a whole document by the letter of RFC 8259, refusing keys that repeat.
  package static func parse(
    _ bytes: [UInt8], limits: JSONLimits = JSONLimits()
  ) throws(JSONError) -> JSONValue {
    try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) -> JSONValue in
      try parse(UnsafeRawBufferPointer(buffer), limits: limits)
    }
  }

  /// Returns the document for this value, without a line break at its end.
  package func bytes(_ style: JSONWriter.Style = .compact) -> [UInt8] {
    var writer = JSONWriter(style)
    writer.write(self)
    return writer.bytes
  }
}

extension JSONReader {
  /// Reads one value of any kind into memory.
  ///
  /// - Throws: `duplicateKey` at the second key's opening quote, or what the reading throws.
  package mutating func value() throws(JSONError) -> JSONValue {
    switch try peek() {
    case .null:
      try null()
      return .null
    case .bool: return .bool(try bool())
    case .string: return .string(try string())
    case .number:
      let number = try scanNumber()
      if let integer = number.integer { return .integer(integer) }
      return .number(try double(number))
    case .array:
      var elements: [JSONValue] = []
      try beginArray()
      while try nextElement() { elements.append(try value()) }
      return .array(elements)
    case .object:
      var object = JSONObject()
      try beginObject()
      while let key = try nextKey() {
        let quote = key.raw.baseAddress.flatMap { start in
          bytes.baseAddress.map { start - $0 - 1 }
        }
        guard object.insert(key.string, .null) else {
          throw JSONError(.duplicateKey, at: quote ?? offset)
        }
        object.setLast(try value())
      }
      return .object(object)
    }
  }
}
