import YAML

extension ProjectConfiguration {
  /// The keys at the top of the file.
  package static let keys = [
    "project", "targets", "include", "ignore", "gitignore", "collections", "conflicts", "owners",
    "limits",
  ]
  /// The keys of a target.
  package static let targetKeys = ["url", "default"]
  /// The keys of `limits`.
  package static let limitKeys = ["max_file", "keep_trash"]

  static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// Reads a `syncline.yaml`; an empty one says nothing, which is allowed.
  ///
  /// - Throws: the first thing that is wrong, with its place.
  package static func parse(
    _ bytes: [UInt8]
  ) throws(ConfigurationError) -> ProjectConfiguration {
    guard let root = try root(of: bytes), !root.isNull else { return ProjectConfiguration() }
    var reader = ConfigurationReader()
    return try reader.configuration(root)
  }

  /// Reads the only document of a file.
  static func root(of bytes: [UInt8]) throws(ConfigurationError) -> YAMLNode? {
    let documents: [YAMLNode]
    do throws(YAMLError) {
      let limits = YAMLLimits(depth: 16, bytes: 1 << 20, nodes: 100_000)
      documents = try YAML.documents(bytes, limits: limits)
    } catch {
      throw ConfigurationError(error)
    }
    if documents.count > 1 {
      let place = documents[1].start
      throw ConfigurationError(.severalDocuments, line: place.line, column: place.column)
    }
    return documents.first
  }
}
