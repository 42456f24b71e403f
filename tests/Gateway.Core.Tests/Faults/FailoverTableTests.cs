using System.Text;
using Gateway.Core.Tests.Pipeline;
using Gateway.Shared.Logging;
using Gateway.Testing;
using Gateway.Testing.Faults;

namespace Gateway.Core.Tests.Faults;

/// <summary>Which failures of the first target may be tried at the second, by policy, for calls that must not happen twice.</summary>
public sealed class FailoverTableTests
{
    private const string Request = """{"model":"gpt-4o","stream":false,"messages":[{"role":"user","content":"Hi"}],"unknown":[1.50,"ä"]}""";

    private const string Good = """{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"second"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}""";

    private static readonly (string Fault, string[] Needs)[] Faults =
    [
        ("refused", ["error"]),
        ("unknown-name", ["error"]),
        ("closed", ["error", "non_idempotent"]),
        ("reset", ["error", "non_idempotent"]),
        ("silent", ["timeout", "non_idempotent"]),
        ("garbage", ["invalid_header", "non_idempotent"]),
        ("403", ["http_403"]),
        ("404", ["http_404"]),
        ("429", ["http_429"]),
        ("500", ["http_500"]),
        ("502", ["http_502"]),
        ("503", ["http_503"]),
        ("504", ["http_504"]),
        ("400", ["never"]),
        ("422", ["never"]),
        ("cut", ["never"]),
    ];

