import SyncModel
import CommandLineKit
import HTTPClient
import HubProtocol
import HubReplica
import Platform
import ProjectState
import Replica

/// Looks at the hub behind a target and at what is remembered of its project.
struct HubExamination {
  /// The name of the target.
  let target: String
  /// The project's name on the hub.
  let project: String
  /// The way to it.
  let connection: HubConnection
  /// The time here.
  let clock: WallClock

  /// More than this many seconds between the two clocks is told.
  private static let tolerance: Int64 = 10

  /// Looks at everything, as far as each answer lets it.
  func look(_ state: StateDatabase?, _ checkup: inout Checkup) async throws {
    let hub = HubAdministration(connection: connection)
    let found = try await checkup.attempt("hub") { checkup in
      let info = try await hub.hub()
      checkup.fine("hub", "\(connection.origin) answers; its version is \(info.version)")
      return info
    }
    guard let info = found else { return }
    protocols(info, &checkup)
    checkup.fine(
      "limits",
      "up to \(Plural.text(info.limits.entries, "change")) in one push, and "
        + "\(Plural.text(info.limits.requestsPerMinute, "request")) a minute")
    clocks(&checkup)
    let holder = try await checkup.attempt("signed in") { checkup in
      let holder = try await hub.whoami()
      checkup.fine("signed in", "the hub takes you for \(holder.name)")
      if !holder.scopes.contains(.write), !holder.scopes.contains(.admin) {
        checkup.warn(
          "scope", "the token may read only", hint: "pushing needs a token with --scope write")
      }
      return holder
    }
    guard holder != nil else { return }
    _ = try await checkup.attempt("project") { checkup in
      let found = try await hub.project(project)
      checkup.fine("project", "\(project) is there, at revision \(found.revision)")
      try history(found, state, &checkup)
    }
  }

  private func protocols(_ info: HubInfo, _ checkup: inout Checkup) {
    if info.protocols.contains(Wire.version) {
      checkup.fine("protocol", "both speak version \(Wire.version)")
    } else {
      let range = "\(info.protocols.lowerBound) to \(info.protocols.upperBound)"
      checkup.fail(
        "protocol", .unreachable,
        "this program speaks version \(Wire.version), and the hub \(range)",
        hint: info.protocols.upperBound < Wire.version
          ? "update the hub" : "update this program")
    }
  }

  private func clocks(_ checkup: inout Checkup) {
    guard let time = connection.lastTime else { return }
    let skew = (clock.now() - time.nanoseconds) / 1_000_000_000
    if abs(skew) <= HubExamination.tolerance {
      checkup.fine("clock", "the two clocks agree")
    } else {
      let span = TimeSpan.text(milliseconds: skew.magnitude * 1000)
      checkup.warn(
        "clock", "this clock is \(span) \(skew > 0 ? "ahead of" : "behind") the hub's",
        hint: "set the clock; only the policy 'newest' and the times shown depend on it")
    }
  }

  private func history(
    _ project: ProjectInfo, _ state: StateDatabase?, _ checkup: inout Checkup
  ) throws {
    guard let record = try state?.target(named: target) else {
      return checkup.neverSynced("history")
    }
    guard record.identity == project.id else {
      checkup.fail(
        "history", .stopped, "another project stands behind target '\(target)' than before",
        hint: "'syncline target relink' accepts it; 'syncline target set-url' names the right one")
      return
    }
    let isRewound =
      record.revision.map { known in
        known > project.revision
          || known == project.revision && record.fingerprint != nil && project.treeDigest != nil
            && record.fingerprint != project.treeDigest?.hex
      } ?? false
    if isRewound {
      checkup.fail(
        "history", .stopped,
        "the hub's history is not the one that was seen: revision \(record.revision ?? 0) was known, "
          + "and it is at \(project.revision)",
        hint: "it may have been restored from a backup; 'syncline rebase' accepts it")
    } else {
      checkup.fine("history", "it goes on from what was synced last")
    }
  }
}
