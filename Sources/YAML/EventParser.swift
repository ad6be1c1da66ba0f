import CYAML

/// One event of a stream in Swift's own values, with its place.
struct YAMLEvent {
  /// What the event says.
  enum Kind {
    case streamStart, streamEnd, documentStart, documentEnd
    case alias(String)
    case scalar(String, YAMLNode.ScalarStyle, tag: String?, anchor: String?)
    case sequenceStart(tag: String?, anchor: String?)
    case mappingStart(tag: String?, anchor: String?)
    case sequenceEnd, mappingEnd
  }

  var kind: Kind
  var start: YAMLMark
  var end: YAMLMark
}

/// libyaml's parser over bytes that must outlive it.
final class EventParser {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let bytes: UnsafeRawBufferPointer
  private let offsets: CharacterOffsets

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    offsets = CharacterOffsets(bytes)
    parser = .allocate(capacity: 1)
    guard yaml_parser_initialize(parser) == 1 else {
      preconditionFailure("there is memory for a parser")
    }
    // Left to itself libyaml would take UTF-16 too.
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(
      parser, bytes.bindMemory(to: UInt8.self).baseAddress ?? Self.nothing, bytes.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
  }

  /// Stands for the address of an empty stream; no byte is ever read from it.
  private static var nothing: UnsafePointer<UInt8> { ("" as StaticString).utf8Start }

  func next() throws(YAMLError) -> YAMLEvent {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
    defer { yaml_event_delete(&event) }
    return YAMLEvent(
      kind: kind(event), start: mark(event.start_mark), end: mark(event.end_mark))
  }

  private func kind(_ event: yaml_event_t) -> YAMLEvent.Kind {
    switch event.type {
    case YAML_STREAM_START_EVENT: return .streamStart
    case YAML_DOCUMENT_START_EVENT: return .documentStart
    case YAML_DOCUMENT_END_EVENT: return .documentEnd
    case YAML_ALIAS_EVENT: return .alias(text(event.data.alias.anchor) ?? "")
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let value = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      return .scalar(
        String(decoding: value, as: UTF8.self), style(scalar.style), tag: text(scalar.tag),
        anchor: text(scalar.anchor))
    case YAML_SEQUENCE_START_EVENT:
      let start = event.data.sequence_start
      return .sequenceStart(tag: text(start.tag), anchor: text(start.anchor))
    case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
    case YAML_MAPPING_START_EVENT:
      let start = event.data.mapping_start
      return .mappingStart(tag: text(start.tag), anchor: text(start.anchor))
    case YAML_MAPPING_END_EVENT: return .mappingEnd
    // Past the end of the stream libyaml gives empty events.
    default: return .streamEnd
    }
  }

  private func text(_ pointer: UnsafeMutablePointer<UInt8>?) -> String? {
    pointer.map { String(cString: $0) }
  }

  private func style(_ style: yaml_scalar_style_t) -> YAMLNode.ScalarStyle {
    switch style {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
    case YAML_LITERAL_SCALAR_STYLE: .literal
    case YAML_FOLDED_SCALAR_STYLE: .folded
    default: .plain
    }
  }

  private func mark(_ mark: yaml_mark_t) -> YAMLMark {
    YAMLMark(
      line: mark.line + 1, column: mark.column + 1, offset: offsets.offset(ofCharacter: mark.index))
  }

  private func failure() -> YAMLError {
    let problem = parser.pointee.problem.map { String(cString: $0) } ?? "malformed"
    switch parser.pointee.error {
    case YAML_READER_ERROR:
      return YAMLError(.encoding(problem), at: markOfByte(parser.pointee.problem_offset))
    case YAML_MEMORY_ERROR:
      preconditionFailure("there is memory for a document within its limits")
    default:
      return YAMLError(.syntax(problem), at: mark(parser.pointee.problem_mark))
    }
  }

  /// The reader runs ahead of the marks, so the place of what it refuses is counted here.
  private func markOfByte(_ offset: Int) -> YAMLMark {
    var line = 1
    var column = 1
    for byte in bytes[..<min(offset, bytes.count)] {
      if byte == UInt8(ascii: "\n") {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return YAMLMark(line: line, column: column, offset: min(offset, bytes.count))
  }
}

/// Turns libyaml's counts of characters into counts of bytes.
struct CharacterOffsets {
  private static let stride = 64
  private let bytes: UnsafeRawBufferPointer
  /// The offset of each 64th character; empty for a stream that is all ASCII.
  private var landmarks: [Int] = []

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    guard bytes.contains(where: { $0 >= 0x80 }) else { return }
    var count = 0
    for (offset, byte) in bytes.enumerated() where byte & 0xC0 != 0x80 {
      if count % Self.stride == 0 { landmarks.append(offset) }
      count += 1
    }
  }

  func offset(ofCharacter index: Int) -> Int {
    guard let last = landmarks.indices.last else { return min(index, bytes.count) }
    let landmark = min(index / Self.stride, last)
    var offset = landmarks[landmark]
    var rest = index - landmark * Self.stride
    while rest > 0, offset < bytes.count {
      repeat { offset += 1 } while offset < bytes.count && bytes[offset] & 0xC0 == 0x80
      rest -= 1
    }
    return offset
  }
}
