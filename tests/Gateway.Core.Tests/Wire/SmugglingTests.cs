using Gateway.Core.Configuration;
using Gateway.Core.Pipeline.Heads;
using Gateway.Core.Tests.Pipeline;
using Gateway.Core.Tests.Plugins.AiProxy;
using Gateway.Core.Tests.Upstreams;
using Gateway.Shared.Contracts;
using Gateway.Testing.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Core.Tests.Wire;

/// <summary>
/// Every request of the corpus is either refused before anything reaches the upstream, or reaches it with one meaning, framed anew.
/// The upstream keeps its connections open, so bytes left over would show as one request too many.
/// </summary>
public sealed class SmugglingTests(SmugglingTests.Fixture fixture) : IClassFixture<SmugglingTests.Fixture>
{
    private const string Probe = "GET /probe HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static IEnumerable<TheoryDataRow<string>> RefusedRows => WireCorpus.Refused.Select(n => new TheoryDataRow<string>(n));

    public static IEnumerable<TheoryDataRow<string>> ForwardedRows => WireCorpus.Plain.Select(n => new TheoryDataRow<string>(n));

    [Fact]
    public void Corpus_Size_IsAsPromised() => Assert.True(WireCorpus.All.Count >= 300, $"{WireCorpus.All.Count} requests");

    [Theory]
    [MemberData(nameof(RefusedRows))]
    public async Task Request_WithTwoReadings_IsRefusedAndItsConnectionEnded(string name)
    {
        var answers = await SendAsync(WireCorpus.All[name].Bytes);

        Assert.True(answers.IsOver, "the connection stayed open");
        Assert.Equal("", answers.Rest);
        Assert.Single(answers.Statuses);
        var answer = answers.Messages[0];
        Assert.Contains(answer.FirstLine.Split(' ')[1], new[] { "400", "405", "413", "414", "431", "505" });
        Assert.Equal("close", answer.Header("Connection"));
        Assert.NotEqual("", answer.Body);
        AssertUpstreamSaw([]);
    }

    [Theory]
    [MemberData(nameof(ForwardedRows))]
    public async Task Request_WithOneReading_ArrivesWithItsMeaning(string name)
    {
        var test = WireCorpus.All[name];

        var answers = await SendAsync(test.Bytes);

        Assert.True(answers.IsOver, "the connection stayed open");
        Assert.Equal("", answers.Rest);
        string[] expected = [.. test.Seen!, "GET /probe"];
        AssertUpstreamSaw(expected);
        Assert.Equal(expected, answers.FromUpstream);
    }

    /// <summary>The same where the gateway reads the body itself: what it cannot read it refuses, and calls nobody.</summary>
    [Theory]
    [MemberData(nameof(RefusedRows))]
    public async Task Request_WithTwoReadings_OfAModelCall_IsRefusedAndItsConnectionEnded(string name)
    {
        var answers = await SendAsync(WireCorpus.All[name].Bytes.Replace(" /x ", " /ai ", StringComparison.Ordinal));

        Assert.True(answers.IsOver, "the connection stayed open");
        Assert.Equal("", answers.Rest);
        var answer = Assert.Single(answers.Messages);
        Assert.Contains(answer.FirstLine.Split(' ')[1], new[] { "400", "405", "413", "414", "431", "505" });
        Assert.Equal("close", answer.Header("Connection"));
        AssertUpstreamSaw([]);
    }

    [Theory]
    [InlineData("X-Hop")]
    [InlineData("close, X-Hop")]
    [InlineData("X-Hop, close")]
    [InlineData("keep-alive, X-Hop")]
    [InlineData("x-hop")]
    [InlineData("X-HOP")]
    [InlineData(",X-Hop")]
    [InlineData("X-Hop,")]
    [InlineData(",, ,X-Hop , ,")]
    [InlineData("\tX-Hop\t")]
    [InlineData("\"X-Hop\"")]
    [InlineData("close\r\nConnection: X-Hop")]
    [InlineData("X-Hop\r\nConnection: close")]
    [InlineData("X-Hop\r\nconnection: keep-alive")]
    [InlineData("Upgrade, X-Hop")]
    [InlineData("Content-Length, X-Hop")]
    [InlineData("Host, Via, X-Kong-Request-Id, Connection, X-Hop")]
    public async Task Header_NamedInConnection_IsNotForwarded(string connection)
    {
        var bytes = WireCase.Head($"Connection: {connection}\r\nX-Hop: 1\r\nx-hop: 2\r\nX-Kept: 1\r\nContent-Length: 5") + "hello";

        await SendAsync(bytes);

        Assert.Empty(fixture.Upstream.TakeFaults());
        var request = fixture.Upstream.TakeRequests()[0];
        Assert.Equal("POST /x hello", request.Meaning);
        Assert.Null(request.Header("X-Hop"));
        Assert.Equal("1", request.Header("X-Kept"));
        Assert.NotNull(request.Header("Via"));
        Assert.Equal("keep-alive", request.Header("Connection"));
    }

