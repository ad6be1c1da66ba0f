import CommandLineKit
import HTTPClient
import IgnoreRules
import JSON
import MageReplica
import Platform
import ProjectConfig
import Replica
import SyncModel

/// One command of `mage-agent`: the verbs of `syncline` under the names, answers and exit codes
/// that the users of Mage's own tool know.
struct MageAgent {
  let context: CommandContext

  var invocation: Invocation<Verb> { context.invocation }
  var surroundings: Surroundings { context.surroundings }
  var console: Console { context.console }

  /// The name of the one target.
  static let targetName = "mage"

  /// What a command answers.
  struct Answer {
    /// What happened, in a sentence.
    var message: String?
    /// The facts.
    var data: JSONObject?
    /// The same for people.
    var table = Table()
    /// What went wrong beside it, where something did.
    var failure: MageAgentFailure?
  }

  /// The context of a command on the local folder that is named, or asked for.
  func opened() throws -> CommandContext {
    let config = try MageAgentConfigFile(context).required()
    let folder = try localFolder()
    var surroundings = surroundings
    surroundings.currentFolder = folder
    surroundings.given = try MageAgent.project(config, surroundings.clock)
    return CommandContext(invocation: invocation, surroundings: surroundings, console: console)
  }

  /// The project that a configuration describes.
  static func project(_ config: MageAgentConfig, _ clock: WallClock) throws -> GivenProject {
    var configuration = ProjectConfiguration()
    do {
      configuration.targets = [
        try ProjectConfiguration.Target(name: targetName, url: config.targetURL, isDefault: true)
      ]
    } catch {
      throw MageAgentFailure(
        .configuration, "'\(config.clusterURL)' is not the address of a server.",
        hint: "it looks like https://HOST:PORT; run `mage-agent login --force`")
    }
    configuration.usesGitignore = false
    return GivenProject(
      configuration: configuration, kinds: FileKinds(extensions: MageFileKinds.extensions),
      token: config.token, apiKey: config.apiKey, standardFolder: MageAgentTable.standardFolder,
      opened: { try await MageAgentTakeover.perform(in: $0) },
      ran: { try await MageAgentRecord.write(for: $0, at: clock.now()) })
  }

  /// The local folder, made where it is missing.
  private func localFolder() throws -> String {
    var word = invocation.value(of: MageAgentTable.folder) ?? ""
    if word.isEmpty {
      guard console.canAsk else {
        throw MageAgentFailure(
          .configuration, "No local folder is named, and nobody can be asked for it here.",
          hint: "name it with --local-project-dir")
      }
      word = try ask("Local project directory", proposed: MageAgentTable.standardFolder)
    }
    if word == "~" || word.hasPrefix("~/"), let home = surroundings.variable("HOME") {
      word = home + word.dropFirst()
    }
    let path = surroundings.absolute(word)
    do {
      try surroundings.fileSystem.createFolders(path)
      return try surroundings.fileSystem.resolve(path: path)
    } catch {
      throw MageAgentFailure(
        .configuration,
        "The folder '\(path)' cannot be used: \(ErrnoWords.text(error.rawValue)).",
        hint: "name another with --local-project-dir")
    }
  }

  /// Asks for one line at the terminal; the proposal counts where it is left empty.
  func ask(_ what: String, proposed: String = "", isHidden: Bool = false) throws -> String {
    let proposal = proposed.isEmpty ? "" : " [\(proposed)]"
    try console.error.write("\(what)\(proposal): ")
    let line = TerminalLine(input: console.input)
    let text = isHidden ? try line.readHidden() : try line.read()
    if isHidden { try console.error.write("\n") }
    let word = (text ?? "").split(separator: " ").joined(separator: " ")
    return word.isEmpty ? proposed : isHidden ? text ?? "" : word
  }
}

extension CommandContext {
  /// Runs a command of `mage-agent` and turns what happens into its answer and exit code.
  func mageAgent(_ body: (MageAgent) async throws -> MageAgent.Answer?) async -> ExitCode {
    var console = console
    let level =
      invocation.value(of: MageAgentTable.logLevel)
      ?? surroundings.variable("MAGE_AGENT_LOG_LEVEL") ?? "INFO"
    console.isQuiet = console.isQuiet || ["WARNING", "ERROR"].contains(level.uppercased())
    console.isVerbose = console.isVerbose || level.uppercased() == "DEBUG"
    let agent = MageAgent(
      context: CommandContext(
        invocation: invocation, surroundings: surroundings, console: console))
    let isJSON = invocation.value(of: MageAgentTable.format) != "human"
    do {
      guard let answer = try await body(agent) else { return .success }
      try agent.write(answer, asJSON: isJSON)
      if let failure = answer.failure { throw failure }
      return .success
    } catch let failure as MageAgentFailure {
      return MageAgent.end(failure, console, asJSON: isJSON)
    } catch {
      let failure = Explanation.explain(error)
      if failure.exit == .interrupted { return .interrupted }
      let wasSignedIn = (try? MageAgentConfigFile(self).read())?.token != nil
      return MageAgent.end(
        MageAgentFailure(failure, wasSignedIn: wasSignedIn), console, asJSON: isJSON)
    }
  }
}

extension MageAgent {
  /// Writes what a command answers.
  func write(_ answer: Answer, asJSON: Bool) throws {
    guard asJSON else {
      if let message = answer.message { try console.line(message) }
      return try console.block(answer.table.text(console.outputColor))
    }
    var members = JSONObject()
    members.insert("status", "ok")
    if let message = answer.message { members.insert("message", .string(message)) }
    if let data = answer.data { members.insert("data", .object(data)) }
    try console.write(JSONValue.object(members).bytes() + [UInt8(ascii: "\n")])
  }

  /// Ends after a failure, which is told on standard error; 1 is the only code for it.
  static func end(_ failure: MageAgentFailure, _ console: Console, asJSON: Bool) -> ExitCode {
    // Where nobody can be told, there is nobody to tell.
    try? console.error.write(failure.line(asJSON: asJSON))
    return .differences
  }

  /// Ends after a command line that cannot be understood.
  static func end(_ error: UsageError, _ surroundings: Surroundings) -> ExitCode {
    end(
      MageAgentFailure(.configuration, error.message, hint: error.hint),
      Console(surroundings, isJSON: false),
      asJSON: !surroundings.arguments.contains { $0 == "human" || $0.hasSuffix("=human") })
  }
}

extension FileSystem {
  /// Makes a folder and those above it, where they are missing.
  func createFolders(_ path: String) throws(Errno) {
    do throws(Errno) { try createDirectory(path: path, mode: 0o755) } catch {
      switch error {
      case .exists: return
      case .notFound:
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { throw error }
        try createFolders(String(path[..<slash]))
        try createFolders(path)
      default: throw error
      }
    }
  }
}
