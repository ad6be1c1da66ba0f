package import JSON

/// A JSON message of the hub's protocol.
///
/// Unknown fields are passed over, so that a peer that is one version ahead is understood.
package protocol WireMessage: Sendable {
  /// Writes the message as one JSON value.
  func encode(to writer: inout JSONWriter)

  /// Reads the message from one JSON value.
  ///
  /// Fails with a ``MessageError`` or a `JSONError`.
  init(from reader: inout JSONReader) throws
}

extension WireMessage {
  /// The message as a JSON document.
  package var json: [UInt8] {
    var writer = JSONWriter()
    encode(to: &writer)
    return writer.bytes
  }

  /// Reads the message from a whole JSON document of an untrusted peer.
  package static func decode(
    _ bytes: UnsafeRawBufferPointer, limits: JSONLimits = JSONLimits()
  ) throws(MessageError) -> Self {
    try decodeDocument(bytes, limits: limits) { try Self(from: &$0) }
  }

  /// Reads the message from a whole JSON document of an untrusted peer.
  package static func decode(
    _ bytes: [UInt8], limits: JSONLimits = JSONLimits()
  ) throws(MessageError) -> Self {
    try decodeDocument(bytes, limits: limits) { try Self(from: &$0) }
  }
}

/// Reads one value that is a whole document, and turns every failure into a ``MessageError``.
func decodeDocument<Value>(
  _ bytes: UnsafeRawBufferPointer, limits: JSONLimits,
  _ body: (inout JSONReader) throws -> Value
) throws(MessageError) -> Value {
  do {
    var reader = try JSONReader(bytes, limits: limits)
    let value = try body(&reader)
    try reader.finish()
    return value
  } catch let error as MessageError {
    throw error
  } catch let error as JSONError {
    throw .json(error)
  } catch {
    throw .invalid(field: "")
  }
}

/// Reads one value that is a whole document, and turns every failure into a ``MessageError``.
func decodeDocument<Value>(
  _ bytes: [UInt8], limits: JSONLimits, _ body: (inout JSONReader) throws -> Value
) throws(MessageError) -> Value {
  let result = bytes.withUnsafeBytes { buffer -> Result<Value, MessageError> in
    do throws(MessageError) {
      return .success(try decodeDocument(buffer, limits: limits, body))
    } catch {
      return .failure(error)
    }
  }
  return try result.get()
}
