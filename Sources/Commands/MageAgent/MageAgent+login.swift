import CommandLineKit
import HTTPClient
import HubReplica
import JSON
import MageReplica
import Platform
import ProjectConfig
import Replica

extension MageAgent {
  /// `login`: signs in with e-mail and password, and keeps the server's address and the token.
  ///
  /// The password goes to the server once and is kept nowhere. A hub is signed in to with a token.
  func login() async throws -> MageAgentAnswer? {
    let file = try MageAgentConfigFile(context)
    if file.exists, !invocation.has(MageAgentTable.force) {
      guard console.canAsk else {
        throw MageAgentFailure(
          .configuration, "There is a configuration at '\(file.path)' already.",
          hint: "replace it with --force")
      }
      let answer = try ask("Config exists. Overwrite? (y/N)", proposed: "N").lowercased()
      guard ["y", "yes"].contains(answer) else {
        try console.warning("Login cancelled. Existing config kept.")
        return nil
      }
    }
    let url = try word(MageAgentTable.clusterURL, "Cluster URL (required)")
    let config: MageAgentConfig
    if let hub = try await hub(at: url) {
      config = try await signIn(toHub: hub, url)
    } else {
      config = try await signIn(toMage: url)
    }
    var kept = config
    // A server that is signed in to again keeps what another program noted about it.
    if let before = try? file.read(), before.clusterURL == config.clusterURL {
      (kept.others, kept.apiKey) = (before.others, before.apiKey)
    }
    try file.write(kept)
    var data = JSONObject()
    data.insert("config_path", .string(file.path))
    let message =
      config.token == nil
      ? "The server asks nobody to sign in; its address is saved."
      : "Authenticated and credentials saved."
    return MageAgentAnswer(message: message, data: data)
  }

  /// A word that an option names, or a person at the terminal.
  private func word(_ option: Option, _ what: String, isHidden: Bool = false) throws -> String {
    if let given = invocation.value(of: option)?.trimmingBlanks, !given.isEmpty { return given }
    guard console.canAsk else {
      throw MageAgentFailure(
        .configuration, "\(what) is needed, and nobody can be asked for it here.",
        hint: "name it with --\(option.name)")
    }
    let answer = try ask(what, isHidden: isHidden)
    guard !answer.isEmpty else {
      throw MageAgentFailure(
        .configuration, "\(what) is needed.", hint: "name it with --\(option.name)")
    }
    return answer
  }

  /// The project of a hub that an address names, where a hub answers there.
  private func hub(at url: String) async throws -> ProjectConfiguration.Target? {
    guard
      let target = try? ProjectConfiguration.Target(
        name: MageAgent.targetName,
        url: MageAgentConfig(
          clusterURL: url, token: nil, kind: .hub
        ).targetURL),
      case .hub(let server, _) = target.address, let origin = Origin(url: server.description)
    else { return nil }
    let connection = try RemoteAccess(context).connection(to: origin, retry: .once)
    do {
      _ = try await HubAdministration(connection: connection).hub()
      return target
    } catch let error as ReplicaError where error.code == .notUnderstood {
      return nil
    }
  }

  private func signIn(
    toHub target: ProjectConfiguration.Target, _ url: String
  ) async throws -> MageAgentConfig {
    let token = try word(MageAgentTable.password, "Token of the hub", isHidden: true)
    let config = MageAgentConfig(
      clusterURL: url, token: token, kind: .hub,
      allowsPlainHTTP: invocation.has(MageAgentTable.plainHTTP))
    do {
      _ = try await remote(of: target, config).project()
    } catch let error as ReplicaError where error.code == .notAllowed {
      throw MageAgentFailure(
        .api, "The hub does not take this token, or knows no such project: \(error.detail).",
        hint: "make one with `syncline hub token create` where the hub is")
    }
    return config
  }

  private func signIn(toMage url: String) async throws -> MageAgentConfig {
    var config = MageAgentConfig(
      clusterURL: url, token: nil, kind: .mage,
      allowsPlainHTTP: invocation.has(MageAgentTable.plainHTTP))
    let target: ProjectConfiguration.Target
    do {
      target = try ProjectConfiguration.Target(name: MageAgent.targetName, url: config.targetURL)
    } catch {
      throw MageAgentFailure(
        .configuration, "'\(AddressWords.withoutSecrets(url))' is not the address of a server.",
        hint: "it looks like https://HOST:PORT")
    }
    guard case .mage(let connection) = try remote(of: target, config) else { return config }
    let asksNobody = try await connection.wantsSignIn() == false
    let isGiven = [MageAgentTable.email, MageAgentTable.password].contains {
      invocation.value(of: $0)?.isEmpty == false
    }
    // What a person brings is used, whatever the server says of itself.
    guard isGiven || !asksNobody else { return config }
    let email = try word(MageAgentTable.email, "Email")
    let password = try word(MageAgentTable.password, "Password", isHidden: true)
    do {
      config.token = try await connection.signIn(email: email, password: password)
      if case .mage(let signed) = try remote(of: target, config) {
        try await signed.checkAccess()
      }
    } catch let error as ReplicaError where error.code == .notAllowed {
      config.token = nil
      guard !asksNobody else { return config }
      throw MageAgentFailure(
        .api, "The server does not let \(email) in: \(error.detail).",
        hint: "check the address and the password; a listing needs the rights of an editor")
    }
    return config
  }

  /// The way to a target with the token of a configuration.
  private func remote(
    of target: ProjectConfiguration.Target, _ config: MageAgentConfig
  ) throws -> TargetRemote {
    var surroundings = surroundings
    surroundings.given = try MageAgent.project(config, context)
    return try RemoteAccess(
      CommandContext(invocation: invocation, surroundings: surroundings, console: console)
    ).remote(of: target)
  }
}
