import HTTPClient
import HTTPServing
import HubProtocol
import JSON
import Platform
import SyncModel
import TestSupport
import Testing

@testable import Hub
@testable import HubStore

/// The same hub through a real socket.
struct HubServerTests {
  private final class Running: Sendable {
    let folder: TemporaryFolder
    let server: HubServer
    let store: HubStore
    let token: String
    let client = HTTPClient()

    init(limits: HubInfo.Limits = HubInfo.Limits()) throws {
      folder = try TemporaryFolder()
      let environment = HubEnvironment(clock: .system, randomness: .system)
      store = try HubStore(
        DataFolder(folder.path + "/data"), for: .serve, environment: environment)
      _ = try store.createProject(named: "demo", by: "test")
      token = try store.createToken(
        named: "ann", scope: .write, project: nil, expires: nil, by: "test"
      ).text
      server = try HubServer.start(
        HubConfiguration(version: "1", limits: limits), store: store, environment: environment)
    }

    deinit { server.stop(graceSeconds: 0) }

    func request(_ method: String, _ path: String, body: [UInt8]? = nil) -> HTTPClientRequest {
      HTTPClientRequest(
        method: method, url: "http://127.0.0.1:\(server.port)/api/v1" + path,
        headers: [("Authorization", "Bearer " + token), ("Syncline-Protocol", "1")],
        body: body.map { .bytes($0) } ?? .none)
    }

    func commit(_ text: String, id: String, expected: JSONValue = nil) throws
      -> HTTPClientResponse
    {
      let change = HubWorld.change(
        "a", expected: expected, new: HubWorld.node(text), content: text)
      let body: JSONValue = ["commit": .string(id), "changes": [change]]
      return try client.send(request("POST", "/projects/demo/commits", body: body.bytes()))
    }
  }

  @Test func `a commit, the feed and the contents travel through a socket`() throws {
    let running = try Running()
    #expect(try running.commit("one", id: "r.1").status == 200)
    let feed = try running.client.send(running.request("GET", "/projects/demo/changes"))
    #expect(feed.status == 200)
    #expect(try ChangesFeed.decode(feed.body).entries.count == 1)
    #expect(feed.headers["Date"] != nil)
    var cached = running.request("GET", "/projects/demo/changes")
    cached.headers.append(("If-None-Match", try #require(feed.headers["ETag"])))
    let second = try running.client.send(cached)
    #expect(second.status == 304)
    #expect(second.body == [])
    let digests: JSONValue = ["digests": [.string("one".digest.description)]]
    let pack = try running.client.send(
      running.request("POST", "/projects/demo/contents", body: digests.bytes()))
    #expect(try HubWorld.unpack(pack.body) == ["one".digest: Array("one".utf8)])
    var ranged = running.request("GET", "/projects/demo/contents/\("one".digest)")
    ranged.headers.append(("Range", "bytes=1-"))
    let part = try running.client.send(ranged)
    #expect(part.status == 206)
    #expect(part.body == Array("ne".utf8))
    let path = "/projects/demo/files/" + APIPath.encode("a")
    #expect(try running.client.send(running.request("GET", path)).status == 200)
  }

  @Test func `a body over its route's limit is refused in JSON before it is taken`() throws {
    let running = try Running(limits: HubInfo.Limits(body: 1000))
    let body = [UInt8](repeating: 0x20, count: 2000)
    let answer = try running.client.send(
      running.request("POST", "/projects/demo/commits", body: body))
    #expect(answer.status == 413)
    let error = try WireError.decode(answer.body)
    #expect(error.code == .tooLarge)
  }

  @Test func `subscribers hear of the head at once and of each commit`() async throws {
    let running = try Running()
    #expect(try running.commit("one", id: "r.1").status == 200)
    let heard = Locked<[UInt8]>([])
    let listener = Task.detached {
      struct Enough: Error {}
      var request = running.request("GET", "/projects/demo/events")
      request.totalTimeout = 30
      do {
        _ = try HTTPClient().send(request) { bytes in
          let text = heard.withLock { heard -> String in
            heard += Array(bytes)
            return String(decoding: heard, as: UTF8.self)
          }
          if text.contains("id: 1\n"), !text.contains("id: 2\n") {
            // Told from within the stream, so that no time needs to pass.
            #expect(
              try running.commit("two", id: "r.2", expected: HubWorld.node("one")).status == 200)
          }
          if text.contains("id: 2\n") { throw Enough() }
        }
      } catch {
        return
      }
    }
    await listener.value
    let text = heard.withLock { String(decoding: $0, as: UTF8.self) }
    let project = try #require(try running.store.project(named: "demo"))
    let data = """
      {"revision":2,"tree_digest":"\(project.treeDigest.hex)","author":"ann"}
      """
    #expect(text.hasPrefix("id: 1\nevent: revision\ndata: {\"revision\":1,"))
    #expect(text.contains("id: 2\nevent: revision\ndata: \(data)\n\n"))
  }

  @Test func `a hub beyond loopback needs TLS or a proxy`() throws {
    let folder = try TemporaryFolder()
    let environment = HubEnvironment(clock: .system, randomness: .system)
    let store = try HubStore(DataFolder(folder.path + "/d"), for: .serve, environment: environment)
    for host in ["0.0.0.0", "::", "192.0.2.1", "example.com", "127.0.0.1.example.com"] {
      #expect(throws: HubStartError.plainBeyondLoopback(host: host)) {
        try HubServer.start(
          HubConfiguration(host: host, version: "1"), store: store, environment: environment)
      }
    }
    let proxied = try HubServer.start(
      HubConfiguration(host: "0.0.0.0", behindProxy: true, version: "1"), store: store,
      environment: environment)
    proxied.stop(graceSeconds: 0)
  }

  @Test func `a hub that stopped has its data on disk and its port free`() throws {
    let running = try Running()
    #expect(try running.commit("one", id: "r.1").status == 200)
    running.server.stop(graceSeconds: 1)
    #expect(throws: HTTPClientError.self) {
      try running.client.send(running.request("GET", "/hub"))
    }
    #expect(try running.store.check() == [])
  }
}
