import Platform
import CommandLineKit
import HubStore
import JSON
import SyncModel

/// Care for a hub's data: `backup`, `restore`, `check`, `purge` and `migrate`.
extension CommandContext {
  /// Copies the hub as it is at one moment, also while it is served.
  func hubBackup() throws -> ExitCode {
    let place = word("dir")
    let target = DataFolder(surroundings.absolute(place))
    let store = try openHub(for: .beside)
    if isDryRun {
      try HubStore.requireRoom(in: target, forCopyOf: dataFolder)
    } else {
      try filling(target) { try store.backup(to: target) }
    }
    let count = try store.projects().count
    let findings = isDryRun ? [] : try damage(in: target)
    try console.document([
      "schema": "syncline/hub-backup/1", "dry_run": .bool(isDryRun),
      "data": .string(dataFolder.path),
      "backup": .string(target.path), "findings": CommandContext.list(findings),
    ])
    try console.line(
      TerminalText.escaped(
        "\(isDryRun ? "would back up" : "backed up") \(Plural.text(count, "project")) "
          + "to \(target.path)"))
    return try tell(
      findings, of: "the backup, as the hub itself is",
      hint: "keep the last backup that was whole, and look at the hub with 'syncline hub check'")
  }

  /// What is damaged in a copy that was just made.
  private func damage(in copy: DataFolder) throws -> [CheckFinding] {
    try HubStore(copy, for: .beside, environment: hubEnvironment).check()
  }

  /// Tells of damage in a copy that was made all the same: it holds whatever can still be read.
  private func tell(_ findings: [CheckFinding], of copy: String, hint: String) throws -> ExitCode {
    guard !findings.isEmpty else { return .success }
    try list(findings)
    try console.warning("damaged: \(Plural.text(findings.count, "finding")) in \(copy)")
    try console.warning("hint: \(hint)")
    return .partial
  }

  private func list(_ findings: [CheckFinding]) throws {
    for finding in findings {
      let place = finding.project.map { "\($0): " } ?? ""
      try console.line(TerminalText.escaped("\(place)\(finding.kind.words): \(finding.subject)"))
    }
  }

  private static func list(_ findings: [CheckFinding]) -> JSONValue {
    .array(
      findings.map { finding in
        [
          "kind": .string(finding.kind.rawValue),
          "project": finding.project.map { .string($0) } ?? .null,
          "subject": .string(finding.subject),
        ]
      })
  }

  /// Runs what fills a folder, so that a full disk is told as that folder's.
  private func filling(_ folder: DataFolder, _ body: () throws -> Void) throws {
    do { try body() } catch HubStoreError.storageFull {
      throw CommandFailure(
        .partial, "storage_full", "The disk of '\(folder.path)' is full.",
        hint: "make room there and run this again, which makes it anew")
    }
  }

  /// Makes a data folder from a backup, which stays as it is.
  func hubRestore() throws -> ExitCode {
    let place = word("backup")
    let backup = DataFolder(surroundings.absolute(place))
    guard try backup.foundFormat() != nil else { throw HubStoreError.notAHub(path: backup.path) }
    if isDryRun {
      try HubStore.requireRoom(in: dataFolder, forCopyOf: backup)
    } else {
      try filling(dataFolder) {
        try HubStore.restore(backup, to: dataFolder, environment: hubEnvironment)
      }
    }
    let findings = isDryRun ? [] : try damage(in: dataFolder)
    try console.document([
      "schema": "syncline/hub-restore/1", "dry_run": .bool(isDryRun),
      "backup": .string(backup.path), "data": .string(dataFolder.path),
      "findings": CommandContext.list(findings),
    ])
    try console.line(
      TerminalText.escaped(
        "\(isDryRun ? "would restore" : "restored") \(backup.path) to \(dataFolder.path)"))
    return try tell(
      findings, of: "what was restored, as in the backup",
      hint: "restore another backup into another folder, if there is one that is whole")
  }

