import Crypto
import HTTPServing
import HubProtocol
import JSON
import SyncModel
import Testing
import Zstd

@testable import Hub
@testable import HubStore

struct HubContentTests {
  private func contents(_ count: Int) -> [[UInt8]] {
    (0..<count).map { Array("content number \($0)\n".utf8) }
  }

  private func digests(_ list: [[UInt8]]) -> JSONValue {
    ["digests": .array(list.map { .string(SHA256.hash($0).description) })]
  }

  @Test func `contents travel up in a pack and down again`() throws {
    let world = try HubWorld()
    let list = contents(100) + [[]]
    let missing = try world.ask("POST", "/projects/demo/missing", json: digests(list))
    #expect(missing.json?["missing"]?.arrayValue?.count == 101)
    let stored = try world.ask("POST", "/projects/demo/packs", body: try HubWorld.pack(list))
    #expect(stored.status == 200)
    #expect(stored.json?["stored"]?.int64Value == 101)
    let then = try world.ask("POST", "/projects/demo/missing", json: digests(list))
    #expect(then.json?["missing"] == [])
    let down = try world.ask("POST", "/projects/demo/contents", json: digests(list))
    #expect(down.headers["Content-Type"] == "application/vnd.syncline.pack")
    let unpacked = try HubWorld.unpack(down.bytes)
    #expect(unpacked.count == 101)
    for content in list { #expect(unpacked[SHA256.hash(content)] == content) }
  }

  @Test func `a pack that came before takes no room again`() throws {
    let world = try HubWorld()
    let pack = try HubWorld.pack(contents(10))
    _ = try world.ask("POST", "/projects/demo/packs", body: pack)
    let before = try world.store.packLengths(of: try world.project)
    _ = try world.ask("POST", "/projects/demo/packs", body: pack)
    #expect(try world.store.packLengths(of: try world.project) == before)
  }

  @Test func `a frame that is wanted whole goes out as it came, of others a part`() throws {
    let world = try HubWorld()
    let list = contents(50)
    let pack = try HubWorld.pack(list)
    _ = try world.ask("POST", "/projects/demo/packs", body: pack)
    let whole = try world.ask("POST", "/projects/demo/contents", json: digests(list))
    #expect(whole.bytes == pack)
    let some = [list[3], list[7], Array("unknown".utf8), list[3]]
    let part = try world.ask("POST", "/projects/demo/contents", json: digests(some))
    let unpacked = try HubWorld.unpack(part.bytes)
    #expect(Set(unpacked.keys) == [SHA256.hash(list[3]), SHA256.hash(list[7])])
  }

  /// A body that is not the pack that it claims to be.
  enum Damage: String, CaseIterable, CustomTestStringConvertible {
    case empty, foreign, cut, trailing, wrongDigest, wrongSize, wrongCount, bomb, flipped
    var testDescription: String { rawValue }
  }

  private func damaged(_ damage: Damage) throws -> [UInt8] {
    let pack = try HubWorld.pack([Array(repeating: 65, count: 5000), Array("other".utf8)])
    var bytes = pack
    switch damage {
    case .empty: return []
    case .foreign: return Array("<html>not a pack</html>".utf8)
    case .cut: return Array(pack.dropLast(7))
    case .trailing: return pack + [1]
    case .wrongDigest: bytes[6 + 14] ^= 1
    case .wrongSize: bytes[6 + 14 + 32] ^= 1
    case .wrongCount: bytes[bytes.count - 4] ^= 1
    case .flipped: bytes[bytes.count - 9] ^= 0xFF
    case .bomb:
      // A frame that claims 100 bytes and would unfold to 64 MiB.
      let stored = try ZstdCompressor().compress([UInt8](repeating: 0, count: 64 << 20))
      func number(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(value >> ($0 * 8) & 255) } }
      let content = [UInt8](repeating: 0, count: 100)
      bytes = Array(PackFormat.magic) + [1] + number(1) + number(100) + number(stored.count) + [1]
      bytes += SHA256.hash(content).bytes + number(100) + stored + [0] + number(1)
    }
    return bytes
  }

  @Test(arguments: Damage.allCases)
  func `a pack that is not what it claims stores nothing`(_ damage: Damage) throws {
    let world = try HubWorld()
    let answer = try world.ask("POST", "/projects/demo/packs", body: try damaged(damage))
    #expect(answer.status == 422)
    #expect(answer.code == (damage == .wrongDigest ? "digest_mismatch" : "bad_pack"))
    #expect(try world.store.packLengths(of: try world.project) == [:])
    #expect(try world.store.missing(of: ["other".digest], in: try world.project).count == 1)
  }

  @Test func `a pack over the limit is too large`() throws {
    let world = try HubWorld(limits: HubInfo.Limits(pack: 100))
    let answer = try world.ask(
      "POST", "/projects/demo/packs", body: [UInt8](repeating: 0, count: 101))
    #expect(answer.status == 413)
    #expect(answer.error?["limit"]?.int64Value == 100)
  }

  @Test func `one project's contents do not exist in another`() throws {
    let world = try HubWorld()
    _ = try world.ask("POST", "/projects", json: ["name": "other"])
    try world.commit([("a", "secret")])
    let digest = "secret".digest.description
    let path = "/projects/other/contents/\(digest)"
    #expect(try world.ask("GET", path).status == 404)
    let missing = try world.ask(
      "POST", "/projects/other/missing", json: ["digests": [.string(digest)]])
    #expect(missing.json?["missing"] == [.string(digest)])
    let commit = try world.ask(
      "POST", "/projects/other/commits",
      json: [
        "commit": "r.1",
        "changes": [HubWorld.change("a", expected: nil, new: HubWorld.node("secret"))],
      ])
    #expect(commit.code == "missing_content")
  }

