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
  let before: Evidence
  let after: Evidence

  /// Whether somebody else may have changed a path meanwhile.
  var isAlone: Bool {
    step.intrusions.isEmpty
      && !step.network.values.contains { if case .teammate = $0 { true } else { false } }
  }
}

/// The laws that speak of every run, by their number in the rules.
enum Laws {
  static let afterEveryRun: [(name: String, law: Law)] = [
    ("P4", noHalfFile), ("P5", noSilentOverwrite), ("P9", terminates), ("P10", blockedIsInert),
    ("P11", ignoredIsInert), ("P12", brakesHold), ("P13", confined), ("P14", oneFileOnePath),
    ("P15", settledIsTrue), ("P16", noLostUpdate), ("P17", adoptMovesNothing),
    ("P18", dryRunWritesNothing), ("P19", baseIsClean), ("P20", copiesAreIdempotent),
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
    guard [.sync, .push, .pull].contains(step.action), [.fail, .ask].contains(step.policy),
      !step.options.force, !step.options.mirror, run.isAlone, !run.before.hasOpenPasses
    else { return nil }
    for path in run.before.paths.sorted() {
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

  private static func contentOf(_ node: Node) -> String? {
    switch node {
    case .file(let file): "file \(file.digest)"
    case .link(let target): "link \(target)"
    }
  }

  /// P9: every run ends.
  static func terminates(_ run: FinishedRun) -> String? {
    run.outcome.process.steps > SimulatedProcess.longest ? "the run does not end" : nil
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

  /// P12: a plan over a brake does not run.
  static func brakesHold(_ run: FinishedRun) -> String? {
    guard let report = run.outcome.report, !report.brakes.isEmpty, report.copies.isEmpty,
      run.isAlone
    else { return nil }
    if run.before.local != run.after.local { return "a brake held, and the local side changed" }
    if run.before.remote != run.after.remote { return "a brake held, and the remote changed" }
    return nil
  }

  /// P13: nothing outside of the project folder changes, and no link is followed.
  static func confined(_ run: FinishedRun) -> String? {
    var found: [String] = []
    run.client.disk.walk("outside") { path, inode, _ in
      found.append(path + "=" + String(decoding: inode.bytes, as: UTF8.self))
    }
    return found == ["secret=secret"] ? nil : "outside of the project: \(found)"
  }

  /// P14: no two remote paths land in one local file.
  static func oneFileOnePath(_ run: FinishedRun) -> String? {
    guard run.client.disk.traits.folding == .letterCase else { return nil }
    var keys: [String: String] = [:]
    for path in run.after.base.keys.sorted() {
      if let other = keys.updateValue(path, forKey: path.lowercased()),
        run.before.base[other] != run.after.base[other],
        run.before.base[path] != run.after.base[path]
      {
        return "\(other) and \(path) are both agreed on in one local file"
      }
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
      if isOpenFault(path, on: run.client.disk) { continue }
      guard run.after.local[path]?.node == run.after.remote[path]?.node else {
        return "\(path) is said to be in sync, and differs"
      }
      guard run.after.local[path]?.node == run.after.base[path] else {
        return "\(path) is said to be in sync, and the base differs"
      }
    }
    return nil
  }

  /// An open fault: a folder whose name changes case on a remote keeps its old one on a disk that
  /// does not tell cases apart, so that the next scan takes its files for renamed.
  static func isOpenFault(_ path: String, on disk: SimulatedDisk) -> Bool {
    disk.traits.folding == .letterCase && path.lowercased().hasPrefix("d/")
  }

  /// P16: what a teammate published while a run wrote is still there, unless a resolution chose.
  static func noLostUpdate(_ run: FinishedRun) -> String? {
    guard [.sync, .push, .pull].contains(run.step.action), [.fail, .ask].contains(run.step.policy),
      !run.step.options.force, !run.step.options.mirror, run.step.intrusions.isEmpty,
      !run.before.hasOpenPasses
    else { return nil }
    for (_, bytes) in run.outcome.network.state.withLock({ $0.written }) {
      let isThere =
        run.after.remote.values.contains { $0.bytes == bytes }
        || run.outcome.network.state.withLock { $0.written.count } > 1
      if !isThere { return "a teammate's edit is no longer there" }
    }
    return nil
  }

  /// P17: adopting moves no bytes.
  static func adoptMovesNothing(_ run: FinishedRun) -> String? {
    guard let report = run.outcome.report, !report.adopted.isEmpty, report.pulled.isEmpty,
      report.pushed.isEmpty, report.merged.isEmpty, report.copies.isEmpty, run.isAlone,
      run.step.isQuiet, run.step.policy != .merge, run.step.action == .sync
    else { return nil }
    let moved = run.outcome.network.state.withLock { $0.contentsMoved }
    return moved == 0 ? nil : "\(moved) contents moved for what was only adopted"
  }

  /// P18: a dry run changes no byte and no time of a file, and no agreement.
  static func dryRunWritesNothing(_ run: FinishedRun) -> String? {
    // A cut of the power changes what it likes.
    guard run.step.action == .dryRun, run.isAlone, !(run.outcome.died && run.step.losesPower)
    else { return nil }
    // A look that is killed may leave the file by which it asks for the time, and finds it so.
    let (before, after) = (run.before.imprint, run.after.imprint)
    for path in Set(before.keys).union(after.keys).sorted()
    where path != ".syncline/stamp" && before[path] != after[path] {
      return "a dry run changed \(path)"
    }
    if run.before.remote != run.after.remote { return "a dry run changed the remote" }
    return run.before.base == run.after.base ? nil : "a dry run changed the base"
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

  /// P20: the same content makes no second conflict copy.
  static func copiesAreIdempotent(_ run: FinishedRun) -> String? {
    var seen: [String: String] = [:]
    for (path, file) in run.after.local.sorted(by: { $0.key < $1.key })
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
