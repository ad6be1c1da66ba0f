import JSON
import Platform
import ProjectConfig

/// What `~/.mage-agent/config.json` says, as Mage's own tool writes it.
///
/// Members that are not known here are kept when the file is written again.
struct MageAgentConfig: Equatable {
  /// What answers at the address.
  enum Kind: String {
    case mage
    case hub
  }

  /// The address of the server, as it was typed.
  var clusterURL: String
  /// The key that programs send; nothing for the one that all web pages carry.
  var apiKey: String?
  /// The session's token; nothing where the server asks nobody to sign in.
  var token: String?
  /// What answers there: a Mage server unless the file says otherwise.
  var kind = Kind.mage
  /// The members that are not ours.
  var others = JSONObject()

  /// Why a file cannot be used.
  enum Problem: Error, Equatable {
    case notJSON(String)
    case noAddress
  }

  /// Reads the file's bytes.
  init(parsing bytes: [UInt8]) throws(Problem) {
    let value: JSONValue
    do {
      value = try JSONValue.parse(bytes, limits: JSONLimits(depth: 16, bytes: 1 << 20))
    } catch {
      throw .notJSON("\(error)")
    }
    guard case .object(let members) = value else { throw .notJSON("it is no object") }
    guard let url = members["cluster_url"]?.stringValue, !url.isEmpty else { throw .noAddress }
    clusterURL = url
    apiKey = members["api_key"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
    token = members["oauth_token"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
    kind = members["kind"]?.stringValue.flatMap(Kind.init(rawValue:)) ?? .mage
    let ours = ["cluster_url", "api_key", "oauth_token", "kind"]
    for member in members.members where !ours.contains(member.key) {
      others.insert(member.key, member.value)
    }
  }

  /// Describes a server that was signed in to.
  init(clusterURL: String, token: String?, kind: Kind) {
    self.clusterURL = clusterURL
    self.token = token
    self.kind = kind
  }

  /// The file's bytes.
  var rendered: [UInt8] {
    var members = JSONObject()
    members.insert("cluster_url", .string(clusterURL))
    members.insert("api_key", apiKey.map { .string($0) } ?? .null)
    members.insert("oauth_token", token.map { .string($0) } ?? .null)
    if kind != .mage { members.insert("kind", .string(kind.rawValue)) }
    for member in others.members { members.insert(member.key, member.value) }
    return JSONValue.object(members).bytes(.pretty) + [UInt8(ascii: "\n")]
  }

  /// The address as `syncline` writes it.
  var targetURL: String {
    var url = clusterURL
    while url.hasSuffix("/") { url.removeLast() }
    return kind == .mage ? "mage+" + url : url
  }
}

/// The file that keeps a ``MageAgentConfig``, readable by its owner alone.
struct MageAgentConfigFile {
  private let file: PrivateFile
  private let surroundings: Surroundings
  private let console: Console

  init(_ context: CommandContext) throws {
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
        }
      throw MageAgentFailure(
        .configuration, "'\(path)' \(what).", hint: "run `mage-agent login --force`")
    }
  }

  private func bytes() throws -> [UInt8]? {
    do throws(PrivateFile.Problem) { return try file.read() } catch {
      guard case .open(let path, _) = error, path == file.path else { throw error.failure }
      // The tool that this stands in for reads such a file too; a person should know.
      try console.warning("warning: '\(path)' can be read by others; close it with chmod 600")
      return try surroundings.fileSystem.openDirectory(path: file.folder)
        .readFile(file.name, limit: 1 << 20)
    }
  }

  /// Reads the file, which must be there.
  func required() throws -> MageAgentConfig {
    if let config = try read() { return config }
    throw MageAgentFailure(
      .configuration, "There is no configuration at '\(path)'.", hint: "run `mage-agent login`")
  }

  /// Puts a configuration in place of the old one.
  func write(_ config: MageAgentConfig) throws {
    do throws(PrivateFile.Problem) {
      try file.replace(with: config.rendered, surroundings.fileSystem)
    } catch {
      throw error.failure
    }
  }
}
