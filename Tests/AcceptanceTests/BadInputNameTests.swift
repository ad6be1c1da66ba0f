import JSON
import Platform
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Names that not every system can keep are told, blocked one by one, and hold up nothing else.
@Suite struct `Names that are not fine everywhere` {
  private static let bad: [(name: [UInt8], reason: String)] = [
    (Array("new\nline".utf8), "name_control_character"),
    (Array("red\u{1b}[31m".utf8), "name_control_character"),
    (Array("tab\there".utf8), "name_control_character"),
    ([0x62, 0x61, 0x64, 0xff, 0xfe], "name_not_utf8"),
    (Array("back\\slash".utf8), "name_reserved_character"),
    (Array("stream:name".utf8), "name_reserved_character"),
    (Array("dot.".utf8), "name_trailing_dot_or_space"),
    (Array("space ".utf8), "name_trailing_dot_or_space"),
    (Array("con.txt".utf8), "name_device_name"),
  ]

  @Test func `are blocked with a reason while the others are pushed`() throws {
    let (stage, hub, ada) = try Stage.withProject()
    defer { withExtendedLifetime((stage, hub)) {} }
    let work = try ada.clone("p", of: hub, into: "work")
    let long = String(repeating: "n", count: 255)
    try work.write("fine\n", to: long)
    try work.write("fine\n", to: "fine.txt")
    try work.write("turned\n", to: "right\u{202e}left.txt")
    for (name, _) in Self.bad { try make(name, in: work) }
    let status = try work.json("status").expect(0).expectHarmless()
    let items = try #require(try status.document()["items"]?.arrayValue)
    for (name, reason) in Self.bad {
      let item = items.first {
        $0["path_bytes"]?.stringValue == Base64.encode(name)
          || $0["path"]?.stringValue.map { Array($0.utf8) } == name
      }
      #expect(item?["state"]?.stringValue == "blocked")
      #expect(item?["reason"]?.stringValue == reason, "\(String(decoding: name, as: UTF8.self))")
    }
    for verb in ["status", "push", "status", "push", "check", "ignored", "doctor"] {
      let result = try work.run(verb).expectHarmless()
      #expect(!result.outputText.contains("\u{202e}"))
    }
    try work.json("push").expect(4)
    let other = try ada.clone("p", of: hub, into: "other")
    let isBad: (TreePath) -> Bool = { path in Self.bad.contains { $0.name == path.bytes } }
    expectSame(try work.content().filter { !isBad($0) }, try other.content())
    #expect(try work.content().paths.filter(isBad).count == Self.bad.count)
    #expect(other.has(long))
  }

  @Test func `twins in case and in Unicode keep both contents, here and on the hub`() throws {
    let (stage, hub, ada) = try Stage.withProject()
    defer { withExtendedLifetime((stage, hub)) {} }
    let work = try ada.clone("p", of: hub, into: "work")
    try work.write("upper\n", to: "Twin.txt")
    try work.write("lower\n", to: "twin.txt")
    try make(Array("e\u{301}.txt".utf8), in: work)
    try make(Array("\u{e9}.txt".utf8), in: work)
    let before = try work.tree()
    for verb in ["status", "push", "sync", "pull"] {
      let result = try work.run(verb).expect(0, 4).expectHarmless()
      expectSame(before, try work.tree())
      if verb == "push" { #expect(result.exitCode == 4, "\(result.words)") }
    }
    // One name in two spellings is one path: it is blocked, and neither file is taken for it.
    let items = try #require(try work.json("status").document()["items"]?.arrayValue)
    let blocked = items.filter { $0["state"]?.stringValue == "blocked" }
    #expect(!blocked.isEmpty)
    #expect(blocked.allSatisfy { $0["path"]?.stringValue?.hasSuffix(".txt") == true })
    let other = try ada.clone("p", of: hub, into: "other")
    let names = try other.content().paths.map(\.description)
    #expect(!names.contains { $0.unicodeScalars.first == "e" || $0.hasPrefix("\u{e9}") })
    hub.stop()
    try hub.expectClean()
  }

  @Test func `a file that must replace a folder with ignored files in it`() throws {
    let (stage, hub, ada) = try Stage.withProject()
    defer { withExtendedLifetime((stage, hub)) {} }
    let work = try ada.clone("p", of: hub, into: "work")
    try work.write("*.log\n", to: ".synclineignore")
    try work.write("code\n", to: "place/code.txt")
    try work.write("precious\n", to: "place/only.log")
    try work.run("push").require(0)
    let other = try ada.clone("p", of: hub, into: "other")
    try other.remove("place/code.txt")
    #expect(rmdir(other.path + "/place") == 0)
    try other.write("a file now\n", to: "place")
    try other.run("push").require(0)
    let before = try work.tree()
    for verb in [
      ["pull"], ["pull", "--force"], ["sync", "--prefer", "remote"], ["pull", "--mirror"],
    ] {
      let result = try work.person.run(verb + ["--json"], in: work.path)
      result.expect(4).expectHarmless()
      #expect(try result.paths("blocked").contains("place"), "\(result.words)")
      expectSame(before, try work.tree())
    }
    try work.run("status").expectTold("entries that are not synced")
    try work.remove("place/only.log")
    try work.run("pull").expect(0)
    #expect(try work.text("place") == "a file now\n")
  }

  private func make(_ name: [UInt8], in work: Clone) throws {
    let folder = try POSIXFileSystem().openDirectory(path: work.path)
    try EntryName.with(bytes: name) { (name) throws(Errno) in
      try folder.createFile(name, mode: 0o644).write(Array("content of \(name.count)\n".utf8))
    }
  }
}
