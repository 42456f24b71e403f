using Gateway.Core.Pipeline;
using Gateway.Core.Plugins.RateLimiting;
using Gateway.Core.Tests.Pipeline;
using Gateway.Shared.Contracts;
using Gateway.Shared.Logging;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Tests.Plugins.RateLimiting;

public sealed class RateIdentifierTests
{
    private const string Address = "192.0.2.1";

    private static readonly Guid Consumer = new("11111111-1111-4111-8111-111111111111");
    private static readonly Guid Credential = new("22222222-2222-4222-8222-222222222222");
    private static readonly Guid Group = new("33333333-3333-4333-8333-333333333333");

    [Theory]
    [InlineData("ip", Address)]
    [InlineData("consumer", "11111111-1111-4111-8111-111111111111")]
    [InlineData("credential", "22222222-2222-4222-8222-222222222222")]
    [InlineData("consumer-group", "33333333-3333-4333-8333-333333333333")]
    [InlineData("header", "header:blue")]
    [InlineData("path", "/v1/a")]
    public async Task Identifier_OfARequestThatHasIt_IsThat(string limitBy, string expected) =>
        Assert.Equal(expected, await FindAsync(limitBy, isKnown: true));

    [Theory]
    [InlineData("consumer")]
    [InlineData("credential")]
    [InlineData("consumer-group")]
    [InlineData("header")]
    [InlineData("path")]
    [InlineData("service")]
    public async Task Identifier_OfARequestThatLacksIt_IsTheClientsAddress(string limitBy) =>
        Assert.Equal(Address, await FindAsync(limitBy, isKnown: false));

    [Fact]
    public async Task Identifier_OfAService_IsItsId()
    {
        var service = new ServiceConfig { Id = Guid.NewGuid(), Host = "a.example" };

        Assert.Equal(service.Id.ToString(), await FindAsync("service", isKnown: true, context => context.Service = service));
    }

    [Fact]
    public async Task Identifier_OfALongHeader_IsShortAndStillItsOwn()
    {
        var one = await FindAsync("header", isKnown: true, context => context.Http.Request.Headers["X-Team"] = new string('a', 5000));
        var other = await FindAsync("header", isKnown: true, context => context.Http.Request.Headers["X-Team"] = new string('a', 5001));

        Assert.InRange(one.Length, 10, 100);
        Assert.NotEqual(one, other);
    }

    private static async Task<string> FindAsync(string limitBy, bool isKnown, Action<GatewayContext>? change = null)
    {
        var consumer = new ConsumerConfig { Id = Consumer, Username = "ada" };
        await using var host = await GatewayHost.StartAsync(GatewayHost.Config([]) with
        {
            Consumers = [consumer],
            ConsumerGroups = [new ConsumerGroupConfig { Id = Group, Name = "gold" }],
            ConsumerGroupMembers = [new ConsumerGroupMemberConfig { Id = Guid.NewGuid(), Consumer = new(Consumer), ConsumerGroup = new(Group) }],
        });
        var record = new RequestRecord { RequestId = "00", StartedAtMs = 1, StartTimestamp = 1, ClientIp = Address };
        var context = new GatewayContext(new DefaultHttpContext(), host.Snapshot, record, TimeProvider.System) { NormalizedPath = "/v1/b" };
        if (isKnown)
        {
            context.Authenticate(consumer, new CredentialInfo(Credential, Consumer, null));
            context.Http.Request.Headers["X-Team"] = "blue";
            context.NormalizedPath = "/v1/a";
        }

        change?.Invoke(context);
        return RateIdentifier.Of(context, new RateLimitingConfig { LimitBy = limitBy, HeaderName = "x-team", Path = "/v1/a" });
    }
}
