import Platform
import SyncModel
import TestSupport
import Testing

/// Names and contents that have broken other programs, through the real command line and a hub.
@Suite struct HostileStringTests {
  /// Expects that nothing printed can steer a terminal: no control characters but the tab.
  private func expectHarmless(
    _ result: CommandResult, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for text in [result.outputText, result.errorText] {
      let steering = text.unicodeScalars.filter { scalar in
        switch scalar.value {
        case 0x09, 0x0A: false
        case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
      }
      #expect(
        steering.isEmpty, "\(steering.prefix(5).map { $0.escaped(asASCII: true) })",
        sourceLocation: sourceLocation)
    }
  }

  @Test
  func
    `hostile names arrive as they are, or are named with the reason, and none steers a terminal`()
    throws
  {
    let (stage, hub, ada) = try Stage.withProject()
    let first = try ada.bind("ada", to: "p", of: hub)
    // A file system takes all but the empty name, steps, slashes, NUL, and what is too long.
    let names = HostileName.all.filter {
      !["", ".", ".."].contains($0.text) && !$0.bytes.contains(0) && $0.bytes.count <= 255
        && $0.bytes.first != UInt8(ascii: ".") && $0.text != "node_modules"
    }
    for (number, name) in names.enumerated() {
      // One folder each: what one file system takes for the same name stays apart.
      try first.write(Array("\(number)\n".utf8), toBytes: Array("d\(number)/".utf8) + name.bytes)
    }
    let status = try first.run("status").expect(0)
    expectHarmless(status)
    _ = try first.json("status").expect(0).document()
    let push = try first.run("push", "--yes").expect(4)
    expectHarmless(push)
    let clone = try stage.person("ben", of: hub).clone("p", of: hub, into: "ben")
    let arrived = try clone.content()
    for (number, name) in names.enumerated() {
      let path = TreePath(bytes: Array("d\(number)/".utf8) + name.bytes)
      let isLitter = name.bytes.last == UInt8(ascii: "~")
      let isWanted = name.problem == nil && !isLitter
      #expect((arrived[path] != nil) == isWanted, "\(name)")
      #expect(arrived[path] == (isWanted ? try first.tree()[path] : nil), "\(name)")
    }
    for verb in ["status", "log", "ignored", "diff"] { expectHarmless(try clone.run(verb)) }
    expectHarmless(try first.run("status"))
    expectHarmless(try first.run("ignored"))
    hub.stop()
    try hub.expectClean()
    let log = try hub.logText()
    #expect(log.utf8.allSatisfy { $0 == 0x0A || (0x20...0x7E).contains($0) })
  }

  @Test func `hostile contents come back byte for byte, also after an edit on either side`() throws
  {
    let (stage, hub, ada) = try Stage.withProject()
    let first = try ada.bind("ada", to: "p", of: hub)
    for content in HostileContent.all { try first.write(content.bytes, to: content.name) }
    try first.run("push", "--yes").require(0)
    let second = try stage.person("ben", of: hub).clone("p", of: hub, into: "ben")
    expectSame(try second.content(), try first.content())

    // One line more at one end here, and at the other end there.
    for content in HostileContent.all {
      try first.write(Array("first\n".utf8) + content.bytes, to: content.name)
    }
    for verb in ["status", "diff"] { expectHarmless(try first.run(verb)) }
    try first.run("push", "--yes", "--allow-mass-change").require(0)
    expectHarmless(try second.run("diff"))
    try second.run("pull", "--yes", "--allow-mass-change").require(0)
    expectSame(try second.content(), try first.content())
    expectHarmless(try second.run("log"))
    hub.stop()
    try hub.expectClean()
  }

  @Test func `hostile contents that both sides edited lose nothing, whatever the merge says`()
    throws
  {
    let (stage, hub, ada) = try Stage.withProject()
    let first = try ada.bind("ada", to: "p", of: hub)
    for content in HostileContent.all { try first.write(content.bytes, to: content.name) }
    try first.run("push", "--yes").require(0)
    let second = try stage.person("ben", of: hub).clone("p", of: hub, into: "ben")
    for content in HostileContent.all {
      try first.write(Array("by ada\n".utf8) + content.bytes, to: content.name)
      try second.write(content.bytes + Array("\nby ben\n".utf8), to: content.name)
    }
    try first.run("push", "--yes", "--allow-mass-change").require(0)
    expectHarmless(try second.run("sync", "--prefer", "merge", "--yes", "--allow-mass-change"))
    expectHarmless(try second.run("status"))
    // What does not merge is kept beside: every line of both is in some file.
    expectHarmless(try second.run("sync", "--prefer", "both", "--yes", "--allow-mass-change"))
    try first.run("pull", "--yes", "--allow-mass-change").expect(0)
    for clone in [first, second] {
      let all = try clone.content().paths.map { path in
        (path.description, try clone.text(path.description))
      }
      for content in HostileContent.all {
        let stem = String(content.name.prefix { $0 != "." })
        let texts = all.filter { $0.0.hasPrefix(stem + ".") || $0.0.hasPrefix(stem + "~") }.map(\.1)
        #expect(texts.contains { $0.contains("by ada") }, "\(content.name)")
        #expect(texts.contains { $0.contains("by ben") }, "\(content.name)")
      }
    }
    hub.stop()
    try hub.expectClean()
  }
}

extension Clone {
  /// Writes a new file whose path is given by its bytes, which need not be a text.
  fileprivate func write(_ bytes: [UInt8], toBytes path: [UInt8]) throws {
    let names = path.split(separator: UInt8(ascii: "/"))
    var folder = try POSIXFileSystem().openDirectory(path: self.path)
    for name in names.dropLast() {
      let below = folder
      folder = try EntryName.with(bytes: name) { (name) throws(Errno) in
        try below.openOrCreateDirectory(name, mode: 0o755)
      }
    }
    let last = folder
    try EntryName.with(bytes: names.last ?? []) { (name) throws(Errno) in
      try last.createFile(name, mode: 0o644).write(bytes)
    }
  }
}
