import CommandLineKit
import Testing

struct TextTests {
  @Test(arguments: [
    ("plain é 日本", "plain é 日本"), ("a\nb\tc\rd", "a\\nb\\tc\\rd"), ("\u{1b}[31m", "\\u{1b}[31m"),
    ("\u{07}\u{7f}\u{00}", "\\u{07}\\u{7f}\\u{00}"), ("\u{9b}2J", "\\u{9b}2J"),
    ("a\u{202e}b\u{2066}", "a\\u{202e}b\\u{2066}"), ("a\u{200b}b\u{feff}", "a\\u{200b}b\\u{feff}"),
    ("a\r\nb", "a\\r\\nb"), ("\u{2028}", "\\u{2028}"), ("\u{e0041}", "\\u{e0041}"), ("", ""),
    ("back\\slash", "back\\slash"),
  ])
  func `nothing that a terminal would obey gets through`(text: String, expected: String) {
    #expect(TerminalText.escaped(text) == expected)
  }

  @Test func `a line keeps our own colors and nothing else that a terminal would obey`() {
    let red = Style.red.apply(to: "stopped:", .ansi)
    let strong = (Style.bold + Style.cyan).apply(to: "x", .ansi)
    #expect(TerminalText.escapedLine(red + " é\t" + strong, .ansi) == red + " é\\t" + strong)
    #expect(TerminalText.escapedLine(red, .plain) == "\\u{1b}[31mstopped:\\u{1b}[0m")
    for text in ["\u{1b}[2J", "\u{1b}[8m", "\u{1b}]0;t\u{7}", "\u{1b}", "\u{1b}[m", "\u{1b}[31;8m"]
    {
      let line = TerminalText.escapedLine("a" + text + "b\n", .ansi)
      #expect(!line.unicodeScalars.contains { $0.value < 0x20 })
      #expect(line.hasPrefix("a\\u{1b}") && line.hasSuffix("b\\n"))
    }
  }

  @Test func `bytes that are no text show replacement characters`() {
    #expect(TerminalText.escaped(bytes: [0x61, 0xff, 0x1b, 0x62]) == "a\u{fffd}\\u{1b}b")
    #expect(TerminalText.escaped("\ta\n", keepingTabs: true) == "\ta\\n")
  }

  @Test(arguments: [
    ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("👍🏽", 2), ("👨‍👩‍👧", 2), ("ｆ", 2), ("", 0),
    ("❤️", 2),
  ])
  func `width is what a terminal shows`(text: String, width: Int) {
    #expect(TerminalText.width(text) == width)
  }

  @Test func `columns line up and no line ends in blanks`() {
    var table = Table(header: ["PATH", "SIZE", "NOTE"], alignments: [.left, .right])
    table.add(["日本.txt", "7", ""])
    table.add(["a\nb", "1234", "new"])
    #expect(
      table.text(indent: 2) == """
          PATH      SIZE  NOTE
          日本.txt     7
          a\\nb      1234  new

        """)
  }

  @Test func `colors appear only where they are wanted`() {
    #expect(Style.red.apply(to: "a", .plain) == "a")
    #expect((Style.bold + .red).apply(to: "a", .ansi) == "\u{1b}[1;31ma\u{1b}[0m")
    #expect(Style.red.apply(to: "", .ansi) == "")
    var table = Table()
    table.add([Table.Cell("a", style: .green), "b"])
    #expect(table.text(.ansi) == "\u{1b}[32ma\u{1b}[0m  b\n")
  }

  @Test(arguments: [
    (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1_468_006, "1.4 MiB"),
    (1_048_575, "1.0 MiB"), (1_048_576, "1.0 MiB"), (10_000_000, "9.5 MiB"),
    (UInt64(1) << 40, "1.0 TiB"), (UInt64.max, "16.0 EiB"),
  ])
  func `sizes read well`(bytes: UInt64, text: String) {
    #expect(ByteSize.text(bytes) == text)
  }

  @Test(arguments: [
    ("1GiB", 1 << 30), ("500MB", 500_000_000), ("10k", 10240), ("42", 42), ("1.5 KiB", 1536),
    ("0", 0), ("2 gib", 2 << 30), ("7B", 7), ("16EiB", nil), ("18446744073709551616", nil),
    ("", nil), ("k", nil), ("1.2.3k", nil), ("1.k", nil), (".5k", nil), ("-1", nil), ("1XB", nil),
    ("1.5", nil), ("1 0", nil), ("٣", nil),
  ])
  func `sizes are read, or refused`(text: String, bytes: UInt64?) {
    #expect(ByteSize.parse(text) == bytes)
  }

  @Test(arguments: [
    ("45s", 45), ("90m", 5400), ("12h", 43200), ("30d", 2_592_000), ("2w", 1_209_600), ("30", nil),
    ("d", nil), ("", nil), ("-1d", nil), ("1.5h", nil), ("1y", nil), ("99999999999999999w", nil),
  ])
  func `time spans are read, or refused`(text: String, seconds: Int?) {
    #expect(TimeSpan.parse(text) == seconds)
  }

  @Test(arguments: [
    (0, "0 ms"), (850, "850 ms"), (2340, "2.3 s"), (59_949, "59.9 s"), (59_950, "1m 00s"),
    (65_000, "1m 05s"), (7_500_000, "2h 05m"), (274_000_000, "3d 04h"),
  ])
  func `time spans read well`(milliseconds: UInt64, text: String) {
    #expect(TimeSpan.text(milliseconds: milliseconds) == text)
  }

  @Test(arguments: [
    (1_730_471_520, 0, "2024-11-01 14:32"), (1_730_471_520, 3600, "2024-11-01 15:32"),
    (0, -3600, "1969-12-31 23:00"), (951_782_400, 0, "2000-02-29 00:00"),
    (-62_135_596_800, 0, "0001-01-01 00:00"), (4_107_542_399, 0, "2100-02-28 23:59"),
  ])
  func `times are shown in the zone that is asked for`(seconds: Int, offset: Int, text: String) {
    #expect(Moment.text(secondsSinceEpoch: seconds, offset: offset) == text)
  }

  @Test func `times for machines are in UTC`() {
    #expect(Moment.iso8601(secondsSinceEpoch: 1_730_471_525) == "2024-11-01T14:32:05Z")
  }

  @Test func `counts agree with their nouns`() {
    #expect(Plural.text(1, "file") == "1 file")
    #expect(Plural.text(0, "file") == "0 files")
    #expect(Plural.text(2, "copy", "copies") == "2 copies")
  }
}
