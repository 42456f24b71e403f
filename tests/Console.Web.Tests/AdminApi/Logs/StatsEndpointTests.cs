using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using ConsoleWeb.AdminApi.Logs;
using ConsoleWeb.Auth;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features.Requests;
using ConsoleWeb.Tests.Data.Logs;
using ConsoleWeb.Tests.Hosting;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.AdminApi.Logs;

/// <summary>Statistics and downloads of the request log over HTTP.</summary>
public sealed class StatsEndpointTests : IAsyncLifetime
{
    private TestHost? _host;

    private TestHost Host => _host!;

    public async ValueTask InitializeAsync()
    {
        _host = await TestHost.StartAsync();
        var queue = Host.Services.GetRequiredService<RequestLogQueue>();
        foreach (var record in DifferentRecords.All())
        {
            record.Llm?.LogPayloads = true;
            record.Llm?.RequestPayload = "some question";
            queue.Add(record);
        }

        Assert.True(await Poll.UntilAsync(() => queue.Count().Queued == 0));
    }

    public async ValueTask DisposeAsync() => await Host.DisposeAsync();

    [Fact]
    public async Task Stats_PerMinuteAndModel_AddsUpEachPoint()
    {
        var answer = await Host.GetAsync("/stats?from=2027-01-15T08:00:00Z&to=2027-01-15T08:10:00Z&step=1m&group_by=model");

        Assert.Equal((HttpStatusCode.OK, 60.0, "model"), (answer.Status, answer["step_seconds"]!.GetValue<double>(), (string?)answer["group_by"]));
        var points = answer["points"]!.AsArray();
        Assert.Equal(
            [("2027-01-15T08:00:00.000Z", "gpt-5-mini-2025-08-07"), ("2027-01-15T08:01:00.000Z", "gpt-5-codex"), ("2027-01-15T08:02:00.000Z", null)],
            points.Select(p => ((string?)p!["start"], (string?)p["group"])));
        var first = points[0]!;
        Assert.Equal((1L, 0L, 25L, 456L, 0.25m), (Number(first["requests"]), Number(first["failed"]), Number(first["tokens"]!["input"]), Number(first["tokens"]!["output"]), first["cost"]!.GetValue<decimal>()));
        Assert.InRange(first["time_to_first_token"]!["p95"]!.GetValue<double>(), 6600, 6960);
        Assert.Equal((0L, 1L), (Number(points[1]!["refused"]), Number(points[1]!["failed"])));
        Assert.Equal((1L, 0L), (Number(points[2]!["refused"]), Number(points[2]!["failed"])));
    }

    [Fact]
    public async Task Stats_FilterWithoutStep_IsOnePoint()
    {
        var answer = await Host.GetAsync("/stats?from=2027-01-15T00:00:00Z&to=2027-01-16T00:00:00Z&step=none&percentiles=false&q=has:error");

        var point = Assert.Single(answer["points"]!.AsArray());
        Assert.Equal(2, Number(point!["requests"]));
        Assert.False(point.AsObject().ContainsKey("total"));
    }

