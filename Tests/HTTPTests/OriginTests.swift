import HTTPClient
import Testing

struct OriginCase: Sendable, CustomTestStringConvertible {
  let url: String
  let origin: String?
  let isLoopback: Bool

  init(_ url: String, _ origin: String?, loopback: Bool = false) {
    self.url = url
    self.origin = origin
    isLoopback = loopback
  }

  var testDescription: String { url.debugDescription }
}

private let cases: [OriginCase] = [
  OriginCase("http://example.com", "http://example.com"),
  OriginCase("HTTPS://Example.COM:443/a?b#c", "https://example.com"),
  OriginCase("https://example.com:80/", "https://example.com:80"),
  OriginCase("http://localhost:8080/x", "http://localhost:8080", loopback: true),
  OriginCase("http://127.1.2.3/", "http://127.1.2.3", loopback: true),
  OriginCase("http://[::1]:9/", "http://[::1]:9", loopback: true),
  OriginCase("http://[FE80::1]/", "http://[fe80::1]"),
  OriginCase("http://127.0.0.1.evil.com/", "http://127.0.0.1.evil.com"),
  OriginCase("http://127.0.0.evil/", "http://127.0.0.evil"),
  OriginCase("http://localhost.evil.com/", "http://localhost.evil.com"),
  OriginCase("http://a?x@b", "http://a"),
  OriginCase("http://user@host/", nil),
  OriginCase("http://user:pass@host/", nil),
  OriginCase("http://host:0/", nil),
  OriginCase("http://host:/", nil),
  OriginCase("http://host:65536/", nil),
  OriginCase("http://host:+80/", nil),
  OriginCase("http://[::1/", nil),
  OriginCase("http://[::1]x/", nil),
  OriginCase("http://[host]/", nil),
  OriginCase("http:///path", nil),
  OriginCase("http://:80/", nil),
  OriginCase("http:/host/", nil),
  OriginCase("ftp://host/", nil),
  OriginCase("http://ho\\st/", nil),
  OriginCase("http://hö/", nil),
  OriginCase("", nil),
]

@Suite struct OriginTests {
  @Test(arguments: cases)
  func `an origin is read exactly, or not at all`(_ test: OriginCase) {
    let origin = Origin(url: test.url)
    #expect(origin?.description == test.origin)
    #expect((origin?.isLoopback ?? false) == test.isLoopback)
  }

  @Test(arguments: [
    ("plain-._~", "plain-._~"), ("a/b c", "a%2Fb%20c"), ("é%?#", "%C3%A9%25%3F%23"),
    ("..", "%2E%2E"), (".", "%2E"), ("...", "..."), ("", ""),
  ])
  func `a segment is encoded to unreserved characters`(_ segment: String, _ encoded: String) {
    #expect(percentEncode(segment: segment) == encoded)
  }
}
