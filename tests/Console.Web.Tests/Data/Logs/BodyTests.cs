using System.Text;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features.Requests;
using Gateway.Core.Logging;
using Gateway.Shared.Logging;
using Gateway.Testing.Logging;

namespace ConsoleWeb.Tests.Data.Logs;

public sealed class BodyTests
{
    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("no JSON at all \u0000 \u20ac")]
    [InlineData("""{"a":"x\\\",[{"}""")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"hi"},{"role":"user","content":["a","b"]}],"tools":[{}]}""")]
    [InlineData("[[[[[[")]
    [InlineData("]]]},,,,")]
    [InlineData("{\"unterminated\":\"text, [ {")]
    public async Task Store_AnyText_ComesBackAsItWas(string body)
    {
        await using var log = await TestLog.StartAsync();
        await log.WriteAsync(Call("one", body, body + " and more"));

        Assert.Equal((body, body + " and more"), await BodiesAsync(log, "one"));
    }

    [Fact]
    public async Task Store_RandomBytesOfJson_ComeBackAsTheyWere()
    {
        await using var log = await TestLog.StartAsync();
        var random = new Random(5);
        var bodies = Enumerable.Range(0, 60).Select(_ => string.Concat(Enumerable.Range(0, random.Next(3000)).Select(_ => "{}[],:\"\\ab \u00e9\U0001f600"[random.Next(12)]))).ToList();
        await log.WriteAsync(bodies.Select((b, i) => Call($"{i}", b, null)));

        for (var i = 0; i < bodies.Count; i++)
        {
            Assert.Equal(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(bodies[i])), (await BodiesAsync(log, $"{i}")).Request);
        }
    }

    [Fact]
    public async Task Store_SessionThatResendsItsHistory_TakesLessThanATenthOfItsBodies()
    {
        await using var log = await TestLog.StartAsync();
        var random = new Random(3);
        var history = new List<string>();
        var sum = 0L;
        for (var turn = 0; turn < 60; turn++)
        {
            history.Add($$"""{"role":"{{(turn % 2 == 0 ? "user" : "assistant")}}","content":"{{Words(random, 400)}}"}""");
            var body = $$"""{"model":"gpt-5","max_tokens":{{1000 + turn}},"messages":[{{string.Join(',', history)}}],"tools":[{"name":"read","description":"{{Words(new Random(1), 300)}}"}]}""";
            sum += body.Length;
            await log.WriteAsync(Call($"turn-{turn}", body, null));
        }

        using var connection = log.Open();
        var stored = LogDatabase.Number(connection, "SELECT (SELECT sum(length(data)) FROM blocks) + (SELECT sum(length(request)) FROM bodies)");
        Assert.InRange(stored, 1, sum / 10);
        Assert.Contains("\"max_tokens\":1059", (await BodiesAsync(log, "turn-59")).Request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retention_PartThatAYoungerRowUses_StaysAndOthersGo()
    {
        await using var log = await TestLog.StartAsync(set: o => (o.Retention.MaxAgeDays, o.Retention.MaxBytes) = (0, 0));
        var shared = $$"""{"role":"user","content":"{{Words(new Random(2), 200)}}"}""";
        string Body(string own) => $$"""{"messages":[{{shared}},{"role":"user","content":"{{own}} {{Words(new Random(own.Length), 100)}}"}]}""";
        var old = TestLog.Start.AddDays(-31);
        await log.WriteAsync(Call("old", Body("alpha"), null, old));
        await log.WriteAsync(Call("older by minutes", Body("beta gamma"), null, old.AddMinutes(-2)));
        await log.WriteAsync(Call("young", Body("delta!"), null, old.AddMinutes(5)));

        using (var connection = log.Database.OpenWriter())
        {
            var retention = new LogRetention(new RetentionOptions { MaxAgeDays = 31, MaxBytes = 0 }, log.Database, log.Time);
            log.Time.Advance(TimeSpan.FromMinutes(4));
            retention.Step(connection);
        }

        Assert.Equal(["young"], await log.IdsAsync());
        Assert.Equal(Body("delta!"), (await BodiesAsync(log, "young")).Request);
        using var reader = log.Open();
        Assert.Equal(0, LogDatabase.Number(reader, "SELECT count(*) FROM block_text WHERE block_text MATCH 'alpha OR beta'"));
        Assert.Equal(1, LogDatabase.Number(reader, "SELECT count(*) FROM block_text WHERE block_text MATCH 'delta'"));
    }

    [Theory]
    [InlineData("zebra", "one")]
    [InlineData("ZEBRA", "one")]
    [InlineData("zeb", "one")]
    [InlineData("\"the striped zebra\"", "one")]
    [InlineData("\"zebra the\"", "")]
    [InlineData("crocodile", "two")]
    [InlineData("read_file", "two")]
    [InlineData("umlaut\u00e4", "two")]
    [InlineData("zebra agent:claude-code", "one")]
    [InlineData("zebra status:500", "")]
    [InlineData("zebra crocodile", "")]
    [InlineData("content", "")]
    [InlineData("assistant", "")]
    [InlineData("grep", "two")]
    [InlineData("secondline", "two")]
    [InlineData("' OR 1=1", "")]
    [InlineData("\"", "two one")]
    public async Task Search_Words_FindsTheCallThatBroughtThem(string text, string ids)
    {
        await using var log = await TestLog.StartAsync();
        const string first = """{"role":"user","content":"the striped zebra\nruns"}""";
        await log.WriteAsync(Call("one", $$"""{"messages":[{{first}}]}""", null));
        await log.WriteAsync(Call("two", $$"""{"messages":[{{first}},{"role":"assistant","content":"a crocodile umlaut\u00e4","tool_calls":[{"name":"read_file","arguments":"{\"cmd\":\"grep x\\nsecondline\"}"}]}]}""", """{"content":"done"}""", TestLog.Start.AddSeconds(5)));

        var found = await log.IdsAsync(FilterText.Parse(text).Filter with { SearchesBodies = true });

        Assert.Equal(ids, string.Join(' ', found));
    }

    [Fact]
    public async Task Search_WithoutTheRight_LooksIntoNoBody()
    {
        await using var log = await TestLog.StartAsync();
        await log.WriteAsync(Call("one", """{"messages":[{"content":"zebra"}]}""", null));

        Assert.Empty(await log.IdsAsync(FilterText.Parse("zebra").Filter));
    }

    private static string Words(Random random, int count) => string.Join(' ', Enumerable.Range(0, count).Select(_ => random.Next(4) == 0 ? $"w{random.Next():x}" : "word"));

    private static RequestRecord Call(string id, string? request, string? response, DateTimeOffset? at = null)
    {
        var record = SomeRecords.AiProxy(id, (at ?? TestLog.Start).ToUnixTimeMilliseconds());
        (record.Llm!.LogPayloads, record.Llm.RequestPayload, record.Llm.ResponsePayload) = (true, request, response);
        return record;
    }

    private static async Task<(string? Request, string? Response)> BodiesAsync(TestLog log, string id)
    {
        var payload = (await log.Store.FindAsync(id, TestContext.Current.CancellationToken))!.Record["ai"]!["proxy"]!["payload"]!;
        return ((string?)payload["request"], (string?)payload["response"]);
    }
}
