import HTTPServing
import JSON
import Platform
import TestSupport

/// A Mage server as the simulated network sees it.
struct MageServer: SimulatedServer {
  // Safe because everything of one world runs on one thread.
  private nonisolated(unsafe) let remote: MageRemote
  private let network: Network
  /// What a teammate has just written where the next request writes.
  private let pending = Locked<(path: String, bytes: [UInt8], isNamedAnew: Bool)?>(nil)

  init(_ remote: MageRemote, _ network: Network) {
    self.remote = remote
    self.network = network
  }

  private var standIn: MageStandIn { remote.standIn }

  func answer(_ request: HTTPRequest) -> HTTPResponse? {
    if content(of: request) != nil {
      network.count(contents: 1)
      if standIn.kind == .pro, request.query("_operation") == nil { remote.beginEmpty() }
    }
    var response = standIn.answer(request)
    response.headers.set("Date", HTTPTime.text(seconds: standIn.seconds))
    if let (path, bytes, isNamedAnew) = pending.withLock({ $0.take() }) {
      remote.overtake(path, bytes, isNamedAnew: isNamedAnew)
    }
    return response
  }

  /// A listing that names every second file only, as if the others were gone.
  func partialAnswer(_ request: HTTPRequest) -> HTTPResponse? {
    let isListing = standIn.kind == .openSource && request.rawPath == "/api/files"
    let isPage = standIn.kind == .pro && request.query("_operation") == nil
    guard isListing || isPage, standIn.fileWritten(by: request) == nil else { return nil }
    let names = standIn.state.withLock { $0.files.keys.sorted() }
    let hidden = names.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
    standIn.order { $0.unlisted = Set(hidden) }
    defer { standIn.order { $0.unlisted = [] } }
    return answer(request)
  }

  /// A listing that names one more file.
  func hostileAnswer(_ request: HTTPRequest, _ path: String) -> HTTPResponse? {
    standIn.order { $0.foreign = ["demo/" + path, path] }
    defer { standIn.order { $0.foreign = [] } }
    return answer(request)
  }

  /// The server's own refusals come inside of status 200, those of a proxy as they are.
  func refusal(_ status: Int) -> HTTPResponse {
    var response =
      [400, 401, 403, 409, 500].contains(status)
      ? MageStandIn.error(status, "simulated")
      : HTTPResponse(status: status, body: .bytes(Array("simulated".utf8)))
    response.headers.set("Date", HTTPTime.text(seconds: standIn.seconds))
    return response
  }

  func restart(during request: HTTPRequest) {
    if let path = content(of: request) { remote.dieWriting(path, request) }
  }

  /// The file of which a request brings a content; nothing for a deletion.
  private func content(of request: HTTPRequest) -> String? {
    guard request.method != "DELETE", request.query("_operation") != "delete" else { return nil }
    return standIn.fileWritten(by: request)
  }

  func teammate(_ edit: Edit, before request: HTTPRequest) {
    let path = standIn.fileWritten(by: request)
    let before = path.flatMap { standIn.bytes($0) }
    let versions = standIn.state.withLock { $0.versions.count }
    network.note(remote.make(edit, local: { _ in nil }))
    if let path, let after = standIn.bytes(path), after != before {
      let isNamedAnew = standIn.state.withLock { $0.versions.count } > versions
      pending.withLock { $0 = (path, after, isNamedAnew) }
    }
    // Sometimes so much earlier that the server names a version for each of the two writes.
    if case .line = edit { network.wait(2_000_000_000) }
  }
}
