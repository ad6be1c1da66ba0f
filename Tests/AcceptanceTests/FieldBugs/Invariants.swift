import JSON
import Platform
import SyncModel
import TestSupport
import Testing

extension FieldStage {
  /// The lists of a run's document that tell what it does.
  private static let lists = [
    "pulled", "pushed", "deleted_local", "deleted_remote", "adopted", "merged", "conflicts",
    "blocked", "failed", "conflict_copies",
  ]

  /// Brings both clones together as their people would, and expects the ten invariants to hold.
  ///
  /// I1, I6, I7 and I9 are looked at in every run. `except` names ignored paths of one side.
  func expectInvariants(
    sync options: [String] = ["--prefer", "both"], except: Set<TreePath> = [],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    server.spoil(nil)
    let words = ["sync"] + options
    try expectPureAndTrueDryRun(words, sourceLocation)
    // I10: at once, in whatever order their requests meet, and then one after the other.
    try expectAtOnce(words, sourceLocation)
    for clone in [ben, ada, ben] { try run(clone, words, sourceLocation: sourceLocation) }
    func content(_ clone: Clone) throws -> TreeListing {
      try clone.content().filter { !except.contains($0) }
    }

    // I10: what two clones end with is the same, and what a third one gets.
    let witness = try cutWitness(sourceLocation)
    expectSame(try content(ada), try content(ben), sourceLocation: sourceLocation)
    expectSame(try content(ada), try content(witness), sourceLocation: sourceLocation)
    for clone in [ada, ben] {
      try expectQuiet(clone, sourceLocation)
      try expectTrueStatus(clone, try witness.tree(), except, sourceLocation)
    }
    // I8: nothing of a run is left, whether it was cut or not.
    for clone in [ada, ben, witness] {
      try clone.expectNoLitter(sourceLocation: sourceLocation)
    }
    try hub.expectClean(sourceLocation: sourceLocation)
  }

  /// I2: a dry run only asks, and changes nothing anywhere.
  ///
  /// I3: the real run does what it said.
  private func expectPureAndTrueDryRun(
    _ words: [String], _ location: SourceLocation
  ) throws {
    let places = [ada.path, hub.data]
    let before = try places.map { try Imprint($0) }
    let said = try run(ada, words + ["--dry-run"], sourceLocation: location)
    let asked = server.asked
    #expect(asked.allSatisfy { $0.method == "GET" }, "I2: \(asked)", sourceLocation: location)
    for (place, old) in zip(places, before) {
      let differences = try Imprint(place).differences(from: old)
      #expect(differences == [], "I2: \(said.words)", sourceLocation: location)
    }
    let done = try run(ada, words, sourceLocation: location)
    for list in Self.lists {
      #expect(
        try said.paths(list) == done.paths(list), "I3 \(list): \(said.words)\n\(done.words)",
        sourceLocation: location)
    }
  }

  /// Lets both clones sync at the same time; nothing that either had is gone then.
  private func expectAtOnce(_ words: [String], _ location: SourceLocation) throws {
    let before = try ada.tree().contents.union(try ben.tree().contents).union(try history())
    let running = try [ada, ben].map { clone in
      try ChildProcess(
        try Syncline.binary(), words + ["--json"], environment: clone.person.environment,
        directory: clone.path)
    }
    for process in running {
      let outcome = process.wait(seconds: 60)
      let result = CommandResult(arguments: words, outcome: outcome)
      result.expect(0, 3, 4, sourceLocation: location)
      try result.expectHonest(sourceLocation: location)
    }
    var missing = before
    for clone in [ada, ben] { missing.subtract(try kept(clone)) }
    missing.subtract(try history())
    #expect(missing.isEmpty, "I10: both at once", sourceLocation: location)
  }

  /// I8: a third clone, whose first pull is killed at the answer with its contents, or with the
  /// listing where there are none, and is then run again.
  private func cutWitness(_ location: SourceLocation) throws -> Clone {
    let number = witnesses
    witnesses += 1
    let person = try stage.person("witness\(number)", of: hub)
    let path = stage.path + "/witness\(number)"
    _ = try stage.empty("witness\(number)")
    try person.run(["init", server.url + "/p"], in: path).require(0)
    let witness = Clone(path: path, person: person)
    let hasContents = try !ben.content().contents.isEmpty
    let reached = Monitor(false)
    let goesOn = Monitor(false)
    server.spoil { asked in
      guard hasContents ? asked.isPack || asked.isLarge : asked.isListing else { return nil }
      return .changed { answer in
        reached.update { $0 = true }
        _ = goesOn.wait { $0 ? true : nil }
        return answer.cut
      }
    }
    let pull = try witness.start("pull")
    let deadline = WallClock.system.monotonic() + 60_000_000_000
    let isReached = reached.wait(until: deadline) { $0 }
    #expect(isReached, "I8: the pull asked for nothing", sourceLocation: location)
    pull.kill()
    _ = pull.wait()
    goesOn.update { $0 = true }
    server.spoil(nil)
    try run(witness, ["pull"], sourceLocation: location)
    return witness
  }

  /// I5: a second run does nothing and writes nothing, in the private folder and the hub neither.
  private func expectQuiet(
    _ clone: Clone, _ location: SourceLocation
  ) throws {
    let places = [clone.path, hub.data]
    let before = try places.map { try Imprint($0) }
    server.spoil(nil)
    for verb in ["sync", "push", "pull"] {
      let result = try run(clone, [verb], sourceLocation: location)
      let run = try result.document()["run"]
      #expect(run?.isNull == true, "I5: \(result.words)", sourceLocation: location)
    }
    for (place, old) in zip(places, before) {
      let differences = try Imprint(place).differences(from: old)
      #expect(differences == [], "I5: \(place)", sourceLocation: location)
    }
    let asked = server.asked
    #expect(asked.allSatisfy { $0.method == "GET" }, "I5: \(asked)", sourceLocation: location)
  }

  /// I4: what is said to be in sync has the bytes of the live remote, on this disk.
  private func expectTrueStatus(
    _ clone: Clone, _ remote: TreeListing, _ except: Set<TreePath>, _ location: SourceLocation
  ) throws {
    let local = try clone.tree()
    let status = try clone.json("status", "--all").require(0).document()
    var known: Set<TreePath> = []
    for item in status["items"]?.arrayValue ?? [] {
      let path = TreePath(try #require(item["path"]?.stringValue))
      known.insert(path)
      guard item["state"]?.stringValue == "in_sync" else {
        #expect(except.contains(path), "I4: \(item)", sourceLocation: location)
        continue
      }
      #expect(local[path] != nil && local[path] == remote[path], "I4: \(path)")
      guard case .file(let digest, _)? = local[path] else { continue }
      #expect(item["local"]?["digest"]?.stringValue == digest.description, "I4: \(path)")
    }
    let missing = try clone.content().paths.filter { !known.contains($0) && !except.contains($0) }
    #expect(missing == [], "I4: not in the status", sourceLocation: location)
  }
}
