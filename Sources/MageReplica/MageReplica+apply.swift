import HTTPClient
import Platform
package import Replica
import SyncModel
import YAML

extension MageReplica {
  /// Applies changes one by one, blocks before the pipelines that name them, deletions last.
  ///
  /// When the server goes away after some are done, the others come back as not tried, with the
  /// cause, so that what is done is recorded. A repeated batch finds its changes made.
  package func apply(
    _ batch: Batch, contents: any ContentProvider
  ) async throws -> BatchOutcome {
    guard !batch.changes.isEmpty else { return BatchOutcome(results: []) }
    let known = try await connection.blocking { [self] cancellation in
      let seen = self.known.withLock { $0?.project }
      let found = try project(cancellation, again: true)
      // What was planned for one project is never written to another one behind the same address.
      guard seen == nil || seen == found.project else {
        throw ReplicaError(
          .refused, detail: "\(connection.address): another project answers than a moment ago")
      }
      return found
    }
    let reader = reader(known)
    let work = Locked(Work(count: batch.changes.count))
    var cut: (any Error)?
    do {
      for group in WriteOrder.groups(batch.changes) {
        try await connection.forEach(group.count) { [self] number, cancellation in
          let index = group[number]
          let outcome = try make(
            batch.changes[index], from: contents,
            PathWriter(reader: reader, cancellation: cancellation))
          work.withLock { $0.take(outcome, at: index, of: batch.changes[index]) }
        }
      }
    } catch {
      guard work.withLock({ $0.hasWritten }) else {
        forget(batch.changes, known.project)
        throw error
      }
      cut = error
    }
    let done = work.withLock { $0 }
    remember(done, batch.changes, known.project)
    return BatchOutcome(
      results: done.results.map { $0 ?? .notTried }, overtaken: done.overtaken, cut: cut)
  }

  /// What became of a batch so far.
  private struct Work {
    var results: [ChangeResult?]
    var rows: [(change: PathChange, text: (bytes: [UInt8], facts: MageReading.Text))] = []
    var overtaken: [OvertakenWrite] = []

    init(count: Int) {
      results = Array(repeating: nil, count: count)
    }

    var hasWritten: Bool { results.contains(.done) }

    mutating func take(_ outcome: PathWriter.Outcome, at index: Int, of change: PathChange) {
      results[index] = outcome.result
      if let text = outcome.text { rows.append((change, text)) }
      overtaken += outcome.overtaken.map { OvertakenWrite(path: change.path, place: $0) }
    }
  }

  private func make(
    _ change: PathChange, from contents: any ContentProvider, _ writer: PathWriter
  ) throws -> PathWriter.Outcome {
    guard let after = change.node.after else { return try writer.make(change, nil) }
    guard case .file(let file) = after else {
      return PathWriter.Outcome(.failed(.linkNotCarried))
    }
    let wanted = WantedContent(path: change.path, digest: file.digest, size: file.size)
    let bytes: [UInt8]
    switch try ContentBytes.read(wanted, from: contents) {
    case .success(let found): bytes = found
    case .failure(let refused): return PathWriter.Outcome(.failed(refused.reason))
    }
    // Where line ends cannot be read back, a text with CRLF would never be known to have arrived.
    guard MageText.isKept(bytes),
      !writer.reader.dialect.hidesLineEnds || !bytes.contains(UInt8(ascii: "\r"))
    else { return PathWriter.Outcome(.failed(.contentNotCarried)) }
    if MageFileKinds.isYAML(change.path) {
      do throws(YAMLError) { try YAML.validate(bytes) } catch {
        return PathWriter.Outcome(.failed(.notWellFormed(line: error.line)))
      }
    }
    let outcome = try writer.make(change, bytes)
    if outcome.result == .done { meter?.add(files: 1, bytes: bytes.count) }
    return outcome
  }

  /// Takes over what was read back, so that the next look reads less.
  private func remember(_ work: Work, _ changes: [PathChange], _ project: MageProject) {
    var listing = memory.listing(of: project.id)
    let touched = Set(changes.map(\.path))
    listing.rows.removeAll { touched.contains($0.path) }
    for (change, text) in work.rows {
      let file = MageFile(change.path, spelling: change.spelling)
      listing.rows.append(row(file, text.bytes, text.facts))
    }
    listing.rows.sort { $0.path < $1.path }
    // The rows are no longer those of the listing.
    listing.tag = nil
    memory.keep(listing, of: project.id)
  }

  private func forget(_ changes: [PathChange], _ project: MageProject) {
    remember(Work(count: 0), changes, project)
  }
}
