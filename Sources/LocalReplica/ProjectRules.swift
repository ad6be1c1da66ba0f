import Crypto
package import IgnoreRules
package import SyncModel

/// The rules of a project as a scan asks for them, in one folder.
package struct ProjectRules: ScanRules {
  private let rules: SelectionRules
  private let walk: SelectionWalk?
  package let mark: Digest

  /// Takes the rules of a project, as its configuration has them.
  package init(_ rules: SelectionRules) {
    self.init(rules, walk: nil, mark: SHA256.hash(Array(rules.canonicalText.utf8)))
  }

  private init(_ rules: SelectionRules, walk: SelectionWalk?, mark: Digest) {
    self.rules = rules
    self.walk = walk
    self.mark = mark
  }

  package var ruleFileNames: [String] { rules.ignoreFileNames }

  package func entering(
    folder name: UnsafeBufferPointer<UInt8>?, ruleFiles: [RuleFile]
  ) -> ProjectRules {
    let prefix = walk.map { String(decoding: $0.folder, as: UTF8.self) } ?? ""
    let folder = name.map { prefix + String(decoding: $0, as: UTF8.self) + "/" } ?? ""
    let files = ruleFiles.map {
      IgnoreFile(source: folder + $0.name, contents: ProjectRules.canonical($0.contents))
    }
    let mark = mark(with: ruleFiles, in: folder)
    guard let name, var walk else {
      return ProjectRules(rules, walk: SelectionWalk(rules, files: files), mark: mark)
    }
    walk.enter(name, files: files)
    return ProjectRules(rules, walk: walk, mark: mark)
  }

  /// The mark inside a folder: its rule files count by what they say and by where they stand, as
  /// a rule with a slash in it means another path there.
  private func mark(
    with ruleFiles: [RuleFile], in folder: String
  ) -> Digest {
    guard !ruleFiles.isEmpty else { return mark }
    let hasher = SHA256()
    mark.withBytes { hasher.update($0) }
    hasher.update(Array("\(folder.utf8.count) \(folder)".utf8))
    for file in ruleFiles {
      // The lengths keep one file from passing for two.
      hasher.update(Array("\(file.name) \(file.contents.count)\n".utf8))
      hasher.update(file.contents)
    }
    return hasher.finish()
  }

  /// Rules in the normal form of the paths that they are held against; other bytes as they are.
  private static func canonical(_ contents: [UInt8]) -> [UInt8] {
    ScanBytes.key(of: contents) ?? contents
  }

  package func verdict(
    of name: UnsafeBufferPointer<UInt8>, isDirectory: Bool
  ) -> ScanVerdict {
    switch walk?.selection(of: name, isFolder: isDirectory) {
    case .selected, nil: .included
    case .skipped: .ignored
    }
  }

  package func reason(
    of name: UnsafeBufferPointer<UInt8>, isDirectory: Bool
  ) -> SkipReason? {
    switch walk?.selection(of: name, isFolder: isDirectory) {
    case .selected, nil: nil
    case .skipped(let reason): reason
    }
  }
}
