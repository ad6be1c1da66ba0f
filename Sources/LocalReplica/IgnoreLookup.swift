import Platform
package import SyncModel

/// Answers for whole paths, which need not exist here, by the rules that are in force.
///
/// What the rules say about a folder is worked out once and kept, so that a remote's listing of
/// many paths costs a step a path. Where it cannot be told what rule files a folder has, nothing is
/// known to be left out in it. Safe from any thread.
package final class IgnoreLookup: Sendable {
  /// What is known of a folder.
  private enum Verdict: Sendable {
    case ignored
    /// The rules inside of it.
    case entered(any ScanRules)
    /// It has rules that cannot be read.
    case unknown
  }

  private struct Memory: Sendable {
    var verdicts: [String: Verdict] = [:]
    let rules: any ScanRules
    var files: any RuleFiles
  }

  private let memory: Locked<Memory>

  /// Starts with the rules of the project, and with the files that add to them.
  init(_ rules: any ScanRules, files: any RuleFiles) {
    memory = Locked(Memory(rules: rules, files: files))
  }

  /// Tells whether the rules leave a file or link at a path out.
  package func callAsFunction(_ path: SyncPath) -> Bool {
    let (folder, name) = IgnoreLookup.split(path.key)
    return memory.withLock { memory in
      switch IgnoreLookup.verdict(of: folder, &memory) {
      case .ignored: true
      case .unknown: false
      case .entered(let rules): IgnoreLookup.says(rules, name, isDirectory: false)
      }
    }
  }

  private static func split(_ key: String) -> (folder: String, name: Substring) {
    guard let slash = key.utf8.lastIndex(of: UInt8(ascii: "/")) else { return ("", key[...]) }
    return (String(key[..<slash]), key[key.utf8.index(after: slash)...])
  }

  private static func verdict(of folder: String, _ memory: inout Memory) -> Verdict {
    if let verdict = memory.verdicts[folder] { return verdict }
    let found = lookUp(folder, &memory)
    memory.verdicts[folder] = found
    return found
  }

  private static func lookUp(_ folder: String, _ memory: inout Memory) -> Verdict {
    if folder.isEmpty { return enter(memory.rules, nil, folder, &memory) }
    let (above, name) = split(folder)
    switch verdict(of: above, &memory) {
    case .ignored: return .ignored
    case .unknown: return .unknown
    case .entered(let rules):
      if says(rules, name, isDirectory: true) { return .ignored }
      return enter(rules, name, folder, &memory)
    }
  }

  private static func says(
    _ rules: any ScanRules, _ name: Substring, isDirectory: Bool
  ) -> Bool {
    var name = String(name)
    return name.withUTF8 { rules.verdict(of: $0, isDirectory: isDirectory) } == .ignored
  }

  /// Goes into a folder with the rules of its own files; one that is not here has none.
  private static func enter(
    _ rules: any ScanRules, _ name: Substring?, _ folder: String, _ memory: inout Memory
  ) -> Verdict {
    guard let files = memory.files.files(in: folder, named: rules.ruleFileNames) else {
      return .unknown
    }
    guard let name else { return .entered(rules.entering(folder: nil, ruleFiles: files)) }
    var text = String(name)
    return text.withUTF8 { .entered(rules.entering(folder: $0, ruleFiles: files)) }
  }
}

extension LocalReplica {
  /// Makes a lookup of what the rules leave out, by the rule files that a scan read.
  package func ignoreLookup(in files: ScannedRuleFiles) -> IgnoreLookup {
    IgnoreLookup(rules, files: files)
  }

  /// Makes a lookup of what the rules leave out, by the rule files that are on disk when it is asked.
  ///
  /// For who only saves work by it: a scan may have read others.
  package func ignoreLookup() -> IgnoreLookup {
    IgnoreLookup(rules, files: DiskRuleFiles(root: root))
  }
}
