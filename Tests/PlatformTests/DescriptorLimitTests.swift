import Platform
import Testing

@Suite struct DescriptorLimitTests {
  @Test func `the limit is raised as far as it may be, and never lowered`() {
    let before = DescriptorLimit.raise(to: 0)
    #expect(before > 0)
    #expect(DescriptorLimit.raise(to: 1) == before)
    #expect(DescriptorLimit.raise(to: before) == before)
    #expect(DescriptorLimit.raise(to: before + 1) >= before)
  }
}
