using Gateway.Shared.Usage;

namespace Gateway.Shared.Tests.Usage;

public sealed class TokenUsageTests
{
    [Theory]
    [InlineData(100, 0, 0, 0, 100)]
    [InlineData(100, 60, 20, 10, 10)]
    [InlineData(100, 100, 0, 0, 0)]
    [InlineData(50, 60, 0, 0, 0)]
    public void InputTokens_IsWhatNoCacheAccountsFor(long prompt, long read, long written5m, long written1h, long input) => Assert.Equal(
        input,
        new TokenUsage { PromptTokens = prompt, CacheReadTokens = read, CacheWrite5mTokens = written5m, CacheWrite1hTokens = written1h }.InputTokens);

    [Fact]
    public void TotalTokens_IsTheProvidersOwn_ElseTheSum()
    {
        Assert.Equal(30, new TokenUsage { PromptTokens = 10, CompletionTokens = 20 }.TotalTokens);
        Assert.Equal(35, new TokenUsage { PromptTokens = 10, CompletionTokens = 20, ReportedTotal = 35 }.TotalTokens);
    }
}
