import CommandLineKit
import HTTPServing
import Hub
import HubStore
import JSON
import Platform
import ProjectConfig

/// `syncline hub serve`.
extension CommandContext {
  private static let largestPEM = 1 << 20
  /// Every connection that is allowed, and the files beside them.
  private static let descriptors = 4096

  /// Serves the data folder until the process is asked to end.
  func hubServe() throws -> ExitCode {
    let configuration = try hubConfiguration()
    let text = invocation.value(of: Options.listen) ?? ""
    DescriptorLimit.raise(to: CommandContext.descriptors)
    let store = try openHub(for: .serve, making: true)
    let server: HubServer
    do {
      server = try HubServer.start(configuration, store: store, environment: hubEnvironment)
    } catch let error as HTTPServerError {
      throw error.failure(listeningOn: text)
    }
    try announce(server, configuration)
    if try store.tokens().isEmpty {
      try console.note(
        "note: nobody has a token yet; make one with "
          + "'syncline hub token create --data \(dataFolder.path) --name WHO'")
    }
    _ = Interruption.shared.wait()
    try console.note("stopping: requests in work may end")
    server.stop()
    try console.note("stopped")
    return .success
  }

  /// Everything about the way to serve that can be wrong, before anything is made or opened.
  private func hubConfiguration() throws -> HubConfiguration {
    let text = invocation.value(of: Options.listen) ?? ""
    guard let address = ListenAddress(text) else {
      throw CommandFailure(
        .usage, "bad_listen", "'\(text)' is no address to listen on.",
        hint: "it looks like 127.0.0.1:6790 or [::1]:6790; port 0 takes a free one")
    }
    let error = console.error
    var configuration = HubConfiguration(
      host: address.host, port: address.port, tls: try tlsIdentity(),
      behindProxy: invocation.has(Options.behindProxy),
      hostNames: try hostNames(), version: Program.version)
    if configuration.tls != nil, configuration.behindProxy {
      throw CommandFailure(
        .usage, "tls_and_proxy", "--tls-cert and --behind-proxy exclude each other.",
        hint: "TLS ends either here or at the proxy")
    }
    guard configuration.isLoopback || configuration.tls != nil || configuration.behindProxy else {
      throw HubStartError.plainBeyondLoopback(host: address.host)
    }
    if !console.isQuiet {
      configuration.log = { line in
        do { try error.write(line.text + "\n") } catch {
          // Nobody reads the log any more; the hub goes on.
        }
      }
    }
    return configuration
  }

  private func announce(_ server: HubServer, _ configuration: HubConfiguration) throws {
    let scheme = configuration.tls == nil ? "http" : "https"
    let address = ListenAddress(invocation.value(of: Options.listen) ?? "")
    let url = address?.url(scheme: scheme, port: server.port) ?? ""
    guard console.isJSON else { return try console.write("listening on \(url)\n") }
    let document: JSONValue = [
      "schema": "syncline/hub-serve/1", "url": .string(url), "data": .string(dataFolder.path),
    ]
    try console.write(document.bytes() + [UInt8(ascii: "\n")])
  }

  private func tlsIdentity() throws -> TLSIdentity? {
    let certificate = invocation.value(of: Options.tlsCertificate)
    let key = invocation.value(of: Options.tlsKey)
    switch (certificate, key) {
    case (nil, nil): return nil
    case (let certificate?, let key?):
      return TLSIdentity(certificatePEM: try readPEM(certificate), keyPEM: try readPEM(key))
    case (nil, _?), (_?, nil):
      throw CommandFailure(
        .usage, "half_tls", "--tls-cert and --tls-key belong together.",
        hint: "give both: the certificate chain and its private key")
    }
  }

  /// Reads the file of a certificate or a key.
  private func readPEM(_ path: String) throws -> [UInt8] {
    do throws(Errno) {
      return try surroundings.fileSystem.readFile(
        path: surroundings.absolute(path), limit: CommandContext.largestPEM)
    } catch {
      throw CommandFailure(
        .usage, "unreadable_file",
        "'\(path)' cannot be read: \(ErrnoWords.text(error.rawValue)).",
        hint: "name a PEM file that this user may read")
    }
  }

  /// The further host names, as a request spells them; one that none could ask for is a mistake.
  private func hostNames() throws -> [String] {
    try invocation.values(of: Options.hostName).map { name in
      // A name counts on every port, so that one with a port would mean less than it says.
      let hasPort = name.contains(":") && !name.hasSuffix("]")
      if !hasPort, let origin = try? ServerOrigin("https://" + name) { return origin.host }
      throw CommandFailure(
        .usage, "bad_host_name", "'\(name)' is no host name.",
        hint: "it looks like hub.example.com, without a port")
    }
  }
}
