import Crypto
import HTTPServing
import JSON
import SyncModel

/// A listing as a server may make it up: nothing in it need be possible.
struct MadeUpListing: Sendable {
  /// An entry with the exact bytes of its path and node.
  struct Entry: Sendable {
    var path: String
    var node: String
    /// What the tree digest has for the node.
    var term: String

    static func file(_ path: String, _ content: String) -> Entry {
      let bytes = Array(content.utf8)
      let hex = SHA256.hash(bytes).hex
      return Entry(
        path: path,
        node:
          #"{"kind":"file","digest":"sha256:\#(hex)","size":\#(bytes.count),"executable":false}"#,
        term: "f\0\(hex)\u{0}0")
    }

    static func link(_ path: String, to target: String) -> Entry {
      Entry(
        path: path, node: #"{"kind":"link","target":\#(Quoted.text(target))}"#,
        term: "l\0\(target)\u{0}0")
    }
  }

  var id: String
  var revision = 7
  var since: Int?
  var entries: [Entry]
  var treeDigest: String?

  /// The document, in the order in which the entries stand.
  var text: String {
    let list = entries.map { entry in
      """
      {"path":\(Quoted.text(entry.path)),"node":\(entry.node),\
      "modified":"2026-01-01T00:00:00Z","author":"mallory","revision":\(revision)}
      """
    }
    return """
      {"project":"p","id":"\(id)","revision":\(revision),"since":\(since.map { "\($0)" } ?? "null"),\
      "tree_digest":"\(treeDigest ?? sum)","complete":true,\
      "entries":[\(list.joined(separator: ","))],"count":\(entries.count)}
      """
  }

  var response: HTTPResponse { .hub(200, text) }

  /// The sum of the entries' digests modulo 2^256, as the protocol has it.
  private var sum: String {
    var total = [UInt8](repeating: 0, count: 32)
    for entry in entries {
      let digest = SHA256.hash(Array("\(entry.path)\0\(entry.term)".utf8))
      var carry = 0
      digest.withBytes { bytes in
        for place in (0..<32).reversed() {
          let value = Int(total[place]) + Int(bytes[place]) + carry
          total[place] = UInt8(value & 255)
          carry = value >> 8
        }
      }
    }
    let digits = Array("0123456789abcdef")
    return String(total.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}

/// Texts as JSON has them.
enum Quoted {
  static func text(_ text: String) -> String {
    String(decoding: JSONValue.string(text).bytes(), as: UTF8.self)
  }
}
