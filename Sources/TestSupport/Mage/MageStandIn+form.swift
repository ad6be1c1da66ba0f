import HTTPServing
import JSON

extension MageStandIn {
  /// Takes the form apart with which the open-source server is given a new file.
  static func form(
    of request: HTTPRequest
  ) -> (path: String, overwrites: Bool, content: [UInt8])? {
    guard let boundary = request.headers["Content-Type"]?.split(separator: "=").last else {
      return nil
    }
    let parts = split(request.body.bytes, at: Array(("--" + boundary).utf8)).dropFirst().dropLast()
    guard parts.count == 2, let first = parts.first, let last = parts.last else { return nil }
    let headEnd = Array("\r\n\r\n".utf8)
    guard let settings = try? JSONValue.parse(Array(split(first, at: headEnd)[1].dropLast(2))),
      let head = split(last, at: headEnd).first
    else { return nil }
    let text = String(decoding: head, as: UTF8.self)
    guard let start = text.range(of: "filename=\"") else { return nil }
    let name = String(text[start.upperBound...].prefix { $0 != "\"" })
    let folder = settings["file"]?["dir_path"]?.stringValue ?? ""
    return (
      folder.isEmpty ? name : folder + "/" + name,
      settings["file"]?["overwrite"]?.boolValue != false,
      Array(last.dropFirst(head.count + headEnd.count).dropLast(2))
    )
  }

  private static func split(_ bytes: [UInt8], at mark: [UInt8]) -> [[UInt8]] {
    var parts: [[UInt8]] = [[]]
    var index = 0
    while index < bytes.count {
      if bytes[index...].starts(with: mark) {
        parts.append([])
        index += mark.count
      } else {
        parts[parts.count - 1].append(bytes[index])
        index += 1
      }
    }
    return parts
  }
}

extension String {
  /// Where a text first stands in this one.
  fileprivate func range(of text: String) -> Range<String.Index>? {
    ranges(of: text).first
  }
}
