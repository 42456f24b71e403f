using System.Text;
using System.Text.Json;
using Gateway.Core.Llm.Forwarding;

namespace Gateway.Core.Tests.Llm.Forwarding;

public sealed class SecretEchoTests
{
    private const string Secret = "sk-a+b/c\"d&e<f";

    [Fact]
    public void Remove_KeyAsJsonWritesIt_IsGone()
    {
        var body = JsonSerializer.Serialize(new { error = $"Incorrect key: {Secret}" });
        Assert.True(SecretEcho.IsIn(Encoding.UTF8.GetBytes(body), Secret));

        Assert.Equal("""{"error":"Incorrect key: REDACTED"}""", SecretEcho.Remove(body, Secret));
    }

    [Fact]
    public void Remove_KeyAsItIs_IsGoneEverywhere() => Assert.Equal("REDACTED and REDACTED", SecretEcho.Remove($"{Secret} and {Secret}", Secret));

    [Theory]
    [InlineData(null)]
    [InlineData("another key")]
    public void Remove_NoKeyInIt_IsTheSameText(string? secret)
    {
        const string text = "{\"error\":\"no\"}";

        Assert.Same(text, SecretEcho.Remove(text, secret));
    }
}
