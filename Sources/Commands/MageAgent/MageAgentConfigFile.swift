import JSON
import Platform

/// The file that keeps a ``MageAgentConfig``, readable by its owner alone.
struct MageAgentConfigFile {
  private let file: PrivateFile
  private let surroundings: Surroundings
  private let console: Console

  init(_ context: CommandContext) throws(MageAgentFailure) {
    guard let home = context.surroundings.variable("HOME") else {
      throw MageAgentFailure(
        .configuration, "HOME is not set, so there is no folder for .mage-agent/config.json.",
        hint: "set HOME to your home folder")
    }
    file = PrivateFile(folder: home + "/.mage-agent", name: "config.json")
    surroundings = context.surroundings
    console = context.console
  }

  /// Where the file is.
  var path: String { file.path }

  /// Reads the file; nothing where there is none.
  func read() throws -> MageAgentConfig? {
    guard let bytes = try bytes() else { return nil }
    do {
      return try MageAgentConfig(parsing: bytes)
    } catch {
      let what =
        switch error {
        case .notJSON(let detail): "is not JSON: \(detail)"
        case .noAddress: "names no `cluster_url`"
        case .notPrintable(let name): "holds a line end or another sign in `\(name)` that none has"
        }
      throw MageAgentFailure(
        .configuration, "'\(path)' \(what).", hint: "run `mage-agent login --force`")
    }
  }

  /// Whether there is a file, of whatever kind.
  var exists: Bool {
    do { return try bytes() != nil } catch { return true }
  }

  private func bytes() throws -> [UInt8]? {
    do throws(PrivateFile.Problem) { return try file.read() } catch {
      guard case .open(let path, _) = error else { throw error.failure }
      // The tool that this stands in for reads such a file too; a person should know.
      try console.warning("warning: '\(path)' is open to others; close it with chmod go-rwx")
      return try openly { () throws(PrivateFile.Problem) in try lenient.read() }
    }
  }

  /// Reads the file, which must be there.
  func required() throws -> MageAgentConfig {
    if let config = try read() { return config }
    throw MageAgentFailure(
      .configuration, "There is no configuration at '\(path)'.", hint: "run `mage-agent login`")
  }

  /// Puts a configuration in place of the old one; from then on only its owner can read it.
  func write(_ config: MageAgentConfig) throws {
    try openly { () throws(PrivateFile.Problem) in
      try lenient.replace(with: config.rendered, surroundings.fileSystem)
    }
  }

  private var lenient: PrivateFile {
    var file = file
    file.mayBeOpen = true
    return file
  }

  private func openly<Value>(
    _ body: () throws(PrivateFile.Problem) -> Value
  ) throws(CommandFailure) -> Value {
    do throws(PrivateFile.Problem) { return try body() } catch { throw error.failure }
  }
}
