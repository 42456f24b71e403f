using System.Net;
using System.Net.Http.Headers;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Tests.Hosting;
using Gateway.Testing;
using Gateway.Testing.Logging;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.AdminApi.Logs;

/// <summary>The settings of <c>Gateway:Logs</c>, as the log shows them.</summary>
public sealed class LogSettingsTests
{
    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public async Task Record_CompatAliases_AreThereAsSet(string setting, bool hasAliases)
    {
        await using var host = await TestHost.StartAsync("Gateway:Logs:CompatAliases=" + setting);

        var record = await StoreAsync(host, DateTimeOffset.UtcNow);

        Assert.Equal(hasAliases, record["ai"]!["meta"] is not null);
    }

    [Fact]
    public async Task Retention_MaxAgeDays_RemovesWhatIsOlder()
    {
        var directory = Path.Combine(Path.GetTempPath(), "gatehouse-tests", Guid.NewGuid().ToString("N"));
        await using (var before = await TestHost.StartInAsync(directory, keepsData: true))
        {
            before.Services.GetRequiredService<RequestLogQueue>().Add(SomeRecords.Plain("old", DateTimeOffset.UtcNow.AddDays(-3).ToUnixTimeMilliseconds()));
            await StoreAsync(before, DateTimeOffset.UtcNow.AddDays(-1));
            Assert.Equal(HttpStatusCode.OK, (await before.GetAsync("/logs/old")).Status);
        }

        await using var host = await TestHost.StartInAsync(directory, keepsData: false, "Gateway:Logs:Retention:MaxAgeDays=2");

        Assert.True(await Poll.UntilAsync(async () => (await host.GetAsync("/logs/old")).Status == HttpStatusCode.NotFound));
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/logs/stored")).Status);
    }

    [Fact]
    public async Task Redaction_Rules_TakeTheirPartsOutOfStoredBodies()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            200, """{"id":"c","model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"mail ann@example.org"}}]}""", ("content-type", "application/json"));
        await using var host = await TestHost.StartAsync(
            "Gateway:Logs:Redaction:Rules:0:Name=mail", @"Gateway:Logs:Redaction:Rules:0:Pattern=\w+@\w+\.org",
            "Gateway:Logs:Redaction:Rules:1:Name=person", "Gateway:Logs:Redaction:Rules:1:Path=user");
        var route = (await host.PostAsync("/routes", """{"name":"chat","paths":["/chat"]}"""))["id"];
        await host.PostAsync(
            $"/routes/{route}/plugins",
            $$"""{"name":"ai-proxy","config":{"route_type":"llm/v1/chat","logging":{"log_payloads":true},"model":{"provider":"openai","name":"gpt-4o","options":{"upstream_url":"{{upstream.Address}}chat"} } } }""");

        var answer = await host.SendAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(host.ProxyUrl, "/chat"))
        {
            Content = new StringContent("""{"user":"person-7","messages":[{"role":"user","content":"I am bob@example.org"}]}""", new MediaTypeHeaderValue("application/json")),
        });

        Assert.Equal("mail ann@example.org", (string?)answer["choices"]![0]!["message"]!["content"]);
        Assert.Contains("bob@example.org", upstream.Requests[0].BodyText, StringComparison.Ordinal);
        Answer? list = null;
        Assert.True(await Poll.UntilAsync(async () => (list = await host.GetAsync("/logs?route=chat"))["data"]!.AsArray().Count == 1));
        var record = list!["data"]![0]!;
        var stored = record["ai"]!["proxy"]!["payload"]!.ToJsonString();
        Assert.DoesNotContain("example.org", stored, StringComparison.Ordinal);
        Assert.DoesNotContain("person-7", stored, StringComparison.Ordinal);
        Assert.Contains("I am [redacted:mail]", stored, StringComparison.Ordinal);
        Assert.Contains("mail [redacted:mail]", stored, StringComparison.Ordinal);
        Assert.Equal(["mail", "person"], record["gatehouse"]!["redacted"]!.AsArray().Select(n => n!.ToString()));
    }

    private static async Task<Answer> StoreAsync(TestHost host, DateTimeOffset at)
    {
        var call = SomeRecords.AiProxy("stored", at.ToUnixTimeMilliseconds());
        host.Services.GetRequiredService<RequestLogQueue>().Add(call);
        Answer? found = null;
        Assert.True(await Poll.UntilAsync(async () => (found = await host.GetAsync("/logs/stored")).Status == HttpStatusCode.OK));
        return found!;
    }
}
