/// What `syncline login` keeps: one token an origin.
///
/// The file is text: a first line with its format, then a line an origin, sorted, with the origin,
/// the token and a name, separated by tabs.
package struct Credentials: Sendable, Equatable {
  /// The token for one origin.
  package struct Entry: Sendable, Equatable {
    /// Where the token may go.
    package var origin: ServerOrigin
    /// The token.
    package var token: AccessToken
    /// Whose token it is, as the server said; may be empty.
    package var name: String
  }

  /// The first line of the file.
  package static let header = "syncline-credentials 1"
  /// The most bytes of a file.
  package static let maximumBytes = 4 << 20

  private var tokens: [ServerOrigin: Entry] = [:]

  /// Creates a store with nothing in it.
  package init() {}

  /// The entries, sorted by origin.
  package var entries: [Entry] {
    tokens.values.sorted { $0.origin.description < $1.origin.description }
  }

  /// The entry of an origin.
  package subscript(origin: ServerOrigin) -> Entry? { tokens[origin] }

  /// Keeps a token in place of the origin's old one.
  ///
  /// Control characters of the name are dropped: the name is a server's word.
  package mutating func set(_ token: AccessToken, name: String, for origin: ServerOrigin) {
    let name = String(String.UnicodeScalarView(name.unicodeScalars.filter(Credentials.isPlain)))
    tokens[origin] = Entry(origin: origin, token: token, name: name)
  }

  /// Forgets the token of an origin; tells whether there was one.
  package mutating func remove(_ origin: ServerOrigin) -> Bool {
    tokens.removeValue(forKey: origin) != nil
  }

  /// The file's bytes; they hold the tokens.
  package var rendered: [UInt8] {
    var text = Credentials.header + "\n"
    for entry in entries { text += "\(entry.origin)\t\(entry.token.secret)\t\(entry.name)\n" }
    return Array(text.utf8)
  }

  /// Reads a file that ``rendered`` wrote; an empty one holds nothing.
  package static func parse(_ bytes: [UInt8]) throws(CredentialsError) -> Credentials {
    if bytes.isEmpty { return Credentials() }
    guard bytes.count <= maximumBytes, let text = String(validating: bytes, as: UTF8.self) else {
      throw CredentialsError(code: .unknownFormat, line: 1)
    }
    // By scalars: a carriage return would make one character with its line feed.
    var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.removeFirst().elementsEqual(header.unicodeScalars) else {
      throw CredentialsError(code: .unknownFormat, line: 1)
    }
    let count = lines.count
    guard lines.popLast()?.isEmpty == true else {
      throw CredentialsError(code: .truncated, line: count + 1)
    }
    var result = Credentials()
    for (index, line) in lines.enumerated() {
      let entry = try entry(line, number: index + 2)
      guard result.tokens.updateValue(entry, forKey: entry.origin) == nil else {
        throw CredentialsError(code: .duplicateOrigin, line: index + 2)
      }
    }
    return result
  }

  private static func entry(
    _ line: Substring.UnicodeScalarView, number: Int
  ) throws(CredentialsError) -> Entry {
    let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map {
      String(Substring($0))
    }
    guard fields.count == 3, fields[2].unicodeScalars.allSatisfy(isPlain) else {
      throw CredentialsError(code: .malformedLine, line: number)
    }
    guard let origin = try? ServerOrigin(fields[0]), origin.description == fields[0] else {
      throw CredentialsError(code: .badOrigin, line: number)
    }
    guard let token = AccessToken(fields[1]), token.secret == fields[1] else {
      throw CredentialsError(code: .badToken, line: number)
    }
    return Entry(origin: origin, token: token, name: fields[2])
  }

  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: false
    default: true
    }
  }
}

/// Why a credentials file cannot be used; nothing of its contents is in here.
package struct CredentialsError: Error, Hashable, Sendable {
  /// The kinds of trouble, as stable names.
  package enum Code: String, Hashable, Sendable, CaseIterable {
    /// The first line is another one: a foreign file or a newer format.
    case unknownFormat = "unknown_format"
    /// The last line does not end.
    case truncated
    /// A line has not three fields, or control characters.
    case malformedLine = "malformed_line"
    /// An origin that is none, or not in its one spelling.
    case badOrigin = "bad_origin"
    /// A token that can be none.
    case badToken = "bad_token"
    /// A second token for one origin.
    case duplicateOrigin = "duplicate_origin"
  }

  /// What is wrong.
  package var code: Code
  /// The line, counted from 1.
  package var line: Int

  /// Creates an error.
  package init(code: Code, line: Int) {
    self.code = code
    self.line = line
  }
}
