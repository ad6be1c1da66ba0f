/// Percent-encodes one segment of a path, so that it holds nothing but unreserved characters.
///
/// Also usable for names and values of a query. The segments `.` and `..` come out with their dots
/// encoded, since a path with them would be taken to mean another one.
package func percentEncode(segment: String) -> String {
  if segment == "." { return "%2E" }
  if segment == ".." { return "%2E%2E" }
  let digits = Array("0123456789ABCDEF".utf8)
  var encoded: [UInt8] = []
  encoded.reserveCapacity(segment.utf8.count)
  for byte in segment.utf8 {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"):
      encoded.append(byte)
    default:
      encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }
  return String(decoding: encoded, as: UTF8.self)
}
