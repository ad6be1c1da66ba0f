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

/// A file with the certificate in it, removed with this object.
private final class CertificateFile {
  let path: String

  init() {
    var template = Array("/tmp/syncline-certificate-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let text = Array(LocalhostIdentity.certificate.utf8) + [10]
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
