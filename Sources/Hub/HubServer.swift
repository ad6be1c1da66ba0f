import HTTPServing
import HubProtocol
package import HubStore

/// Why a hub did not start to listen.
package enum HubStartError: Error, Hashable, Sendable {
  /// It would listen beyond this machine without TLS, and no proxy is said to provide it.
  case plainBeyondLoopback(host: String)
}

/// A hub that listens.
package final class HubServer: Sendable {
  private let hub: Hub
  private let server: HTTPServer
  /// The port that it listens on.
  package let port: UInt16

  private init(hub: Hub, server: HTTPServer) {
    self.hub = hub
    self.server = server
    port = server.port
  }

  /// Starts to serve an open store.
  ///
  /// - Throws: ``HubStartError`` or `HTTPServerError`.
  package static func start(
    _ configuration: HubConfiguration, store: HubStore, environment: HubEnvironment
  ) throws -> HubServer {
    guard configuration.isLoopback || configuration.tls != nil || configuration.behindProxy else {
      throw HubStartError.plainBeyondLoopback(host: configuration.host)
    }
    let hub = Hub(store: store, configuration: configuration, environment: environment)
    var serving = HTTPServerConfiguration()
    serving.host = HostName.bare(configuration.host)
    serving.port = configuration.port
    serving.tls = configuration.tls
    serving.workers = configuration.workers
    serving.errorContentType = Wire.MediaType.json
    serving.errorBody = { Hub.errorBody(status: $0) }
    let limits = configuration.limits
    serving.limits.bodyBytes = { method, path in
      Routes.bodyLimit(method: method, rawPath: path, limits)
    }
    return HubServer(hub: hub, server: try HTTPServer(configuration: serving) { hub.handle($0) })
  }

  /// Stops: new requests are refused, those in work get so many seconds to end.
  package func stop(graceSeconds: Int = 10) {
    hub.beginStopping()
    server.stop(graceSeconds: graceSeconds)
  }
}
