import CommandLineKit
import Testing

struct ParsingTests {
  private func parse(_ words: String...) throws -> Invocation<Sample> {
    try Sample.command.parse(words).get()
  }

  private func failure(_ words: [String]) -> UsageError? {
    if case .failure(let error) = Sample.command.parse(words) { error } else { nil }
  }

  private func payload(_ invocation: Invocation<Sample>) -> Sample? {
    if case .run(let payload) = invocation.action { payload } else { nil }
  }

  @Test func `global options are accepted before and behind the verb`() throws {
    for words in [
      ["-C", "d", "--json", "push", "a"], ["push", "-C", "d", "a", "--json"],
      ["push", "a", "--directory=d", "--json"], ["--json", "push", "-Cd", "--", "a"],
      ["push", "-C=d", "a", "--json"],
    ] {
      let invocation = try Sample.command.parse(words).get()
      #expect(payload(invocation) == .push, "\(words)")
      #expect(invocation.value(of: Sample.directory) == "d", "\(words)")
      #expect(invocation.has(Sample.json), "\(words)")
      #expect(invocation.values(of: Sample.what) == ["a"], "\(words)")
    }
  }

  @Test func `a group's options are accepted by all below it`() throws {
    let invocation = try parse("hub", "project", "create", "--data", "x", "mine")
    #expect(payload(invocation) == .createProject)
    #expect(invocation.path == ["hub", "project", "create"])
    #expect(try parse("hub", "--data=y", "serve").value(of: Sample.data) == "y")
  }

  @Test func `values come typed, with their defaults`() throws {
    let plain = try parse("sync")
    #expect(plain.value(of: Sample.prefer) == "ask")
    #expect(plain.value(of: Sample.target) == nil)
    #expect(!plain.has(Sample.dryRun) && plain.isOn(Sample.color) == nil)
    enum Side: String { case ask, local, remote }
    let full = try parse(
      "sync", "--prefer", "local", "-H", "a", "-Hb", "--header=c=d", "-vv", "-v", "--color",
      "--no-color")
    #expect(full.value(of: Sample.prefer, as: Side.self) == .local)
    #expect(full.values(of: Sample.header) == ["a", "b", "c=d"])
    #expect(full.count(of: Sample.verbose) == 3)
    #expect(full.isOn(Sample.color) == false)
    #expect(try parse("push", "--allow-deletes", "12").number(of: Sample.allow) == 12)
    #expect(try parse("clone", "u").value(of: Sample.folder) == nil)
    #expect(try parse("clone", "u", "d").value(of: Sample.folder) == "d")
  }

