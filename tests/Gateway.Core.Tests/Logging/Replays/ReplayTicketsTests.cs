using System.Text;
using Gateway.Core.Logging.Replays;
using Gateway.Core.Tests.Pipeline;
using Gateway.Shared.Logging;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Core.Tests.Logging.Replays;

public sealed class ReplayTicketsTests
{
    private const string Original = "0192f0c0ffee0192f0c0ffee0192f0c0";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ticket_OfThisProcess_LinksOneRequestAndStaysHere()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream);
        var tickets = gateway.Services.GetRequiredService<ReplayTickets>();
        var ticket = tickets.Issue(Original);

        var linked = await SendAsync(gateway, ticket.Secret);
        var again = await SendAsync(gateway, ticket.Secret);

        Assert.Equal((Original, "replay"), (linked.ReplayOf, linked.Agent));
        Assert.Equal(linked.RequestId, await ticket.RequestId.WaitAsync(TimeSpan.FromSeconds(10), Cancel));
        Assert.Null(again.ReplayOf);
        Assert.Equal(2, upstream.Requests.Count);
        Assert.All(upstream.Requests, r => Assert.DoesNotContain(ReplayTickets.Header, r.Headers.Keys, StringComparer.OrdinalIgnoreCase));
        Assert.DoesNotContain(linked.RequestHeaders, h => h.Key == ReplayTickets.Header);
    }

    [Theory]
    [InlineData(Original)]
    [InlineData("")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task Header_MadeUpByAClient_LinksNothingAndIsTakenOff(string value)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream);
        gateway.Services.GetRequiredService<ReplayTickets>().Issue(Original);

        var record = await SendAsync(gateway, value);

        Assert.Null(record.ReplayOf);
        Assert.DoesNotContain(ReplayTickets.Header, Assert.Single(upstream.Requests).Headers.Keys, StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Ticket_Withdrawn_LinksNothing()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream);
        var tickets = gateway.Services.GetRequiredService<ReplayTickets>();
        var ticket = tickets.Issue(Original);
        tickets.Withdraw(ticket);

        Assert.Null((await SendAsync(gateway, ticket.Secret)).ReplayOf);
    }

    private static Task<GatewayHost> StartAsync(FakeUpstream upstream)
    {
        var config = GatewayHost.Config([]);
        return GatewayHost.StartAsync(config with { Services = [config.Services[0] with { Host = upstream.Address.Host, Port = upstream.Address.Port }] });
    }

    private static async Task<RequestRecord> SendAsync(GatewayHost gateway, string secret)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ai/some") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation(ReplayTickets.Header, secret);
        using var response = await gateway.Client.SendAsync(request, Cancel);
        return await gateway.NextRecordAsync();
    }
}
