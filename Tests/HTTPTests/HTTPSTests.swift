import HTTPClient
import HTTPServing
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file with a certificate in it, removed with this object.
private final class CertificateFile {
  let path: String

  init(_ certificate: String = LocalhostIdentity.certificate) {
    var template = Array("/tmp/syncline-certificate-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let text = Array(certificate.utf8)
    _ = write(descriptor, text, text.count)
    close(descriptor)
  }

  deinit { unlink(path) }
}

@Suite struct HTTPSTests {
  @Test func `TLS works for a trusted certificate and its name, and for nothing else`() throws {
    var configuration = HTTPServerConfiguration()
    configuration.tls = LocalhostIdentity.identity
    let server = try HTTPServer(configuration: configuration) { request in
      HTTPResponse(status: 200, body: .bytes(Array("\(request.isTLS)".utf8)))
    }
    let file = CertificateFile()
    let trusting = HTTPClient(options: .init(caFile: file.path))
    let named = HTTPClientRequest(url: "https://localhost:\(server.port)/")
    #expect(text(try trusting.send(named)) == "true")
    #expect(isTLSFailure { try HTTPClient().send(named) })
    let numbered = HTTPClientRequest(url: "https://127.0.0.1:\(server.port)/")
    #expect(isTLSFailure { try trusting.send(numbered) })
  }

  @Test func `a file of certificates is trusted besides the system's, not in their place`() throws {
    func serve(_ identity: TLSIdentity) throws -> HTTPServer {
      var configuration = HTTPServerConfiguration()
      configuration.tls = identity
      return try HTTPServer(configuration: configuration) { _ in HTTPResponse(status: 200) }
    }
    let ours = try serve(LocalhostIdentity.identity)
    let theirs = try serve(LocalhostIdentity.otherIdentity)
    let added = CertificateFile(LocalhostIdentity.certificate)
    // Without a line break at its end, as some files are.
    let system = CertificateFile(LocalhostIdentity.otherCertificate)
    let client = HTTPClient(options: .init(caFile: added.path, systemRoots: system.path))
    for server in [ours, theirs] {
      let request = HTTPClientRequest(url: "https://localhost:\(server.port)/")
      #expect(try client.send(request).status == 200)
      #expect(isTLSFailure { try HTTPClient().send(request) })
    }
    let alone = HTTPClient(options: .init(caFile: added.path))
    #expect(
      isTLSFailure {
        try alone.send(HTTPClientRequest(url: "https://localhost:\(theirs.port)/"))
      })
  }

  @Test func `a system without certificates leaves those of the file`() throws {
    var configuration = HTTPServerConfiguration()
    configuration.tls = LocalhostIdentity.identity
    let server = try HTTPServer(configuration: configuration) { _ in HTTPResponse(status: 200) }
    let file = CertificateFile()
    let client = HTTPClient(options: .init(caFile: file.path, systemRoots: file.path + ".none"))
    let request = HTTPClientRequest(url: "https://localhost:\(server.port)/")
    #expect(try client.send(request).status == 200)
  }

  @Test func `a file without a certificate is told, and so is one that is not there`() throws {
    let file = CertificateFile("no certificate")
    let damaged = CertificateFile(
      LocalhostIdentity.certificate.replacing("MII", with: "AAA", maxReplacements: 1))
    let request = HTTPClientRequest(url: "https://localhost:1/")
    for path in [file.path, file.path + ".none"] {
      let client = HTTPClient(options: .init(caFile: path))
      #expect(isTLSFailure { try client.send(request) })
    }
    var configuration = HTTPServerConfiguration()
    configuration.tls = LocalhostIdentity.identity
    let server = try HTTPServer(configuration: configuration) { _ in HTTPResponse(status: 200) }
    let client = HTTPClient(options: .init(caFile: damaged.path))
    let named = HTTPClientRequest(url: "https://localhost:\(server.port)/")
    #expect(isTLSFailure { try client.send(named) })
  }

  @Test func `a broken identity starts no server`() throws {
    var configuration = HTTPServerConfiguration()
    configuration.tls = TLSIdentity(certificatePEM: Array("no".utf8), keyPEM: Array("no".utf8))
    #expect(throws: HTTPServerError(code: .badTLSIdentity)) {
      try HTTPServer(configuration: configuration, handler: echo)
    }
  }

  private func isTLSFailure(_ body: () throws -> HTTPClientResponse) -> Bool {
    do {
      _ = try body()
      return false
    } catch {
      if case .tls = (error as? HTTPClientError)?.code { return true }
      return false
    }
  }
}
