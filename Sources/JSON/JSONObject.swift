/// The members of a JSON object in the order in which they were written, each key once.
///
/// Keys are the same only if their bytes are, so that two spellings of one accented name can
/// stand side by side. Equality minds the order.
package struct JSONObject: Sendable {
  /// A key with its value.
  package struct Member: Sendable, Equatable {
    /// The key.
    package var key: String
    /// The value.
    package var value: JSONValue

    /// Says whether two members have the same key, byte for byte, and the same value.
    package static func == (left: Member, right: Member) -> Bool {
      left.key.hasSameBytes(as: right.key) && left.value == right.value
    }
  }

  /// A key that is hashed and compared by its bytes.
  private struct ByteKey: Hashable, Sendable {
    var string: String

    static func == (left: ByteKey, right: ByteKey) -> Bool {
      left.string.hasSameBytes(as: right.string)
    }

    func hash(into hasher: inout Hasher) {
      for byte in string.utf8 { hasher.combine(byte) }
    }
  }

  /// Up to this many members are searched one by one.
  private static let fewMembers = 12

  /// The members in order.
  package private(set) var members: [Member] = []
  /// Where each key stands; empty while there are few members.
  private var places: [ByteKey: Int] = [:]

  /// Creates an object without members.
  package init() {}

  /// How many members there are.
  package var count: Int { members.count }

  /// Whether there are no members.
  package var isEmpty: Bool { members.isEmpty }

  /// The keys in order.
  package var keys: some Sequence<String> { members.lazy.map(\.key) }

  /// The value of a key; a new key goes to the end, nil takes the member away.
  package subscript(key: String) -> JSONValue? {
    get { place(of: key).map { members[$0].value } }
    set {
      switch (place(of: key), newValue) {
      case (let place?, let value?): members[place].value = value
      case (nil, let value?): append(key, value)
      case (let place?, nil):
        members.remove(at: place)
        places = [:]
        if members.count > Self.fewMembers { index() }
      case (nil, nil): break
      }
    }
  }

  /// Adds a member at the end, or returns false and changes nothing if the key is there already.
  @discardableResult
  package mutating func insert(_ key: String, _ value: JSONValue) -> Bool {
    guard place(of: key) == nil else { return false }
    append(key, value)
    return true
  }

  /// Gives the last member another value.
  mutating func setLast(_ value: JSONValue) {
    members[members.count - 1].value = value
  }

  private mutating func append(_ key: String, _ value: JSONValue) {
    members.append(Member(key: key, value: value))
    if members.count == Self.fewMembers + 1 {
      index()
    } else if members.count > Self.fewMembers {
      places[ByteKey(string: key)] = members.count - 1
    }
  }

  private mutating func index() {
    for (place, member) in members.enumerated() { places[ByteKey(string: member.key)] = place }
  }

  private func place(of key: String) -> Int? {
    if members.count > Self.fewMembers { return places[ByteKey(string: key)] }
    return members.firstIndex { $0.key.hasSameBytes(as: key) }
  }
}

extension JSONObject: Equatable {
  /// Says whether two objects have equal members in the same order.
  package static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.members == right.members
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// Creates an object from a literal; of equal keys the last wins.
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    for (key, value) in elements { self[key] = value }
  }
}
