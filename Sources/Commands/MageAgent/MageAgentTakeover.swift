import ProjectConfig
import Replica
import Engine
import ProjectState
import SyncCore
import SyncModel

/// Takes over a folder that Mage's own tool has kept until now.
///
/// Its state file proves that both sides knew a path. What they held is not in it, and its times
/// mark files as synced that were only left alone. So equal contents count as agreed, and what
/// differs, or is missing on one side, is a conflict: nothing is overwritten or deleted unasked.
enum MageAgentTakeover {
  /// Stands for the content that a path had when it was synced last: it equals none.
  static let unknown = Node.file(
    Node.File(digest: Digest(words: (0, 0, 0, 0)), size: 0, isExecutable: nil))

  /// Texts up to this length are compared without their line ends.
  private static let longestText: UInt64 = 1 << 20

  /// Records what the state file proves, the first time that a folder is opened.
  static func perform(in session: ProjectSession) async throws {
    guard try session.state.target(named: session.target.name) == nil,
      let record = try MageAgentRecord.read(session.folder.root), !record.files.isEmpty
    else { return }
    let root = try await session.repoPath()
    guard record.repoPath == nil || record.repoPath == root else { return }
    let observation = try await session.engine.observe()
    let peek = try session.engine.peek()
    var changes: [BaseChange] = []
    let tracked = record.files.keys.compactMap { try? SyncPath(validating: $0) }
    for path in Set(tracked).sorted() {
      let local = observation.local.tree[path]
      let remote = observation.remote.tree[path]
      let isBlocked = [local, remote].contains { $0.map { $0.node == nil } ?? false }
      guard local != nil || remote != nil, !isBlocked else { continue }
      let isOneText = try await differOnlyInLineEnds(local, remote, peek)
      changes.append(
        BaseChange(path: path, node: agreed(local, remote, isOneText: isOneText)))
    }
    try session.state.transaction {
      let target = try session.state.bind(
        name: session.target.name, identity: observation.identity.id)
      try session.state.apply(changes, to: target)
    }
  }

  /// What both sides agreed on last, as far as it can be told.
  ///
  /// The tool wrote LF for CRLF: where nothing else differs, the local side is what it made of the
  /// remote one, which is then pulled as it is.
  static func agreed(_ local: TreeEntry?, _ remote: TreeEntry?, isOneText: Bool) -> Node {
    guard let here = local?.node, let there = remote?.node else { return unknown }
    return here.file?.digest == there.file?.digest && here.file != nil || isOneText ? here : unknown
  }

  private static func differOnlyInLineEnds(
    _ local: TreeEntry?, _ remote: TreeEntry?, _ peek: ContentPeek
  ) async throws -> Bool {
    guard let here = local?.node?.file, let there = remote?.node?.file,
      here.digest != there.digest, here.size < there.size, there.size <= longestText,
      let mine = try await peek.content(of: local, on: .local),
      let theirs = try await peek.content(of: remote, on: .remote)
    else { return false }
    return mine == withoutCarriageReturns(theirs)
  }

  /// A text as the tool writes it: CRLF, and CR alone, become LF.
  static func withoutCarriageReturns(_ text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    for (index, byte) in text.enumerated() {
      guard byte == UInt8(ascii: "\r") else {
        result.append(byte)
        continue
      }
      let isPair = index + 1 < text.count && text[index + 1] == UInt8(ascii: "\n")
      if !isPair { result.append(UInt8(ascii: "\n")) }
    }
    return result
  }
}
