import Engine
import Platform
import SyncCore
import SyncModel

/// One law, checked after a run.
typealias Law = @Sendable (_ run: FinishedRun) throws -> String?

/// A run with what was seen before and after it.
struct FinishedRun {
  let world: World
  let client: Client
  let step: RunStep
  let outcome: RunOutcome
  /// What happened to contents on the remotes meanwhile.
  let marks: RemoteMarks
  let before: Evidence
  let after: Evidence

  /// Whether a file was left out of a listing that looked whole, and nothing here tells of it: on
  /// Mage what was agreed on or listed before is asked for by name, and nothing else can be.
  func cannotKnow(of path: String) -> Bool {
    !world.remotes[step.remote].carriesEverything && step.network.values.contains(.truncated)
      && before.base[path] == nil && before.local[path] == nil
  }

  /// Whether nothing but a single teammate disturbed the run.
  var isOnlyTeammate: Bool {
    !outcome.died && step.fate.faults.isEmpty && step.network.count == 1 && step.room == nil
      && step.visits.isEmpty
  }

  /// Whether nobody else may have changed a path meanwhile.
  var isAlone: Bool {
    step.intrusions.isEmpty && step.visits.isEmpty
      && !step.network.values.contains(where: \.isTeammate)
  }
}

/// The laws that speak of every run, by their number in the rules.
enum Laws {
  static let afterEveryRun: [(name: String, law: Law)] = [
    ("P4", noHalfFile), ("P5", noSilentOverwrite), ("P9", terminates), ("P9", endsInPeace),
    ("P10", blockedIsInert), ("P10", escapingLinkIsInert),
    ("P11", ignoredIsInert), ("P11", addedRuleIsInert), ("P12", brakesHold), ("P13", confined),
    ("P14", oneFileOnePath),
    ("P15", settledIsTrue), ("P16", noLostUpdate), ("P17", adoptMovesNothing),
    ("P18", dryRunWritesNothing), ("P19", baseIsClean), ("P20", copiesAreIdempotent),
    ("scope", staysInScope), ("owner", ownerWins), ("lock", lockHolds), ("undo", undoTakesBack),
    ("hub", hubIsWhole),
  ]

  /// P4: no half-written file is ever visible under its name.
  static func noHalfFile(_ run: FinishedRun) -> String? {
    for (path, seen) in run.after.local.sorted(by: { $0.key < $1.key }) where !seen.isLink {
      // What another program was writing when the power went is its own to lose.
      if run.after.foreign.contains(path) || run.world.torn.contains(seen.bytes) { continue }
      // And a merge of it is no better.
      if !run.world.torn.isEmpty, run.outcome.report?.merged.isEmpty == false { continue }
      if !Texts.isWhole(seen.bytes), seen.bytes != run.before.local[path]?.bytes {
        return "half a file at \(path): \(String(decoding: seen.bytes, as: UTF8.self))"
      }
    }
    return nil
  }

  /// P5: what differs from the base and from the other side is not written without a resolution.
  static func noSilentOverwrite(_ run: FinishedRun) -> String? {
    let step = run.step
    guard [.sync, .push, .pull].contains(step.action), !step.options.force,
      !step.options.mirror, run.isAlone, !run.before.hasOpenPasses
    else { return nil }
    for path in run.before.paths.sorted()
    where [.fail, .ask].contains(run.policy(of: path)) && run.owner(of: path) == nil {
      let base = run.before.base[path]
      let (local, remote) = (run.before.local[path], run.before.remote[path])
      guard let content = base.map({ contentOf($0) }) ?? .some(nil) else { continue }
      let mine = local.map { contentOf($0.node) } ?? nil
      let theirs = remote.map { contentOf($0.node) } ?? nil
      guard mine != theirs, mine != content, theirs != content else { continue }
      if let local, !local.hasContent(of: run.after.local[path]) {
        return "\(path) was in conflict, and the local side was written"
      }
      if let remote, !remote.hasContent(of: run.after.remote[path]) {
        return "\(path) was in conflict, and the remote was written"
      }
    }
    return nil
  }

  static func contentOf(_ node: Node) -> String? {
    switch node {
    case .file(let file): "file \(file.digest)"
    case .link(let target): "link \(target)"
    }
  }

  /// Whether both sides show the same, as far as the remote carries it.
  static func agree(_ left: Node?, _ right: Node?, _ run: FinishedRun) -> Bool {
    if run.world.remotes[run.step.remote].carriesEverything { return left == right }
    return left.flatMap { contentOf($0) } == right.flatMap { contentOf($0) }
  }

  /// P9: every run ends.
  static func terminates(_ run: FinishedRun) -> String? {
    run.outcome.process.steps > SimulatedProcess.longest ? "the run does not end" : nil
  }

