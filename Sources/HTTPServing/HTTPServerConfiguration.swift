/// A certificate chain and its private key, as PEM texts.
package struct TLSIdentity: Sendable {
  package let certificatePEM: [UInt8]
  package let keyPEM: [UInt8]

  /// Creates an identity; the texts are checked when the server starts.
  package init(certificatePEM: [UInt8], keyPEM: [UInt8]) {
    self.certificatePEM = certificatePEM
    self.keyPEM = keyPEM
  }
}

/// What a server is started with.
package struct HTTPServerConfiguration: Sendable {
  /// The address or name to listen on.
  package var host = "127.0.0.1"
  /// The port, or 0 for a free one.
  package var port: UInt16 = 0
  /// The identity for TLS 1.2 and later, or nil for plain HTTP.
  package var tls: TLSIdentity?
  package var limits = Limits()
  /// The number of threads that run the handler.
  package var workers = 8
  /// The number of threads that receive and send, among which the connections are spread.
  package var senders = 4
  /// The media type of what `errorBody` makes.
  package var errorContentType = "application/json"
  /// Makes the body of an answer that the server gives without the handler, from its status.
  package var errorBody: @Sendable (Int) -> [UInt8] = { Array("{\"status\":\($0)}".utf8) }

  /// Creates a configuration for a free port on loopback.
  package init() {}

  /// What one server lets its clients take.
  package struct Limits: Sendable {
    /// The most body bytes of a request, from its method and raw path.
    package var bodyBytes: @Sendable (_ method: String, _ rawPath: String) -> Int = { _, _ in
      1 << 20
    }
    /// The bytes that all bodies, received or in work, may take together.
    package var bodyBudget = 256 << 20
    /// The most bytes of request line and headers.
    package var headerBytes = 16 << 10
    package var connections = 2000
    package var connectionsPerAddress = 200
    /// Seconds without a byte after which a connection is closed.
    package var idleSeconds = 60
    /// Seconds that request line and headers may take to arrive.
    package var headSeconds = 60
    /// The same where more than half of the connections that are allowed are open.
    package var crowdedHeadSeconds = 5
    /// The least rate at which a body must arrive: 32 kbit/s, so that two parts of 8 MiB at once
    /// get through a line of 64 kbit/s.
    package var bodyBytesPerSecond = 4000
    /// The seconds over which the rate is looked at.
    package var bodyWindowSeconds = 60
    /// The most seconds that a body may take at any rate.
    package var bodySeconds = 3600

    /// Creates the default limits.
    package init() {}
  }
}

/// Why a server did not start.
package struct HTTPServerError: Error, Equatable {
  /// The kinds of reasons.
  package enum Code: Sendable, Equatable {
    /// The host has no address.
    case cannotResolve
    /// The address cannot be listened on, with the system's error number.
    case cannotListen(errno: Int32)
    /// The certificate or the key is not usable.
    case badTLSIdentity
    /// The server's threads could not be started.
    case cannotStart
  }

  package let code: Code

  /// Creates an error of a kind.
  package init(code: Code) { self.code = code }
}
