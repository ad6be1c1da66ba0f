import IgnoreRules
import SyncCore
import SyncModel
import YAML

/// Turns nodes into a configuration.
struct ConfigurationReader {
  private typealias Configuration = ProjectConfiguration

  private var result = ProjectConfiguration()

  /// Reads the document.
  mutating func configuration(_ root: YAMLNode) throws(ConfigurationError) -> ProjectConfiguration {
    for (name, value, place) in try ConfigurationNodes.pairs(root, "") {
      switch name {
      case "project": result.project = try project(value)
      case "targets": try targets(value)
      case "include":
        result.include = try ConfigurationNodes.texts(value, name)
        for (glob, node) in zip(result.include, ConfigurationNodes.elements(value)) {
          _ = try ConfigurationNodes.glob(glob, node, name)
        }
      case "ignore": result.ignore = try ConfigurationNodes.texts(value, name)
      case "gitignore": result.usesGitignore = try ConfigurationNodes.bool(value, name)
      case "collections": try collections(value)
      case "conflicts": try conflicts(value)
      case "owners": result.owners = try rules(value, "owners", Side.allCases)
      case "limits": try limits(value)
      default:
        throw ConfigurationNodes.failure(
          .unknownKey, place, name, expected: Configuration.keys)
      }
    }
    return result
  }

  private func project(_ node: YAMLNode) throws(ConfigurationError) -> String {
    let name = try ConfigurationNodes.text(node, "project")
    let isControlled = name.unicodeScalars.contains { $0.properties.generalCategory == .control }
    guard !name.isEmpty, name.utf8.count <= 255, !isControlled else {
      throw ConfigurationNodes.failure(.badName, node, "project", value: name)
    }
    return name
  }

  private mutating func targets(_ node: YAMLNode) throws(ConfigurationError) {
    if node.isNull { return }
    for (name, value, place) in try ConfigurationNodes.pairs(node, "targets") {
      guard PlainName.isValid(name) else {
        throw ConfigurationNodes.failure(.badName, place, "targets", value: name)
      }
      let key = "targets.\(name)"
      var url: String?
      var address: YAMLNode = value
      var isDefault = false
      for (name, value, place) in try ConfigurationNodes.pairs(value, key) {
        switch name {
        case "url":
          url = try ConfigurationNodes.text(value, key + ".url")
          address = value
        case "default":
          isDefault = try ConfigurationNodes.bool(value, key + ".default")
          if isDefault, result.targets.contains(where: \.isDefault) {
            throw ConfigurationNodes.failure(.severalDefaults, value, key + ".default")
          }
        default:
          throw ConfigurationNodes.failure(
            .unknownKey, place, "\(key).\(name)", expected: Configuration.targetKeys)
        }
      }
      guard let url else {
        throw ConfigurationNodes.failure(.missingKey, place, key, expected: ["url"])
      }
      do throws(AddressProblem) {
        result.targets.append(
          try Configuration.Target(name: name, url: url, isDefault: isDefault))
      } catch {
        throw failure(error, url, address, key + ".url")
      }
    }
  }

  private func failure(
    _ problem: AddressProblem, _ url: String, _ node: YAMLNode, _ key: String
  ) -> ConfigurationError {
    // A query or what looks like a host may hold a token as well.
    let isHarmless = !url.utf8.contains { "@?#".utf8.contains($0) }
    return ConfigurationNodes.failure(
      problem == .credentials ? .credentialsInURL : .badURL, node, key,
      value: isHarmless ? url : nil,
      expected: problem == .unknownScheme ? TargetAddress.schemes : [], detail: problem.rawValue)
  }

  private mutating func collections(_ node: YAMLNode) throws(ConfigurationError) {
    if node.isNull { return }
    for (name, value, place) in try ConfigurationNodes.pairs(node, "collections") {
      guard PlainName.isValid(name) else {
        throw ConfigurationNodes.failure(.badName, place, "collections", value: name)
      }
      let key = "collections.\(name)"
      var globs: [Glob] = []
      let texts = try ConfigurationNodes.texts(value, key)
      for (text, element) in zip(texts, ConfigurationNodes.elements(value)) {
        globs.append(try ConfigurationNodes.glob(text, element, key))
      }
      result.collections.append(Configuration.Collection(name: name, globs: globs))
    }
  }

  private mutating func conflicts(_ node: YAMLNode) throws(ConfigurationError) {
    if node.isNull { return }
    for (name, value, place) in try ConfigurationNodes.pairs(node, "conflicts") {
      let policy = try ConfigurationNodes.choice(
        value, "conflicts.\(name)", ConflictPolicy.allCases)
      // A file of this name at the root is `./default`.
      if name == "default" {
        result.defaultPolicy = policy
      } else {
        let glob = try ConfigurationNodes.glob(name, place, "conflicts")
        result.conflicts.append(Configuration.Rule(glob: glob, value: policy))
      }
    }
  }

  private func rules<Value: RawRepresentable<String> & Sendable & Equatable>(
    _ node: YAMLNode, _ key: String, _ choices: [Value]
  ) throws(ConfigurationError) -> [ProjectConfiguration.Rule<Value>] {
    if node.isNull { return [] }
    var rules: [ProjectConfiguration.Rule<Value>] = []
    for (name, value, place) in try ConfigurationNodes.pairs(node, key) {
      rules.append(
        ProjectConfiguration.Rule(
          glob: try ConfigurationNodes.glob(name, place, key),
          value: try ConfigurationNodes.choice(value, "\(key).\(name)", choices)))
    }
    return rules
  }

  private mutating func limits(_ node: YAMLNode) throws(ConfigurationError) {
    if node.isNull { return }
    for (name, value, place) in try ConfigurationNodes.pairs(node, "limits") {
      let key = "limits.\(name)"
      switch name {
      case "max_file":
        let text = try ConfigurationNodes.text(value, key)
        guard let bytes = Quantities.bytes(text) else {
          throw ConfigurationNodes.failure(
            .badSize, value, key, value: text, expected: Quantities.sizeExamples)
        }
        result.limits.maxFile = UInt64(bytes)
      case "keep_trash":
        let text = try ConfigurationNodes.text(value, key)
        guard let seconds = Quantities.seconds(text) else {
          throw ConfigurationNodes.failure(
            .badDuration, value, key, value: text, expected: Quantities.durationExamples)
        }
        result.limits.keepTrash = .seconds(seconds)
      default:
        throw ConfigurationNodes.failure(
          .unknownKey, place, key, expected: Configuration.limitKeys)
      }
    }
  }
}
