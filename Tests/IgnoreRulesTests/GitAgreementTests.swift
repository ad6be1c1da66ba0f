import IgnoreRules
import TestSupport
import Testing

struct GitAgreementTests {
  @Test(arguments: [1, 20_261_120, 20_261_126] as [UInt64])
  func `random worlds get the verdicts of git check-ignore, rule by rule`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let worlds = (0..<120).map { _ in World(using: &generator) }
    let (compared, decided, differences) = try compare(worlds)
    #expect(decided > compared / 10, "The worlds must be worth comparing.")
    guard let first = differences.first else { return }
    let small = shrink(worlds[first.world], limit: 400, candidates: \.smaller) { world in
      // A world that git cannot be asked about shows nothing.
      (try? compare([world]).differences.isEmpty) == false
    }
    Issue.record(
      """
      seed \(seed), \(differences.count) of \(compared), such as \(first.words)
      the smallest world: \(small)
      \(try compare([small]).differences.map(\.words).joined(separator: "\n"))
      """)
  }

  private typealias Difference = (world: Int, words: String)

  /// Asks both about everything in some worlds.
  private func compare(
    _ worlds: [World]
  ) throws -> (compared: Int, decided: Int, differences: [Difference]) {
    let folder = try TemporaryFolder()
    _ = try run(["git", "init", "-q", "."], input: [], in: folder)
    var ours: [Line] = []
    var ends: [Int] = []
    for (number, world) in worlds.enumerated() {
      let name = Array("w\(number)".utf8)
      var matcher = IgnoreMatcher()
      try visit(world.root, path: name, name: name, folder, &matcher, .undecided, &ours)
      ends.append(ours.count)
    }
    guard !ours.isEmpty else { return (0, 0, []) }
    let input: [UInt8] = ours.flatMap { (line: Line) -> [UInt8] in line.path + [0] }
    let output = try run(
      ["git", "check-ignore", "--no-index", "-v", "-n", "--stdin", "-z"], input: input, in: folder)
    let fields = output.split(separator: 0, omittingEmptySubsequences: false).map { Array($0) }
    try #require(fields.count == ours.count * 4 + 1)
    var decided = 0
    var differences: [Difference] = []
    for (index, line) in ours.enumerated() {
      let git = Line(
        path: fields[index * 4 + 3], source: String(decoding: fields[index * 4], as: UTF8.self),
        number: String(decoding: fields[index * 4 + 1], as: UTF8.self),
        pattern: fields[index * 4 + 2])
      if !git.source.isEmpty { decided += 1 }
      guard line != git else { continue }
      let world = ends.firstIndex { index < $0 } ?? 0
      differences.append((world, "ours \(line), git \(git)"))
    }
    return (ours.count, decided, differences)
  }

  private func run(
    _ arguments: [String], input: [UInt8], in folder: TemporaryFolder
  ) throws -> [UInt8] {
    try IgnoreRulesTests.run(
      ["git", "-C", folder.path] + arguments.dropFirst(), input: input, folder: folder.path)
  }

  private func visit(
    _ folder: World.Folder, path: [UInt8], name: [UInt8], _ root: TemporaryFolder,
    _ matcher: inout IgnoreMatcher, _ verdict: Verdict, _ lines: inout [Line]
  ) throws {
    root.makeFolder(path)
    var files: [IgnoreFile] = []
    if let rules = folder.rules {
      try root.write(rules, to: path + Array("/.gitignore".utf8))
      files = [
        IgnoreFile(
          source: String(decoding: path, as: UTF8.self) + "/.gitignore", contents: rules)
      ]
    }
    name.withUnsafeBufferPointer { matcher.enter($0, files: files, verdict: verdict) }
    defer { matcher.leave() }
    for file in folder.files {
      // Git takes what does not exist for a file: only folders have to be made.
      lines.append(line(file, path, matcher, isFolder: false).0)
    }
    for (child, content) in folder.folders {
      let (line, verdict) = line(child, path, matcher, isFolder: true)
      lines.append(line)
      try visit(content, path: path + [0x2f] + child, name: child, root, &matcher, verdict, &lines)
    }
  }

  private func line(
    _ name: [UInt8], _ folder: [UInt8], _ matcher: IgnoreMatcher, isFolder: Bool
  ) -> (Line, Verdict) {
    let verdict = name.withUnsafeBufferPointer { matcher.verdict(for: $0, isFolder: isFolder) }
    let path = folder + [0x2f] + name
    switch verdict {
    case .undecided:
      return (Line(path: path), verdict)
    case .included(let rule), .ignored(let rule):
      return (
        Line(
          path: path, source: rule.source, number: "\(rule.line)", pattern: rule.pattern.text),
        verdict
      )
    }
  }
}
