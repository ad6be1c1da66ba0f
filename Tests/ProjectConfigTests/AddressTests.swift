import ProjectConfig
import Testing

@Suite struct AddressTests {
  struct Good: CustomTestStringConvertible, Sendable {
    var text: String
    var kind: TargetAddress.Kind
    var canonical: String
    var isLoopback: Bool
    var testDescription: String { text }

    init(
      _ text: String, _ kind: TargetAddress.Kind, _ canonical: String, isLoopback: Bool = false
    ) {
      self.text = text
      self.kind = kind
      self.canonical = canonical
      self.isLoopback = isLoopback
    }
  }

  @Test(arguments: [
    Good("https://hub.example.com/my-project", .hub, "https://hub.example.com/my-project"),
    Good("HTTPS://Hub.Example.COM:443/p/", .hub, "https://hub.example.com/p"),
    Good("https://h:80/p", .hub, "https://h:80/p"),
    Good(
      "http://127.0.0.1:8080/my%2Dproject", .hub, "http://127.0.0.1:8080/my-project",
      isLoopback: true),
    Good("http://[0:0::0:1]:80/p", .hub, "http://[::1]/p", isLoopback: true),
    Good("http://LOCALHOST/p", .hub, "http://localhost/p", isLoopback: true),
    Good("http://127.evil.example/p", .hub, "http://127.evil.example/p"),
    Good("http://localhost.evil.example/p", .hub, "http://localhost.evil.example/p"),
    Good("http://0.0.0.0/p", .hub, "http://0.0.0.0/p"),
    Good("http://[2001:DB8:0:0:1:0:0:1]/p", .hub, "http://[2001:db8::1:0:0:1]/p"),
    Good("http://[2001:db8:0:1:1:1:1:1]/p", .hub, "http://[2001:db8:0:1:1:1:1:1]/p"),
    Good("http://[fe80::]/p", .hub, "http://[fe80::]/p"),
    Good("mage+http://localhost:6789", .mage, "mage+http://localhost:6789", isLoopback: true),
    Good("mage+https://m.example/base/x%20y/", .mage, "mage+https://m.example/base/x%20y"),
    Good("lua:agent_1", .lua, "lua:agent_1"),
    Good("lua+https://api.example/agent_1", .lua, "lua+https://api.example/agent_1"),
    Good("lua+http://h:1/v1/a%2d/agent", .lua, "lua+http://h:1/v1/a-/agent"),
  ])
  func `an address has one spelling`(good: Good) throws {
    let address = try TargetAddress(good.text)
    #expect(address.kind == good.kind)
    #expect(address.description == good.canonical)
    #expect((address.origin?.isLoopback ?? false) == good.isLoopback)
    #expect(try TargetAddress(good.canonical) == address)
  }

  struct Bad: CustomTestStringConvertible, Sendable {
    var text: String
    var problem: AddressProblem
    var testDescription: String { text }

    init(_ text: String, _ problem: AddressProblem) {
      self.text = text
      self.problem = problem
    }
  }

  @Test(arguments: [
    Bad("", .empty),
    Bad("hub.example.com/p", .unknownScheme),
    Bad("ftp://h/p", .unknownScheme),
    Bad("lua://h/p", .unknownScheme),
    Bad("https://user@h/p", .credentials),
    Bad("https://user:secret@h/p", .credentials),
    Bad("https://user:p w@h/p", .credentials),
    Bad("http:user:secret@h", .credentials),
    Bad("secret@h", .credentials),
    Bad("https://h/p?token=secret", .query),
    Bad("https://h/p#x", .fragment),
    Bad("https:///p", .missingHost),
    Bad("https:/p", .missingHost),
    Bad("https://:80/p", .missingHost),
    Bad("https://h:/p", .badPort),
    Bad("https://h:0/p", .badPort),
    Bad("https://h:65536/p", .badPort),
    Bad("https://h:+1/p", .badPort),
    Bad("https://h:1:2/p", .badPort),
    Bad("https://127.1/p", .badHost),
    Bad("https://2130706433/p", .badHost),
    Bad("https://0x7f.0.0.1/p", .badHost),
    Bad("https://127.0.0.0x1/p", .badHost),
    Bad("https://127.0.0.01/p", .badHost),
    Bad("https://256.0.0.1/p", .badHost),
    Bad("https://h..x/p", .badHost),
    Bad("https://h./p", .badHost),
    Bad("https://h%2e/p", .badHost),
    Bad("https://[::1/p", .badHost),
    Bad("https://[::1]x/p", .badHost),
    Bad("https://[1::2::3]/p", .badHost),
    Bad("https://[fe80::1%25eth0]/p", .badHost),
    Bad("https://[1:2:3:4:5:6:7:8:9]/p", .badHost),
    Bad("https://[:1:2:3:4:5:6:7]/p", .badHost),
    Bad("https://h /p", .badCharacter),
    Bad("https://h\\@x/p", .credentials),
    Bad("https://h\\x/p", .badCharacter),
    Bad("https://hüb/p", .badCharacter),
    Bad("https://h", .missingName),
    Bad("https://h/", .missingName),
    Bad("https://h/a/b", .extraPath),
    Bad("https://h//p", .badPath),
    Bad("https://h/..", .badPath),
    Bad("https://h/%2e%2e", .badPath),
    Bad("https://h/a%2Fb", .badPath),
    Bad("https://h/a%2", .badPath),
    Bad("https://h/a%zz", .badPath),
    Bad("https://h/%ff", .badPath),
    Bad("https://h/-p", .badName),
    Bad("https://h/a%20b", .badName),
    Bad("mage+https://h/a//b", .badPath),
    Bad("lua+https://h", .missingName),
    Bad("lua:", .missingName),
    Bad("lua:a/b", .badPath),
    Bad("lua:a b", .badCharacter),
    Bad("lua:a%20b", .badName),
  ])
  func `what is no address is refused with its reason`(bad: Bad) {
    #expect(throws: bad.problem) { try TargetAddress(bad.text) }
  }

  @Test func `an origin takes no path`() throws {
    #expect(try ServerOrigin("https://H:443/").description == "https://h")
    #expect(try ServerOrigin("http://[::1]:9").description == "http://[::1]:9")
    #expect(throws: AddressProblem.extraPath) { try ServerOrigin("https://h/p") }
    #expect(throws: AddressProblem.unknownScheme) { try ServerOrigin("mage+https://h") }
  }
}
