import JSON

/// Any bytes as JSON: refused with a place, or the same value again in every layout.
func fuzzJSON(_ bytes: [UInt8]) throws {
  let limits = JSONLimits(depth: 20, bytes: 1 << 16)
  let value: JSONValue
  do throws(JSONError) {
    value = try JSONValue.parse(bytes, limits: limits)
  } catch {
    try promise((0...bytes.count).contains(error.offset) || error.kind == .tooLarge, "a place")
    return
  }
  for style in [JSONWriter.Style.compact, .pretty] {
    let written = value.bytes(style)
    guard let again = try? JSONValue.parse(written, limits: limits) else {
      throw Broken(description: "not read again: \(String(decoding: written, as: UTF8.self))")
    }
    try promise(again == value, "another value: \(String(decoding: written, as: UTF8.self))")
    try promise(again.bytes(style) == written, "written in two ways")
  }
  // Passing over checks as much as reading does, but for keys that repeat.
  let skipped = bytes.withUnsafeBytes { buffer -> Bool in
    do throws(JSONError) {
      var reader = try JSONReader(buffer, limits: limits)
      try reader.skipValue()
      try reader.finish()
      return true
    } catch {
      return false
    }
  }
  try promise(skipped, "read, but not passed over")
}
