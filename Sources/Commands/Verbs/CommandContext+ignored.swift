import Replica
import ProjectState
import Platform
import Engine
import CommandLineKit
import IgnoreRules
import JSON
import LocalReplica
import ProjectConfig
import SyncModel

extension CommandContext {
  /// `ignored`: lists what is skipped, and by which rule; asks no remote.
  func ignored() async throws -> ExitCode {
    let session = try FolderSession.open(self, isWriting: false)
    let local = LocalReplica(
      root: session.folder.root, state: session.folder.hidden,
      id: try session.state.fact(.rootID) ?? "unbound",
      rules: ProjectRules(
        try session.configuration.selectionRules(
          carrying: ignoringTarget(session.configuration)?.address.carriedKinds)),
      options: LocalReplica.Options(
        largestFile: ProjectSession.maximumFile(session.configuration), collectsIgnored: true),
      clock: surroundings.clock)
    let scan = try await local.scan(using: try session.state.statCache())
    let meant = try selection(session)
    let entries = try chosen(scan, meant).sorted {
      $0.bytes.lexicographicallyPrecedes($1.bytes)
    }
    let unseen = scan.unseen.filter { folder in
      meant?.items.contains { $0.mayMeanSomething(in: folder.path) } ?? true
    }
    try console.document([
      "schema": "syncline/ignored/1", "entries": .array(entries.map(\.document)),
      "unseen": .array(unseen.map(\.document)),
    ])
    guard !console.isJSON else { return .success }
    var table = Table()
    for entry in entries { table.add([Table.Cell(entry.name), Table.Cell(entry.words)]) }
    try console.write(table.text(console.outputColor))
    for folder in unseen {
      try console.warning(
        "warning: '\(TerminalText.escaped(folder.path.key))' was not looked into: "
          + folder.reason.words)
    }
    if entries.isEmpty, unseen.isEmpty { try console.note("note: nothing is skipped") }
    return .success
  }

  /// The target whose rules count; a folder without one has the rules that hold for all.
  func ignoringTarget(
    _ configuration: ProjectConfiguration
  ) throws -> ProjectConfiguration.Target? {
    guard invocation.value(of: Options.target) == nil else {
      return try ProjectSession.chooseTarget(self, configuration)
    }
    return configuration.defaultTarget
  }

  /// What the words of the command line mean; nothing where there are none.
  private func selection(_ session: FolderSession) throws -> WhatSelection? {
    let words = invocation.values(of: Arguments.what)
    guard !words.isEmpty else { return nil }
    let root = session.folder.root
    let here = try session.location.here.get()
    do {
      return try session.configuration.selection(
        what: words, in: here
      ) { path in
        do { return try root.statusIfPresent(at: path) != nil } catch { return false }
      }
    } catch {
      throw ConfigurationWords.failure(error)
    }
  }

  /// The entries that were meant; a word that means nothing at all is an error.
  private func chosen(
    _ scan: ScanResult, _ selection: WhatSelection?
  ) throws -> [IgnoredEntry] {
    guard let selection else { return scan.ignored }
    var seen = Set<Int>()
    var found: [IgnoredEntry] = []
    for entry in scan.ignored {
      let path = entry.path
      let meant = selection.items.indices.filter { index in
        selection.items[index].isAbout(path, isDirectory: entry.isDirectory)
      }
      seen.formUnion(meant)
      if !meant.isEmpty { found.append(entry) }
    }
    for (index, item) in selection.items.enumerated() where !seen.contains(index) {
      guard item.meaning != .everything,
        !scan.unseen.contains(where: { item.mayMeanSomething(in: $0.path) }),
        !scan.snapshot.tree.entries.contains(where: { item.contains($0.path) })
      else { continue }
      throw CommandFailure(
        .usage, "nothing_matches", "'\(item.text)' means nothing in this folder.",
        hint: "paths count from the current folder")
    }
    return found
  }
}

extension UnseenFolder {
  /// The folder for scripts.
  fileprivate var document: JSONValue {
    ["path": .string(path.key), "reason": .string(reason.code)]
  }
}

extension WhatSelection.Item {
  /// Tells whether the item is about a skipped entry, or about something inside a skipped folder.
  fileprivate func isAbout(_ path: SyncPath, isDirectory: Bool) -> Bool {
    if contains(path) { return true }
    guard isDirectory else { return false }
    switch meaning {
    case .path(let own), .folder(let own): return own == path || own.isBelow(path)
    case .everything, .glob, .collection: return false
    }
  }
}

extension WhatSelection.Item {
  /// Tells whether the item is about a folder that was not looked into, or may be about what it holds.
  fileprivate func mayMeanSomething(in folder: SyncPath) -> Bool {
    switch meaning {
    case .everything, .glob, .collection: true
    case .path(let own), .folder(let own):
      contains(folder) || own == folder || own.isBelow(folder)
    }
  }
}

extension IgnoredEntry {
  /// The path as far as it is text; only compared, never opened.
  fileprivate var path: SyncPath {
    SyncPath(trusted: PathName.canonical(String(decoding: bytes, as: UTF8.self)))
  }

  /// The path for people; folders end in a slash.
  fileprivate var name: String {
    String(decoding: bytes, as: UTF8.self) + (isDirectory ? "/" : "")
  }

  /// The rule for people.
  fileprivate var words: String {
    switch reason {
    case .configuration?: "it decides where things go, and is never synced"
    case .builtIn(let rule)?:
      "\(rule.reason) (built-in rule"
        + (rule.isProtected ? ")" : "; a pattern in 'include' that names it lifts the rule)")
    case .rule(let line)?: "\(line.source):\(line.line): \(line.text)"
    case .notIncluded?: "no pattern of 'include' names it"
    case .notCarried?: "the target carries no such files"
    case nil: "it belongs to syncline itself"
    }
  }

  /// The entry as scripts read it.
  fileprivate var document: JSONValue {
    var object = JSONObject()
    object.insert("path", .string(String(decoding: bytes, as: UTF8.self)))
    if String(validating: bytes, as: UTF8.self) == nil {
      object.insert("path_bytes", .string(Base64.encode(bytes)))
    }
    object.insert("folder", .bool(isDirectory))
    switch reason {
    case .configuration?: object.insert("rule", "configuration")
    case .builtIn(let rule)?:
      object.insert("rule", "built_in")
      object.insert("name", .string(rule.rawValue))
    case .rule(let line)?:
      object.insert("rule", "line")
      object.insert("source", .string(line.source))
      object.insert("line", .integer(Int64(line.line)))
      object.insert("pattern", .string(line.text))
    case .notIncluded?: object.insert("rule", "not_included")
    case .notCarried?: object.insert("rule", "not_carried")
    case nil: object.insert("rule", "own")
    }
    object.insert("reason", .string(words))
    return .object(object)
  }
}
