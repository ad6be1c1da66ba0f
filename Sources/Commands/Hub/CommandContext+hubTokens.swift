import Platform
import CommandLineKit
import HubProtocol
import HubStore
import JSON
import SyncModel

/// `syncline hub token`.
extension CommandContext {
  /// Makes a token and prints it alone on standard output, this once; works beside a hub.
  func hubTokenCreate() throws -> ExitCode {
    let name =
      invocation.value(of: Options.name) ?? surroundings.variable("USER") ?? "command line"
    let scope = invocation.value(of: Options.scope, as: TokenScope.self) ?? .write
    let expires = try tokenExpiry()
    let projectName = invocation.value(of: Options.project)
    var id: String?
    var text: String?
    if isDryRun {
      if let projectName { _ = try hubProject(try openHub(for: .beside), named: projectName) }
    } else {
      // A project that there is not must not leave an empty hub behind.
      let store = try openHub(for: .beside, making: projectName == nil)
      let project = try projectName.map { try hubProject(store, named: $0) }
      let made = try store.createToken(
        named: name, scope: scope, project: project, expires: expires, by: hubActor)
      (id, text) = (made.id, made.text)
    }
    if let text { try console.line(text) }
    let reach = projectName.map { "project \($0)" } ?? "all projects"
    let end = expires.map { ", until \(words($0))" } ?? ""
    try console.note(
      TerminalText.escaped(
        id.map { "token \($0) for \(name): \(scope.rawValue), \(reach)\(end); it is shown once" }
          ?? "would create a token for \(name): \(scope.rawValue), \(reach)\(end)"))
    try console.document([
      "schema": "syncline/hub-token/1", "dry_run": .bool(isDryRun),
      "token": text.map { .string($0) } ?? .null, "id": id.map { .string($0) } ?? .null,
      "name": .string(name), "scope": .string(scope.rawValue),
      "project": projectName.map { .string($0) } ?? .null, "expires": json(expires),
    ])
    return .success
  }

  private func tokenExpiry() throws -> Timestamp? {
    guard let text = invocation.value(of: Options.expires) else { return nil }
    let now = surroundings.clock.now()
    // A thousand years are enough for everybody, and fit.
    guard let seconds = TimeSpan.parse(text), seconds > 0, seconds < 6_000_000_000 else {
      throw CommandFailure(
        .usage, "bad_expiry", "A token cannot expire after '\(text)'.",
        hint: "--expires takes a time such as 30d or 12h; without it the token does not expire")
    }
    return Timestamp(nanoseconds: now + Int64(seconds) * 1_000_000_000)
  }

  /// Lists the tokens, without their secrets.
  func hubTokenList() throws -> ExitCode {
    let tokens = try openHub(for: .beside).tokens()
    let now = Timestamp(nanoseconds: surroundings.clock.now())
    try console.document([
      "schema": "syncline/hub-tokens/1", "tokens": .array(tokens.map { json($0, now) }),
    ])
    guard !console.isJSON else { return .success }
    guard !tokens.isEmpty else {
      try console.note("no tokens yet; make one with 'syncline hub token create --name WHO'")
      return .success
    }
    var table = Table(
      header: ["ID", "NAME", "SCOPE", "PROJECT", "STATE", "EXPIRES", "LAST USED"])
    for token in tokens {
      table.add([
        Table.Cell(token.id), Table.Cell(token.name), Table.Cell(token.scope.rawValue),
        Table.Cell(token.project?.name ?? "(all)"), Table.Cell(state(token, now)),
        Table.Cell(token.expires == nil ? "never" : words(token.expires)),
        Table.Cell(token.lastUsed == nil ? "never" : words(token.lastUsed)),
      ])
    }
    try console.write(table.text(console.outputColor))
    return .success
  }

  /// Makes a token useless at once, also while the hub is served.
  func hubTokenRevoke() throws -> ExitCode {
    let id = word("id")
    let store = try openHub(for: .beside)
    guard let token = try store.tokens().first(where: { $0.id == id }) else {
      throw HubStoreError.noSuchToken
    }
    if !isDryRun { try store.revokeToken(id: id, by: hubActor) }
    try console.line(
      TerminalText.escaped(
        "\(isDryRun ? "would revoke" : "revoked") token \(id) of \(token.name)"))
    try console.document([
      "schema": "syncline/hub-token-revoked/1", "dry_run": .bool(isDryRun), "id": .string(id),
      "name": .string(token.name),
    ])
    return .success
  }

  private func state(_ token: HubToken, _ now: Timestamp) -> String {
    if token.revoked != nil { return "revoked" }
    if let expires = token.expires, expires <= now { return "expired" }
    return "active"
  }

  private func json(_ token: HubToken, _ now: Timestamp) -> JSONValue {
    [
      "id": .string(token.id), "name": .string(token.name), "scope": .string(token.scope.rawValue),
      "project": token.project.map { .string($0.name) } ?? .null,
      "state": .string(state(token, now)), "created": json(token.created),
      "expires": json(token.expires), "revoked": json(token.revoked),
      "last_used": json(token.lastUsed),
    ]
  }
}