  @Test func `values may be odd where they are meant`() throws {
    #expect(try parse("push", "-m", "- list").value(of: Sample.message) == "- list")
    #expect(try parse("push", "-m", "").value(of: Sample.message) == "")
    #expect(try parse("push", "--message=").value(of: Sample.message) == "")
    #expect(try parse("push", "--message=-x").value(of: Sample.message) == "-x")
    #expect(try parse("push", "-m-x").value(of: Sample.message) == "-x")
    #expect(try parse("push", "-m", "-").value(of: Sample.message) == "-")
    #expect(try parse("push", "-").values(of: Sample.what) == ["-"])
    #expect(
      try parse("push", "--", "--json", "-n", "--").values(of: Sample.what) == [
        "--json", "-n", "--",
      ])
    #expect(try parse("push", "-nqy").has(Sample.quiet))
    #expect(try parse("push", "a", "-n", "b").values(of: Sample.what) == ["a", "b"])
  }

  @Test func `help and version come before all that follows them`() throws {
    for words in [["clone", "--help"], ["clone", "-h", "--bogus"], ["clone", "-qh"]] {
      let invocation = try Sample.command.parse(words).get()
      guard case .help = invocation.action else {
        Issue.record("\(words)")
        continue
      }
      #expect(invocation.path == ["clone"])
    }
    guard case .version = try parse("--version").action else {
      Issue.record("--version")
      return
    }
    #expect(failure(["--bogus", "--help"]) != nil)
  }

  struct Failure: Sendable, CustomTestStringConvertible {
    var words: [String]
    var problem: UsageError.Problem
    var testDescription: String { words.joined(separator: " ") }

    init(_ words: String, _ problem: UsageError.Problem) {
      self.words = words.split(separator: " ").map { $0 == "''" ? "" : String($0) }
      self.problem = problem
    }
  }

  static let sides = ValueType.oneOf(["ask", "local", "remote"])
  static let failures: [Failure] = [
    Failure("push --dry_run", .unknownOption("--dry_run", suggestion: "--dry-run")),
    Failure("push --dryrun", .unknownOption("--dryrun", suggestion: "--dry-run")),
    Failure("push --dry-rum", .unknownOption("--dry-rum", suggestion: "--dry-run")),
    Failure("push --dry", .unknownOption("--dry", suggestion: "--dry-run")),
    Failure("push --DRY-RUN", .unknownOption("--DRY-RUN", suggestion: "--dry-run")),
    Failure("push -dry-run", .unknownOption("-dry-run", suggestion: "--dry-run")),
    Failure("push -nry", .badBundle("-nry", letter: "r")),
    Failure("push -la", .unknownOption("-la", suggestion: nil)),
    Failure("push -x", .unknownOption("-x", suggestion: nil)),
    Failure("push -nC d", .badBundle("-nC", letter: "C")),
    Failure("push -nx", .badBundle("-nx", letter: "x")),
    Failure("push -n=1", .unexpectedValue(option: "-n")),
    Failure("push --zzzzzz", .unknownOption("--zzzzzz", suggestion: nil)),
    Failure("push --trac", .unknownOption("--trac", suggestion: nil)),
    Failure("push --mesage=x", .unknownOption("--mesage", suggestion: "--message")),
    Failure("push --no-json", .unknownOption("--no-json", suggestion: nil)),
    Failure("push ---json", .unknownOption("---json", suggestion: "--json")),
    Failure("--dry-run push", .misplacedOption("--dry-run")),
    Failure("-n push", .misplacedOption("-n")),
    Failure("psuh", .unknownCommand("psuh", suggestion: "push")),
    Failure("Push", .unknownCommand("Push", suggestion: "push")),
    Failure("xyz", .unknownCommand("xyz", suggestion: nil)),
    Failure("-- psh", .unknownCommand("psh", suggestion: "push")),
    Failure("hub sreve", .unknownCommand("sreve", suggestion: "serve")),
    Failure("''", .emptyArgument(nil)),
    Failure("hub", .missingCommand), Failure("--json", .missingCommand),
    Failure("push --message", .missingValue(option: "--message", name: "text")),
    Failure("push -m", .missingValue(option: "-m", name: "text")),
    Failure("push --target --json", .missingValue(option: "--target", name: "name")),
    Failure("push -C -- a", .missingValue(option: "-C", name: "dir")),
    Failure("push --target=", .emptyValue(option: "--target")),
    Failure("push -C= a", .emptyValue(option: "-C")),
    Failure("push --target ''", .emptyValue(option: "--target")),
    Failure("push --json=true", .unexpectedValue(option: "--json")),
    Failure("push --json --json", .repeatedOption("--json")),
    Failure("-n push -n", .misplacedOption("-n")),
    Failure("--target a push --target b", .repeatedOption("--target")),
    Failure("push -yy", .repeatedOption("-y")),
    Failure(
      "sync --prefer locl",
      .invalidValue(of: "--prefer <side>", value: "locl", type: sides, suggestion: "local")),
    Failure(
      "push --allow-deletes=-1",
      .invalidValue(of: "--allow-deletes <n>", value: "-1", type: .count, suggestion: nil)),
    Failure(
      "push --allow-deletes 99999999999999999999",
      .invalidValue(
        of: "--allow-deletes <n>", value: "99999999999999999999", type: .count, suggestion: nil)),
    Failure(
      "sync --keep 30",
      .invalidValue(of: "--keep <span>", value: "30", type: .duration, suggestion: nil)),
    Failure(
      "sync --max-file 1XB",
      .invalidValue(of: "--max-file <size>", value: "1XB", type: .byteSize, suggestion: nil)),
    Failure("clone", .missingArgument("url")), Failure("clone u d x", .tooManyArguments(["x"])),
    Failure("clone u d x y", .tooManyArguments(["x", "y"])),
    Failure("clone ''", .emptyArgument("url")), Failure("push a '' b", .emptyArgument("what")),
    Failure("target list x", .tooManyArguments(["x"])),
  ]

  @Test(arguments: failures)
  func `a line that cannot be understood is refused with its reason`(_ testCase: Failure) {
    #expect(failure(testCase.words)?.problem == testCase.problem)
  }

  @Test func `every refusal has words of its own and the way to help`() {
    let errors = ParsingTests.failures.compactMap { failure($0.words) }
    #expect(Set(errors.map(\.code)).count == 13)
    for error in errors {
      #expect(error.message.hasSuffix(".") || error.message.hasSuffix("?"), "\(error.message)")
      #expect(error.hint.contains("--help"), "\(error.hint)")
    }
    #expect(
      failure(["push", "--dry_run"])?.message
        == "Unknown option '--dry_run'. Did you mean '--dry-run'?")
    #expect(failure(["push", "--dry_run"])?.hint == "See 'tool push --help' for more information.")
    #expect(
      failure(["sync", "--prefer", "locl"])?.message
        == "The value 'locl' is invalid for '--prefer <side>'. Did you mean 'local'? "
        + "Use one of: ask, local, remote.")
  }

  @Test func `what was typed cannot steer the terminal through an error`() {
    let message = failure(["push", "--\u{1b}[2J\u{202e}"])?.message
    #expect(message == "Unknown option '--\\u{1b}[2J\\u{202e}'.")
  }

  @Test func `a flag is found in a line that cannot be understood`() {
    #expect(Sample.json.appears(in: ["--bogus", "push", "--json"]))
    #expect(!Sample.json.appears(in: ["push", "--", "--json"]))
    #expect(Sample.quiet.appears(in: ["-q"]))
  }
}
