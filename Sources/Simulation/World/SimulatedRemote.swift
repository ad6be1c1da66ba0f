import Crypto
import LocalReplica
import Platform
import Replica
import SyncModel

/// A remote project of the simulated world, as its clients reach it and as the laws look at it.
protocol SimulatedRemote: AnyObject {
  /// The remote as a process of a client sees it.
  func replica(for process: SimulatedProcess, _ network: Network) throws -> any Replica
  /// The remote as a process of a client sees it, which may remember things in its folder.
  func replica(
    for process: SimulatedProcess, _ network: Network, of client: Client, _ local: LocalReplica
  ) throws -> any Replica
  /// Whether what stood there once can be had for ever.
  var keepsHistory: Bool { get }
  /// Whether it carries executable bits, links, hidden names and all bytes.
  var carriesEverything: Bool { get }
  /// Hands over what happened to contents there since it was asked last.
  func takeMarks() -> RemoteMarks
  /// What stands there now.
  func picture() throws -> Picture
  /// Whether a content is there or in the history.
  func holds(_ bytes: [UInt8]) throws -> Bool
  /// Lets a teammate change something; answers with what came to stand there, or went.
  func make(_ edit: Edit, local: (String) -> Seen?) throws -> [Published]
  func backUp() throws
  /// Goes back to the backup; false where there is none.
  func restore() throws -> Bool
}

extension SimulatedRemote {
  var keepsHistory: Bool { true }
  var carriesEverything: Bool { true }

  func takeMarks() -> RemoteMarks { RemoteMarks() }

  func replica(
    for process: SimulatedProcess, _ network: Network, of client: Client, _ local: LocalReplica
  ) throws -> any Replica {
    try replica(for: process, network)
  }
}

/// What a teammate put at a path of a remote, or that he took it away.
struct Published: Sendable {
  var path: String
  var seen: Seen?
}

/// The network between one process and a remote: what is to go wrong, and what was counted.
final class Network: Sendable {
  struct State: Sendable {
    var requests = 0
    var faults: [Int: NetworkFault]
    var met: [String] = []
    var published: [Published] = []
    var contentsMoved = 0
    var trace = Trace()
  }

  let state: Locked<State>
  /// Lets time pass, in nanoseconds.
  let wait: @Sendable (Int64) -> Void

  init(faults: [Int: NetworkFault], wait: @escaping @Sendable (Int64) -> Void) {
    state = Locked(State(faults: faults))
    self.wait = wait
  }

  /// Begins a request and answers with what shall go wrong with it.
  func begin(_ line: String, _ process: SimulatedProcess) throws(Errno) -> NetworkFault? {
    try process.enter(.request, Array(line.utf8))
    return state.withLock { state in
      defer { state.requests += 1 }
      state.trace.add(line)
      guard let fault = state.faults[state.requests] else { return nil }
      state.met.append(fault.word)
      return fault
    }
  }

  func count(contents: Int) { state.withLock { $0.contentsMoved += contents } }

  func note(_ published: [Published]) { state.withLock { $0.published += published } }
}

/// What a teammate's edit comes to on a tree of files: what to set at which paths.
func teammateChanges(
  _ edit: Edit, on picture: Picture, local: (String) -> Seen?
) -> [(path: String, seen: Seen?)] {
  func key(_ index: Int) -> String {
    do throws(PathProblem) { return try SyncPath(validating: Texts.paths[index]).key } catch {
      return Texts.paths[index]
    }
  }
  func text(_ bytes: [UInt8]) -> Seen { Seen(bytes: bytes, isLink: false, isExecutable: false) }
  /// What has no room beside a file goes.
  func placing(_ seen: Seen, _ path: String) -> [(path: String, seen: Seen?)] {
    let gone = picture.keys.filter { $0.hasPrefix(path + "/") || path.hasPrefix($0 + "/") }
    return gone.sorted().map { ($0, nil) } + [(path, seen)]
  }
  switch edit {
  case .write(let path, let content, _): return placing(text(Texts.text(content)), key(path))
  case .line(let path, let line, let content):
    guard var seen = picture[key(path)], !seen.isLink else { return [] }
    seen.bytes = Texts.changing(seen.bytes, line: line, to: content)
    return [(key(path), seen)]
  case .delete(let path): return picture[key(path)] == nil ? [] : [(key(path), nil)]
  case .rename(let from, let to):
    guard from != to, let seen = picture[key(from)] else { return [] }
    let (source, target) = (key(from), key(to))
    guard source != target, !target.hasPrefix(source + "/"), !source.hasPrefix(target + "/")
    else { return [] }
    return [(source, nil)] + placing(seen, target)
  case .executable(let path):
    guard var seen = picture[key(path)], !seen.isLink else { return [] }
    seen.isExecutable.toggle()
    return [(key(path), seen)]
  case .lineEnds(let path, let ends):
    guard var seen = picture[key(path)], !seen.isLink else { return [] }
    seen.bytes = Texts.text(seen.bytes, ending: ends)
    return [(key(path), seen)]
  case .link(let path, let content):
    let target = Texts.target(content)
    return placing(Seen(bytes: target, isLink: true, isExecutable: false), key(path))
  case .same(let path):
    guard let seen = local(key(path)), !seen.isLink else { return [] }
    return placing(text(seen.bytes), key(path))
  case .ignore(let path):
    let bytes = Texts.rules(ignoring: path.map { Texts.paths[$0] })
    return [(Texts.rules, text(bytes))]
  case .readable, .touch, .folder: return []
  }
}

extension Seen {
  /// The node that describes it.
  var node: Node {
    if isLink { return .link(target: String(decoding: bytes, as: UTF8.self)) }
    return .file(
      Node.File(
        digest: SHA256.hash(bytes), size: UInt64(bytes.count), isExecutable: isExecutable))
  }
}
