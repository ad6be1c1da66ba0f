import JSON
import Testing

@Suite struct Base64Tests {
  @Test func `the vectors of the standard hold`() {
    let vectors = [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
      ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ]
    for (plain, text) in vectors {
      #expect(Base64.encode(plain.utf8) == text)
      #expect(Base64.decode(text) == Array(plain.utf8))
    }
    #expect(Base64.encode([0xFB, 0xFF, 0xFE], alphabet: .standard) == "+//+")
    #expect(Base64.encode([0xFB, 0xFF, 0xFE, 0], alphabet: .urlSafe) == "-__-AA")
    #expect(Base64.decode("-__-AA", alphabet: .urlSafe) == [0xFB, 0xFF, 0xFE, 0])
  }

  @Test func `bytes of every length come back`() {
    for length in 0..<70 {
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 * 37 + length) }
      for alphabet in [Base64.Alphabet.standard, .urlSafe] {
        #expect(
          Base64.decode(Base64.encode(bytes, alphabet: alphabet), alphabet: alphabet) == bytes)
      }
    }
  }

  @Test(arguments: [
    "Z", "Zg", "Zg=", "Zh==", "Zm9=", "Zg==\n", "Z g=", "====", "=", "Zg==Zg==", "Zm9v=", "-_==",
    "Zé==", "Zm=v",
  ])
  func `what is not exactly base64 is refused`(text: String) {
    #expect(Base64.decode(text) == nil)
  }

  @Test func `the URL alphabet takes neither padding nor the other letters`() {
    #expect(Base64.decode("Zg==", alphabet: .urlSafe) == nil)
    #expect(Base64.decode("+/", alphabet: .urlSafe) == nil)
    #expect(Base64.decode("Zh", alphabet: .urlSafe) == nil)
  }
}