    [Theory]
    [InlineData("Connection: Upgrade\r\nUpgrade: TLS/1.2")]
    [InlineData("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__")]
    public async Task Upgrade_ThatIsNoWebSocket_IsNotAskedOfTheUpstream(string headers)
    {
        await SendAsync(WireCase.Head(headers, "GET /x HTTP/1.1"));

        var request = fixture.Upstream.TakeRequests()[0];
        Assert.Null(request.Header("Upgrade"));
        Assert.Null(request.Header("HTTP2-Settings"));
    }

    /// <summary>Clients show what they get; an empty page says nothing.</summary>
    [Theory]
    [InlineData("GET /x HTTP/1.1\r\nX\r\n\r\n", "400 Bad Request", "Bad request")]
    [InlineData("GET /x HTTP/3.3\r\n\r\n", "505 HTTP Version Not Supported", "HTTP version not supported")]
    [InlineData("long target", "414 URI Too Long", "URI too long")]
    [InlineData("long header", "431 Request Header Fields Too Large", "Request header or cookie too large")]
    public async Task Refusal_OfAnUnreadableHead_SaysWhy(string bytes, string status, string text)
    {
        var long9 = new string('a', 40_000);
        bytes = bytes switch
        {
            "long target" => $"GET /{long9} HTTP/1.1\r\n\r\n",
            "long header" => WireCase.Head($"X: {long9}"),
            _ => bytes,
        };

        var answers = await WireClient.SendAsync(fixture.Gateway.Address.Port, bytes, Patience, TestContext.Current.CancellationToken);

        var answer = answers.Messages.Single();
        Assert.Equal($"HTTP/1.1 {status}", answer.FirstLine);
        Assert.Matches($"^{text}\nrequest_id: [0-9a-f]{{32}}\n$", answer.Body);
        Assert.Equal("text/plain; charset=utf-8", answer.Header("Content-Type"));
    }

    [Fact]
    public async Task Refusal_OfAHead_IsCounted()
    {
        var before = Count();

        await WireClient.SendAsync(fixture.Gateway.Address.Port, "HEAD\r\n\r\n", Patience, TestContext.Current.CancellationToken);

        Assert.Equal(before + 1, Count());

        long Count() => fixture.Gateway.Services.GetRequiredService<RefusedHeads>().Count;
    }

    /// <summary>Sends bytes and a probe after them; what earlier tests left is gone before.</summary>
    private async Task<WireAnswers> SendAsync(string bytes)
    {
        fixture.Upstream.TakeRequests();
        fixture.Upstream.TakeFaults();
        return await WireClient.SendAsync(fixture.Gateway.Address.Port, bytes + Probe, Patience, TestContext.Current.CancellationToken);
    }

    private void AssertUpstreamSaw(string[] expected)
    {
        Assert.Empty(fixture.Upstream.TakeFaults());
        Assert.Equal(expected, fixture.Upstream.TakeRequests().Select(r => r.Meaning));
    }

    /// <summary>A gateway that takes everything to the upstream as it is, and what comes for <c>/ai</c> as a call of a model.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        private GatewayHost? _gateway;

        internal WireUpstream Upstream { get; } = new();

        internal GatewayHost Gateway => _gateway!;

        public async ValueTask InitializeAsync()
        {
            var service = Forwarding.Service(Upstream.Port);
            var model = Forwarding.Route("/ai") with { Name = "model", Service = new EntityReference(service.Id) };
            var plugin = Forwarding.Plugin("ai-proxy", AiProxyPipelineTests.Config("openai", "gpt-4o", options: $$"""{"upstream_url":"http://127.0.0.1:{{Upstream.Port}}/v1"}""")) with { Route = new EntityReference(model.Id) };
            var plain = Forwarding.Route("/") with { StripPath = false, Service = new EntityReference(service.Id) };
            _gateway = await GatewayHost.StartAsync(new GatewayConfig(1, [service], [plain, model], [plugin], []));
        }

        public async ValueTask DisposeAsync()
        {
            await Gateway.DisposeAsync();
            await Upstream.DisposeAsync();
        }
    }
}
