import TestSupport
import Testing

/// Random histories without conflicts, synced by us and by `unison -batch`: the trees are the same.
@Suite(.enabled(if: Unison.isThere, "unison is not installed: scripts/peers does it"))
struct UnisonAgreementTests {
  @Test(arguments: Array(3...12) + [20_261_126] as [UInt64])
  func `histories without conflicts end in the trees that unison ends in`(seed: UInt64) throws {
    let (stage, hub, ada) = try Stage.withProject()
    let ours = [
      try ada.bind("ours-a", to: "p", of: hub),
      try stage.person("ben", of: hub).bind("ours-b", to: "p", of: hub),
    ]
    let theirs = try ["theirs-a", "theirs-b"].map { name in
      _ = try stage.folder.folder(name)
      return Clone(path: stage.path + "/" + name, person: ada)
    }
    let unison = try Unison(theirs, home: stage.path + "/home/unison", stage)
    for clone in [ours[0], theirs[0]] { try plant(in: clone, seed: seed) }
    try ours[0].run("push", "--yes").require(0)
    try ours[1].run("pull", "--yes").require(0)
    try unison.sync()
    for round in 0..<5 as Range<UInt64> {
      let paths = try ours[0].content().paths
      var told: [String] = []
      for side in 0..<2 {
        // Every second path is for one side, the others for the other: no edits meet.
        let own = stride(from: side, to: paths.count, by: 2).map { paths[$0] }
        for clone in [ours[side], theirs[side]] {
          var session = EditSession(
            seed: seed &* 100 + round * 2 + UInt64(side), name: "s\(side)r\(round)")
          try session.perform(in: clone, on: own)
          told = session.done
        }
      }
      for clone in ours + [ours[0]] {
        let result = try clone.json("sync", "--yes").expect(0)
        #expect(try result.paths("conflicts") == [], "seed \(seed), round \(round)")
      }
      try unison.sync()
      let ended = try theirs.map { try $0.tree() }
      for clone in ours {
        #expect(
          try clone.content().differences(from: ended[0]) == [],
          "seed \(seed), round \(round), \(told)")
      }
      expectSame(ended[0], ended[1])
    }
    hub.stop()
    try hub.expectClean()
  }

  private func plant(in clone: Clone, seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for number in 0..<60 {
      let folder = random.oneIn(3) ? "" : "d\(random.next() % 5)/e\(random.next() % 3)/"
      let lines = (0..<random.next() % 20).map { "\(number): \($0) \(random.next() % 100)\n" }
      try clone.write(lines.joined(), to: "\(folder)f\(number)")
      if random.oneIn(4) { try clone.setMode(0o755, of: "\(folder)f\(number)") }
    }
  }
}

/// The program of that name over two folders.
private struct Unison {
  static let isThere = path != nil

  private static let path: String? = {
    let found = try? ChildProcess.run("/bin/sh", ["-c", "command -v unison"])
    return found?.exitCode == 0 ? found?.outputText.trimmed : nil
  }()

  private let roots: [String]
  private let environment: [String: String]

  init(_ clones: [Clone], home: String, _ stage: Stage) throws {
    _ = try stage.folder.folder("home/unison")
    roots = clones.map(\.path)
    environment = ["HOME": home, "UNISON": home, "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"]
  }

  /// Brings both folders together; fails where unison skips anything.
  func sync() throws {
    let outcome = try ChildProcess.run(
      try #require(Unison.path),
      roots + ["-batch", "-auto", "-ui", "text", "-silent", "-confirmbigdel=false", "-links=true"],
      environment: environment, seconds: 60)
    try #require(outcome.exitCode == 0, "\(outcome.outputText) \(outcome.errorText)")
  }
}
