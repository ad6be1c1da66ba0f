import Crypto
import HTTPServing
import HubProtocol
import HubReplica
import Replica
import SyncModel
import Testing

@Suite struct ReplicaReadTests {
  static let small = (0..<20).map { PackSample.noise(300 + $0, seed: UInt64($0)) }
  static let large = PackSample.noise(9 << 20, seed: 77)

  static func pack(_ request: HTTPRequest, of contents: [[UInt8]]) throws -> [UInt8] {
    let asked = try DigestList.decode(request.body.bytes, as: .asked).digests
    return try PackSample.pack(contents.filter { asked.contains(SHA256.hash($0)) })
  }

  @Test func `small contents come in one pack, and only what is missing is asked for`()
    async throws
  {
    let hub = try ScriptedHub { _, request in
      ScriptedHub.bytes(200, (try? Self.pack(request, of: Self.small)) ?? [])
    }
    let sink = PartialContents()
    sink.put(Self.small[0], as: SHA256.hash(Self.small[0]))
    let wanted = Self.small.enumerated().map { Sample.wanted("f\($0)", $1) }
    let failed = try await hub.replica().read(wanted + [wanted[3]], into: sink)
    #expect(failed.isEmpty)
    #expect(Self.small.allSatisfy { sink[SHA256.hash($0)] == $0 })
    #expect(hub.asked.count == 1)
    #expect(try DigestList.decode(hub.asked[0].body, as: .asked).digests.count == 19)
  }

  @Test func `what a cut left out is asked for again, and nothing else`() async throws {
    // Frames of their own, so that a cut loses some and keeps some.
    let contents = (0..<6).map { PackSample.noise(700_000, seed: UInt64($0)) }
    let hub = try ScriptedHub { number, request in
      let pack = (try? Self.pack(request, of: contents)) ?? []
      return number == 0
        ? ScriptedHub.cut(200, Array(pack[..<2_000_000]), of: pack.count)
        : ScriptedHub.bytes(200, pack)
    }
    let sink = PartialContents()
    let wanted = contents.enumerated().map { Sample.wanted("f\($0)", $1) }
    #expect(try await hub.replica().read(wanted, into: sink).isEmpty)
    #expect(contents.allSatisfy { sink[SHA256.hash($0)] == $0 })
    #expect(
      try hub.asked.map { try DigestList.decode($0.body, as: .asked).digests.count } == [6, 4])
  }

  @Test func `a content that the hub does not have is named, and the rest arrives`() async throws {
    let hub = try ScriptedHub { _, request in
      ScriptedHub.bytes(200, (try? Self.pack(request, of: Array(Self.small[1...]))) ?? [])
    }
    let sink = PartialContents()
    let wanted = Self.small.enumerated().map { Sample.wanted("f\($0)", $1) }
    let failed = try await hub.replica().read(wanted, into: sink)
    #expect(failed.map(\.content.path.key) == ["f0"])
    #expect(failed.map(\.reason) == [.refused(code: "no_such_content")])
    #expect(sink[SHA256.hash(Self.small[5])] == Self.small[5])
  }

  /// A pack that is not what was asked for.
  static let lies: [[UInt8]] = [
    Array("<html></html>".utf8), [],
    (try? PackSample.pack([Array("not asked for".utf8)])) ?? [],
    (try? PackSample.pack(small)).map { $0.dropLast(20) + [UInt8](repeating: 1, count: 20) } ?? [],
    (try? PackSample.pack(small)).map { $0 + [0] } ?? [],
  ]

  @Test(arguments: lies.indices)
  func `nothing wrong is ever delivered`(lie: Int) async throws {
    let hub = try ScriptedHub { _, _ in ScriptedHub.bytes(200, Self.lies[lie]) }
    let sink = PartialContents()
    let wanted = Self.small.enumerated().map { Sample.wanted("f\($0)", $1) }
    await #expect(throws: ReplicaError.self) {
      _ = try await hub.replica().read(wanted, into: sink)
    }
    for content in Self.small {
      if let got = sink[SHA256.hash(content)] { #expect(got == content) }
    }
  }

  @Test func `a large content resumes where it was cut`() async throws {
    let hub = try ScriptedHub { number, request in
      guard number > 0 else {
        return ScriptedHub.cut(200, Array(Self.large[..<3_000_000]), of: Self.large.count)
      }
      let start =
        request.headers["Range"].flatMap {
          $0.dropFirst(6).dropLast().isEmpty ? nil : Int($0.dropFirst(6).dropLast())
        } ?? 0
      return ScriptedHub.bytes(206, Array(Self.large[start...]))
    }
    let sink = PartialContents()
    #expect(try await hub.replica().read([Sample.wanted("big", Self.large)], into: sink).isEmpty)
    #expect(sink[SHA256.hash(Self.large)] == Self.large)
    #expect(hub.asked.map { $0.headers["Range"] } == [nil, "bytes=3000000-"])
  }

  @Test func `a damaged part of an earlier transfer is dropped and fetched anew`() async throws {
    let hub = try ScriptedHub { _, request in
      let start = request.headers["Range"] == nil ? 0 : 1000
      return ScriptedHub.bytes(start == 0 ? 200 : 206, Array(Self.large[start...]))
    }
    let sink = PartialContents()
    sink.putPart([UInt8](repeating: 0, count: 1000), of: SHA256.hash(Self.large))
    #expect(try await hub.replica().read([Sample.wanted("big", Self.large)], into: sink).isEmpty)
    #expect(sink[SHA256.hash(Self.large)] == Self.large)
    #expect(hub.asked.count == 2)
  }

  @Test func `a damaged part of a small content is dropped and written anew`() async throws {
    let content = Self.small[2]
    let hub = try ScriptedHub { _, request in
      ScriptedHub.bytes(200, (try? Self.pack(request, of: [content])) ?? [])
    }
    let sink = PartialContents()
    sink.putPart([0, 0, 0], of: SHA256.hash(content))
    #expect(try await hub.replica().read([Sample.wanted("f", content)], into: sink).isEmpty)
    #expect(sink[SHA256.hash(content)] == content)
  }

  @Test func `a content of another size than was announced is named`() async throws {
    let content = Self.small[2]
    let hub = try ScriptedHub { _, request in
      ScriptedHub.bytes(200, (try? Self.pack(request, of: [content])) ?? [])
    }
    var wanted = Sample.wanted("f", content)
    wanted.size += 1
    let failed = try await hub.replica().read([wanted], into: PartialContents())
    #expect(failed.map(\.reason) == [.refused(code: "digest_mismatch")])
  }

  @Test func `a hub that ignores ranges is put up with`() async throws {
    let hub = try ScriptedHub { _, _ in ScriptedHub.bytes(200, Self.large) }
    let sink = PartialContents()
    sink.putPart(Array(Self.large[..<1000]), of: SHA256.hash(Self.large))
    #expect(try await hub.replica().read([Sample.wanted("big", Self.large)], into: sink).isEmpty)
    #expect(sink[SHA256.hash(Self.large)] == Self.large)
  }

  @Test func `a large content that is another one is named and never delivered`() async throws {
    let hub = try ScriptedHub { _, _ in
      ScriptedHub.bytes(200, [UInt8](repeating: 1, count: Self.large.count))
    }
    let sink = PartialContents()
    let failed = try await hub.replica().read([Sample.wanted("big", Self.large)], into: sink)
    #expect(failed.map(\.reason) == [.refused(code: "digest_mismatch")])
    #expect(sink[SHA256.hash(Self.large)] == nil)
  }
}
