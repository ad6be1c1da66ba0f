import CommandLineKit
import Testing

struct InconsistencyTests {
  @Test func `a sound table has no inconsistencies`() {
    #expect(Sample.command.inconsistencies() == [])
  }

  @Test func `each mistake in a table is found`() {
    let command = Command<Int>(
      "t", "A table with mistakes", options: [.flag("all", "A", short: "a"), .help],
      subcommands: [
        Command("x", "X", options: [.flag("any", "A", short: "a")], payload: 1),
        Command("x", "X again", payload: 2),
        Command(
          "y", "Y", arguments: [Argument("many", "M", .anyNumber), Argument("one", "O")], payload: 3
        ),
        Command(
          "z", "Z", arguments: [Argument("maybe", "M", .optional), Argument("must", "M")],
          payload: 4),
        Command(
          "d", "D", options: [.value("n", "n", "N", type: .count, default: "x")], payload: 5),
        Command("e", "E", subcommands: []),
      ])
    #expect(
      command.inconsistencies() == [
        "'t' has more than one subcommand 'x'.",
        "'t x' has more than one option '-a'.",
        "'t y' cannot tell 'one' from 'many'.",
        "'t z' cannot tell 'must' from 'maybe'.",
        "'t d' refuses its own default of '--n'.",
        "'t e' can neither be run nor gone into.",
      ])
  }
}
