import HTTPServing
import JSON
import Platform
import TestSupport
import Testing

/// What a server lists is believed only where it can be: nothing is written for anything else.
@Suite struct `A server lists what it must not` {
  /// A hub with a project and one file in it, and a server before it.
  struct World {
    let stage: Stage
    let hub: HubProcess
    let ada: Person
    let server: HostileServer
    let id: String
    let good = MadeUpListing.Entry.file("good.txt", "good\n")

    init() throws {
      (stage, hub, ada) = try Stage.withProject()
      server = try HostileServer(before: hub.url)
      let seed = try ada.clone("p", of: hub, into: "seed")
      try seed.write("good\n", to: "good.txt")
      try seed.run("push").require(0)
      let bound = try ada.run(["init", hub.url + "/p", "--json"], in: try stage.empty("bound"))
      id = try #require(try bound.document()["id"]?.stringValue)
    }

    /// Clones from the server; the same command must work once the server is honest.
    func cloneSpoiled(
      _ script: @escaping HostileServer.Script, exit: Int32 = 7, code: String = "not_understood",
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> String {
      let outside = try TreeListing(stage.path + "/seed")
      server.spoil(script)
      let result = try ada.run(["clone", server.url + "/p", "new", "--json"])
      let message = try result.expectRefusal(exit, code, sourceLocation: sourceLocation)
      result.expectHarmless(token: ada.token, sourceLocation: sourceLocation)
      let clone = Clone(path: stage.path + "/new", person: ada)
      #expect(
        try clone.tree().paths.allSatisfy { $0 == "syncline.yaml" },
        "\(result.words)", sourceLocation: sourceLocation)
      expectSame(outside, try TreeListing(stage.path + "/seed"), sourceLocation: sourceLocation)
      #expect(!stage.folder.exists("evil"), sourceLocation: sourceLocation)
      server.spoil(nil)
      try ada.run(["clone", server.url + "/p", "new"]).expect(0, sourceLocation: sourceLocation)
      #expect(try clone.text("good.txt") == "good\n", sourceLocation: sourceLocation)
      try clone.expectNoLitter(sourceLocation: sourceLocation)
      return message
    }
  }

  static let impossible = [
    "../evil", "a/../../evil", "/tmp/evil", "./evil", "a//evil", "", ".git/hooks/post-checkout",
    ".GIT/config", ".g\u{200c}it/config", "git~1/config", ".git./config", "sub/.git/hooks/x",
    ".syncline/state.db", ".SyncLine/evil", "con", "NUL.txt", "COM1", "a\nb", "a\u{1b}[31mb",
    "a\u{7f}b", "a\\..\\evil", "stream:evil", "trailing.", "trailing ",
    String(repeating: "x", count: 256), String(repeating: "a/", count: 130) + "x",
  ]

  @Test(arguments: impossible) func `a path that no project may hold`(_ path: String) throws {
    let world = try World()
    let entries = [MadeUpListing.Entry.file(path, "evil"), world.good]
      .sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    let listing = MadeUpListing(id: world.id, entries: entries)
    let message = try world.cloneSpoiled { $0.isListing ? .instead(listing.response) : nil }
    #expect(message.contains("no project may hold the path"))
  }

