using System.Net;
using Gateway.Core.Configuration;
using Gateway.Core.Tests.Pipeline;
using Gateway.Core.Tests.Upstreams;
using Gateway.Shared.Contracts;
using Gateway.Testing;

namespace Gateway.Core.Tests.Plugins;

/// <summary>Which plugins run for a request, in which order and with which instance, seen through the whole pipeline.</summary>
public sealed class PluginChainTests
{
    private static readonly ServiceConfig Service = Forwarding.Service(RawUpstream.FindClosedPort());
    private static readonly RouteConfig Route = Forwarding.Route();
    private static readonly ConsumerConfig Ann = new() { Id = Guid.NewGuid(), Username = "ann" };
    private static readonly ConsumerConfig Bob = new() { Id = Guid.NewGuid(), Username = "bob" };
    private static readonly ConsumerGroupConfig Group = new() { Id = Guid.NewGuid(), Name = "some-group" };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>By priority; names decide between equals, the last in the alphabet first, as in Kong Gateway.</summary>
    [Fact]
    public async Task Phases_SeveralPlugins_RunInOrderOfPriority()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        string[] names = ["mark-late", "mark-even-a", "mark-first", "mark-even-b"];
        var trace = new PhaseTrace();
        await using var gateway = await trace.StartAsync(Config([.. names.Select(n => Mark(n, ""))]) with { Services = [Service with { Port = upstream.Port }] });

        using var response = await gateway.Client.GetAsync("/a", Ct);
        await gateway.NextRecordAsync();

