/// Why an entry is left out before any rule of the project is asked.
package enum BuiltInRule: String, Sendable, CaseIterable {
  /// Git's own folder and all spellings that a file system may take for it.
  case versionControl = "version_control"
  /// Our state folder and all spellings that a file system may take for it.
  case ownState = "own_state"
  /// `.env*`: secrets of the environment.
  case environment
  /// Private keys.
  case privateKey = "private_key"
  /// Files in which our own tokens may lie.
  case ownCredentials = "own_credentials"
  /// `node_modules`: can be installed again.
  case installedPackages = "installed_packages"
  /// `__pycache__`: made again by the next start.
  case bytecodeCache = "bytecode_cache"
  /// What editors leave behind.
  case editorLitter = "editor_litter"
  /// What desktops leave behind.
  case systemLitter = "system_litter"
  /// Any other name with a dot in front.
  case hidden

  /// Whether no pattern of `include` can ever lift the rule.
  package var isProtected: Bool {
    switch self {
    case .versionControl, .ownState: true
    case .environment, .privateKey, .ownCredentials, .installedPackages, .bytecodeCache,
      .editorLitter, .systemLitter, .hidden:
      false
    }
  }

  /// The names that the rule speaks of, as patterns.
  package var patterns: [String] {
    switch self {
    case .versionControl: [".git"]
    case .ownState: [".syncline"]
    case .environment: [".env*"]
    case .privateKey: BuiltInRules.keyNames + BuiltInRules.keySuffixes.map { "*" + $0 }
    case .ownCredentials: ["syncline-credentials*"]
    case .installedPackages: ["node_modules"]
    case .bytecodeCache: ["__pycache__"]
    case .editorLitter: ["*~", ".*.sw?", "4913", ".#*"]
    case .systemLitter: [".DS_Store", "Thumbs.db"]
    case .hidden: [".*"]
    }
  }

  /// What the rule is for, as a noun phrase.
  package var reason: String {
    switch self {
    case .versionControl: "git's own folder"
    case .ownState: "private state of this folder"
    case .environment: "environment file, may hold secrets"
    case .privateKey: "private key"
    case .ownCredentials: "credentials of syncline"
    case .installedPackages: "installed packages"
    case .bytecodeCache: "bytecode cache"
    case .editorLitter: "editor litter"
    case .systemLitter: "system litter"
    case .hidden: "hidden file or folder"
    }
  }
}
