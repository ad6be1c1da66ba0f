import LocalReplica
import Replica
import SyncCore
import SyncModel

extension Engine {
  /// Brings every content that the local side is to get onto this disk, verified; and what the
  /// remote is to get of its own contents under another name.
  func stage(
    _ steps: [Step], _ decision: Decision, _ observation: Observation, _ run: RunState,
    _ halves: inout Halves
  ) async throws {
    let staging = try local.staging(run: run.id)
    var (fromRemote, fromLocal) = try gather(steps, decision, observation, into: staging)
    meter?.begin(
      .receiving, totalFiles: fromRemote.count,
      totalBytes: fromRemote.reduce(0) { $0 + Int(clamping: $1.size) })
    if staging.hasAdopted {
      // What an interrupted run had fetched does not pass by again.
      for content in fromRemote where staging.has(content) { try keepText(content, from: staging) }
      fromRemote.removeAll { staging.has($0) }
    }
    let sink = try tee(into: staging)
    var missing = fromRemote.isEmpty ? [] : try await remote.read(fromRemote, into: sink)
    if !fromLocal.isEmpty { missing += try await local.read(fromLocal, into: staging) }
    guard !missing.isEmpty else {
      staging.isComplete = true
      return
    }
    let reasons = Dictionary(
      missing.map { ($0.content.digest, $0.reason) }, uniquingKeysWith: { first, _ in first })
    for (index, step) in steps.enumerated() {
      for file in Engine.staged(by: step) {
        if let reason = reasons[file.digest] { halves.failed[index] = reason }
      }
    }
    spread(&halves, over: steps)
  }

  /// Lists what is to be read from each side, after staging what needs no reading.
  private func gather(
    _ steps: [Step], _ decision: Decision, _ observation: Observation, into staging: StagingArea
  ) throws -> (fromRemote: [WantedContent], fromLocal: [WantedContent]) {
    var fromRemote: [WantedContent] = []
    var fromLocal: [WantedContent] = []
    var seen: Set<Digest> = []
    for step in steps {
      for file in Engine.staged(by: step) where seen.insert(file.digest).inserted {
        if let bytes = decision.made[file.digest] {
          try Engine.stage(bytes, of: step.path, file, into: staging)
          continue
        }
        if let archive = decision.archive,
          try Engine.copy(
            WantedContent(path: step.path, digest: file.digest, size: file.size), from: archive,
            into: staging)
        {
          continue
        }
        let place = step.source ?? ContentPlace(side: .remote, path: step.path)
        var wanted = WantedContent(path: place.path, digest: file.digest, size: file.size)
        switch place.side {
        case .local: fromLocal.append(wanted)
        case .remote:
          wanted.spelling = observation.remote.tree[place.path]?.spelling
          fromRemote.append(wanted)
        }
      }
    }
    return (fromRemote, fromLocal)
  }

  /// The contents that a step brings to this disk, unless they are there already: what the local
  /// side gets, and what the remote gets of its own contents, past ones or under another name.
  static func staged(by step: Step) -> [Node.File] {
    let givesItself = step.source?.side == .remote ? step.remote : nil
    return [step.local, givesItself].compactMap { change in
      guard let change, let file = change.node.after?.file,
        change.node.before?.file?.digest != file.digest
      else { return nil }
      return file
    }
  }

  private static func stage(
    _ bytes: [UInt8], of path: SyncPath, _ file: Node.File, into sink: any ContentSink
  ) throws {
    let wanted = WantedContent(path: path, digest: file.digest, size: file.size)
    guard !sink.has(wanted) else { return }
    let writer = try sink.begin(wanted)
    try bytes.withUnsafeBytes { try writer.write($0) }
    try writer.finish()
  }

  /// Copies a content that an archive may have; false when it does not have it.
  static func copy(
    _ wanted: WantedContent, from archive: any ContentProvider, into sink: any ContentSink
  ) throws -> Bool {
    if sink.has(wanted) { return true }
    let reader: any ContentReader
    do { reader = try archive.open(wanted, from: 0) } catch is ContentError { return false }
    let writer = try sink.begin(wanted)
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    do {
      while true {
        let count = try buffer.withUnsafeMutableBytes { try reader.read(into: $0) }
        if count == 0 { break }
        try buffer.withUnsafeBytes {
          try writer.write(UnsafeRawBufferPointer(rebasing: $0[..<count]))
        }
      }
      try writer.finish()
      return true
    } catch is ContentError {
      writer.abandon()
      return false
    }
  }
}
