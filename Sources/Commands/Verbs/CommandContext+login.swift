import CommandLineKit
import HTTPClient
import HubProtocol
import HubReplica
import MageReplica
import JSON
import Platform
import ProjectConfig
import Replica

/// `syncline login`, `logout` and `whoami`.
extension CommandContext {
  /// Keeps a token for a hub, after the hub has accepted it.
  func login() async throws -> ExitCode {
    if let address = try mageAddress(word("url")) { return try await login(toMage: address) }
    let url = try HubURL(word("url"))
    let token = try readToken(for: url.origin)
    let hub = HubAdministration(
      connection: try RemoteAccess(self).connection(to: url.origin, token: token.secret))
    let holder: WhoAmI
    do { holder = try await hub.whoami() } catch let error as ReplicaError
      where error.code == .notAllowed
    {
      throw CommandFailure(
        .notAllowed, "token_refused", "\(url.origin) does not accept this token.",
        hint: "ask whoever runs the hub for one: 'syncline hub token create --name WHO'")
    }
    if !isDryRun {
      try await CredentialFile(surroundings).keep(token, name: holder.name, for: url.origin)
    }
    if let project = url.project, try await !canSee(project, hub) {
      try console.note(
        "note: there is no project '\(project)' that this token may see; "
          + "'syncline init URL --create' makes it")
    }
    try console.line(
      "\(isDryRun ? "would sign in" : "signed in") to \(url.origin) as \(words(holder))")
    try noteEnvironment()
    try console.document(
      document("syncline/login/1", url.origin, holder, dryRun: isDryRun))
    return .success
  }

  /// Forgets the token for a hub; it stays valid until the hub revokes it.
  func logout() async throws -> ExitCode {
    let (origin, mage) = try namedServer()
    let wasKept: Bool
    if isDryRun {
      wasKept = try CredentialFile(surroundings).read().entries.contains {
        $0.origin.description == origin.description
      }
    } else {
      wasKept = try await CredentialFile(surroundings).forget(origin)
    }
    try console.line(
      wasKept
        ? "\(isDryRun ? "would sign out" : "signed out") of \(origin)"
        : "no token was kept for \(origin)")
    if wasKept, !isDryRun {
      try console.note(
        mage == nil
          ? "note: the token itself stays valid until it is revoked on the hub"
          : "note: Mage ends a session only when its time is up")
    }
    try noteEnvironment()
    try console.document([
      "schema": "syncline/logout/1", "dry_run": .bool(isDryRun), "origin": .string("\(origin)"),
      "removed": .bool(wasKept),
    ])
    return .success
  }

  /// Asks a hub whose token it is that it is sent.
  func whoami() async throws -> ExitCode {
    let (origin, mage) = try namedServer()
    if let mage { return try await whoami(atMage: mage) }
    let holder = try await HubAdministration(
      connection: try RemoteAccess(self).connection(to: origin)
    ).whoami()
    try console.line("\(words(holder)) at \(origin)")
    try console.document(document("syncline/whoami/1", origin, holder))
    return .success
  }

  /// The server that an argument names, else the one behind the target.
  private func namedServer() throws -> (origin: Origin, mage: MageAddress?) {
    var text = word("url")
    if text.isEmpty {
      let configuration = try ProjectLocation.find(surroundings).configuration()
      text = try ProjectSession.chooseTarget(self, configuration).url
    }
    if let mage = try mageAddress(text) { return (mage.origin, mage) }
    return (try HubURL(text).origin, nil)
  }

  /// Takes a token from standard input or from a prompt.
  func readToken(for origin: Origin) throws -> AccessToken {
    let text: String?
    if invocation.has(Options.tokenStdin) {
      text = try tokenFromInput()
    } else if console.canAsk {
      try console.error.write("Token for \(origin): ")
      text = try TerminalLine(input: console.input).readHidden()
      try console.error.write("\n")
    } else {
      throw CommandFailure(
        .usage, "no_token", "A token is needed, and nobody can be asked for it here.",
        hint: "give it on standard input with --token-stdin")
    }
    guard let token = text.flatMap({ AccessToken($0) }) else {
      throw CommandFailure(
        .usage, "bad_token", "What was given cannot be a token.",
        hint: "it is the one line that 'syncline hub token create' prints")
    }
    return token
  }

  /// What standard input holds, if it is text and no longer than a token with blanks around it.
  private func tokenFromInput() throws -> String? {
    do throws(Errno) {
      let bytes = try console.input.readToEnd(limit: 2 * AccessToken.maximumBytes)
      return String(validating: bytes, as: UTF8.self)
    } catch {
      if error == .fileTooLarge { return nil }
      throw error
    }
  }

  private func canSee(_ project: String, _ hub: HubAdministration) async throws -> Bool {
    do {
      _ = try await hub.project(project)
      return true
    } catch let error as ReplicaError where error.code == .notAllowed {
      return false
    }
  }

  /// Says that the environment's token goes first, where there is one.
  func noteEnvironment() throws {
    guard surroundings.variable("SYNCLINE_TOKEN") != nil else { return }
    try console.note("note: SYNCLINE_TOKEN is set, and where it applies it goes first")
  }

  private func words(_ holder: WhoAmI) -> String {
    let scope = holder.scopes.max()?.rawValue ?? "nothing"
    let reach = holder.project.map { "project \($0)" } ?? "all projects"
    let end = holder.expires.map { ", until \(words($0))" } ?? ""
    return TerminalText.escaped("\(holder.name) (\(scope), \(reach)\(end))")
  }

  private func document(
    _ schema: String, _ origin: Origin, _ holder: WhoAmI, dryRun: Bool? = nil
  ) -> JSONValue {
    var document: JSONObject = ["schema": .string(schema)]
    if let dryRun { document["dry_run"] = .bool(dryRun) }
    document["origin"] = .string("\(origin)")
    document["name"] = .string(holder.name)
    document["scopes"] = .array(holder.scopes.map { .string($0.rawValue) })
    document["project"] = holder.project.map { .string($0) } ?? .null
    document["expires"] = json(holder.expires)
    return .object(document)
  }
}
