import JSON
import Testing

@Suite struct ISO8601Tests {
  struct Moment: CustomTestStringConvertible, Sendable {
    var nanoseconds: Int64
    var text: String
    var testDescription: String { text }
  }

  @Test(arguments: [
    Moment(nanoseconds: 0, text: "1970-01-01T00:00:00.000000000Z"),
    Moment(nanoseconds: -1, text: "1969-12-31T23:59:59.999999999Z"),
    Moment(nanoseconds: 951_782_400_000_000_001, text: "2000-02-29T00:00:00.000000001Z"),
    Moment(nanoseconds: 1_795_189_983_123_456_789, text: "2026-11-20T15:53:03.123456789Z"),
    Moment(nanoseconds: .max, text: "2262-04-11T23:47:16.854775807Z"),
    Moment(nanoseconds: .min, text: "1677-09-21T00:12:43.145224192Z"),
  ])
  func `moments go both ways`(moment: Moment) {
    #expect(ISO8601.string(nanoseconds: moment.nanoseconds) == moment.text)
    #expect(ISO8601.nanoseconds(moment.text) == moment.nanoseconds)
  }

  @Test func `days of five centuries go both ways in order`() {
    var last = ""
    for day in stride(from: Int64(-100_000), through: 100_000, by: 11) {
      let moment = day * 86_400_000_000_000 + 12_345
      let text = ISO8601.string(nanoseconds: moment)
      if ISO8601.nanoseconds(text) != moment || !(last.utf8.lexicographicallyPrecedes(text.utf8)) {
        Issue.record("day \(day): \(text) after \(last)")
        return
      }
      last = text
    }
  }

  @Test func `precision cuts, offsets count`() {
    let moment: Int64 = 1_795_189_983_123_456_789
    #expect(
      ISO8601.string(nanoseconds: moment, precision: .seconds) == "2026-11-20T15:53:03Z")
    #expect(
      ISO8601.string(nanoseconds: moment, precision: .milliseconds)
        == "2026-11-20T15:53:03.123Z")
    #expect(ISO8601.nanoseconds("2026-11-20T17:53:03.123456789999+02:00") == moment)
    #expect(ISO8601.nanoseconds("2026-11-20T10:23:03.123456789-05:30") == moment)
    #expect(ISO8601.nanoseconds("1970-01-01t00:00:00.5z") == 500_000_000)
  }

  @Test(arguments: [
    "", "2026-11-20", "2026-11-20T15:53:03", "2026-11-20 15:53:03Z", "2026-13-01T00:00:00Z",
    "2026-00-01T00:00:00Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
    "2026-11-31T00:00:00Z", "2026-11-20T24:00:00Z", "2026-11-20T15:60:00Z",
    "2026-11-20T15:53:60Z", "2026-11-20T15:53:03.Z", "2026-11-20T15:53:03Zx",
    "2026-11-20T15:53:03+0200", "2026-11-20T15:53:03+24:00", "2026-11-20T15:53:03,5Z",
    "2262-04-11T23:47:16.854775808Z", "1677-09-21T00:12:43.145224191Z", "9999-01-01T00:00:00Z",
    "+026-11-20T15:53:03Z", "2026-11-20T15:53:0٣Z",
  ])
  func `what is no timestamp is none`(text: String) {
    #expect(ISO8601.nanoseconds(text) == nil)
  }
}