    private static readonly string[][] Policies =
    [
        ["error", "timeout"],
        ["error", "timeout", "invalid_header", "non_idempotent"],
        ["timeout"],
        ["http_403", "http_404", "http_429", "http_500", "http_502", "http_503", "http_504"],
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Cases =>
        [.. from fault in Faults from policy in Policies select new TheoryDataRow<string, string>(fault.Fault, string.Join(',', policy))];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task FirstTarget_Fails_SecondIsCalledOnlyWhereThePolicyAllows(string fault, string policy)
    {
        var allowed = policy.Split(',');
        var isRepeated = Faults.Single(f => f.Fault == fault).Needs.All(allowed.Contains);
        await using var first = new FaultUpstream(ScriptOf(fault));
        await using var second = new FaultUpstream(FaultScripts.Answer(200, "application/json", Good));
        var url = fault switch
        {
            "refused" => $"http://127.0.0.1:{RawUpstream.FindClosedPort()}/x",
            "unknown-name" => $"http://{new string('x', 64)}.example/x",
            _ => $"{first.Address}x",
        };
        await using var gateway = await GatewayHost.StartAsync(GatewayHost.Config("ai-proxy-advanced", $$"""
            {"llm_format":"openai","balancer":{"algorithm":"priority","retries":5,"read_timeout":1500,"failover_criteria":["{{string.Join("\",\"", allowed)}}"]},
             "targets":[{{Target(url, 200)}},{{Target($"{second.Address}x", 100)}}]}
            """));
        using var client = await FaultClient.ConnectAsync(gateway.Address.Port, Cancel);

        await client.SendAsync(FaultClient.Post("/ai", Request, "Idempotency-Key: abc"), Cancel);
        first.Proceed();
        var answer = await client.ReadAnswerAsync(Cancel);
        var record = await gateway.NextRecordAsync();

        var atFirst = fault is "refused" or "unknown-name" ? 0 : 1;
        Assert.Equal((atFirst, isRepeated ? 1 : 0), (first.CallCount, second.CallCount));
        Assert.Equal(isRepeated ? 2 : 1, record.Tries.Count);
        Assert.Equal(record.Tries.Count, record.Llm!.TriedTargets!.Count);
        Assert.Equal(0, gateway.WaitingRecords);
        if (isRepeated)
        {
            Assert.Equal((200, true, Good), (answer!.Status, answer.IsWhole, answer.Text));
            Assert.Equal((RequestOutcome.Ok, 5), (record.Outcome, record.Llm.Usage!.TotalTokens));
            Assert.Equal("failed", record.Tries[0].State);
            var repeated = second.Calls[0];
            Assert.Equal("abc", repeated.Head.Find("Idempotency-Key"));
            if (atFirst == 1)
            {
                // Nothing but the address differs.
                Assert.Equal(Encoding.UTF8.GetString(first.Calls[0].Body), Encoding.UTF8.GetString(repeated.Body));
                Assert.Equal(Without("Host", first.Calls[0].Head), Without("Host", repeated.Head));
            }
        }
        else
        {
            Assert.NotEqual(200, answer is { IsWhole: true } ? answer.Status : 0);
            Assert.NotEqual(RequestOutcome.Ok, record.Outcome);
        }
    }

    /// <summary>All targets fail: not one call more than the retries allow.</summary>
    [Fact]
    public async Task AllTargets_Fail_AttemptsStayWithinTheRetries()
    {
        await using var first = new FaultUpstream(FaultScripts.Answer(503, "application/json", """{"error":{"message":"busy"}}"""));
        await using var second = new FaultUpstream(FaultScripts.Reset());
        await using var gateway = await GatewayHost.StartAsync(GatewayHost.Config("ai-proxy-advanced", $$"""
            {"llm_format":"openai","balancer":{"algorithm":"round-robin","retries":3,"failover_criteria":["error","non_idempotent","http_503"]},
             "targets":[{{Target($"{first.Address}x", 100)}},{{Target($"{second.Address}x", 100)}}]}
            """));
        const int calls = 10;
        for (var i = 0; i < calls; i++)
        {
            using var client = await FaultClient.ConnectAsync(gateway.Address.Port, Cancel);
            await client.SendAsync(FaultClient.Post("/ai", Request), Cancel);
            var answer = await client.ReadAnswerAsync(Cancel);
            var record = await gateway.NextRecordAsync();
            Assert.Contains(answer!.Status, new[] { 502, 503 });
            Assert.InRange(record.Tries.Count, 1, 4);
            Assert.Equal(record.Tries.Count, record.Tries.Count(t => t.State == "failed"));
        }

        Assert.InRange(first.CallCount + second.CallCount, calls, 4 * calls);
    }

    /// <summary>An idle connection that the upstream closes just as the next call begins: that call happens once or is refused, never twice.</summary>
    [Fact]
    public async Task IdleConnection_ClosedBetweenCalls_NoCallIsMadeTwice()
    {
        const int calls = 40;
        var ledger = new CallLedger();
        var (random, pauses) = (new Random(3), new Random(4));
        await using var upstream = new FaultUpstream(async call =>
        {
            await call.ReadBodyAsync();
            ledger.Arrive(call.Head.Find("X-Call")!);
            await call.WriteAsync(FaultScripts.Head(200, "application/json", $"Content-Length: {Good.Length}") + Good);
            await Task.Delay(pauses.Next(0, 4), call.Stop);
            await call.CloseAsync();
        });
        await using var gateway = await GatewayHost.StartAsync(GatewayHost.Config("ai-proxy", $$"""
            {"route_type":"llm/v1/chat","llm_format":"openai","model":{"provider":"openai","name":"gpt-4o","options":{"upstream_url":"{{upstream.Address}}x"} } }
            """));
        var failed = 0;
        for (var i = 0; i < calls; i++)
        {
            var name = $"call-{i}";
            using var client = await FaultClient.ConnectAsync(gateway.Address.Port, Cancel);
            ledger.Send(name);
            await client.SendAsync(FaultClient.Post("/ai", Request, $"X-Call: {name}"), Cancel);
            var answer = await client.ReadAnswerAsync(Cancel);
            ledger.Answer(name);
            await gateway.NextRecordAsync();
            ledger.Keep(name);
            Assert.Contains(answer!.Status, new[] { 200, 502 });
            failed += answer.Status == 200 ? 0 : 1;
            await Task.Delay(random.Next(0, 4), Cancel);
        }

        Assert.Empty(ledger.FindDifferences(atUpstream: null));
        Assert.Equal(upstream.CallCount, upstream.Calls.Select(c => c.Head.Find("X-Call")).Distinct().Count());
        Assert.InRange(upstream.CallCount, calls - failed, calls);
    }

    private static FaultScript ScriptOf(string fault) => fault switch
    {
        "closed" => FaultScripts.Close(),
        "reset" => FaultScripts.Reset(),
        "silent" => FaultScripts.Stall(),
        "garbage" => FaultScripts.Bytes("garbage\r\n\r\n"),
        "cut" => FaultScripts.CutAfter(FaultScripts.Head(200, "application/json", "Content-Length: 5000"), "{\"id\":"u8.ToArray(), c => c.CloseAsync()),
        _ => FaultScripts.Answer(int.TryParse(fault, out var status) ? status : 500, "application/json", """{"error":{"message":"no"}}"""),
    };

    private static string Target(string url, int weight) => $$"""
        {"route_type":"llm/v1/chat","weight":{{weight}},"logging":{"log_statistics":true},"model":{"provider":"openai","name":null,"options":{"upstream_url":"{{url}}"} } }
        """;

    private static IEnumerable<string> Without(string name, WireHead head) => head.Lines.Where(l => !l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase));
}
