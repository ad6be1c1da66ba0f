import IgnoreRules
import ProjectConfig
import SyncCore
import SyncModel

/// Everything in a configuration that plans depend on, as one digest.
enum PlanBasis {
  /// The digest; equal for equal rules, and for no others.
  static func digest(
    _ configuration: ProjectConfiguration, prefer: ConflictPolicy?
  ) throws -> Digest {
    var text = "syncline-policies 1\n"
    func line(_ fields: String...) {
      // The length keeps a line feed in a value from passing for another line.
      for field in fields { text += "\(field.utf8.count):\(field) " }
      text += "\n"
    }
    line("prefer", prefer?.rawValue ?? "")
    line("default", configuration.defaultPolicy?.rawValue ?? "")
    for rule in configuration.conflicts { line("conflict", rule.glob.pattern, rule.value.rawValue) }
    for rule in configuration.owners { line("owner", rule.glob.pattern, rule.value.rawValue) }
    for collection in configuration.collections {
      line("collection", collection.name)
      for glob in collection.globs { line("glob", glob.pattern) }
    }
    line("max_file", configuration.limits.maxFile.map { "\($0)" } ?? "")
    line("rules", try configuration.selectionRules.canonicalText)
    return ContentDigest.of(text)
  }
}
