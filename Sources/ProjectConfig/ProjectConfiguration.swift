package import IgnoreRules
package import SyncCore
package import SyncModel

/// What `syncline.yaml` says.
package struct ProjectConfiguration: Sendable, Equatable {
  /// A named remote project.
  package struct Target: Sendable, Equatable {
    /// The name by which people call it.
    package var name: String
    /// The URL as it was written.
    package var url: String
    /// What the URL means.
    package var address: TargetAddress
    /// Whether the file marks it as the default.
    package var isDefault: Bool

    /// Describes a target.
    ///
    /// - Throws: what is wrong with the URL.
    package init(name: String, url: String, isDefault: Bool = false) throws(AddressProblem) {
      self.name = name
      self.url = url
      address = try TargetAddress(url)
      self.isDefault = isDefault
    }
  }

  /// A name for some of the files.
  package struct Collection: Sendable, Equatable {
    /// The name, which WHAT may be.
    package var name: String
    /// Globs anchored at the project's root; a folder's stands for everything below.
    package var globs: [Glob]
  }

  /// A value for the paths of a glob.
  package struct Rule<Value: Sendable & Equatable>: Sendable, Equatable {
    /// The glob, anchored at the project's root; a folder's stands for everything below.
    package var glob: Glob
    /// The value.
    package var value: Value
  }

  /// Numbers that bound what is synced and kept.
  package struct Limits: Sendable, Equatable {
    /// The largest file that is synced, in bytes; nothing means no limit of the project's own.
    package var maxFile: UInt64?
    /// How long the trash keeps things; nothing means ``standardKeepTrash``.
    package var keepTrash: Duration?

    /// How long the trash keeps things where the file says nothing: 30 days.
    package static let standardKeepTrash = Duration.seconds(30 * 86_400)

    /// How long the trash keeps things, in nanoseconds; the longest that can be told at most.
    package var keepTrashNanoseconds: Int64 {
      let seconds = (keepTrash ?? Limits.standardKeepTrash).components.seconds
      let (product, isTooLong) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
      return isTooLong ? .max : product
    }

    /// Describes limits.
    package init(maxFile: UInt64? = nil, keepTrash: Duration? = nil) {
      self.maxFile = maxFile
      self.keepTrash = keepTrash
    }
  }

  /// The project's name among people, if it has one.
  package var project: String?
  /// The targets in the order in which they were written.
  package var targets: [Target] = []
  /// The globs of `include` as written; empty means everything.
  package var include: [String] = []
  /// The lines of `ignore` as written.
  package var ignore: [String] = []
  /// Whether `.gitignore` files count.
  package var usesGitignore = true
  /// The collections in the order in which they were written.
  package var collections: [Collection] = []
  /// The policy of conflicts that no rule is about, if the file names one.
  package var defaultPolicy: ConflictPolicy?
  /// The rules of `conflicts` in the order in which they were written; the last that matches wins.
  package var conflicts: [Rule<ConflictPolicy>] = []
  /// The rules of `owners` in the order in which they were written; the last that matches wins.
  package var owners: [Rule<Side>] = []
  /// The limits.
  package var limits = Limits()

  /// Describes a project without targets.
  package init(project: String? = nil) {
    self.project = project
  }

  /// The target that is meant where none is named: the marked one, or the only one.
  package var defaultTarget: Target? {
    targets.first(where: \.isDefault) ?? (targets.count == 1 ? targets.first : nil)
  }

  /// Finds a target by its name.
  package func target(named name: String) -> Target? {
    targets.first { $0.name == name }
  }

  /// Finds a collection by its name.
  package func collection(named name: String) -> Collection? {
    collections.first { $0.name == name }
  }

  /// The policy of each path: the last rule of the file that matches, else the default, else `ask`.
  package var policies: Policies {
    // Policies asks the strongest rule first.
    let rules = conflicts.reversed().map { rule in
      let glob = rule.glob
      return Policies.Rule(rule.value) { glob.covers($0.key) }
    }
    return Policies(standard: defaultPolicy ?? .ask, rules: rules)
  }

  /// The owner of each path: that of the last rule of the file that matches.
  package var ownership: Owners {
    guard !owners.isEmpty else { return .none }
    let rules = Array(owners.reversed())
    return Owners { path in rules.first { $0.glob.covers(path.key) }?.value }
  }

  /// The rules that decide what is synced, but for what a target cannot carry.
  package var selectionRules: SelectionRules {
    get throws(GlobError) { try selectionRules(carrying: nil) }
  }

  /// The rules that decide what is synced with a remote that carries certain kinds of files only.
  package func selectionRules(carrying kinds: FileKinds?) throws(GlobError) -> SelectionRules {
    // In the normal form of the paths that they are held against.
    try SelectionRules(
      include: include.map { PathName.canonical($0) },
      ignore: ignore.map { PathName.canonical($0) },
      usesGitignore: usesGitignore, kinds: kinds)
  }
}