  /// A range and what it gives of `0123456789`.
  struct Ranged: CustomTestStringConvertible {
    let range: String?
    let status: Int
    let text: String?
    var contentRange: String?
    var testDescription: String { "\(range ?? "none") \(status)" }
  }

  @Test(arguments: [
    Ranged(range: nil, status: 200, text: "0123456789"),
    Ranged(range: "bytes=0-", status: 206, text: "0123456789", contentRange: "bytes 0-9/10"),
    Ranged(range: "bytes=4-", status: 206, text: "456789", contentRange: "bytes 4-9/10"),
    Ranged(range: "bytes=4-5", status: 206, text: "45", contentRange: "bytes 4-5/10"),
    Ranged(range: "bytes=4-99", status: 206, text: "456789", contentRange: "bytes 4-9/10"),
    Ranged(
      range: "bytes=4-18446744073709551615", status: 206, text: "456789",
      contentRange: "bytes 4-9/10"),
    Ranged(range: "bytes=10-", status: 416, text: nil, contentRange: "bytes */10"),
    Ranged(range: "bytes=-3", status: 200, text: "0123456789"),
    Ranged(range: "lines=1-", status: 200, text: "0123456789"),
  ])
  func `a content is given from where the range begins`(_ row: Ranged) throws {
    let world = try HubWorld()
    try world.commit([("a", "0123456789")])
    var headers: HTTPHeaders = [:]
    if let range = row.range { headers.set("Range", range) }
    let digest = "0123456789".digest.description
    let answer = try world.ask("GET", "/projects/demo/contents/\(digest)", headers: headers)
    #expect(answer.status == row.status)
    #expect(answer.headers["Content-Range"] == row.contentRange)
    #expect(answer.headers["ETag"] == "\"\(digest)\"")
    #expect(answer.headers["Content-Disposition"] == "attachment")
    #expect(answer.headers["X-Content-Type-Options"] == "nosniff")
    if let text = row.text { #expect(String(decoding: answer.bytes, as: UTF8.self) == text) }
  }

  @Test func `a content that is not there and one with a bad name are told apart`() throws {
    let world = try HubWorld()
    let unknown = try world.ask("GET", "/projects/demo/contents/\("x".digest)")
    #expect(unknown.status == 404)
    #expect(unknown.code == "no_such_content")
    #expect(try world.ask("GET", "/projects/demo/contents/sha256:12").code == "malformed")
  }

  @Test func `a large content arrives in parts and resumes after a cut`() throws {
    let world = try HubWorld()
    let content = (0..<3000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let digest = SHA256.hash(content)
    let path = "/projects/demo/uploads/\(digest)"
    func put(_ offset: Int, _ part: ArraySlice<UInt8>) throws -> HubWorld.Answer {
      try world.ask("PUT", "\(path)?offset=\(offset)&size=3000", body: Array(part))
    }
    #expect(try world.ask("GET", path).code == "no_such_upload")
    #expect(try put(0, content[..<1000]).json?["received"]?.int64Value == 1000)
    #expect(try world.ask("GET", path).json == ["received": 1000, "complete": false])
    let wrong = try put(500, content[500..<700])
    #expect(wrong.status == 409)
    #expect(wrong.code == "wrong_offset")
    #expect(wrong.error?["received"]?.int64Value == 1000)
    #expect(try put(1000, content[1000..<2000]).status == 200)
    #expect(try put(2000, content[2000...]).json == ["received": 3000, "complete": true])
    #expect(try world.ask("GET", path).json == ["received": 3000, "complete": true])
    #expect(try world.ask("GET", "/projects/demo/contents/\(digest)").bytes == content)
    let node: JSONValue = [
      "kind": "file", "digest": .string(digest.description), "size": 3000, "executable": false,
    ]
    #expect(try world.send([HubWorld.change("big", expected: nil, new: node)]).status == 200)
    let down = try world.ask("POST", "/projects/demo/contents", json: digests([content]))
    #expect(try HubWorld.unpack(down.bytes)[digest] == content)
    #expect(try world.store.check() == [])
  }

  @Test func `a large content that turns out to be another is dropped whole`() throws {
    let world = try HubWorld()
    let path = "/projects/demo/uploads/\("right".digest)"
    #expect(try world.ask("PUT", "\(path)?offset=0&size=5", body: Array("wr".utf8)).status == 200)
    let last = try world.ask("PUT", "\(path)?offset=2&size=5", body: Array("ong".utf8))
    #expect(last.status == 422)
    #expect(last.code == "digest_mismatch")
    #expect(try world.ask("GET", path).code == "no_such_upload")
    let again = try world.ask("PUT", "\(path)?offset=0&size=5", body: Array("right".utf8))
    #expect(again.json == ["received": 5, "complete": true])
  }

  @Test func `an upload that goes beyond its size or the limit is refused`() throws {
    let world = try HubWorld(limits: HubInfo.Limits(part: 10))
    let path = "/projects/demo/uploads/\("x".digest)"
    #expect(try world.ask("PUT", "\(path)?offset=0&size=2", body: [1, 2, 3]).status == 422)
    #expect(try world.ask("PUT", path, body: [1]).code == "malformed")
    #expect(
      try world.ask("PUT", "\(path)?offset=0&size=99999999999999", body: [1]).status == 413)
    let body = [UInt8](repeating: 0, count: 11)
    #expect(try world.ask("PUT", "\(path)?offset=0&size=11", body: body).status == 413)
  }
}
