using Gateway.Core.Tests.Pipeline;
using Gateway.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Core.Tests.Plugins.ProxyCache;

public sealed class StorageTimeTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>An answer that is too old to be given again is renewed where it is still in memory; where it is not, there was none.</summary>
    [Theory]
    [InlineData("""{"strategy":"memory","cache_ttl":60}""", "Miss")]
    [InlineData("""{"strategy":"memory","cache_ttl":60,"storage_ttl":600}""", "Refresh")]
    public async Task Get_AfterTheTimeOfTheAnswer_AsksTheUpstream(string config, string expected)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var upstream = await FakeUpstream.StartAsync(200, "x", ("Content-Type", "text/plain"));
        await using var host = await PluginHost.StartAsync(GatewayHost.Config("proxy-cache", config), upstream, time);

        var statuses = new List<string>();
        foreach (var seconds in new[] { 0, 59, 2, 0 })
        {
            time.Advance(TimeSpan.FromSeconds(seconds));
            using var response = await host.Client.GetAsync("/ai", Ct);
            statuses.Add(response.Headers.GetValues("X-Cache-Status").Single());
            await host.Gateway.NextRecordAsync();
        }

        Assert.Equal(["Miss", "Hit", expected, "Hit"], statuses);
        Assert.Equal(2, host.Forwarded.Count);
    }
}