  /// P9: a run that nothing disturbs comes to its end, and leaves nothing to the next one.
  static func endsInPeace(_ run: FinishedRun) -> String? {
    guard run.step.isQuiet else { return nil }
    if run.after.hasOpenPasses, !run.before.hasOpenPasses {
      return "nothing disturbed the run, and it left a pass open"
    }
    guard let error = run.outcome.error, !isRefusal(error) else { return nil }
    return "nothing disturbed the run, and it ended with \(error)"
  }

  /// Whether an error says that what was asked for cannot be meant.
  private static func isRefusal(_ error: any Error) -> Bool {
    guard let error = error as? EngineError else { return error is FolderIsLocked }
    return switch error {
    case .noSuchRun, .runOfOtherTarget, .nothingMatches, .noConflict, .partOf, .planChanged: true
    case .stoppedAfterGivingBack(let cause, _): isRefusal(cause)
    case .cutOff, .damagedJournal, .cannotPutBack: false
    }
  }

  /// P10: what cannot be read is neither deleted nor overwritten on the other side.
  static func blockedIsInert(_ run: FinishedRun) -> String? {
    // An undo speaks of the sides that its run wrote, and of each alone ("What is kept").
    guard run.isAlone, !run.before.hasOpenPasses, ![.rebase, .undo].contains(run.step.action)
    else { return nil }
    for (path, seen) in run.before.local.sorted(by: { $0.key < $1.key }) where !seen.isReadable {
      if run.before.remote[path] != run.after.remote[path] {
        return "\(path) cannot be read here, and was changed on the remote"
      }
      if run.before.base[path] != run.after.base[path],
        !(run.before.isIgnored(path) && run.after.base[path] == nil)
      {
        return "\(path) cannot be read here, and its base changed"
      }
      if run.after.local[path]?.bytes != seen.bytes {
        return "\(path) cannot be read here, and was replaced"
      }
    }
    return nil
  }

  /// P10: what a link that leads out of the project has replaced on one side stays on the other.
  static func escapingLinkIsInert(_ run: FinishedRun) -> String? {
    guard run.isAlone, !run.before.hasOpenPasses, run.step.action != .undo else { return nil }
    let sides = [
      (run.before.local, run.before.remote, run.after.remote),
      (run.before.remote, run.before.local, run.after.local),
    ]
    for (side, before, after) in sides {
      for (link, seen) in side.sorted(by: { $0.key < $1.key })
      where seen.isLink
        && TreeRules.escapes(
          target: String(decoding: seen.bytes, as: UTF8.self), at: SyncPath(trusted: link))
      {
        for path in before.keys.sorted() where path == link || path.hasPrefix(link + "/") {
          if before[path] != after[path] { return "\(path) changed because of the link \(link)" }
        }
      }
    }
    return nil
  }

  /// P11: what the rules leave out at the start of a run is not written or deleted by it.
  static func ignoredIsInert(_ run: FinishedRun) -> String? {
    guard run.isAlone, run.step.action != .undo, !run.before.hasOpenPasses else { return nil }
    for path in run.before.paths.sorted() where run.before.isIgnored(path) {
      if run.before.local[path] != run.after.local[path] { return "\(path) is ignored and changed" }
      if run.before.remote[path] != run.after.remote[path] {
        return "\(path) is ignored and changed on the remote"
      }
    }
    return nil
  }

  /// P13: nothing outside of the project folder changes, and no link is followed.
  static func confined(_ run: FinishedRun) -> String? {
    var found: [String] = []
    run.client.disk.walk("outside") { path, inode, _ in
      found.append(path + "=" + String(decoding: inode.bytes, as: UTF8.self))
    }
    guard found == ["secret=secret"] else { return "outside of the project: \(found)" }
    return run.world.history.nests ? otherProjectStays(run) : nil
  }

  private static func otherProjectStays(_ run: FinishedRun) -> String? {
    var found: [String] = []
    run.client.disk.walk("p") { path, inode, _ in
      guard path.hasPrefix("nested") else { return }
      found.append(path + "=" + String(decoding: inode.bytes, as: UTF8.self))
    }
    if let path = run.after.remote.keys.first(where: { $0.hasPrefix("nested") }) {
      return "a project inside this one came to the remote: \(path)"
    }
    return found == ["nested=", "nested/.syncline=", "nested/d=", "nested/d/x=another project's"]
      ? nil : "a project inside this one: \(found)"
  }

