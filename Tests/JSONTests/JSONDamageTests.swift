import JSON
import Testing

@Suite struct JSONDamageTests {
  /// Numbers that look random and are the same each time.
  private struct Dice {
    var state: UInt64

    mutating func roll(_ sides: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % sides
    }
  }

  @Test func `damaged documents are refused or mean what they say, and never more`() throws {
    let sound = Array(
      #"{"a":[1,-2.5e3,0,"x\u00e9\ud83d\ude00\n",{"b":null,"é":[[],{}]}],"c":[true,false],"d":"日本"}"#
        .utf8)
    let spare = Array(#"{}[]",:\u0e1-+.tfn"#.utf8) + [0, 0x1F, 0x7F, 0x80, 0xC3, 0xED, 0xF4, 0xFF]
    var dice = Dice(state: 7)
    var refused = 0
    for _ in 0..<20_000 {
      var bytes = sound
      for _ in 0...dice.roll(3) {
        let place = dice.roll(bytes.count)
        switch dice.roll(3) {
        case 0: bytes[place] = spare[dice.roll(spare.count)]
        case 1: bytes.insert(spare[dice.roll(spare.count)], at: place)
        default: bytes.remove(at: place)
        }
      }
      do throws(JSONError) {
        let value = try JSONValue.parse(bytes)
        #expect(try JSONValue.parse(value.bytes(.pretty)) == value)
      } catch {
        refused += 1
        if error.offset < 0 || error.offset > bytes.count {
          Issue.record("offset \(error.offset) in \(bytes)")
        }
      }
    }
    #expect(refused > 10_000)
    #expect(refused < 20_000)
  }
}
