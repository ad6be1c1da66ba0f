import HTTPServing
import Testing

struct TargetCase: Sendable, CustomTestStringConvertible {
  let target: String
  let segments: [String]?
  let query: [String]

  init(_ target: String, _ segments: [String]?, _ query: [String] = []) {
    self.target = target
    self.segments = segments
    self.query = query
  }

  var testDescription: String { target.debugDescription }
}

private let cases: [TargetCase] = [
  TargetCase("/", []),
  TargetCase("/a", ["a"]),
  TargetCase("/a/", ["a", ""]),
  TargetCase("//a", ["", "a"]),
  TargetCase("/a%2Fb/c", ["a/b", "c"]),
  TargetCase("/a%252Fb", ["a%2Fb"]),
  TargetCase("/%c3%a9+", ["é+"]),
  TargetCase("/..%2e/./", ["...", ".", ""]),
  TargetCase("/?a=1&b=%26&c&=d&a=2", [], ["a=1", "b=&", "c=", "=d", "a=2"]),
  TargetCase("/a?x=1+2?3=4", ["a"], ["x=1 2?3=4"]),
  TargetCase("", nil),
  TargetCase("a", nil),
  TargetCase("*", nil),
  TargetCase("http://host/a", nil),
  TargetCase("/%", nil),
  TargetCase("/%4", nil),
  TargetCase("/%4g", nil),
  TargetCase("/%00", nil),
  TargetCase("/%ff", nil),
  TargetCase("/a#b", nil),
  TargetCase("/a b", nil),
  TargetCase("/é", nil),
  TargetCase("/?%zz=1", nil),
  TargetCase("/?a=%00", nil),
]

@Suite struct HTTPTargetTests {
  @Test(arguments: cases)
  func `a target is decoded once, segment by segment, or refused`(_ test: TargetCase) {
    let target = HTTPTarget(test.target)
    #expect(target?.segments == test.segments)
    #expect((target?.query ?? []).map { $0.name + "=" + $0.value } == test.query)
  }
}