        string[] order = ["mark-first", "mark-even-b", "mark-even-a", "mark-late"];
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal([.. order.Select(n => $"access {n}"), .. order.Select(n => $"headers {n}"), .. order.Select(n => $"log {n}")], trace.Steps);
    }

    [Fact]
    public async Task Access_PluginAnswers_OthersKeepTheirLaterPhases()
    {
        var trace = new PhaseTrace();
        await using var gateway = await trace.StartAsync(Config(Mark("mark-first", ""), Mark("mark-even-a", "", """{"answers":true}"""), Mark("mark-late", "")));

        using var response = await gateway.Client.GetAsync("/a", Ct);
        await gateway.NextRecordAsync();

        string[] all = ["mark-first", "mark-even-a", "mark-late"];
        Assert.Equal(418, (int)response.StatusCode);
        Assert.Equal(["mark-first", "mark-even-a"], trace.Of("access"));
        Assert.Equal(all, trace.Of("headers"));
        Assert.Equal(all, trace.Of("log"));
    }

    [Fact]
    public async Task Access_PluginFails_Is500WithoutDetails()
    {
        var trace = new PhaseTrace();
        await using var gateway = await trace.StartAsync(Config(Mark("mark-first", "", """{"fails":"access"}"""), Mark("mark-late", "")));

        using var response = await gateway.Client.GetAsync("/a", Ct);
        await gateway.NextRecordAsync();

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        var body = await response.Content.ReadAsStringAsync(Ct);
        Assert.Contains("\"message\":\"An unexpected error occurred\"", body, StringComparison.Ordinal);
        Assert.DoesNotContain("as told", body, StringComparison.Ordinal);
        Assert.Equal(["mark-first"], trace.Of("access"));
        Assert.Equal(["mark-first", "mark-late"], trace.Of("log"));
    }

    [Fact]
    public async Task Log_PluginFails_OthersStillLog()
    {
        var trace = new PhaseTrace();
        await using var gateway = await trace.StartAsync(Config(Mark("mark-first", "", """{"fails":"log","answers":true}"""), Mark("mark-late", "")));

        using var response = await gateway.Client.GetAsync("/a", Ct);
        await gateway.NextRecordAsync();

        Assert.Equal(418, (int)response.StatusCode);
        Assert.Equal(["mark-first", "mark-late"], trace.Of("log"));
    }

    /// <summary>Without a route only global plugins apply, and there is nothing to access.</summary>
    [Fact]
    public async Task NoRoute_GlobalPlugins_LogTheRequest()
    {
        var trace = new PhaseTrace();
        await using var gateway = await trace.StartAsync(Config(Mark("mark-first", ""), Mark("mark-late", "R")));

        using var response = await gateway.Client.GetAsync("/elsewhere", Ct);
        await gateway.NextRecordAsync();

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Empty(trace.Of("access"));
        Assert.Equal(["mark-first"], trace.Of("log"));
    }

    public static TheoryData<string> Scopes => [.. PluginSlotTests.Order];

    /// <summary>
    /// The instances of this and all less specific scopes are there, and some that are more specific but made for others. One runs.
    /// Letters are Consumer, Group, Route and Service.
    /// </summary>
    [Theory]
    [MemberData(nameof(Scopes))]
    public async Task Scope_MostSpecific_RunsAlone(string scope)
    {
        var lower = PluginSlotTests.Order[Array.IndexOf(PluginSlotTests.Order, scope)..].Reverse().Select(s => Mark("mark-late", s));
        PluginConfig[] ofOthers =
        [
            Mark("mark-late", "CRS") with { Consumer = Reference(Bob.Id) },
            Mark("mark-late", "CR") with { Route = Reference(Guid.NewGuid()) },
            Mark("mark-late", "CS") with { Service = Reference(Guid.NewGuid()) },
            Mark("mark-late", "G") with { ConsumerGroup = Reference(Guid.NewGuid()) },
        ];

        Assert.Equal([$"mark-late {scope}".TrimEnd()], await RunAsync("ann", [.. lower, .. ofOthers]));
    }

    [Theory]
    [InlineData(null, "RS")]
    [InlineData("bob", "RS")]
    [InlineData("ann", "CRS")]
    public async Task Scope_OfAConsumer_IsForThatConsumer(string? consumer, string scope)
    {
        Assert.Equal([$"mark-late {scope}"], await RunAsync(consumer, [.. PluginSlotTests.Order.Select(s => Mark("mark-late", s))]));
    }

    /// <summary>Who calls is known only once the authenticating plugin has run.</summary>
    [Fact]
    public async Task Scope_OfAConsumer_DoesNotReachPluginsThatRunBefore()
    {
        Assert.Equal(
            ["mark-first R", "mark-late C"],
            await RunAsync("ann", Mark("mark-first", "C"), Mark("mark-first", "R"), Mark("mark-late", "C"), Mark("mark-late", "")));
    }

    [Fact]
    public async Task Disabled_MostSpecific_LeavesThePlaceToTheNext()
    {
        Assert.Equal(["mark-late S"], await RunAsync(null, Mark("mark-late", "R") with { Enabled = false }, Mark("mark-late", "S")));
        Assert.Empty(await RunAsync(null, Mark("mark-late", "R") with { Enabled = false }));
    }

    [Theory]
    [InlineData(false, "http", true)]
    [InlineData(false, "https", false)]
    [InlineData(false, "grpc", false)]
    [InlineData(true, "https", true)]
    [InlineData(true, "http", false)]
    public async Task Protocols_OfTheInstance_FilterRequests(bool isTls, string protocol, bool runs)
    {
        using var certificate = isTls ? TestCertificate.Create() : null;
        var trace = new PhaseTrace();
        await using var gateway = await trace.StartAsync(
            Config(Mark("mark-first", "", """{"answers":true}"""), Mark("mark-late", "R") with { Protocols = [protocol] }, Mark("mark-late", "")), certificate);
        using var client = isTls ? GatewayTls.Client(gateway, certificate!) : null;

        using var response = await (client ?? gateway.Client).GetAsync(new Uri(gateway.Address, "/a"), Ct);
        await gateway.NextRecordAsync();

        Assert.Equal(["mark-first", runs ? "mark-late R" : "mark-late"], trace.Of("log"));
    }

    /// <summary>A request of gRPC is one for the plugins too, so that one made for HTTP alone leaves it in peace.</summary>
    [Theory]
    [InlineData("grpcs", true)]
    [InlineData("grpc", false)]
    [InlineData("https", false)]
    public async Task Protocols_OnARouteOfGrpc_AreThoseOfGrpc(string protocol, bool runs)
    {
        using var certificate = TestCertificate.Create();
        var trace = new PhaseTrace();
        var config = Config(Mark("mark-first", "", """{"answers":true}"""), Mark("mark-late", "") with { Protocols = [protocol] });
        await using var gateway = await trace.StartAsync(config with { Routes = [config.Routes[0] with { Protocols = ["grpcs"], StripPath = false }] }, certificate);
        using var client = GatewayTls.Client(gateway, certificate);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway.Address, "/a"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([]) { Headers = { { "Content-Type", "application/grpc" } } },
        };

        using var response = await client.SendAsync(request, Ct);
        await gateway.NextRecordAsync();

        Assert.Equal(runs ? ["mark-first", "mark-late"] : ["mark-first"], trace.Of("log"));
    }

    /// <summary>What the access phases left for one request; the gateway's own answer follows, as nobody listens upstream.</summary>
    private static async Task<IEnumerable<string>> RunAsync(string? consumer, params PluginConfig[] plugins)
    {
        var trace = new PhaseTrace();
        await using var gateway = await trace.StartAsync(Config([Mark("mark-identity", ""), .. plugins]));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/a");
        request.Headers.Add("X-Consumer", consumer ?? "nobody");

        using var response = await gateway.Client.SendAsync(request, Ct);
        await gateway.NextRecordAsync();

        Assert.Equal(trace.Of("access"), trace.Of("log"));
        return trace.Of("access");
    }

    private static GatewayConfig Config(params PluginConfig[] plugins) => Forwarding.Config(Service, Route, plugins) with
    {
        Consumers = [Ann, Bob],
        ConsumerGroups = [Group],
        ConsumerGroupMembers = [new() { Id = Guid.NewGuid(), ConsumerGroup = Reference(Group.Id), Consumer = Reference(Ann.Id) }],
    };

    /// <summary>An instance with the given scope as its text.</summary>
    private static PluginConfig Mark(string name, string scope, string config = "{}")
    {
        var plugin = Forwarding.Plugin(name, config) with
        {
            Consumer = scope.Contains('C', StringComparison.Ordinal) ? Reference(Ann.Id) : null,
            ConsumerGroup = scope.Contains('G', StringComparison.Ordinal) ? Reference(Group.Id) : null,
            Route = scope.Contains('R', StringComparison.Ordinal) ? Reference(Route.Id) : null,
            Service = scope.Contains('S', StringComparison.Ordinal) ? Reference(Service.Id) : null,
        };
        plugin.Config["text"] = scope;
        return plugin;
    }

    private static EntityReference Reference(Guid id) => new(id);
}