    [Fact]
    public async Task Stats_TopOfTwoFieldsCompared_NamesGroupsOtherAndThePeriodBefore()
    {
        var answer = await Host.GetAsync("/stats?from=2027-01-15T08:01:00Z&to=2027-01-15T08:03:00Z&step=1m&group_by=model,agent&top=1&compare=previous");

        Assert.Equal("model,agent", (string?)answer["group_by"]);
        var points = answer["points"]!.AsArray();
        Assert.Equal("""{"model":null,"agent":"curl"}""", points.Single(p => p!["other"] is null)!["groups"]!.ToJsonString());
        Assert.Equal((null, true), ((string?)points.Single(p => p!["other"] is not null)!["group"], true));
        Assert.Equal(("2027-01-15T07:59:00.000Z", "2027-01-15T08:01:00.000Z"), ((string?)answer["previous"]!["from"], (string?)answer["previous"]!["to"]));
        Assert.True(answer["previous"]!["points"]!.AsArray().Single()!["other"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Stats_DaysOfATimeZone_BeginAtItsMidnight()
    {
        var answer = await Host.GetAsync("/stats?from=2027-01-15T08:00:00Z&to=2027-01-15T09:00:00Z&step=1d&time_zone=Europe/Berlin");

        Assert.Equal("2027-01-14T23:00:00.000Z", (string?)Assert.Single(answer["points"]!.AsArray())!["start"]);
    }

    [Fact]
    public async Task Values_Field_TellsItsValues()
    {
        var answer = await Host.GetAsync("/stats/values?field=agent&q=llm:true");

        Assert.Equal("""[{"value":"claude-code","requests":1},{"value":"codex","requests":1}]""", answer["data"]!.ToJsonString());
    }

    [Theory]
    [InlineData("/stats?group_by=colour", "group_by")]
    [InlineData("/stats?group_by=cost", "group_by")]
    [InlineData("/stats?group_by=model,agent,route", "group_by")]
    [InlineData("/stats?group_by=model,model", "group_by")]
    [InlineData("/stats?top=0", "top")]
    [InlineData("/stats?top=3&top_by=beauty", "top_by")]
    [InlineData("/stats?compare=never", "compare")]
    [InlineData("/stats?time_zone=Mars", "time_zone")]
    [InlineData("/stats?step=soon", "step")]
    [InlineData("/stats?step=0m", "step")]
    [InlineData("/stats?from=-7d&step=1s", "step")]
    [InlineData("/stats?from=-1h&to=-2h", "from")]
    [InlineData("/stats?q=nonsense:1", "q")]
    [InlineData("/stats/values?field=path", "field")]
    [InlineData("/stats/values", "field")]
    [InlineData("/logs/export?format=xml", "format")]
    public async Task FaultyQuery_Answers400NamingIt(string path, string option)
    {
        var answer = await Host.GetAsync(path);

        Assert.Equal((HttpStatusCode.BadRequest, option), (answer.Status, answer["options"]!.AsObject().Single().Key));
    }

    [Fact]
    public async Task Export_Lines_AreTheRecordsOfTheFilter()
    {
        var answer = await Host.GetAsync("/logs/export?q=llm:true");

        var lines = answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!).ToList();
        Assert.Equal(["codex", "claude"], lines.Select(l => (string?)l["gatehouse"]!["request_id"]));
        Assert.DoesNotContain("some question", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_Bodies_OnlyWhenAskedForAndAllowed()
    {
        var without = await Host.MakeTokenAsync(TokenScopes.LogsRead);
        var with = await Host.MakeTokenAsync(TokenScopes.LogsRead, TokenScopes.PayloadsRead);

        Assert.Equal(HttpStatusCode.Forbidden, (await Host.SendAsync(HttpMethod.Get, "/logs/export?payloads=true", null, without)).Status);
        Assert.Contains("some question", (await Host.SendAsync(HttpMethod.Get, "/logs/export?payloads=true", null, with)).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("some question", (await Host.SendAsync(HttpMethod.Get, "/logs/export", null, with)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_Table_HasOneLinePerRequestUnderItsNames()
    {
        var answer = await Host.GetAsync("/logs/export?format=csv");

        var lines = answer.Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        var (names, claude) = (lines[0].Split(','), lines[3].Split(','));
        Assert.Equal(("claude", "0.25", "456"), (claude[Array.IndexOf(names, "request_id")], claude[Array.IndexOf(names, "cost")], claude[Array.IndexOf(names, "output_tokens")]));
    }

    /// <summary>What a list shows can be downloaded, and the reference says what each column means.</summary>
    [Fact]
    public void Export_Table_HasEveryFactOfARowAndSaysWhatItMeans()
    {
        string[] notOfFinished = [nameof(RequestRow.Sequence), nameof(RequestRow.LastOutputMs)];
        var derived = typeof(RequestRow).GetProperties().Where(p => p.SetMethod is not null).Select(p => p.Name).Except(notOfFinished).Order().ToList();
        var empty = new RequestRow { RequestId = "", StartedAt = default };
        var told = derived.Where(name => LogExportColumn.All.Any(c => !Equals(c.Value(empty), c.Value(With(empty, name))))).ToList();

        Assert.Equal(derived, told);
        Assert.All(LogExportColumn.All, c => Assert.Contains($"`{c.Name}` {c.Meaning}", LogExport.ColumnsText, StringComparison.Ordinal));
        Assert.Equal(LogExportColumn.All.Count, LogExportColumn.All.Select(c => c.Name).Distinct().Count());
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\tx", "'\tx")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"no\"", "\"say \"\"no\"\"\"")]
    [InlineData("=a,\"b\"", "\"'=a,\"\"b\"\"\"")]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    public void Cell_Text_IsNeverAFormula(string text, string cell) => Assert.Equal(cell, Csv.Cell(text));

    [Fact]
    public void Cell_Number_StaysANumber() => Assert.Equal(("-1.5", ""), (Csv.Cell(-1.5), Csv.Cell(null)));

    private static long Number(JsonNode? node) => node!.GetValue<long>();

    /// <summary>The row with one fact changed.</summary>
    private static RequestRow With(RequestRow row, string name)
    {
        var copy = row with { };
        var property = typeof(RequestRow).GetProperty(name)!;
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        property.SetValue(copy, type == typeof(string) ? "x" : type == typeof(bool) ? true : type == typeof(DateTimeOffset) ? DateTimeOffset.UnixEpoch.AddDays(1) : type.IsEnum ? Enum.ToObject(type, 1) : Convert.ChangeType(7, type, CultureInfo.InvariantCulture));
        return copy;
    }
}
