import HTTPClient
import Platform
import ProjectConfig

/// The tokens that `syncline login` keeps for this user, and the one that CI gives.
struct CredentialFile {
  private let surroundings: Surroundings

  init(_ surroundings: Surroundings) {
    self.surroundings = surroundings
  }

  /// Where the tokens are kept; nothing where the user has no folder for settings.
  var file: PrivateFile? {
    // As its specification has it, a relative path here does not count.
    if let folder = surroundings.variable("XDG_CONFIG_HOME"), folder.hasPrefix("/") {
      return PrivateFile(folder: folder + "/syncline", name: "credentials")
    }
    guard let home = surroundings.variable("HOME"), home.hasPrefix("/") else { return nil }
    return PrivateFile(folder: home + "/.config/syncline", name: "credentials")
  }

  /// The token to send to a hub; nothing where there is none for it.
  ///
  /// The environment's goes to the origin that `SYNCLINE_ORIGIN` names, or without it to this
  /// machine only; else the one that was kept for the origin counts.
  func token(for origin: Origin) throws -> String? {
    try source(for: origin).token?.secret
  }

  /// Where the token for a hub comes from.
  func source(for origin: Origin) throws -> TokenSource {
    let target = try CredentialFile.serverOrigin(origin)
    do {
      // A file that is not needed is not read, so that nothing about it can be in the way.
      let given = try TokenSource.choose(
        environmentToken: surroundings.environment["SYNCLINE_TOKEN"],
        environmentOrigin: surroundings.environment["SYNCLINE_ORIGIN"], stored: Credentials(),
        for: target)
      guard case .none(let absence) = given else { return given }
      return try read()[target].map(TokenSource.stored) ?? .none(absence)
    } catch let problem as TokenSource.Problem {
      throw problem.failure
    }
  }

  /// Everything that is kept.
  func read() throws -> Credentials {
    guard let file else { return Credentials() }
    do {
      return try file.read().map(Credentials.parse) ?? Credentials()
    } catch let problem as PrivateFile.Problem {
      throw problem.failure
    } catch let error as CredentialsError {
      throw CommandFailure(
        .stopped, "bad_credentials",
        "'\(file.path)' cannot be understood: \(error.code.rawValue), line \(error.line).",
        hint: "remove the file and sign in again with 'syncline login URL'")
    }
  }

  /// Keeps a token for a hub in place of its old one.
  func keep(_ token: AccessToken, name: String, for origin: Origin) async throws {
    let origin = try CredentialFile.serverOrigin(origin)
    try await change { $0.set(token, name: name, for: origin) }
  }

  /// Forgets the token for a hub; tells whether there was one.
  func forget(_ origin: Origin) async throws -> Bool {
    let origin = try CredentialFile.serverOrigin(origin)
    // Where nothing is kept, nothing is made either.
    guard try read()[origin] != nil else { return false }
    return try await change { $0.remove(origin) }
  }

  /// Changes what is kept, one program after another: what others keep meanwhile stays.
  private func change<Result>(_ body: (inout Credentials) -> Result) async throws -> Result {
    guard let file else {
      throw CommandFailure(
        .usage, "no_home", "There is no folder to keep a token in: HOME is not set.",
        hint: "set HOME or XDG_CONFIG_HOME, or give SYNCLINE_TOKEN and SYNCLINE_ORIGIN instead")
    }
    let lock = try await lock(file)
    defer { withExtendedLifetime(lock) {} }
    var credentials = try read()
    let result = body(&credentials)
    do throws(PrivateFile.Problem) {
      try file.replace(with: credentials.rendered, surroundings.fileSystem)
    } catch {
      throw error.failure
    }
    return result
  }

  /// How long another program may take to keep its token, in nanoseconds.
  private static let patience: Int64 = 15_000_000_000

  private func lock(_ file: PrivateFile) async throws -> any FileLock {
    let end = surroundings.clock.monotonic() + CredentialFile.patience
    while true {
      do throws(PrivateFile.Problem) {
        if let lock = try file.lock(surroundings.fileSystem) { return lock }
      } catch {
        throw error.failure
      }
      guard surroundings.clock.monotonic() < end else {
        throw CommandFailure(
          .locked, "credentials_locked",
          "Another run of syncline holds '\(file.path).lock' and does not let go of it.",
          hint: "wait until it ends; a lock ends with its process")
      }
      try await Task.sleep(nanoseconds: 10_000_000)
    }
  }

  private static func serverOrigin(_ origin: Origin) throws -> ServerOrigin {
    do throws(AddressProblem) { return try ServerOrigin("\(origin)") } catch {
      throw CommandFailure(
        .usage, "bad_url", "'\(origin)' is not the address of a hub.",
        hint: "it looks like https://HOST:PORT")
    }
  }
}

extension PrivateFile.Problem {
  /// What happened, why, and what to do next.
  var failure: CommandFailure {
    switch self {
    case .foreign(let path):
      CommandFailure(
        .stopped, "foreign_credentials", "'\(path)' belongs to another user, so it is not used.",
        hint: "give it to this user with chown, or name another place with XDG_CONFIG_HOME")
    case .open(let path, let mode):
      CommandFailure(
        .stopped, "open_credentials",
        "'\(path)' is open to other users (mode \(String(mode, radix: 8))), so it is not used.",
        hint: "close it with chmod go-rwx, and revoke the token if others may have seen it")
    case .notAFile(let path):
      CommandFailure(
        .stopped, "linked_credentials", "'\(path)' is a link or no regular file.",
        hint: "remove it and sign in again with 'syncline login URL'")
    case .tooLarge(let path):
      CommandFailure(
        .stopped, "bad_credentials", "'\(path)' is larger than any such file.",
        hint: "remove it and sign in again with 'syncline login URL'")
    case .system(let error, let path):
      CommandFailure(
        .stopped, "file_error", "'\(path)' cannot be used: \(ErrnoWords.text(error.rawValue)).",
        hint: "check the permissions of its folder and the disk")
    }
  }
}

extension TokenSource.Problem {
  /// What happened, why, and what to do next.
  var failure: CommandFailure {
    switch self {
    case .badToken:
      CommandFailure(
        .usage, "bad_token", "SYNCLINE_TOKEN holds what cannot be a token.",
        hint: "it is the one line that 'syncline hub token create' prints")
    case .badOrigin:
      CommandFailure(
        .usage, "bad_origin", "SYNCLINE_ORIGIN is not the origin of a hub.",
        hint: "it looks like https://HOST:PORT, without a path")
    }
  }
}
