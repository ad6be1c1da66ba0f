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

  /// The context of a command on the local folder that is named, or asked for.
  ///
  /// Only what brings files makes the folder: elsewhere a name that leads nowhere is a slip.
  func opened(makesFolder: Bool = false) throws -> CommandContext {
    let config = try MageAgentConfigFile(context).required()
    var surroundings = surroundings
    surroundings.given = try MageAgent.project(config, context)
    surroundings.currentFolder = try localFolder(isMade: makesFolder)
    return CommandContext(invocation: invocation, surroundings: surroundings, console: console)
  }

  /// The project that a configuration describes.
  static func project(
    _ config: MageAgentConfig, _ context: CommandContext
  ) throws -> GivenProject {
    var configuration = ProjectConfiguration()
    do {
      configuration.targets = [
        try ProjectConfiguration.Target(name: targetName, url: config.targetURL, isDefault: true)
      ]
    } catch {
      throw MageAgentFailure(
        .configuration,
        "'\(AddressWords.withoutSecrets(config.clusterURL))' is not the address of a server.",
        hint: "it looks like https://HOST:PORT; run `mage-agent login --force`")
    }
    configuration.usesGitignore = false
    let (clock, console) = (context.surroundings.clock, context.console)
    return GivenProject(
      configuration: configuration, kinds: FileKinds(extensions: MageFileKinds.extensions),
      token: config.token, apiKey: config.apiKey, allowsPlainHTTP: config.allowsPlainHTTP,
      opened: { session in
        guard let found = try await MageAgentTakeover.perform(in: session) else { return }
        try console.note("note: \(found.words)")
        if !found.isRecorded { session.remarks.add(MageAgentTakeover.Finding.notRecorded) }
      },
      ran: { session in
        do { try await MageAgentRecord.write(for: session, at: clock.now()) } catch {
          session.remarks.add(
            "the run is done, and \(MageAgentState.fileName) could not be written: "
              + Explanation.explain(error).message)
        }
      })
  }

  /// The local folder.
  private func localFolder(isMade: Bool) throws -> String {
    let given = invocation.value(of: MageAgentTable.folder)
    guard given?.trimmingBlanks.isEmpty != true else {
      throw MageAgentFailure(
        .configuration, "The name of the local folder is empty.",
        hint: "name it with --local-project-dir, or leave that out to be asked")
    }
    var word = given ?? ""
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
      if isMade { try surroundings.fileSystem.createFolders(path) }
      let resolved = try surroundings.fileSystem.resolve(path: path)
      _ = try surroundings.fileSystem.openDirectory(path: resolved)
      return resolved
    } catch {
      throw MageAgentFailure(
        .configuration,
        "The folder '\(path)' cannot be used: \(ErrnoWords.text(error.rawValue)).",
        hint: error == .notFound && !isMade
          ? "name another with --local-project-dir; sync-project-to-local makes a new one"
          : "name another with --local-project-dir")
    }
  }

  /// Asks for one line at the terminal; the proposal counts where it is left empty.
  func ask(_ what: String, proposed: String = "", isHidden: Bool = false) throws -> String {
    let prompt = what + (proposed.isEmpty ? ": " : " [\(proposed)]: ")
    let line = TerminalLine(input: console.input)
    if isHidden {
      let word = try line.readHidden { try console.error.write(prompt) }
      try console.error.write("\n")
      return word ?? ""
    }
    try console.error.write(prompt)
    let word = (try line.read() ?? "").trimmingBlanks
    return word.isEmpty ? proposed : word
  }
}

extension String {
  /// The text without blanks at its ends.
  var trimmingBlanks: String {
    var text = self[...]
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
