import Crypto
import HTTPServing
import SyncModel
import TestSupport
import Testing
import Zstd

/// Contents are compared with their digests before anybody sees them.
@Suite struct `A server sends other contents than it lists` {
  /// A pack with every number as a test wants it.
  struct MadeUpPack: Sendable {
    var contents: [[UInt8]]
    var rawLength: Int?
    var stored: [UInt8]?
    var encoding: UInt8 = 0
    var count: Int?

    var bytes: [UInt8] {
      let raw = contents.flatMap { $0 }
      let stored = stored ?? raw
      var pack = Array("SLPK1\n".utf8) + [1]
      pack += word(contents.count) + word(rawLength ?? raw.count) + word(stored.count)
      pack.append(encoding)
      for content in contents {
        SHA256.hash(content).withBytes { pack += $0 }
        pack += word(content.count)
      }
      return pack + stored + [0] + word(count ?? contents.count)
    }

    private func word(_ value: Int) -> [UInt8] {
      (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
  }

  struct Damage: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var words: String
    var code = "not_understood"
    var change: @Sendable (HostileServer.Answer) -> HTTPResponse
  }

  static let small = Array("one\n".utf8)
  /// Longer than the bomb that claims to be it.
  static let other = [UInt8](repeating: UInt8(ascii: "o"), count: 32 << 10)

  private static func pack(
    _ name: String, _ words: String, _ pack: @escaping @Sendable () -> MadeUpPack
  ) -> Damage {
    Damage(testDescription: name, words: words) { $0.with(pack().bytes) }
  }

  static let damages = [
    pack("a wrong digest", "not that of its digest") {
      MadeUpPack(contents: [small, other], stored: Array("onf\n".utf8) + other)
    },
    pack("a wrong length", "sizes contradict") {
      MadeUpPack(contents: [small, other], rawLength: 9)
    },
    pack("a wrong count", "as many contents") {
      MadeUpPack(contents: [small, other], count: 3)
    },
    pack("contents that nobody asked for", "not asked for") {
      MadeUpPack(contents: [Array("spam".utf8)])
    },
    pack("more than was asked for", "more than was asked for") {
      MadeUpPack(contents: [small, other, small])
    },
    pack("a zstd bomb that announces little", "cannot be decompressed") {
      MadeUpPack(contents: [small, other], stored: bomb, encoding: 1)
    },
    pack("a zstd bomb that announces itself", "more than was asked for") {
      MadeUpPack(contents: [small, other], rawLength: 64 << 20, stored: bomb, encoding: 1)
    },
    pack("an unknown encoding", "it is no pack") {
      MadeUpPack(contents: [small, other], encoding: 9)
    },
    Damage(testDescription: "something behind its end", words: "follows its end") {
      $0.with($0.body + [1])
    },
    Damage(testDescription: "a page", words: "it is no pack") {
      $0.with(Array("<html>Sign in, please</html>".utf8))
    },
    Damage(testDescription: "a login page", words: "it is no pack") { _ in .page },
    Damage(testDescription: "half of a pack, every time", words: "cut", code: "unreachable") {
      $0.with(Array($0.body.prefix($0.body.count / 2)))
    },
  ]

  /// 64 MiB of nothing in a few thousand bytes.
  private static let bomb: [UInt8] =
    (try? ZstdCompressor().compress([UInt8](repeating: 0, count: 64 << 20))) ?? []

  /// A clone of a project that a friend has changed since.
  private struct World {
    let stage: Stage
    let hub: HubProcess
    let server: HostileServer
    let work: Clone
    let friend: Clone

    init() throws {
      let (stage, hub, ada) = try Stage.withProject()
      defer { withExtendedLifetime((stage, hub)) {} }
      self.stage = stage
      self.hub = hub
      server = try HostileServer(before: hub.url)
      try ada.run(["clone", server.url + "/p", "work"]).require(0)
      work = Clone(path: stage.path + "/work", person: ada)
      friend = try ada.clone("p", of: hub, into: "friend")
      try work.write("mine\n", to: "mine.txt")
      try work.write("old\n", to: "one.txt")
      try work.run("push").require(0)
      try friend.run("pull").require(0)
    }
  }

  @Test(arguments: damages) func `a pack with`(_ damage: Damage) throws {
    let world = try World()
    try world.friend.write(Self.small, to: "one.txt")
    try world.friend.write(Self.other, to: "two.txt")
    try world.friend.run("push").require(0)
    let before = try world.work.tree()
    world.server.spoil { $0.isPack ? .changed(damage.change) : nil }
    for verb in ["pull"] {
      let result = try world.work.json(verb)
      let message = try result.expectRefusal(7, damage.code)
      #expect(message.contains(damage.words), "\(message)")
      expectSame(before, try world.work.tree())
    }
    world.server.spoil(nil)
    try world.work.run("pull").expect(0)
    expectSame(try world.work.content(), try world.friend.content())
    try world.work.expectNoLitter()
  }

  @Test func `a pack without a content leaves that path, and takes the others`() throws {
    let world = try World()
    try world.friend.write(Self.small, to: "one.txt")
    try world.friend.write(Self.other, to: "two.txt")
    try world.friend.run("push").require(0)
    world.server.spoil { asked in
      asked.isPack ? .changed { $0.with(MadeUpPack(contents: [Self.other]).bytes) } : nil
    }
    let result = try world.work.json("pull").expect(4).expectHarmless()
    #expect(try result.paths("failed") == ["one.txt"])
    #expect(try result.paths("pulled") == ["two.txt"])
    #expect(try world.work.text("one.txt") == "old\n")
    world.server.spoil(nil)
    try world.work.run("pull").expect(0)
    expectSame(try world.work.content(), try world.friend.content())
  }

  static let largeDamages = [
    Damage(testDescription: "other bytes", words: "digest_mismatch", code: "") {
      $0.with([UInt8](repeating: 9, count: $0.body.count))
    },
    Damage(testDescription: "more bytes", words: "digest_mismatch", code: "") {
      $0.with($0.body + [1, 2, 3])
    },
  ]

  @Test(arguments: largeDamages) func `a large content with`(_ damage: Damage) throws {
    let world = try World()
    try world.friend.write(noise(9 << 20, seed: 1), to: "large.bin")
    try world.friend.write("new\n", to: "one.txt")
    try world.friend.run("push").require(0)
    world.server.spoil { $0.isLarge ? .changed(damage.change) : nil }
    let result = try world.work.json("pull").expect(4).expectHarmless()
    #expect(try result.paths("failed") == ["large.bin"])
    #expect(!world.work.has("large.bin"))
    #expect(try world.work.text("one.txt") == "new\n")
    world.server.spoil(nil)
    try world.work.run("pull").expect(0)
    expectSame(try world.work.content(), try world.friend.content())
    try world.work.expectNoLitter()
  }

  @Test func `a large content that is cut goes on where it was cut`() throws {
    let world = try World()
    try world.friend.write(noise(9 << 20, seed: 2), to: "large.bin")
    try world.friend.run("push").require(0)
    world.server.spoil { asked in
      guard asked.isLarge, asked.number < 4 else { return nil }
      return .changed { answer in
        HTTPResponse(
          status: answer.status, headers: answer.headers,
          body: .bytes(Array(answer.body.prefix(answer.body.count / 2))))
      }
    }
    try world.work.run("pull").expect(0)
    expectSame(try world.work.content(), try world.friend.content())
  }
}
