import IgnoreRules

/// Numbers that depend on the seed alone (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

/// A small tree with ignore files at random places.
struct World {
  struct Folder {
    var files: [[UInt8]] = []
    var folders: [(name: [UInt8], content: Folder)] = []
    var rules: [UInt8]?
  }

  let root: Folder

  private static let names: [[UInt8]] =
    [
      "a", "b", "ab", "foo", "bar", "foobar", "x.o", "y.c", "z.o.c", "a b", "é", "[a]", "!a", "#a",
      "A1", "-", "a*b", "b\\c", "foo ",
    ].map { Array($0.utf8) } + [[0xff, 0x61]]

  private static let atoms: [String] = [
    "a", "b", "ab", "foo", "bar", "foobar", ".o", ".c", "x", "y", "z", " ", "é", "1",
    "*", "*", "*", "*", "?", "?", "**", "**", "***", "/", "/", "/", "/", "/**/", "/**", "**/",
    "[a-f]",
    "[!a]", "[^b]", "[[:alpha:]]", "[[:upper:]b]", "[]a]", "[a", "[[:nope:]]", "[\\]a]", "[a-]",
    "[a/b]", "\\", "\\a", "\\*", "\\ ", "\\!", "\\#", "\\[", "!", "#", "-", "[[:space:]]",
    "[b-a]", "[[:punct:]]", "[[a:]b]",
  ]

  init(using generator: inout SeededGenerator) {
    root = World.folder(depth: 0, using: &generator)
  }

  private static func folder(depth: Int, using generator: inout SeededGenerator) -> Folder {
    var folder = Folder()
    for name in names.shuffled(using: &generator).prefix(Int.random(in: 2...6, using: &generator)) {
      if depth < 3, Int.random(in: 0..<5, using: &generator) < 2 {
        folder.folders.append((name, World.folder(depth: depth + 1, using: &generator)))
      } else {
        folder.files.append(name)
      }
    }
    if depth == 0 || Int.random(in: 0..<4, using: &generator) == 0 {
      folder.rules = rules(using: &generator)
    }
    return folder
  }

  private static func rules(using generator: inout SeededGenerator) -> [UInt8] {
    var bytes: [UInt8] = Int.random(in: 0..<8, using: &generator) == 0 ? [0xef, 0xbb, 0xbf] : []
    for _ in 0..<Int.random(in: 1...5, using: &generator) {
      if Int.random(in: 0..<5, using: &generator) == 0 { bytes.append(UInt8(ascii: "!")) }
      if Int.random(in: 0..<3, using: &generator) == 0 {
        bytes += names.randomElement(using: &generator) ?? []
      } else {
        for _ in 0..<Int.random(in: 1...5, using: &generator) {
          bytes += Array((atoms.randomElement(using: &generator) ?? "").utf8)
        }
      }
      if Int.random(in: 0..<6, using: &generator) == 0 { bytes.append(UInt8(ascii: "/")) }
      if Int.random(in: 0..<10, using: &generator) == 0 { bytes.append(UInt8(ascii: " ")) }
      if Int.random(in: 0..<12, using: &generator) == 0 { bytes.append(UInt8(ascii: "\r")) }
      bytes.append(UInt8(ascii: "\n"))
    }
    if Int.random(in: 0..<4, using: &generator) == 0 { bytes.removeLast() }
    return bytes
  }
}

/// What was said about one path, in the words of `git check-ignore -v`.
struct Line: Equatable, CustomStringConvertible {
  var path: [UInt8]
  var source = ""
  var number = ""
  var pattern: [UInt8] = []

  var description: String {
    "\(String(decoding: path, as: UTF8.self)) <- "
      + "\(source):\(number):\(String(decoding: pattern, as: UTF8.self))"
  }
}

extension World: CustomStringConvertible {
  var description: String { root.description }

  /// The world without one thing: a folder, a file, a line of rules; the boldest first.
  var smaller: [World] { root.smaller.map(World.init(root:)) }

  private init(root: Folder) { self.root = root }
}

extension World.Folder: CustomStringConvertible {
  var description: String {
    let inside =
      files.map { String(decoding: $0, as: UTF8.self) }
      + folders.map { String(decoding: $0.name, as: UTF8.self) + "/\($0.content)" }
    let text = rules.map { " with \(String(decoding: $0, as: UTF8.self).debugDescription)" } ?? ""
    return "[\(inside.joined(separator: ", "))]\(text)"
  }

  fileprivate var smaller: [World.Folder] {
    var found: [World.Folder] = []
    func add(_ change: (inout World.Folder) -> Void) {
      var copy = self
      change(&copy)
      found.append(copy)
    }
    for index in folders.indices { add { $0.folders.remove(at: index) } }
    if rules != nil { add { $0.rules = nil } }
    for index in files.indices { add { $0.files.remove(at: index) } }
    let lines = rules?.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) ?? []
    for index in lines.indices where lines.count > 1 {
      var kept = lines
      kept.remove(at: index)
      add { $0.rules = Array(kept.joined(separator: [UInt8(ascii: "\n")])) }
    }
    for index in folders.indices {
      for content in folders[index].content.smaller {
        add { $0.folders[index].content = content }
      }
    }
    return found
  }
}
