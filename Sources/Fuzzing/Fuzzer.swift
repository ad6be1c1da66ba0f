/// Something that takes any bytes, together with what it promises about them.
package struct Fuzzer: Sendable {
  /// The name, which is also that of its saved inputs.
  package let name: String
  /// Throws ``Broken`` where an input breaks a promise.
  package let check: @Sendable ([UInt8]) throws -> Void

  init(_ name: String, _ check: @escaping @Sendable ([UInt8]) throws -> Void) {
    self.name = name
    self.check = check
  }

  /// Every fuzzer.
  package static let all: [Fuzzer] = [
    Fuzzer("paths", fuzzPaths), Fuzzer("ignore", fuzzIgnore), Fuzzer("globs", fuzzGlobs),
    Fuzzer("packs", fuzzPacks), Fuzzer("zstd", fuzzZstd), Fuzzer("commits", fuzzCommits),
    Fuzzer("messages", fuzzMessages), Fuzzer("targets", fuzzTargets), Fuzzer("hub", fuzzHub),
    Fuzzer("yaml", fuzzYAML), Fuzzer("configuration", fuzzConfiguration),
    Fuzzer("json", fuzzJSON), Fuzzer("pages", fuzzPages), Fuzzer("journal", fuzzJournal),
    Fuzzer("copies", fuzzCopies), Fuzzer("merge", fuzzMerge), Fuzzer("mcp", fuzzMCP),
    Fuzzer("toml", fuzzTOML), Fuzzer("credentials", fuzzCredentials), Fuzzer("mage", fuzzMage),
    Fuzzer("plan", fuzzPlan),
  ]

  /// Finds a fuzzer.
  package static func named(_ name: String) -> Fuzzer? { all.first { $0.name == name } }
}

/// A promise that an input broke.
package struct Broken: Error, CustomStringConvertible {
  /// What was broken.
  package let description: String
}

/// Throws unless a promise holds.
func promise(_ holds: Bool, _ what: @autoclosure () -> String) throws {
  if !holds { throw Broken(description: what()) }
}
