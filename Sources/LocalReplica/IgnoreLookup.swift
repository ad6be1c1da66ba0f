import Platform
package import SyncModel

/// Answers for whole paths, which need not exist here, by the rules that are in force.
///
/// What the rules say about a folder is worked out once and kept, so that a remote's listing of
/// many paths costs a step a path. Safe from any thread.
final class IgnoreLookup: Sendable {
  /// What is known of a folder.
  private enum Verdict: Sendable {
    case ignored
    /// The rules inside, and the folder itself where it exists here.
    case entered(any ScanRules, (any Directory)?)
  }

  private let folders: Locked<[String: Verdict]>

  /// Starts at the root with the rules of the project.
  init(root: any Directory, rules: any ScanRules) {
    folders = Locked(["": .entered(IgnoreLookup.enter(rules, nil, root), root)])
  }

  /// Tells whether the rules leave a file or link at a path out.
  func isIgnored(_ path: SyncPath) -> Bool {
    let key = path.key
    let slash = key.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = slash.map { String(key[..<$0]) } ?? ""
    let name = slash.map { key[key.utf8.index(after: $0)...] } ?? key[...]
    return folders.withLock { folders in
      switch IgnoreLookup.verdict(of: folder, &folders) {
      case .ignored: true
      case .entered(let rules, _): IgnoreLookup.says(rules, name, isDirectory: false)
      }
    }
  }

  private static func verdict(of folder: String, _ known: inout [String: Verdict]) -> Verdict {
    if let verdict = known[folder] { return verdict }
    let slash = folder.utf8.lastIndex(of: UInt8(ascii: "/"))
    let above = slash.map { String(folder[..<$0]) } ?? ""
    let name = slash.map { folder[folder.utf8.index(after: $0)...] } ?? folder[...]
    let found: Verdict
    switch verdict(of: above, &known) {
    case .ignored: found = .ignored
    case .entered(let rules, let directory):
      if says(rules, name, isDirectory: true) {
        found = .ignored
      } else {
        // A folder that is not here, or not readable, adds no rules of its own.
        let own = try? directory?.openDirectory(name)
        found = .entered(enter(rules, name, own), own)
      }
    }
    known[folder] = found
    return found
  }

  private static func says(
    _ rules: any ScanRules, _ name: Substring, isDirectory: Bool
  ) -> Bool {
    var name = String(name)
    return name.withUTF8 { rules.verdict(of: $0, isDirectory: isDirectory) } == .ignored
  }

  private static func enter(
    _ rules: any ScanRules, _ name: Substring?, _ folder: (any Directory)?
  ) -> any ScanRules {
    var files: [(name: String, contents: [UInt8])] = []
    for wanted in rules.ruleFileNames {
      if let contents = try? folder?.readFile(wanted, limit: 16 << 20) {
        files.append((wanted, contents))
      }
    }
    guard let name else { return rules.entering(folder: nil, ruleFiles: files) }
    var text = String(name)
    return text.withUTF8 { rules.entering(folder: $0, ruleFiles: files) }
  }
}

extension LocalReplica {
  /// Makes a lookup of what the rules leave out, as they are on disk now.
  package func ignoreLookup() -> @Sendable (SyncPath) -> Bool {
    let lookup = IgnoreLookup(root: root, rules: rules)
    return { lookup.isIgnored($0) }
  }
}
