import Platform
import HTTPServing
import HubProtocol
import JSON

/// Tells the subscribers of a project about each new revision.
final class EventHub: Sendable {
  private struct State {
    var next = 0
    var sources: [String: [Int: EventSource]] = [:]
  }

  private let state = Locked(State())

  /// Adds a subscriber, which hears of the head at once, and no more once it may not.
  func subscribe(
    to project: String, first event: [UInt8], while mayGoOn: @escaping @Sendable () -> Bool
  ) -> EventSource {
    let number = state.withLock { state in
      state.next += 1
      return state.next
    }
    let source = EventSource(heartbeatSeconds: 15) { [weak self] in
      self?.drop(number, of: project)
    }
    source.goOn(while: mayGoOn)
    source.send(event)
    state.withLock { $0.sources[project, default: [:]][number] = source }
    return source
  }

  /// Tells all subscribers of a project.
  func publish(_ event: [UInt8], to project: String) {
    let sources = state.withLock { $0.sources[project] ?? [:] }
    for (number, source) in sources where !source.send(event) { drop(number, of: project) }
  }

  /// Ends all streams of a project.
  func close(_ project: String) {
    let sources = state.withLock { $0.sources[project].map { Array($0.values) } ?? [] }
    for source in sources { source.close() }
  }

  /// How many subscribers a project has.
  func count(_ project: String) -> Int {
    state.withLock { $0.sources[project]?.count ?? 0 }
  }

  private func drop(_ number: Int, of project: String) {
    state.withLock { state in
      state.sources[project]?[number] = nil
      if state.sources[project]?.isEmpty == true { state.sources[project] = nil }
    }
  }

  /// The event of a revision as it travels.
  static func revision(_ revision: UInt64, _ treeDigest: TreeDigest, author: String?) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("revision")
    writer.value(revision)
    writer.key("tree_digest")
    writer.value(treeDigest.hex)
    writer.key("author")
    if let author { writer.value(author) } else { writer.null() }
    writer.endObject()
    return Array("id: \(revision)\nevent: revision\ndata: ".utf8) + writer.bytes
      + Array("\n\n".utf8)
  }
}
