using Gateway.Core.Logging;
using Gateway.Core.Logging.Redaction;
using Gateway.Shared.Logging;
using Gateway.Testing.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Core.Tests.Logging.Redaction;

/// <summary>What becomes of a whole record: its bodies, its head, and what watchers of a running call see.</summary>
public sealed class RedactionRecordTests
{
    private const string Key = "sk-ant" + "-api03-aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY";

    private static readonly string Body = $$"""{"text":"use {{Key}}","mail":"ann@example.org"}""";

    [Fact]
    public void Apply_NothingSet_TakesCredentialsOutOfEveryPlaceOfARecord()
    {
        var record = RecordWithKeys();

        Redactor().Apply(record);

        Assert.Equal("""{"text":"use [redacted:api-key]","mail":"ann@example.org"}""", record.Llm!.RequestPayload);
        Assert.Equal(record.Llm.RequestPayload, record.Llm.ResponsePayload);
        Assert.Equal(record.Llm.RequestPayload, record.Llm.ClientPayload);
        Assert.Equal("the upstream said: [redacted:api-key] is wrong", record.ErrorMessage);
        Assert.Equal("/v1/[redacted:api-key]/x", record.Uri);
        Assert.Equal("/up/[redacted:api-key]", record.UpstreamUri);
        Assert.Equal(["[redacted:api-key]", "kept"], record.RequestHeaders.Select(h => h.Value));
        Assert.Equal(["[redacted:api-key]"], record.ResponseHeaders.Select(h => h.Value));
        Assert.Equal("[redacted:api-key]", Assert.Single(record.Llm.TriedTargets!).Error);
        Assert.Equal(["api-key"], record.Llm.Redacted);
    }

    [Fact]
    public void Apply_BodiesKeptNowhere_RemovesThemAll()
    {
        var record = RecordWithKeys();

        Redactor(new RedactionSettings { KeepsBodies = false }).Apply(record);

        Assert.Null(record.Llm!.RequestPayload ?? record.Llm.ResponsePayload ?? record.Llm.ClientPayload);
        Assert.Equal(0, record.PayloadBytes);
    }

    [Fact]
    public void Apply_RuleForAPlugin_LeavesTheCallsOfOthers()
    {
        var settings = new RedactionSettings { Rules = [new() { Name = "mine", Path = "mail", Plugins = [SomeRecords.PluginId] }] };
        var (mine, other) = (RecordWithKeys(), RecordWithKeys(Guid.NewGuid()));

        var redactor = Redactor(settings);
        redactor.Apply(mine);
        redactor.Apply(other);

        Assert.Contains("\"mail\":\"[redacted:mine]\"", mine.Llm!.RequestPayload, StringComparison.Ordinal);
        Assert.Contains("\"mail\":\"ann@example.org\"", other.Llm!.RequestPayload, StringComparison.Ordinal);
        Assert.Equal(["api-key", "mine"], mine.Llm.Redacted);
        Assert.Equal(["api-key"], other.Llm.Redacted);
    }

    [Fact]
    public void Apply_RuleForAHeader_HidesItsValueInRequestsAndAnswers()
    {
        var record = SomeRecords.Plain();
        record.RequestHeaders = [new("x-user", "ann"), new("accept", "*/*")];
        record.ResponseHeaders = [new("x-user", "ann"), new("authorization", SensitiveNames.Redacted)];

        Redactor(new RedactionSettings { Rules = [new() { Name = "user", Header = "X-User" }] }).Apply(record);

        Assert.Equal(["[redacted:user]", "*/*"], record.RequestHeaders.Select(h => h.Value));
        Assert.Equal(["[redacted:user]", SensitiveNames.Redacted], record.ResponseHeaders.Select(h => h.Value));
    }

    [Fact]
    public void Apply_RulesTakeTooLong_KeepsNothingOfTheBody()
    {
        // Every look at the clock is 60 ms later than the last; the body may take a tenth of a second.
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMilliseconds(60) };
        var redactor = new PayloadRedactor(Microsoft.Extensions.Options.Options.Create(new RedactionOptions()), time);
        var record = RecordWithKeys();
        record.Llm!.RequestPayload = $$"""["{{Key}}","{{new string('x', 5000)}} {{Key}}","{{Key}}"]""";

        redactor.Apply(record);

        Assert.Equal("\"[redacted:not-checked]\"", record.Llm.RequestPayload);
        Assert.Contains("not-checked", record.Llm.Redacted);
    }

    [Fact]
    public void Apply_PatternCutsACharacterInTwo_KeepsNothingOfTheBody()
    {
        var record = SomeRecords.AiProxy();
        record.Llm!.RequestPayload = "{\"a\":\"x\ud83d\ude00y\"}";

        Redactor(new RedactionSettings { Rules = [new() { Name = "half", Pattern = "x." }] }).Apply(record);

        Assert.Equal("\"[redacted:not-checked]\"", record.Llm.RequestPayload);
    }

    [Fact]
    public void View_RunningRecord_IsACopyAndChangesNothing()
    {
        var record = RecordWithKeys();

        var view = Redactor().View(record);

        Assert.Equal("/v1/[redacted:api-key]/x", view.Uri);
        Assert.Equal("[redacted:api-key]", view.RequestHeaders[0].Value);
        Assert.Equal(($"/v1/{Key}/x", Key), (record.Uri, record.RequestHeaders[0].Value));
        Assert.Same(record.Timings, view.Timings);
    }

    [Fact]
    public void View_NothingToTakeOut_IsTheRecordItself()
    {
        var record = SomeRecords.AiProxy();

        Assert.Same(record, Redactor().View(record));
    }

    [Fact]
    public void Feed_WatchersOfRunningAndFinishedCalls_SeeNoCredential()
    {
        using var feed = new RequestFeed(TimeProvider.System, Redactor());
        using var reader = feed.Subscribe();
        var record = RecordWithKeys();

        feed.Started(record);
        var running = feed.ListInFlight();
        feed.Finished(record);

        Assert.DoesNotContain(Key, Assert.Single(running).Uri, StringComparison.Ordinal);
        Assert.All(reader.Read().Events, e => Assert.DoesNotContain(Key, e.Record.Uri + e.Record.ErrorMessage + e.Record.RequestHeaders[0].Value, StringComparison.Ordinal));
    }

    private static PayloadRedactor Redactor(RedactionSettings? settings = null)
    {
        var redactor = new PayloadRedactor(Microsoft.Extensions.Options.Options.Create(new RedactionOptions()), TimeProvider.System);
        if (settings is not null)
        {
            redactor.Set(settings);
        }

        return redactor;
    }

    private static RequestRecord RecordWithKeys(Guid? plugin = null)
    {
        var record = SomeRecords.AiProxy();
        record.Llm = new LlmRecord
        {
            PluginName = "ai-proxy-advanced",
            PluginId = plugin ?? SomeRecords.PluginId,
            LogPayloads = true,
            RequestPayload = Body,
            ResponsePayload = Body,
            ClientPayload = Body,
            TriedTargets = [new() { Host = "up.example", UpstreamScheme = "https", UpstreamUri = "/", RouteType = "llm/v1/chat", Provider = "anthropic", Error = Key }],
        };
        record.ErrorMessage = $"the upstream said: {Key} is wrong";
        (record.Uri, record.UpstreamUri) = ($"/v1/{Key}/x", $"/up/{Key}");
        record.RequestHeaders = [new("x-mine", Key), new("accept", "kept")];
        record.ResponseHeaders = [new("x-echo", Key)];
        return record;
    }
}
