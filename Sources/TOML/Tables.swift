/// The names that a document has defined so far, and what may still be added to them.
struct Tables {
  /// What a name stands for.
  private enum Entry {
    /// A value, or an inline table, which nothing can be added to.
    case value
    /// A table that only the headers of its subtables have named.
    case implied
    /// A table that its own header has defined.
    case defined
    /// A table that dotted keys of one section have defined, and that these alone may add to.
    case dotted(section: Int)
    /// An array of tables, with its last element.
    case array(last: Int)
  }

  /// A name in a table.
  private struct Place: Hashable {
    var table: Int
    var name: [UInt8]
  }

  private var entries: [Entry] = [.defined]
  private var places: [Place: Int] = [:]
  /// Sections are counted by headers and inline tables.
  private var sections = 0

  /// The table at the top.
  static let root = 0

  /// A table that keys are being put into.
  struct Section {
    var table: Int
    var number: Int
  }

  /// Opens a table that no name leads to: the root, or one written inline.
  mutating func openInline() -> Section {
    open(add(.defined))
  }

  /// Opens the root for the keys before the first header.
  mutating func openRoot() -> Section {
    open(Tables.root)
  }

  /// Defines the table that a header names.
  mutating func openTable(_ key: [KeyPart]) throws(Failure) -> Section {
    let (parent, last) = try table(above: key)
    let place = Place(table: parent, name: last.name)
    guard let known = places[place] else {
      return open(add(.defined, at: place))
    }
    switch entries[known] {
    case .implied:
      entries[known] = .defined
      return open(known)
    case .defined, .dotted, .array:
      throw Failure(kind: .duplicateTable, offset: last.offset)
    case .value:
      throw Failure(kind: .duplicateKey, offset: last.offset)
    }
  }

  /// Adds an element to the array of tables that a header names.
  mutating func openElement(_ key: [KeyPart]) throws(Failure) -> Section {
    let (parent, last) = try table(above: key)
    let place = Place(table: parent, name: last.name)
    let element = add(.defined)
    guard let known = places[place] else {
      _ = add(.array(last: element), at: place)
      return open(element)
    }
    guard case .array = entries[known] else {
      throw Failure(kind: .duplicateTable, offset: last.offset)
    }
    entries[known] = .array(last: element)
    return open(element)
  }

  /// Defines the value that a key of a section stands for.
  mutating func define(_ key: [KeyPart], in section: Section) throws(Failure) {
    var table = section.table
    for part in key.dropLast() {
      let place = Place(table: table, name: part.name)
      guard let known = places[place] else {
        table = add(.dotted(section: section.number), at: place)
        continue
      }
      switch entries[known] {
      case .implied: entries[known] = .dotted(section: section.number)
      case .dotted(section.number): break
      case .dotted, .defined, .array, .value:
        throw Failure(kind: .notATable, offset: part.offset)
      }
      table = known
    }
    guard let last = key.last else { preconditionFailure("a key has at least one part") }
    let place = Place(table: table, name: last.name)
    guard places[place] == nil else { throw Failure(kind: .duplicateKey, offset: last.offset) }
    _ = add(.value, at: place)
  }

  /// Finds the table that holds the last part of a header's key, naming those on the way.
  private mutating func table(above key: [KeyPart]) throws(Failure) -> (Int, KeyPart) {
    var table = Tables.root
    for part in key.dropLast() {
      let place = Place(table: table, name: part.name)
      guard let known = places[place] else {
        table = add(.implied, at: place)
        continue
      }
      switch entries[known] {
      case .implied, .defined, .dotted: table = known
      case .array(let last): table = last
      case .value: throw Failure(kind: .notATable, offset: part.offset)
      }
    }
    guard let last = key.last else { preconditionFailure("a key has at least one part") }
    return (table, last)
  }

  private mutating func open(_ table: Int) -> Section {
    sections += 1
    return Section(table: table, number: sections)
  }

  private mutating func add(_ entry: Entry, at place: Place? = nil) -> Int {
    entries.append(entry)
    let index = entries.count - 1
    if let place { places[place] = index }
    return index
  }
}