  struct Damage: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var words: String
    var change: @Sendable (MadeUpListing) -> HTTPResponse
  }

  static let damages = [
    Damage(testDescription: "a login page", words: "not a hub's answer") { _ in .page },
    Damage(testDescription: "a page with the hub's mark", words: "not the JSON") { _ in
      .hub(200, "<!DOCTYPE html>")
    },
    Damage(testDescription: "nothing at all", words: "not the JSON") { _ in .hub(200, "") },
    Damage(testDescription: "a document that ends early", words: "not the JSON") { listing in
      .hub(200, String(listing.text.dropLast(30)))
    },
    Damage(testDescription: "fewer entries than it counts", words: "it was cut") { listing in
      .hub(200, listing.text.replacingLast(#""count":1"#, #""count":2"#))
    },
    Damage(testDescription: "no count", words: "is missing") { listing in
      .hub(200, listing.text.replacingLast(#","count":1"#, ""))
    },
    Damage(testDescription: "not complete", words: "it was cut") { listing in
      .hub(200, listing.text.replacingLast(#""complete":true"#, #""complete":false"#))
    },
    Damage(testDescription: "an empty tree with the digest of a full one", words: "digest") {
      var listing = $0
      let full = listing.text
      listing.treeDigest = full.between(#""tree_digest":""#, "\"")
      listing.entries = []
      return listing.response
    },
    Damage(testDescription: "a path twice", words: "twice") {
      var listing = $0
      listing.entries += listing.entries
      return listing.response
    },
    Damage(testDescription: "a path twice in two spellings of Unicode", words: "twice") {
      var listing = $0
      listing.entries = [.file("e\u{301}.txt", "1"), .file("\u{e9}.txt", "2")]
      return listing.response
    },
    Damage(testDescription: "bytes that are not UTF-8", words: "not the JSON") { listing in
      HTTPResponse(
        status: 200, headers: .hub,
        body: .bytes(Array(listing.text.utf8).map { $0 == UInt8(ascii: "g") ? 0xff : $0 }))
    },
    Damage(testDescription: "nesting without end", words: "not the JSON") { _ in
      .hub(200, String(repeating: "[", count: 1_000_000))
    },
  ]

  @Test(arguments: damages) func `a listing that is damaged`(_ damage: Damage) throws {
    let world = try World()
    let listing = MadeUpListing(id: world.id, entries: [world.good])
    let message = try world.cloneSpoiled { asked in
      asked.isListing ? .instead(damage.change(listing)) : nil
    }
    #expect(message.contains(damage.words), "\(message)")
  }

  @Test func `a listing whose transfer is cut, every time`() throws {
    let world = try World()
    let message = try world.cloneSpoiled(
      { $0.isListing ? .changed { $0.cut } : nil }, code: "unreachable")
    #expect(message.contains("the answer was cut"))
  }

  @Test func `links that lead out are blocked, and nothing is written through one`() throws {
    let world = try World()
    let entries: [MadeUpListing.Entry] = [
      .link("abs", to: "/tmp"), world.good, .link("up", to: "../../seed"),
    ]
    let listing = MadeUpListing(id: world.id, entries: entries)
    world.server.spoil { $0.isListing ? .instead(listing.response) : nil }
    let result = try world.ada.run(["clone", world.server.url + "/p", "new", "--json"])
    result.expect(4).expectHarmless()
    #expect(try result.paths("blocked") == ["abs", "up"])
    let clone = Clone(path: world.stage.path + "/new", person: world.ada)
    #expect(try clone.content().paths == ["good.txt"])
  }

  @Test func `a parent that is a link is never written through`() throws {
    let world = try World()
    try world.ada.run(["clone", world.server.url + "/p", "new"]).require(0)
    let clone = Clone(path: world.stage.path + "/new", person: world.ada)
    // The person's own link stands where the server wants a folder.
    _ = try world.stage.empty("outside")
    try clone.link("door", to: "../outside")
    let entries: [MadeUpListing.Entry] = [.file("door/good.txt", "good\n"), world.good]
    let listing = MadeUpListing(id: world.id, revision: 2, since: 1, entries: entries)
    let whole = MadeUpListing(id: world.id, revision: 2, entries: entries)
    world.server.spoil { asked in
      guard asked.isListing else { return nil }
      guard asked.path.contains("since=") else { return .instead(whole.response) }
      guard asked.path.contains("since=1") else {
        return .instead(HTTPResponse(status: 304, headers: .hub))
      }
      var changes = listing
      changes.treeDigest = whole.text.between(#""tree_digest":""#, "\"")
      changes.entries = [entries[0]]
      return .instead(changes.response)
    }
    for verb in [["pull"], ["sync"], ["sync", "--prefer", "remote"], ["pull", "--mirror"]] {
      let result = try world.ada.run(verb + ["--json"], in: clone.path)
      result.expect(3, 4, 0).expectHarmless()
      #expect(!world.stage.folder.exists("outside/good.txt"), "\(result.words)")
    }
  }

  @Test func `both in one listing: a link and files below it`() throws {
    let world = try World()
    let entries: [MadeUpListing.Entry] = [
      .link("door", to: "bound"), .file("door/good.txt", "good\n"), world.good,
    ]
    let listing = MadeUpListing(id: world.id, entries: entries)
    world.server.spoil { $0.isListing ? .instead(listing.response) : nil }
    let result = try world.ada.run(["clone", world.server.url + "/p", "new", "--json"])
    result.expect(3, 4, 7).expectHarmless()
    #expect(!world.stage.folder.exists("bound/good.txt"))
    #expect(!world.stage.folder.exists("new/door/good.txt"))
  }
}

extension Stage {
  /// Makes an empty folder and returns its path.
  func empty(_ name: String) throws -> String {
    _ = try folder.folder(name)
    return path + "/" + name
  }
}

extension String {
  /// The text with the last of some part replaced.
  func replacingLast(_ part: String, _ new: String) -> String {
    var index = endIndex
    while index > startIndex {
      index = self.index(before: index)
      if self[index...].hasPrefix(part) {
        return String(self[..<index]) + new + String(self[index...].dropFirst(part.count))
      }
    }
    return self
  }

  /// What stands between two marks; nothing where they are not there.
  func between(_ start: String, _ end: String) -> String? {
    var rest = self[...]
    while !rest.isEmpty, !rest.hasPrefix(start) { rest.removeFirst() }
    guard !rest.isEmpty else { return nil }
    rest.removeFirst(start.count)
    var found = ""
    while !rest.isEmpty, !rest.hasPrefix(end) { found.append(rest.removeFirst()) }
    return found
  }
}
