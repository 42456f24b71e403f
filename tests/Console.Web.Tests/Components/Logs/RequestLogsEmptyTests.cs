using Bunit;
using ConsoleWeb.Components.Pages.Logs;
using ConsoleWeb.Features;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Components.Logs;

/// <summary>What the list of requests says before there is one.</summary>
public sealed class RequestLogsEmptyTests : ConsoleContext
{
    [Fact]
    public async Task FirstCall_AsItStands_IsAnsweredByAGatewayWithoutRoutesAndListed()
    {
        var empty = Render<RequestLogsEmpty>();

        var line = empty.Find("[data-testid=first-curl]").TextContent;
        Assert.Equal($"curl -i {Host.Services.GetRequiredService<ConsoleAddresses>().Proxy}/hello", line);
        Assert.Contains("even that is shown here", empty.Find(".codebox").TextContent, StringComparison.Ordinal);

        await Host.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(line.Split(' ')[^1])));

        Assert.True(await Gateway.Testing.Poll.UntilAsync(async () => (await Host.GetAsync("/logs"))["data"]!.AsArray().Count == 1));
    }
}
