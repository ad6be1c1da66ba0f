import CommandLineKit
import HubStore
import JSON

extension Leftovers {
  /// What a hub holds that no commit speaks of, for people; nothing where there is nothing.
  var words: String? {
    var parts: [String] = []
    if uploads.count > 0 {
      parts.append(
        "\(Plural.text(uploads.count, "upload")) not finished (\(ByteSize.text(uploads.bytes)))")
    }
    if unnamed.count > 0 {
      parts.append(
        "\(Plural.text(unnamed.count, "content")) in no commit (\(ByteSize.text(unnamed.bytes)))")
    }
    return parts.isEmpty ? nil : "besides: " + parts.joined(separator: ", ")
  }
}

extension Leftovers.Share {
  /// The number and the bytes, for scripts.
  var json: JSONValue {
    ["count": .integer(Int64(count)), "bytes": .integer(Int64(clamping: bytes))]
  }
}
