import CommandLineKit
import HTTPClient
import JSON
import MageReplica
import Platform
import ProjectConfig
import Replica

/// `login` and `whoami` for a Mage server, which knows people by e-mail and password.
extension CommandContext {
  /// The address of a Mage server, where a text is one.
  func mageAddress(_ text: String) throws -> MageAddress? {
    guard text.hasPrefix("mage+") else { return nil }
    guard case .mage(let server, let base)? = try? TargetAddress(text),
      let origin = Origin(url: server.description)
    else {
      throw CommandFailure(
        .usage, "bad_url", "That is not the address of a Mage server.",
        hint: "it looks like mage+https://HOST:PORT, without user, query or fragment")
    }
    return MageAddress(origin: origin, base: base)
  }

  /// Signs in to a Mage server and keeps the session's token.
  ///
  /// The password goes to the server once and is kept nowhere.
  func login(toMage address: MageAddress) async throws -> ExitCode {
    let access = RemoteAccess(self)
    let open = try access.mage(at: address)
    let asksNobody = try await open.wantsSignIn() == false
    let isGiven = [Options.tokenStdin, Options.email, Options.passwordStdin].contains {
      invocation.has($0)
    }
    guard isGiven || !asksNobody else { return try endWithoutToken(address) }
    let token: AccessToken
    var name = ""
    if invocation.has(Options.tokenStdin) {
      token = try readToken(for: address.origin)
    } else {
      let email = try readEmail(for: address)
      let password = try readPassword(for: email)
      let given: String
      do {
        given = try await open.signIn(email: email, password: password)
      } catch let error as ReplicaError where error.code == .notAllowed && asksNobody {
        return try endWithoutToken(address)
      }
      guard let made = AccessToken(given) else {
        throw ReplicaError(.notUnderstood, detail: "\(address): its token is none")
      }
      (token, name) = (made, email)
    }
    do {
      try await access.mage(at: address, token: token.secret).checkAccess()
    } catch let error as ReplicaError where error.code == .notAllowed {
      throw CommandFailure(
        .notAllowed, "token_refused", "\(address) does not let this user read its project.",
        hint: "ask whoever runs the server for the role of an editor")
    }
    if !isDryRun {
      try await CredentialFile(surroundings).keep(token, name: name, for: address.origin)
    }
    let whose = name.isEmpty ? "" : " as " + TerminalText.escaped(name)
    try console.line("\(isDryRun ? "would sign in" : "signed in") to \(address)\(whose)")
    try noteEnvironment()
    try console.document(document(address, name: name))
    return .success
  }

  private func endWithoutToken(_ address: MageAddress) throws -> ExitCode {
    try console.line("\(address) asks nobody to sign in, so no token is kept.")
    try console.document(document(address, name: nil))
    return .success
  }

  /// Tells who was signed in to a Mage server, after the server has taken the token.
  func whoami(atMage address: MageAddress) async throws -> ExitCode {
    let connection = try RemoteAccess(self).mage(at: address)
    let info = try await connection.info()
    try await connection.checkAccess()
    var name: String?
    let asksNobody = info.wantsSignIn == false
    if !asksNobody,
      case .stored(let entry) = try CredentialFile(surroundings).source(
        for: address.origin)
    {
      name = entry.name
    }
    try console.line(
      asksNobody
        ? "nobody in particular at \(address), which asks nobody to sign in"
        : "\(TerminalText.escaped(name.flatMap { $0.isEmpty ? nil : $0 } ?? "somebody signed in")) "
          + "at \(address)")
    try console.document([
      "schema": "syncline/whoami/1", "origin": .string("\(address.origin)"),
      "name": name.map { .string($0) } ?? .null, "scopes": [], "project": .null, "expires": .null,
    ])
    return .success
  }

  private func readEmail(for address: MageAddress) throws -> String {
    if let email = invocation.value(of: Options.email) { return email }
    guard console.canAsk else {
      throw CommandFailure(
        .usage, "no_email", "An e-mail address is needed, and nobody can be asked for it here.",
        hint: "name it with --email, and give the password with --password-stdin")
    }
    try console.error.write("E-mail for \(address): ")
    guard let email = try TerminalLine(input: console.input).read(), !email.isEmpty else {
      throw CommandFailure(
        .usage, "no_email", "No e-mail address was given.", hint: "name it with --email")
    }
    return email
  }

  private func readPassword(for email: String) throws -> String {
    let text: String?
    if invocation.has(Options.passwordStdin) {
      var bytes = try console.input.readToEnd(limit: 4096)
      if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
      if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
      text = String(validating: bytes, as: UTF8.self)
    } else if console.canAsk {
      try console.error.write("Password for \(TerminalText.escaped(email)): ")
      text = try TerminalLine(input: console.input).readHidden()
      try console.error.write("\n")
    } else {
      throw CommandFailure(
        .usage, "no_password", "A password is needed, and nobody can be asked for it here.",
        hint: "give it on standard input with --password-stdin")
    }
    guard let text, !text.isEmpty else {
      throw CommandFailure(
        .usage, "no_password", "No password was given.", hint: "run the command again")
    }
    return text
  }

  private func document(_ address: MageAddress, name: String?) -> JSONValue {
    [
      "schema": "syncline/login/1", "dry_run": .bool(isDryRun),
      "origin": .string("\(address.origin)"), "name": name.map { .string($0) } ?? .null,
      "scopes": [], "project": .null, "expires": .null,
    ]
  }
}
