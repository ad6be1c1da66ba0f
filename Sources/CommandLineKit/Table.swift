/// Plain columns of text, aligned by what a terminal shows.
package struct Table: Sendable {
  /// To which side a column is aligned.
  package enum Alignment: Sendable { case left, right }

  /// One field: its text, and how to set it off.
  package struct Cell: Sendable, ExpressibleByStringLiteral {
    let text: String
    let style: Style?

    /// Creates a field; control characters in `text` are escaped.
    package init(_ text: String, style: Style? = nil) {
      self.text = TerminalText.escaped(text)
      self.style = style
    }

    package init(stringLiteral value: String) {
      self.init(value)
    }
  }

  private let header: [Cell]
  private let alignments: [Alignment]
  private var rows: [[Cell]] = []

  /// Creates a table; an empty `header` leaves the first line out.
  package init(header: [String] = [], alignments: [Alignment] = []) {
    self.header = header.map { Cell($0, style: .bold) }
    self.alignments = alignments
  }

  /// Adds a row.
  package mutating func add(_ row: [Cell]) {
    rows.append(row)
  }

  /// The lines, each ended by a line feed; `indent` spaces in front, two between columns.
  package func text(indent: Int = 0, _ mode: ColorMode = .plain) -> String {
    let all = header.isEmpty ? rows : [header] + rows
    var widths: [Int] = []
    for row in all {
      for (column, cell) in row.enumerated() {
        let width = TerminalText.width(cell.text)
        if column == widths.count { widths.append(width) }
        widths[column] = max(widths[column], width)
      }
    }
    var text = ""
    for row in all {
      // Spaces wait until a field follows: no line ends in blanks.
      var blanks = indent
      for (column, cell) in row.enumerated() {
        let missing = widths[column] - TerminalText.width(cell.text)
        let isRight = column < alignments.count && alignments[column] == .right
        if isRight { blanks += missing }
        if !cell.text.isEmpty {
          text += String(repeating: " ", count: blanks)
          text += cell.style?.apply(to: cell.text, mode) ?? cell.text
          blanks = 0
        }
        if !isRight { blanks += missing }
        blanks += 2
      }
      text += "\n"
    }
    return text
  }
}
