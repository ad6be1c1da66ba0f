import Engine
import Platform
import ProjectConfig
import ProjectState
import Replica
import SyncCore
import SyncModel

/// Takes over a folder that Mage's own tool has kept until now, or has worked in meanwhile.
///
/// Its state file proves that both sides knew a path. What they held is not in it, and its times
/// mark files as synced that were only left alone, so they decide nothing. What it did since is
/// known by its faults: see ``MageAgentAgreement``.
enum MageAgentTakeover {
  /// What a takeover found.
  struct Finding: Equatable {
    /// How many tracked files are the same on both sides.
    var equal = 0
    /// How many differ, or are on one side only.
    var different = 0
    /// Whether it is recorded; a look in a folder without a record of its own only shows it.
    var isRecorded = true

    /// The same for people.
    var words: String {
      "the state file of another mage-agent was taken over: \(equal) of its files are the same on "
        + "both sides, \(different) differ; what cannot be decided is a conflict"
    }

    /// What a person should know of a look, before the first edit.
    static let notRecorded =
      "this look recorded nothing: until `mage-agent sync-project-to-local` or `mage-agent sync` has "
      + "taken the folder over, an edit cannot be told from a conflict"
  }

  /// Records what the state file proves, where it is not one of ours, and what the base does.
  ///
  /// A session that only looks takes the folder's lock for it; where another run holds that one,
  /// it is left to the next command. Nothing is returned where there was nothing to take over.
  static func perform(in session: ProjectSession) async throws -> Finding? {
    let target = try session.state.target(named: session.target.name)
    guard let record = try MageAgentRecord.read(session.folder.root),
      target != nil || !record.state.files.isEmpty,
      try !MageAgentRecord.isOurs(record.digest, in: session)
    else { return nil }
    let root = try await session.repoPath()
    guard record.state.repoPath == nil || record.state.repoPath == root else { return nil }
    let isBound = session.folder.hidden != nil
    let lock = session.holdsLock || !isBound ? nil : try session.folder.lock()
    guard session.holdsLock || !isBound || lock != nil else { return nil }
    defer { withExtendedLifetime(lock) {} }

    let observation = try await session.engine.observe()
    guard target == nil || target?.identity == observation.identity.id else { return nil }
    // The tool forgets a path that it deleted, so what the base knows of is looked at as well.
    let tracked =
      record.state.files.keys.compactMap { try? SyncPath(validating: $0) }
      + observation.base.rows.map(\.path)
    var (changes, finding) = try await Review(observation, try session.engine.peek()).changes(
      for: tracked)
    try session.state.transaction {
      let target = try session.state.bind(
        name: session.target.name, identity: observation.identity.id)
      try session.state.apply(changes, to: target)
      try MageAgentRecord.remember(record.digest, in: session)
    }
    finding.isRecorded = isBound
    return finding
  }
}

/// Looks at the tracked paths one by one.
private struct Review {
  let observation: Observation
  let peek: ContentPeek

  /// Texts up to this length are compared without their line ends.
  private static let longestText: UInt64 = 1 << 20

  init(_ observation: Observation, _ peek: ContentPeek) {
    self.observation = observation
    self.peek = peek
  }

  /// What the base has to say of the tracked paths, sorted.
  func changes(
    for tracked: [SyncPath]
  ) async throws -> ([BaseChange], MageAgentTakeover.Finding) {
    var changes: [BaseChange] = []
    var finding = MageAgentTakeover.Finding()
    for path in Set(tracked).sorted() {
      let local = observation.local.tree[path]
      let remote = observation.remote.tree[path]
      let isBlocked = [local, remote].contains { $0.map { $0.node == nil } ?? false }
      guard local != nil || remote != nil, !isBlocked else { continue }
      let agreement = MageAgentAgreement(
        base: observation.base[path]?.node, local: local?.node, remote: remote?.node)
      if agreement.isEqual { finding.equal += 1 } else { finding.different += 1 }
      let node = agreement.node(lineEnds: try await lineEnds(local, remote))
      if let node { changes.append(BaseChange(path: path, node: node)) }
    }
    return (changes, finding)
  }

  private func lineEnds(
    _ local: TreeEntry?, _ remote: TreeEntry?
  ) async throws -> MageAgentAgreement.LineEnds {
    guard let here = local?.node?.file, let there = remote?.node?.file,
      here.digest != there.digest, max(here.size, there.size) <= Review.longestText,
      let mine = try await peek.content(of: local, on: .local),
      let theirs = try await peek.content(of: remote, on: .remote)
    else { return .unlike }
    return MageAgentAgreement.LineEnds(local: mine, remote: theirs)
  }
}