  /// P14: no two remote paths land in one local file.
  static func oneFileOnePath(_ run: FinishedRun) -> String? {
    let traits = run.client.disk.traits
    guard traits.folding == .letterCase else { return nil }
    // What an undo could not take away stays beside what it brought back on the remote: told as failed.
    if run.step.action == .undo, run.outcome.report?.failed.isEmpty == false { return nil }
    func key(_ path: String) -> [UInt8] { traits.key(of: path.utf8) }
    var rows: [[UInt8]: String] = [:]
    for path in run.after.base.keys.sorted() {
      // A row whose file was deleted here, also while the run looked, stands for no local file; it
      // stays until the remote took the deletion, which comes last.
      let wasGone = run.before.local[path] == nil
      let hasGone = !run.isAlone && run.after.local[path] == nil
      if run.before.base[path] == run.after.base[path], wasGone || hasGone { continue }
      if let other = rows.updateValue(path, forKey: key(path)) {
        return "\(other) and \(path) are both agreed on in one local file"
      }
    }
    guard run.isAlone, !run.before.hasOpenPasses, run.step.action != .undo else { return nil }
    let remote = Dictionary(grouping: run.after.remote.keys, by: key)
    for (path, seen) in run.after.local.sorted(by: { $0.key < $1.key })
    where run.before.local[path] != seen && !seen.hasContent(of: run.after.remote[path]) {
      let other = remote[key(path)]?.sorted().first {
        $0 != path && seen.hasContent(of: run.after.remote[$0])
      }
      if let other { return "\(other) was written to the file that stands for \(path)" }
    }
    return nil
  }

  /// P3 and P15: a sync that says that it left nothing leaves both sides and the base equal, so
  /// that no edit was overlooked, however close to the last scan it came.
  static func settledIsTrue(_ run: FinishedRun) -> String? {
    guard run.step.action == .sync, run.isAlone, let report = run.outcome.report,
      run.outcome.error == nil, report.brakes.isEmpty, !report.isAtomicRefused,
      report.failed.isEmpty
    else { return nil }
    let left = report.conflicts.map(\.path.key) + report.blocked.map(\.path.key)
    // What an interrupted run had taken out is given back beside its place, and synced by the next.
    let givenBack = report.copies.map(\.key)
    let isWithheld = report.notices.contains {
      if case .withheldDeletions = $0 { true } else { false }
    }
    if isWithheld || !report.unnameable.isEmpty { return nil }
    for path in run.after.paths.sorted() {
      if left.contains(where: { path == $0 || path.hasPrefix($0 + "/") || $0.hasPrefix(path + "/") }
      )
        || run.before.isIgnored(path) || run.after.isIgnored(path)
        || run.after.twins.contains(path) || givenBack.contains(path)
      {
        continue
      }
      if !run.speaks(of: path) || run.cannotKnow(of: path) { continue }
      guard agree(run.after.local[path]?.node, run.after.remote[path]?.node, run) else {
        let sides = [run.after.local[path], run.after.remote[path]].map { $0 == nil ? "no" : "a" }
        return "\(path) is said to be in sync, and differs: \(sides[0]) file here, \(sides[1]) "
          + "file there, \(run.after.base[path] == nil ? "no" : "a") base"
      }
      guard agree(run.after.local[path]?.node, run.after.base[path], run) else {
        return "\(path) is said to be in sync, and the base differs"
      }
    }
    return nil
  }

  /// P16: what a teammate published while a run wrote is still there, unless a resolution chose.
  ///
  /// A Mage server knows no condition on a write but that a new file must not exist. What a
  /// teammate saves between the last look of a run at a path and its write there is replaced
  /// (docs/mage.md, Limits): that one request is the window, and no other. Where the server keeps
  /// a version of it the run says so, unless something else goes wrong as well.
  static func noLostUpdate(_ run: FinishedRun) -> String? {
    guard [.sync, .push, .pull].contains(run.step.action), [.fail, .ask].contains(run.step.policy),
      !run.step.options.force, !run.step.options.mirror, run.step.intrusions.isEmpty,
      run.step.visits.isEmpty, !run.before.hasOpenPasses, run.world.history.configuration.isEmpty
    else { return nil }
    if let untold = run.marks.overtaken.first(where: { $0.isTold }), run.isOnlyTeammate,
      run.outcome.report?.notices.contains(where: { notice in
        if case .overtakenWrite(let path, _) = notice { path.key == untold.path } else { false }
      }) != true
    {
      return "a teammate's edit of \(untold.path) was replaced, and nobody was told"
    }
    var last: [String: Seen?] = [:]
    for published in run.outcome.network.state.withLock({ $0.published }) {
      last[published.path] = .some(published.seen)
    }
    for (path, seen) in last.sorted(by: { $0.key < $1.key }) {
      if run.marks.overtaken.contains(where: { $0.path == path }) { continue }
      if let detail = undone(seen, at: path, run) { return detail }
    }
    return nil
  }

