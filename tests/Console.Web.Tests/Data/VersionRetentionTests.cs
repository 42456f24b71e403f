using ConsoleWeb.Tests.Hosting;

namespace ConsoleWeb.Tests.Data;

/// <summary>How many versions stay: beyond both limits they go, the newest never.</summary>
public sealed class VersionRetentionTests
{
    [Theory]
    [InlineData(10, 0, 10, 30)]
    [InlineData(1, 90, 60, 60)]
    [InlineData(1000, 0, 60, 60)]
    public async Task Versions_BeyondBothLimits_Go(int maxVersions, int maxDays, int fewest, int most)
    {
        await using var host = await TestHost.StartAsync($"Gateway:History:MaxVersions={maxVersions}", $"Gateway:History:MaxAgeDays={maxDays}");
        for (var i = 0; i < 60; i++)
        {
            await host.PostAsync("/consumers", $$"""{"username":"c{{i}}"}""");
        }

        var kept = (await host.GetAsync("/gatehouse/history?size=1000"))["data"]!.AsArray().Select(v => v!["version"]!.GetValue<int>()).ToList();

        Assert.InRange(kept.Count, fewest, most);
        Assert.Equal(Enumerable.Range(0, kept.Count).Select(i => 60 - i), kept);
        Assert.Equal(System.Net.HttpStatusCode.OK, (await host.PostAsync($"/gatehouse/history/{kept[^1]}/restore", "{}")).Status);
    }
}
