using System.Net;
using ConsoleWeb.Auth;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Tests.Data.Logs;
using ConsoleWeb.Tests.Hosting;
using Gateway.Shared.Logging;
using Gateway.Testing;
using Gateway.Testing.Logging;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.AdminApi.Logs;

/// <summary>The stored request log over HTTP.</summary>
public sealed class LogListTests(AdminFixture admin) : IClassFixture<AdminFixture>
{
    public static TheoryData<string, string> Filters => new()
    {
        { "", "plain codex claude" },
        { "status=404", "plain" },
        { "status=5xx", "codex" },
        { "status=5XX", "codex" },
        { "status=error", "plain codex" },
        { "model=gpt-5-mini-2025-08-07", "claude" },
        { "provider=anthropic", "codex" },
        { "route=codex-route", "codex" },
        { "consumer=alice", "codex" },
        { "agent=claude-code", "claude" },
        { "session_id=session-1", "claude" },
        { "outcome=rejected", "plain" },
        { "outcome=upstream_error", "codex" },
        { "from=2027-01-15T08:01:00Z", "plain codex" },
        { "from=1800000060000", "plain codex" },
        { "to=2027-01-15T08:01:00Z", "claude" },
        { "from=2027-01-15T09:00:30%2B01:00&to=2027-01-15T08:01:30Z", "codex" },
        { "q=no%20Route", "plain" },
        { "q=agent:codex", "codex" },
        { "q=status:error%20agent:curl", "plain" },
        { "q=outcome:upstream_error%20quota", "codex" },
        { "q=session:session-1", "claude" },
        { "status=error&agent=codex", "codex" },
        { "status=404&agent=codex", "" },
        { "q=agent:codex&agent=curl", "plain" },
        { "model=", "plain codex claude" },
    };

    [Theory]
    [MemberData(nameof(Filters))]
    public async Task List_Filtered_HoldsTheMatchingRequestsNewestFirst(string query, string ids)
    {
        await FillAsync();

        Assert.Equal(ids, string.Join(' ', Ids(await admin.Host.GetAsync("/logs?size=1000&" + query)).Where(id => id.Length < 10)));
    }

    [Theory]
    [InlineData("status=abc", 11, "status")]
    [InlineData("status=99999", 11, "status")]
    [InlineData("outcome=nonsense", 11, "outcome")]
    [InlineData("from=yesterday", 11, "from")]
    [InlineData("to=-1y", 11, "to")]
    [InlineData("q=agent:", 11, "q")]
    [InlineData("q=nonsense:1", 11, "q")]
    [InlineData("size=0", 9, null)]
    [InlineData("size=1001", 9, null)]
    [InlineData("size=many", 9, null)]
    [InlineData("offset=nonsense", 7, null)]
    [InlineData("offset=LTE%3D", 7, null)]
    public async Task List_FaultyQuery_Answers400NamingIt(string query, int code, string? option)
    {
        foreach (var path in code == 11 ? new[] { "/logs?", "/logs/stream?" } : ["/logs?"])
        {
            var answer = await admin.Host.GetAsync(path + query);

            Assert.Equal((HttpStatusCode.BadRequest, code), (answer.Status, answer["code"]!.GetValue<int>()));
            Assert.Equal(option, answer["options"]?.AsObject().Single().Key);
        }
    }

    [Fact]
    public async Task Pages_WhileRequestsArrive_HoldEachRequestOnceAndKeepTheFilter()
    {
        var session = AdminFixture.NewName();
        await WriteAsync(Enumerable.Range(0, 5).Select(i => InSession(session, $"{session}-{i}")));
        var seen = new List<string>();
        var next = $"/logs?size=2&session_id={session}&status=200";

        while (next is not null)
        {
            var page = await admin.Host.GetAsync(next);
            seen.AddRange(Ids(page));
            next = page["next"]?.ToString();
            Assert.Equal(page["next"] is not null, page.Json.ContainsKey("offset"));
            await WriteAsync([InSession(session, AdminFixture.NewName())]);
        }

        Assert.Equal(Enumerable.Range(0, 5).Reverse().Select(i => $"{session}-{i}"), seen);
    }

