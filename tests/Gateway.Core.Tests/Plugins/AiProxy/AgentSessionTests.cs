using System.Text;
using Gateway.Core.Llm.Json;
using Gateway.Core.Plugins.AiProxy;

namespace Gateway.Core.Tests.Plugins.AiProxy;

public sealed class AgentSessionTests
{
    [Theory]
    [InlineData("""{"metadata":{"user_id":"user_abc_account__session_0199"}}""", "0199")]
    [InlineData("""{"metadata":{"user_id":"{\"device_id\":\"d\",\"session_id\":\"s-1\"}"}}""", "s-1")]
    [InlineData("""{"metadata":{"user_id":"somebody"}}""", null)]
    [InlineData("""{"prompt_cache_key":"key-1"}""", "key-1")]
    [InlineData("""{"model":"m"}""", null)]
    public void Find_Body_NamesTheSession(string body, string? expected)
    {
        Assert.Equal(JsonFault.None, LlmRequestScanner.Scan(Encoding.UTF8.GetBytes(body), out var scan));

        Assert.Equal(expected, AgentSession.Find(scan));
    }
}