  /// Reads and verifies everything, also while the hub is served.
  func hubCheck() throws -> ExitCode {
    let store = try openHub(for: .beside)
    let findings = try store.check()
    let projects = try store.projects().count
    let leftovers = try store.leftovers()
    try console.document([
      "schema": "syncline/hub-check/1", "clean": .bool(findings.isEmpty),
      "projects": .integer(Int64(projects)),
      "findings": CommandContext.list(findings), "uploads": leftovers.uploads.json,
      "unnamed": leftovers.unnamed.json,
    ])
    try list(findings)
    if let words = leftovers.words { try console.line(words) }
    guard !findings.isEmpty else {
      try console.line("\(Plural.text(projects, "project")): everything is as it must be")
      return .success
    }
    try console.warning(
      "\(Plural.text(findings.count, "finding")); stop the hub, keep a copy of its folder, and "
        + "restore a backup; clones send again what only they have")
    return .differences
  }

  /// Removes a content for good; the hub must not be running.
  func hubPurge() throws -> ExitCode {
    let text = word("digest")
    guard let digest = Digest(text: text.hasPrefix("sha256:") ? text : "sha256:" + text) else {
      throw CommandFailure(
        .usage, "bad_digest", "'\(text)' is no digest.",
        hint: "it is sha256: and 64 hexadecimal digits; 'syncline log --json' tells it")
    }
    let store = try openHub(for: isDryRun ? .beside : .maintain)
    let project = try hubProject(
      store, named: word("project"))
    let preview = try store.purgePreview(digest, in: project)
    var report = preview
    if !isDryRun {
      try console.confirm(
        "Remove \(digest) from project \(project.name) for good, in "
          + "\(Plural.text(preview.versions.count, "path")) of its history?")
      report = try store.purge(digest, by: hubActor, in: project)
    }
    try console.line(
      "\(isDryRun ? "would purge" : "purged") \(digest): "
        + "\(Plural.text(report.versions.count, "path")) of the history, "
        + Plural.text(report.drafts, "draft"))
    for version in report.versions {
      try console.line("  \(TerminalText.escaped(version.path.key)) at \(version.revision)")
    }
    try console.document([
      "schema": "syncline/hub-purge/1", "dry_run": .bool(isDryRun),
      "project": .string(project.name), "digest": .string(digest.description),
      "versions": .array(
        report.versions.map {
          ["path": .string($0.path.key), "revision": .integer(Int64(clamping: $0.revision))]
        }), "drafts": .integer(Int64(report.drafts)),
    ])
    return .success
  }

  /// Brings an older data folder to this program's format.
  func hubMigrate() throws -> ExitCode {
    try requireHub()
    let found = try dataFolder.foundFormat() ?? DataFolder.format
    if isDryRun, found > DataFolder.format {
      throw HubStoreError.newerFormat(found: found, supported: DataFolder.format)
    }
    let copy = isDryRun ? nil : try HubStore.migrate(dataFolder)
    let isOld = found < DataFolder.format
    let verb = isDryRun ? "would migrate" : "migrated"
    try console.line(
      isOld
        ? "\(verb) from format \(found) to \(DataFolder.format)"
        : "the data folder has format \(found) already")
    if let copy { try console.note("the database as it was is in '\(TerminalText.escaped(copy))'") }
    try console.document([
      "schema": "syncline/hub-migrate/1", "dry_run": .bool(isDryRun), "migrated": .bool(isOld),
      "from": .integer(Int64(found)), "to": .integer(Int64(DataFolder.format)),
      "copy": copy.map { .string($0) } ?? .null,
    ])
    return .success
  }
}

extension CheckFinding.Kind {
  /// What was found, for people.
  fileprivate var words: String {
    switch self {
    case .database: "the database file is damaged"
    case .pack: "a pack is missing, short or unreadable"
    case .content: "a content is not that of its digest"
    case .missingContent: "a content that is named is not there"
    case .treeDigest: "the tree is not the one that was recorded"
    case .history: "the tree is not what its history leads to"
    }
  }
}
