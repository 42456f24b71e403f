using System.Text;
using Gateway.Core.Tests.Pipeline;
using Gateway.Core.Tests.Plugins.AiProxy;
using Gateway.Shared.Logging;
using Gateway.Testing;
using Gateway.Testing.Faults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Core.Tests.Faults;

/// <summary>An upstream that is never silent for long and never done: only the time of the whole call ends it.</summary>
public sealed class DeadlineTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("openai", "openai", true)]
    [InlineData("openai", "openai", false)]
    [InlineData("anthropic", "openai", true)]
    [InlineData("anthropic", "openai", false)]
    public async Task Upstream_DripsForEver_IsCutAtTheDeadline(string format, string provider, bool isStream)
    {
        await using var upstream = new FaultUpstream(FaultScripts.Endless(
            FaultScripts.Head(200, isStream ? "text/event-stream" : "application/json", "Connection: close"),
            Encoding.ASCII.GetBytes(isStream ? "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"},\"finish_reason\":null}]}\n\n" : " "),
            TimeSpan.FromMilliseconds(30)));
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var gateway = await GatewayHost.StartAsync(
            GatewayHost.Config("ai-proxy", AiProxyPipelineTests.Config(provider, "gpt-4o", format, $$"""{"upstream_url":"{{upstream.Address}}v1"}""")),
            null,
            services => services.AddSingleton<TimeProvider>(time));
        using var client = await FaultClient.ConnectAsync(gateway.Address.Port, Cancel);

        await client.SendAsync(
            FaultClient.Post("/ai", $$"""{"max_tokens":9,"stream":{{(isStream ? "true" : "false")}},"messages":[{"role":"user","content":"Hi"}]}"""), Cancel);
        var begun = new TaskCompletionSource();
        var reading = client.ReadAnswerAsync(Cancel, () => begun.TrySetResult());
        Assert.True(await Poll.UntilAsync(() => upstream.CallCount == 1));
        if ((format, isStream) != ("anthropic", false))
        {
            // Otherwise the answer is held until it is whole.
            await begun.Task.WaitAsync(Poll.Patience, Cancel);
        }

        time.Advance(TimeSpan.FromMinutes(31));
        var answer = await reading;
        var record = await gateway.NextRecordAsync();

        Assert.Equal((RequestOutcome.UpstreamTimeout, "deadline"), (record.Outcome, record.OutcomeDetail));
        Assert.True(await Poll.UntilAsync(() => upstream.OpenConnections == 0));
        switch (format, isStream)
        {
            case ("anthropic", true):
                Assert.Contains("event: error\n", answer!.Text, StringComparison.Ordinal);
                Assert.DoesNotContain("message_stop", answer.Text, StringComparison.Ordinal);
                break;
            case ("anthropic", false):
                Assert.Equal((504, true), (answer!.Status, answer.IsWhole));
                break;
            default:
                Assert.Equal((200, false), (answer!.Status, answer.IsWhole));
                break;
        }
    }
}
