package import HTTPServing
package import HubProtocol

/// What a hub is started with.
package struct HubConfiguration: Sendable {
  /// The address or name to listen on.
  package var host: String
  /// The port, or 0 for a free one.
  package var port: UInt16
  /// The identity for TLS; nothing for plain HTTP.
  package var tls: TLSIdentity?
  /// Whether a proxy in front terminates TLS and names the client in `X-Forwarded-For`.
  package var behindProxy: Bool
  /// Names that requests may be for, besides the loopback ones, when listening on loopback.
  package var hostNames: [String]
  /// What the hub calls itself.
  package var name: String
  /// The program's version.
  package var version: String
  /// What the hub takes from its clients.
  package var limits: HubInfo.Limits
  /// The largest content in bytes.
  package var maximumContent: UInt64
  /// The number of threads that answer requests.
  package var workers: Int
  /// Takes one line for each request.
  package var log: @Sendable (AccessLine) -> Void

  /// Sets everything that has a sensible value to it.
  package init(
    host: String = "127.0.0.1", port: UInt16 = 0, tls: TLSIdentity? = nil,
    behindProxy: Bool = false, hostNames: [String] = [], name: String = "Syncline hub",
    version: String, limits: HubInfo.Limits = HubInfo.Limits(),
    maximumContent: UInt64 = 16 << 30, workers: Int = 8,
    log: @escaping @Sendable (AccessLine) -> Void = { _ in }
  ) {
    self.host = host
    self.port = port
    self.tls = tls
    self.behindProxy = behindProxy
    self.hostNames = hostNames
    self.name = name
    self.version = version
    self.limits = limits
    self.maximumContent = maximumContent
    self.workers = workers
    self.log = log
  }

  /// Whether only this machine can reach the hub.
  package var isLoopback: Bool { HostName.isLoopback(host) }
}

/// Host names as requests and configurations write them.
enum HostName {
  /// Tells whether a host is this machine.
  static func isLoopback(_ host: String) -> Bool {
    let host = bare(host)
    if host == "localhost" || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil } && parts[0] == "127"
  }

  /// A host in lowercase, without port and brackets.
  static func bare(_ host: String) -> String {
    let text = host.lowercased()
    if text.hasPrefix("[") {
      return String(text.dropFirst().prefix { $0 != "]" })
    }
    // More than one colon is an address of IPv6, which has no port without brackets.
    let colons = text.utf8.count { $0 == UInt8(ascii: ":") }
    return colons == 1 ? String(text.prefix { $0 != ":" }) : text
  }
}
