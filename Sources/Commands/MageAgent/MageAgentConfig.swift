import JSON

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
  /// Whether the server may be reached without TLS on another machine.
  var allowsPlainHTTP = false
  /// The members that are not ours.
  var others = JSONObject()

  /// Why a file cannot be used.
  enum Problem: Error, Equatable {
    case notJSON(String)
    case noAddress
    /// A member holds what cannot stand in a request.
    case notPrintable(String)
  }

  private static let ours = [
    "cluster_url", "api_key", "oauth_token", "kind", "allow_plain_http",
  ]

  /// Reads the file's bytes.
  init(parsing bytes: [UInt8]) throws(Problem) {
    let value: JSONValue
    do {
      value = try JSONValue.parse(bytes, limits: JSONLimits(depth: 16, bytes: 1 << 20))
    } catch {
      throw .notJSON("\(error)")
    }
    guard case .object(let members) = value else { throw .notJSON("it is no object") }
    func text(_ name: String) -> String? {
      members[name]?.stringValue.map(\.trimmingBlanks).flatMap { $0.isEmpty ? nil : $0 }
    }
    guard let url = text("cluster_url") else { throw .noAddress }
    clusterURL = url
    apiKey = text("api_key")
    token = text("oauth_token")
    for (name, secret) in [("api_key", apiKey), ("oauth_token", token)] {
      guard secret?.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) != false else {
        throw .notPrintable(name)
      }
    }
    kind = text("kind").flatMap(Kind.init(rawValue:)) ?? .mage
    allowsPlainHTTP = members["allow_plain_http"]?.boolValue ?? false
    for member in members.members where !MageAgentConfig.ours.contains(member.key) {
      others.insert(member.key, member.value)
    }
  }

  /// Describes a server that was signed in to.
  init(clusterURL: String, token: String?, kind: Kind, allowsPlainHTTP: Bool = false) {
    self.clusterURL = clusterURL
    self.token = token
    self.kind = kind
    self.allowsPlainHTTP = allowsPlainHTTP
  }

  /// The file's bytes.
  var rendered: [UInt8] {
    var members = JSONObject()
    members.insert("cluster_url", .string(clusterURL))
    members.insert("api_key", apiKey.map { .string($0) } ?? .null)
    members.insert("oauth_token", token.map { .string($0) } ?? .null)
    if kind != .mage { members.insert("kind", .string(kind.rawValue)) }
    if allowsPlainHTTP { members.insert("allow_plain_http", .bool(true)) }
    for member in others.members { members.insert(member.key, member.value) }
    return JSONValue.object(members).bytes(.pretty) + [UInt8(ascii: "\n")]
  }

  /// The address as `syncline` writes it.
  ///
  /// One without a scheme is on this machine by plain HTTP, anywhere else by TLS.
  var targetURL: String {
    var url = clusterURL
    while url.hasSuffix("/") { url.removeLast() }
    if !url.contains("://") {
      let isHere = ["localhost", "127.0.0.1", "[::1]"].contains { host in
        url == host || url.hasPrefix(host + ":") || url.hasPrefix(host + "/")
      }
      url = (isHere ? "http://" : "https://") + url
    }
    return kind == .mage ? "mage+" + url : url
  }
}