    [Fact]
    public async Task Pages_OffsetAlone_GoesOnWhereThePageEnded()
    {
        var session = AdminFixture.NewName();
        await WriteAsync(Enumerable.Range(0, 3).Select(i => InSession(session, $"{session}-{i}")));

        var first = await admin.Host.GetAsync($"/logs?size=2&session_id={session}");
        var second = await admin.Host.GetAsync($"/logs?session_id={session}&offset={Uri.EscapeDataString(first["offset"]!.ToString())}");

        Assert.Equal([$"{session}-2", $"{session}-1"], Ids(first));
        Assert.Equal([$"{session}-0"], Ids(second));
        Assert.Null(second["next"]);
    }

    [Fact]
    public async Task Find_ProxiedRequest_IsTheWholeRecordAndTheSameAsInTheList()
    {
        await using var upstream = await FakeUpstream.StartAsync(201, "made");
        var name = AdminFixture.NewName();
        var service = await admin.CreateAsync("/services", $$"""{"name":"{{name}}","url":"{{upstream.Address}}"}""");
        await admin.CreateAsync($"/services/{service["id"]}/routes", $$"""{"name":"{{name}}","paths":["/{{name}}"]}""");
        await admin.Host.SendAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(admin.Host.ProxyUrl, $"/{name}/x?a=1")) { Content = new StringContent("body") });
        Answer? list = null;
        Assert.True(await Poll.UntilAsync(() => (list = admin.Host.GetAsync("/logs?route=" + name).GetAwaiter().GetResult())["data"]!.AsArray().Count == 1));

        var stored = list!["data"]![0]!;
        var found = await admin.Host.GetAsync("/logs/" + Id(stored));

        AdminFixture.AssertIs(HttpStatusCode.OK, stored.ToJsonString(), found);
        Assert.Equal(("POST", $"/{name}/x?a=1", 201), (found["request"]!["method"]!.ToString(), found["request"]!["uri"]!.ToString(), found["response"]!["status"]!.GetValue<int>()));
        Assert.Equal((name, name, "ok"), (found["service"]!["name"]!.ToString(), found["route"]!["name"]!.ToString(), found["gatehouse"]!["outcome"]!.ToString()));
        Assert.True(found["gatehouse"]!["timing"]!["total"]!.GetValue<double>() > 0);
    }

    [Fact]
    public async Task Find_Unknown_Answers404() =>
        AdminFixture.AssertIs(HttpStatusCode.NotFound, """{"message":"Not found"}""", await admin.Host.GetAsync("/logs/nobody"));

    [Fact]
    public async Task Payloads_WithoutTheirScope_AreLeftOut()
    {
        var id = AdminFixture.NewName();
        var record = InSession(id, id);
        (record.Llm!.LogPayloads, record.Llm.RequestPayload, record.Llm.ResponsePayload) = (true, "some question", "some answer");
        await WriteAsync([record]);
        var without = await admin.Host.MakeTokenAsync(TokenScopes.LogsRead);
        var with = await admin.Host.MakeTokenAsync(TokenScopes.LogsRead, TokenScopes.PayloadsRead);

        foreach (var path in new[] { "/logs/" + id, "/logs?session_id=" + id })
        {
            var bare = await admin.Host.SendAsync(HttpMethod.Get, path, null, without);
            var whole = await admin.Host.SendAsync(HttpMethod.Get, path, null, with);

            Assert.Contains(id, bare.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("some question", bare.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("some answer", bare.Text, StringComparison.Ordinal);
            Assert.Contains("some question", whole.Text, StringComparison.Ordinal);
            Assert.Contains("some answer", whole.Text, StringComparison.Ordinal);
        }
    }

    private static RequestRecord InSession(string session, string id)
    {
        var record = SomeRecords.AiProxy(id, new DateTimeOffset(2029, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds());
        record.SessionId = session;
        return record;
    }

    private static string Id(System.Text.Json.Nodes.JsonNode record) => record["gatehouse"]!["request_id"]!.ToString();

    private static IReadOnlyList<string> Ids(Answer page) => [.. page["data"]!.AsArray().Select(r => Id(r!))];

    /// <summary>Stores the three different requests unless an earlier row of the table has done so.</summary>
    private async Task FillAsync()
    {
        if ((await admin.Host.GetAsync("/logs/claude")).Status == HttpStatusCode.NotFound)
        {
            await WriteAsync(DifferentRecords.All());
        }
    }

    private async Task WriteAsync(IEnumerable<RequestRecord> records)
    {
        var queue = admin.Host.Services.GetRequiredService<RequestLogQueue>();
        foreach (var record in records)
        {
            queue.Add(record);
        }

        Assert.True(await Poll.UntilAsync(() => queue.Count().Queued == 0));
    }
}
