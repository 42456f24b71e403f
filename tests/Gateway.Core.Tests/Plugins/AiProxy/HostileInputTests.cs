using Gateway.Testing;
using static Gateway.Core.Tests.Plugins.AiProxy.AiProxyPipelineTests;

namespace Gateway.Core.Tests.Plugins.AiProxy;

/// <summary>Bodies at the edge of what JSON allows: they pass, or are refused with 400, and never end in a 500.</summary>
public sealed class HostileInputTests
{
    private const string Messages = "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, int> Bodies() => new()
    {
        { "deep metadata", $$"""{{{Messages}},"metadata":{"a":{{Deep(100)}},"user_id":"u"} }""", 200 },
        { "deeper than accepted", $$"""{{{Messages}},"metadata":{{Deep(200)}}}""", 400 },
        { "half a pair in text", """{"messages":[{"role":"user","content":"\ud83d"}]}""", 200 },
        { "half a pair in the model", $$"""{{{Messages}},"model":"\ud83d"}""", 200 },
        { "the same key twice", $$"""{{{Messages}},"model":"a","mod\u0065l":"b"}""", 400 },
        { "huge integers", $$"""{{{Messages}},"seed":{{new string('9', 400)}},"max_tokens":1e400}""", 200 },
        { "a long text", $$"""{"messages":[{"role":"user","content":"{{new string('x', 900_000)}}"}]}""", 200 },
        { "many members", $"{{{Messages},{string.Join(',', Enumerable.Range(0, 600).Select(i => $"\"k{i}\":1"))}}}", 400 },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Body_AtTheEdge_PassesOrIsRefused(string name, string body, int expected)
    {
        Assert.NotEmpty(name);
        foreach (var (format, provider) in new[] { ("openai", "openai"), ("anthropic", "openai"), ("openai", "anthropic"), ("anthropic", "anthropic") })
        {
            await using var upstream = await FakeUpstream.StartAsync(
                200,
                """{"id":"x","choices":[{"message":{"content":"a"},"finish_reason":"stop"}],"content":[{"type":"text","text":"a"}],"usage":{"\ud83d":1}}""",
                ("Content-Type", "application/json"));
            await using var gateway = await StartAsync(upstream, Config(provider, "m", format, """{"anthropic_version":"2023-06-01"}"""));

            using var response = await PostAsync(gateway, "/ai/v1/messages", body);
            var answer = await response.Content.ReadAsStringAsync(Cancel);

            Assert.True(expected == (int)response.StatusCode, $"{format} over {provider}: {(int)response.StatusCode} {answer}");
        }
    }

    private static string Deep(int levels) => new string('[', levels) + new string(']', levels);
}
