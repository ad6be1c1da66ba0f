import Platform

/// The conversations that began with a handshake over HTTP, by the id that each was given.
///
/// An id only tells conversations apart. Who may speak at all is decided by the token.
final class SessionTable: Sendable {
  /// How many there are at once; the one that was silent longest makes room for another.
  static let limit = 64

  private struct Entry {
    let conversation: Conversation
    var lastUse: UInt64
  }

  private struct State {
    var entries: [String: Entry] = [:]
    var uses: UInt64 = 0
  }

  private let server: Server
  private let randomness: Randomness
  private let state = Locked(State())

  init(_ server: Server, randomness: Randomness) {
    self.server = server
    self.randomness = randomness
  }

  /// Begins a conversation; nothing where all are busy.
  func begin() -> (id: String, conversation: Conversation)? {
    let id = randomness.token()
    let conversation = Conversation(server)
    return state.withLock { state in
      if state.entries.count >= SessionTable.limit {
        let idle = state.entries.filter { !$0.value.conversation.calls.isBusy }
        guard let oldest = idle.min(by: { $0.value.lastUse < $1.value.lastUse }) else { return nil }
        state.entries[oldest.key] = nil
      }
      state.uses += 1
      state.entries[id] = Entry(conversation: conversation, lastUse: state.uses)
      return (id, conversation)
    }
  }

  /// The conversation with an id.
  func find(_ id: String?) -> Conversation? {
    guard let id else { return nil }
    return state.withLock { state in
      state.uses += 1
      state.entries[id]?.lastUse = state.uses
      return state.entries[id]?.conversation
    }
  }

  /// Ends a conversation and cancels what it still waits for; false where there is none.
  func remove(_ id: String) -> Bool {
    let entry = state.withLock { $0.entries.removeValue(forKey: id) }
    entry?.conversation.calls.cancelAll()
    return entry != nil
  }

  /// Ends all conversations.
  func end() {
    let entries = state.withLock { state in
      defer { state.entries = [:] }
      return Array(state.entries.values)
    }
    for entry in entries { entry.conversation.calls.cancelAll() }
  }
}
