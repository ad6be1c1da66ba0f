import CommandLineKit
import Engine
import IgnoreRules
import LocalReplica
import Platform
import ProjectConfig
import ProjectState
import Replica
import SyncModel

/// Looks at the private folder of a project and at the disk that it is on.
struct FolderExamination {
  /// The folder.
  let folder: ProjectFolder
  /// The clock that the replica works with.
  let clock: WallClock

  private static let littleSpace: UInt64 = 100 << 20

  /// Looks at everything but the state.
  func look(_ checkup: inout Checkup) async throws {
    _ = try await checkup.attempt("disk") { try space(&$0) }
    guard let hidden = folder.hidden else {
      checkup.warn(
        "binding", "this folder is not bound yet: there is no .syncline",
        hint: "'syncline sync' binds it; 'status' and 'diff' work without")
      return
    }
    _ = try await checkup.attempt("private folder") { try permissions(hidden, &$0) }
    _ = try await checkup.attempt("lock") { checkup in
      // Held while we look, so that nothing below is the work of a run that still goes on.
      guard let lock = try folder.lock() else {
        checkup.warn(
          "lock", "another run works in this folder right now", hint: "look again when it is done")
        return
      }
      defer { withExtendedLifetime(lock) {} }
      checkup.fine("lock", "no other run works in this folder")
      try staging(hidden, &checkup)
      try volume(hidden, &checkup)
    }
  }

  /// Opens the state and looks for runs that were cut off; nothing where there is none.
  func state(_ checkup: inout Checkup) async throws -> StateDatabase? {
    guard folder.hidden != nil else { return nil }
    return try await checkup.attempt("state") { checkup in
      guard try folder.hasState() else {
        checkup.warn(
          "state", "there is no state.db yet, so nothing was synced here",
          hint: "'syncline sync' makes it")
        return nil
      }
      let state = try folder.openState(create: false)
      try state.verify()
      checkup.fine("state", "state.db is whole; its format is \(StateDatabase.formatVersion)")
      let cutOff = try state.unfinishedRuns()
      if cutOff.isEmpty {
        checkup.fine("runs", "no run was cut off")
      } else {
        checkup.warn(
          "runs", "cut off, or at work right now: " + cutOff.joined(separator: ", "),
          hint: "the next 'syncline sync' settles what a run left before it does anything else")
      }
      return state
    } ?? nil
  }

  /// Looks for what cannot take part, and why, as a run with a target would find it.
  func files(
    _ configuration: ProjectConfiguration, _ target: ProjectConfiguration.Target?,
    _ state: StateDatabase, _ checkup: inout Checkup
  ) async throws {
    _ = try await checkup.attempt("files") { checkup in
      let scan = try await LocalReplica(
        root: folder.root, state: folder.hidden, id: "doctor",
        rules: ProjectRules(
          try configuration.selectionRules(carrying: target?.address.carriedKinds)),
        options: LocalReplica.Options(largestFile: ProjectSession.maximumFile(configuration)),
        clock: clock
      ).scan(using: try state.statCache())
      var left: [String] = []
      for entry in scan.snapshot.tree.entries {
        guard case .blocked(let reason) = entry.state else { continue }
        left.append("'\(TerminalText.escaped(entry.path.key))': \(reason.words)")
      }
      for entry in scan.snapshot.unnameable {
        left.append("'\(TerminalText.escaped(entry.likeness.key))': \(entry.reason.words)")
      }
      guard !left.isEmpty else {
        checkup.fine("files", "all that is to be synced can be read")
        return
      }
      checkup.warn(
        "files",
        "\(Plural.text(left.count, "entry", "entries")) cannot be synced: "
          + left.prefix(5).joined(separator: "; ")
          + (left.count > 5 ? "; and \(left.count - 5) more" : ""),
        hint: "'syncline status' lists each with its reason; nothing of them is taken for deleted")
    }
  }

  private func space(_ checkup: inout Checkup) throws {
    let free = try folder.root.freeSpace()
    let text = "\(ByteSize.text(free)) are free"
    if free < FolderExamination.littleSpace {
      checkup.warn(
        "disk", text, hint: "make room: what runs replace is kept; see 'syncline trash prune'")
    } else {
      checkup.fine("disk", text)
    }
  }

  private func permissions(_ hidden: any Directory, _ checkup: inout Checkup) throws {
    try folder.requireReadable(["objects", "staging", "trash"])
    let mode = try hidden.status().mode & 0o777
    if mode & 0o077 == 0 {
      checkup.fine("private folder", ".syncline is open to its owner alone")
    } else {
      checkup.fail(
        "private folder", .stopped,
        ".syncline is open to other users (mode \(String(mode, radix: 8)))",
        hint: "chmod 700 .syncline")
    }
  }

  private func staging(_ hidden: any Directory, _ checkup: inout Checkup) throws {
    let names: [[UInt8]]
    do throws(Errno) { names = try hidden.openDirectory("staging").list().byteNames } catch {
      guard error == .notFound else { throw error }
      names = []
    }
    if names.isEmpty {
      checkup.fine("staging", "nothing is left over from earlier runs")
    } else {
      checkup.warn(
        "staging", "\(Plural.text(names.count, "run")) left fetched content in .syncline/staging",
        hint: "it holds nothing of yours; a run that was cut off takes it up or clears it")
    }
  }

  private func volume(_ hidden: any Directory, _ checkup: inout Checkup) throws {
    let rules = ProjectRules(try SelectionRules(include: [], ignore: [], usesGitignore: true))
    let volume = try LocalReplica(
      root: folder.root, state: hidden, id: "doctor", rules: rules, clock: clock
    ).probeVolume()
    let names = volume.isCaseSensitive ? "tells case apart" : "does not tell case apart"
    if volume.knowsExchange, volume.knowsNoReplace {
      checkup.fine("file system", "it exchanges files at one instant, and \(names)")
    } else {
      checkup.warn(
        "file system",
        "it cannot exchange files at one instant, so that a file is absent for a moment while it is "
          + "replaced; it \(names)",
        hint: "keep the project on ext4, XFS, Btrfs or APFS where other programs write to it")
    }
  }
}
