package import SyncModel

/// Which files Mage's own sync carries: source text, by the ends of names.
package enum MageFileKinds {
  /// The ends of names, in lowercase, without their dot.
  package static let extensions = ["py", "sql", "r", "yaml", "yml", "md", "txt"]

  /// Whether a path is of a kind that is carried.
  package static func carries(_ path: SyncPath) -> Bool {
    guard let dot = path.name.utf8.lastIndex(of: UInt8(ascii: ".")) else { return false }
    return extensions.contains(path.name[dot...].dropFirst().lowercased())
  }

  /// Whether a path is hidden or in a cache, so that it takes no part whatever its kind.
  package static func isHidden(_ path: SyncPath) -> Bool {
    path.names.contains { isHidden(name: $0) }
  }

  /// Whether a name hides what it names, and what is below it.
  static func isHidden(name: Substring) -> Bool { name.hasPrefix(".") || name == "__pycache__" }

  /// Whether a file is YAML, which Mage must be able to read.
  static func isYAML(_ path: SyncPath) -> Bool {
    let name = path.name.lowercased()
    return name.hasSuffix(".yaml") || name.hasSuffix(".yml")
  }
}
