import HTTPServing
import JSON

/// The header fields in which a stateless request repeats what its body says.
///
/// Whoever stands between client and server may act on the header; so the two must agree.
enum MirroredHeaders {
  private static let prefix = "=?base64?"
  private static let suffix = "?="

  /// Fails where a field is missing or says something else than the body.
  static func check(
    _ request: Request, _ terms: Terms, _ headers: HTTPHeaders
  ) throws(RPCError) {
    try expect(terms.revision.rawValue, in: Header.revision, headers)
    try expect(request.method, in: Header.method, headers)
    guard let parameter = Method(rawValue: request.method)?.mirroredParameter else { return }
    guard let value = request.params[parameter]?.stringValue else {
      throw RPCError(.invalidParams, "'\(parameter)' is missing")
    }
    try expect(value, in: Header.name, headers, isEncoded: true)
  }

  private static func expect(
    _ value: String, in name: String, _ headers: HTTPHeaders, isEncoded: Bool = false
  ) throws(RPCError) {
    let given = headers.all(name)
    guard given.count == 1 else {
      throw RPCError(.headerMismatch, "the header \(name) is missing, or comes twice")
    }
    let text = isEncoded ? decoded(given[0]) : given[0]
    guard let text, text.utf8.elementsEqual(value.utf8) else {
      throw RPCError(.headerMismatch, "the header \(name) does not say what the body says")
    }
  }

  /// The text that a field stands for; nothing for a broken encoding.
  private static func decoded(_ field: String) -> String? {
    guard field.hasPrefix(prefix), field.hasSuffix(suffix),
      field.utf8.count >= prefix.utf8.count + suffix.utf8.count
    else { return field }
    let encoded = field.dropFirst(prefix.count).dropLast(suffix.count)
    return Base64.decode(String(encoded)).flatMap { String(validating: $0, as: UTF8.self) }
  }
}