  /// What of a teammate's last word on a path is no longer so.
  private static func undone(_ seen: Seen?, at path: String, _ run: FinishedRun) -> String? {
    let there = run.after.remote[path]
    let base = run.before.base[path]
    guard let seen else {
      // Where nothing was agreed on, nothing tells of a deletion; and Mage knows no condition.
      let isTold = base != nil && run.world.remotes[run.step.remote].carriesEverything
      return isTold && there != nil ? "a teammate's deletion of \(path) is undone" : nil
    }
    // What a teammate puts back as it was agreed on is no change, and gives way to one.
    if base.flatMap({ contentOf($0) }) != contentOf(seen.node), !seen.hasContent(of: there) {
      return "a teammate's edit of \(path) is no longer there"
    }
    if case .file(let file)? = base, !seen.isLink, file.isExecutable == !seen.isExecutable,
      there?.isExecutable != seen.isExecutable, there?.isLink == false
    {
      return "a teammate's change of the executable bit of \(path) is no longer there"
    }
    return nil
  }

  /// P17: adopting moves no bytes.
  static func adoptMovesNothing(_ run: FinishedRun) -> String? {
    guard let report = run.outcome.report, !report.adopted.isEmpty, report.pulled.isEmpty,
      report.pushed.isEmpty, report.merged.isEmpty, report.copies.isEmpty, run.isAlone,
      run.step.isQuiet, run.step.action == .sync,
      // A merge that comes to nothing has read both sides.
      run.step.policy != .merge,
      !report.conflicts.contains(where: { $0.policy == .merge })
    else { return nil }
    let moved = run.outcome.network.state.withLock { $0.contentsMoved }
    return moved == 0 ? nil : "\(moved) contents moved for what was only adopted"
  }

  /// P18: a dry run changes no byte and no time of anything, and nothing that is recorded.
  static func dryRunWritesNothing(_ run: FinishedRun) -> String? {
    // A cut of the power changes what it likes.
    guard run.step.action == .dryRun, run.isAlone, !(run.outcome.died && run.step.losesPower)
    else { return nil }
    let (before, after) = (run.before.imprint, run.after.imprint)
    for path in Set(before.keys).union(after.keys).sorted() where before[path] != after[path] {
      // A look that is killed, or whose removal fails, may leave the file by which it asks for the
      // time, and the next one takes it away.
      let isCutOff = run.outcome.died || !run.outcome.process.met.isEmpty
      if path == ".syncline/stamp", isCutOff || after[path] == nil { continue }
      return "a dry run changed \(path)"
    }
    if run.before.records != run.after.records { return "a dry run changed what is recorded" }
    return run.before.remote == run.after.remote ? nil : "a dry run changed the remote"
  }

  /// P19: the base holds nothing that is ignored or blocked.
  static func baseIsClean(_ run: FinishedRun) -> String? {
    if run.after.base.keys.contains(where: { $0.hasPrefix(".syncline") }) {
      return "the base holds the private folder"
    }
    guard run.step.action == .sync, run.outcome.error == nil, run.isAlone,
      let report = run.outcome.report, report.brakes.isEmpty, !report.isAtomicRefused
    else { return nil }
    for path in run.after.base.keys.sorted() where run.before.isIgnored(path) {
      return "the base holds \(path), which is ignored"
    }
    return nil
  }

  /// P20: the same content makes no second conflict copy, on no side and in no private folder.
  static func copiesAreIdempotent(_ run: FinishedRun) -> String? {
    for (place, picture) in [
      ("here", run.after.local), ("on the remote", run.after.remote), ("aside", run.after.aside),
    ] {
      if let twins = twinCopies(picture) { return "\(twins), \(place)" }
    }
    return nil
  }

  private static func twinCopies(_ picture: Picture) -> String? {
    var seen: [String: String] = [:]
    for (path, file) in picture.sorted(by: { $0.key < $1.key })
    where path.contains(".conflict-") && !file.isLink {
      guard let range = path.firstRange(of: ".conflict-") else { continue }
      // A copy of the local side and one of the remote's have two names.
      let key =
        path[..<range.lowerBound] + path[range.upperBound...].prefix(5) + "|"
        + String(decoding: file.bytes, as: UTF8.self)
      if let other = seen.updateValue(path, forKey: String(key)) {
        return "\(other) and \(path) are copies of one content"
      }
    }
    return nil
  }

  /// P1: every content that is owed is on a side, in a history or kept.
  static func nothingIsLost(_ world: World) throws -> String? {
    let missing = try world.ledger.missing(from: world.findableContents(), world.remotes)
    guard let first = missing.first else { return nil }
    return "lost: \(first.origin): "
      + String(decoding: first.bytes, as: UTF8.self).split(separator: "\n").joined(separator: "|")
  }
}
