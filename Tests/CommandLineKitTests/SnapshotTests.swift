import CommandLineKit
import Testing

struct SnapshotTests {
  @Test func `the program's help`() throws {
    try expectSnapshot(Sample.command.help() ?? "", "tool-help.txt")
  }

  @Test(arguments: [60, 80, 120])
  func `a command's help fits the width`(width: Int) throws {
    let help = Sample.command.help(for: ["sync"], width: width) ?? ""
    #expect(help.split(separator: "\n").allSatisfy { $0.count <= width })
    try expectSnapshot(help, "sync-help-\(width).txt")
  }

  @Test func `the man page`() throws {
    let page = Sample.command.manPage(
      version: "1.2", date: "2024-11-01", chapters: Sample.chapters)
    try expectSnapshot(page, "tool.1")
  }

  @Test func `the reference in Markdown`() throws {
    try expectSnapshot(
      Sample.command.markdownReference(chapters: Sample.chapters), "reference.md")
  }

  @Test func `the scripts of the shells`() throws {
    try expectSnapshot(Sample.command.bashCompletion(), "tool.bash")
    try expectSnapshot(Sample.command.zshCompletion(), "tool.zsh")
    try expectSnapshot(Sample.command.fishCompletion(), "tool.fish")
  }

  @Test func `man takes the page without a warning`() throws {
    let page = Sample.command.manPage(
      version: "1.2", date: "2024-11-01", chapters: Sample.chapters)
    guard
      let output = try Program.run(["man", "--warnings", "-E", "UTF-8", "-l", "-"], input: page)
    else { return }
    #expect(output.status == 0)
    #expect(output.errors.isEmpty)
    #expect(output.text.contains("\\back\\slash") && output.text.contains(".dot first"))
    #expect(output.text.contains("'check' found"))
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func `a shell takes its script, where it is installed`(shell: String) throws {
    let script =
      switch shell {
      case "bash": Sample.command.bashCompletion()
      case "zsh": Sample.command.zshCompletion()
      default: Sample.command.fishCompletion()
      }
    // zsh and fish are optional; bash is not.
    guard let output = try Program.run([shell, "-n", "/dev/stdin"], input: script) else {
      #expect(shell != "bash")
      return
    }
    #expect(output.status == 0 && output.errors.isEmpty, Comment(rawValue: output.errors))
  }

  struct Typing: Sendable, CustomTestStringConvertible {
    var words: [String]
    var offered: [String]
    var testDescription: String { words.joined(separator: " ") }
  }

  @Test(arguments: [
    Typing(words: ["tool", "pu"], offered: ["push"]),
    Typing(words: ["tool", "hub", ""], offered: ["serve", "project", "--data"]),
    Typing(words: ["tool", "hub", "project", "c"], offered: ["create"]),
    Typing(words: ["tool", "-C", "push", "cl"], offered: ["clone"]),
    Typing(words: ["tool", "sync", "--pre"], offered: ["--prefer"]),
    Typing(words: ["tool", "sync", "--prefer", "l"], offered: ["local"]),
    Typing(words: ["tool", "sync", "--prefer", "=", "r"], offered: ["remote"]),
    Typing(words: ["tool", "push", "--target", "s"], offered: ["sta\\$\\(id\\)ging"]),
    Typing(words: ["tool", "push", "--", "s"], offered: ["sta\\$\\(id\\)ging"]),
    Typing(words: ["tool", "__"], offered: []),
  ])
  func `bash offers what may follow, and runs nothing of it`(_ typing: Typing) throws {
    let words = typing.words.map { "'\($0)'" }.joined(separator: " ")
    let script =
      Sample.command.bashCompletion() + """
        tool() { [[ $1 == __complete ]] && printf '%s\\n' 'sta$(id)ging' 'other'; }
        COMP_WORDS=(\(words)); COMP_CWORD=\(typing.words.count - 1)
        _tool
        printf '%s\\n' "${COMPREPLY[@]}"
        """
    let run = try Program.run(["bash", "/dev/stdin"], input: script)
    let output = try #require(run)
    #expect(output.errors.isEmpty)
    let offered = output.text.split(separator: "\n").map(String.init)
    if typing.words.last == "" {
      #expect(offered.starts(with: typing.offered))
    } else {
      #expect(offered == typing.offered)
    }
  }
}
