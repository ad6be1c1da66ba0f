import IgnoreRules
import SyncCore
import SyncModel

extension ProjectConfiguration {
  /// The text of a fresh `syncline.yaml` that says the same; for files that are there, see
  /// ``edited(_:by:)``.
  package var rendered: String {
    var text = ""
    if let project { text += "project: \(YAMLText.name(project))\n" }
    if !targets.isEmpty {
      text += "targets:\n"
      for target in targets { text += "  \(target.flowPair)\n" }
    }
    if !include.isEmpty { text += "include: \(list(include))\n" }
    if !ignore.isEmpty { text += "ignore: \(list(ignore))\n" }
    if !usesGitignore { text += "gitignore: false\n" }
    text += section(
      "collections",
      collections.map { "\(YAMLText.name($0.name)): \(list($0.globs.map(\.pattern)))" })
    text += section(
      "conflicts",
      (defaultPolicy.map { ["default: \($0.rawValue)"] } ?? [])
        + conflicts.map { "\(YAMLText.quoted($0.glob.pattern)): \($0.value.rawValue)" })
    text += section(
      "owners", owners.map { "\(YAMLText.quoted($0.glob.pattern)): \($0.value.rawValue)" })
    var bounds: [String] = []
    if let bytes = limits.maxFile {
      bounds.append("max_file: \(Quantities.size(Int64(clamping: bytes)))")
    }
    if let keepTrash = limits.keepTrash {
      bounds.append("keep_trash: \(Quantities.duration(keepTrash.components.seconds))")
    }
    return text + section("limits", bounds)
  }

  private func list(_ texts: [String]) -> String {
    "[" + texts.map(YAMLText.quoted).joined(separator: ", ") + "]"
  }

  private func section(_ name: String, _ lines: [String]) -> String {
    lines.isEmpty ? "" : "\(name):\n" + lines.map { "  \($0)\n" }.joined()
  }
}

extension ProjectConfiguration.Target {
  /// The target as one line.
  var flowPair: String {
    let mark = isDefault ? ", default: true" : ""
    return "\(YAMLText.name(name)): { url: \(YAMLText.quoted(url))\(mark) }"
  }
}
