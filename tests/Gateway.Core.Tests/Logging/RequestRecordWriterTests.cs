using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Core.Logging;
using Gateway.Shared.Logging;
using Gateway.Shared.Usage;
using Gateway.Testing.Logging;

namespace Gateway.Core.Tests.Logging;

public sealed class RequestRecordWriterTests
{
    private const RecordParts FileParts = RecordParts.Entities | RecordParts.Payloads | RecordParts.Aliases;

    [Fact]
    public void Write_PlainRecord_HasKongsMembers()
    {
        var record = SomeRecords.Plain();

        var json = Json(record, FileParts);

        Assert.Equal(
            [
                "request", "response", "upstream_uri", "upstream_status", "latencies", "tries", "service", "route", "client_ip", "started_at",
                "source", "workspace", "workspace_name",
            ],
            json.Select(m => m.Key));
        Assert.Equal("http://localhost:8000/some/path?a=1", (string?)json["request"]!["url"]);
        Assert.Equal("200", (string?)json["upstream_status"]);
        Assert.Equal("upstream", (string?)json["source"]);
        Assert.Equal((string?)json["service"]!["id"], (string?)json["route"]!["service"]!["id"]);
        Assert.Equal("some-service", (string?)json["service"]!["name"]);
        Assert.Equal(60000, (int?)json["service"]!["connect_timeout"]);
        Assert.Null(json["route"]!["methods"]);
    }

    [Fact]
    public void Write_ProxiedRecord_DerivesLatencies()
    {
        var latencies = Json(SomeRecords.Plain(), FileParts)["latencies"]!;

        Assert.Equal(2, (int?)latencies["kong"]);
        Assert.Equal(37, (int?)latencies["proxy"]);
        Assert.Equal(61, (int?)latencies["request"]);
        Assert.Equal(20, (int?)latencies["receive"]);
    }

    [Fact]
    public void Write_AnswerOfTheGateway_HasNoProxyLatency()
    {
        var record = new RequestRecord { RequestId = "00", StartedAtMs = 1, StartTimestamp = 1, Status = 404 };
        record.Timings.Total = 3;

        var json = Json(record, FileParts);

        Assert.Equal(-1, (int?)json["latencies"]!["proxy"]);
        Assert.Equal(0, (int?)json["latencies"]!["receive"]);
        Assert.Equal(3, (int?)json["latencies"]!["kong"]);
        Assert.Equal("kong", (string?)json["source"]);
        Assert.Equal("", (string?)json["upstream_status"]);
        Assert.Empty(json["tries"]!.AsArray());
        Assert.Empty(json["request"]!["querystring"]!.AsObject());
    }

    [Fact]
    public void Write_AiProxy_MatchesTheFiguresOfTheSample()
    {
        var text = Text(SomeRecords.AiProxy(), FileParts);

        Assert.Contains("\"time_per_token\":14.881578947368,", text);
        Assert.Contains("\"llm_latency\":6786,", text);
        Assert.Contains("\"time_to_first_token\":6785,", text);
        Assert.Contains("\"cost\":0,", text);
        Assert.Contains("\"total_tokens\":481,", text);
    }

    [Theory]
    [InlineData(6786, 456, "14.881578947368")]
    [InlineData(3310, 85, "38.941176470588")]
    [InlineData(1366, 26, "52.538461538462")]
    [InlineData(100, 50, "2")]
    [InlineData(100, 0, "0")]
    public void Write_TimePerToken_HasFourteenSignificantDigits(double latency, long tokens, string expected)
    {
        var record = SomeRecords.AiProxy();
        record.Llm!.LatencyMs = latency + 0.7;
        record.Llm.Usage = new TokenUsage { PromptTokens = 1, CompletionTokens = tokens };

        var text = Text(record, FileParts);

        Assert.Contains($"\"time_per_token\":{expected},", text);
    }

    [Fact]
    public void Write_PricedCall_PrintsTheCostPlainly()
    {
        var record = SomeRecords.AiProxy();
        record.Llm!.Cost = 0.00037m;

        Assert.Contains("\"cost\":0.00037,", Text(record, FileParts));
    }

    [Fact]
    public void Write_AliasesOff_LeavesOnlyTheCanonicalPlace()
    {
        var json = Json(SomeRecords.AiProxy(), FileParts & ~RecordParts.Aliases);

        Assert.Equal(["proxy"], json["ai"]!.AsObject().Select(m => m.Key));
        Assert.False(json.ContainsKey("method"));
    }

    [Fact]
    public void Write_AliasesOn_CopyMethodAndTwoHeaders()
    {
        var json = Json(SomeRecords.AiProxy(), FileParts);

        Assert.Equal("POST", (string?)json["method"]);
        Assert.Equal(["user-agent", "content-type"], json["headers"]!.AsObject().Select(m => m.Key));
        Assert.True(JsonNode.DeepEquals(json["ai"]!["meta"], json["ai"]!["proxy"]!["meta"]));
        Assert.True(JsonNode.DeepEquals(json["ai"]!["usage"], json["ai"]!["proxy"]!["usage"]));
    }

    [Fact]
    public void Write_AdvancedWithoutStatistics_ShowsTriedTargetsAlone()
    {
        var json = Json(SomeRecords.AiProxyAdvanced(), FileParts);

        Assert.Equal(["proxy"], json["ai"]!.AsObject().Select(m => m.Key));
        Assert.Equal(["tried_targets"], json["ai"]!["proxy"]!.AsObject().Select(m => m.Key));
        Assert.False(json.ContainsKey("method"));
    }

    [Fact]
    public void Write_TracedRequest_NamesItsTraceByFormat()
    {
        var record = SomeRecords.AiProxy();
        Assert.False(Json(record, FileParts).ContainsKey("trace_id"));

        record.TraceIds = [KeyValuePair.Create("w3c", "0af7"), KeyValuePair.Create("datadog", "12")];

        Assert.Equal("""{"w3c":"0af7","datadog":"12"}""", Json(record, FileParts)["trace_id"]!.ToJsonString());
    }

    [Fact]
    public void Write_NothingToLog_HasNoAiMember()
    {
        var record = SomeRecords.AiProxy();
        record.Llm!.LogStatistics = false;

        Assert.False(Json(record, FileParts).ContainsKey("ai"));
    }

    [Fact]
    public void Write_UsageWithoutDetails_WritesEmptyObjects()
    {
        var record = SomeRecords.AiProxy();
        record.Llm!.Usage = new TokenUsage { PromptTokens = 3, CompletionTokens = 4 };

        var usage = Json(record, FileParts)["ai"]!["proxy"]!["usage"]!;

        Assert.Empty(usage["prompt_tokens_details"]!.AsObject());
        Assert.Empty(usage["completion_tokens_details"]!.AsObject());
    }

    [Fact]
    public void Write_Payloads_OnlyWhenLoggedAndAskedFor()
    {
        var record = SomeRecords.AiProxy();
        record.Llm!.RequestPayload = "{\"a\":\"é\\n\"}";
        record.Llm.LogPayloads = true;

        Assert.Equal("{\"a\":\"é\\n\"}", (string?)Json(record, FileParts)["ai"]!["proxy"]!["payload"]!["request"]);
        Assert.Null(Json(record, RecordParts.None)["ai"]!["proxy"]!["payload"]);
    }

    [Fact]
    public void Write_RepeatedHeadersAndArguments_BecomeArrays()
    {
        var record = SomeRecords.Plain();
        record.RequestHeaders = [new("x-a", "1"), new("x-b", "2"), new("x-a", "3"), new("x-a", "4")];
        record.Uri = "/p?flag&a=1&b=x%20y+z&a=2&empty=&=none";

        var request = Json(record, FileParts)["request"]!;

        Assert.Equal("""{"x-a":["1","3","4"],"x-b":"2"}""", request["headers"]!.ToJsonString());
        Assert.Equal("""{"flag":true,"a":["1","2"],"b":"x y z","empty":""}""", request["querystring"]!.ToJsonString());
    }

    [Fact]
    public void Write_HostileText_StaysOneLineOfValidJson()
    {
        var record = SomeRecords.Plain();
        record.RequestHeaders = [new("x-evil", "a\r\n{\"request\":1}\0\u001b[2J\u2028\ud800 \"quote\" \\ ünï")];
        record.Uri = "/%0a\n?x=%ff%0d";
        record.ErrorMessage = "line\nbreak";

        var text = Text(record, FileParts | RecordParts.Gatehouse);

        Assert.DoesNotContain('\n', text);
        Assert.DoesNotContain('\r', text);
        Assert.DoesNotContain('\u001b', text);
        Assert.DoesNotContain('\u2028', text);
        Assert.Contains("ünï", text);
        using var parsed = JsonDocument.Parse(text);
    }

    [Fact]
    public void Write_GatehouseMember_HasDisjointBucketsAndNullCost()
    {
        var record = SomeRecords.AiProxy();
        record.Llm!.Usage = new TokenUsage { PromptTokens = 100, CacheReadTokens = 60, CacheWrite5mTokens = 10, CompletionTokens = 20, ReasoningTokens = 5 };

        var gatehouse = Json(record, RecordParts.Gatehouse)["gatehouse"]!.AsObject();

        Assert.Equal(
            """{"input":30,"cache_read":60,"cache_write_5m":10,"cache_write_1h":0,"output":20,"reasoning":5,"source":"provider"}""",
            gatehouse["usage"]!.ToJsonString());
        Assert.Equal("""{"amount":null,"price_id":null}""", gatehouse["cost"]!.ToJsonString());
        Assert.Equal("ok", (string?)gatehouse["outcome"]);
        Assert.Equal("""{"total":6789.5,"gateway":2.5,"upstream_headers":40,"time_to_first_token":6787,"generation":1}""", gatehouse["timing"]!.ToJsonString());
    }

    [Fact]
    public void WithPayloadLimit_LongBody_CutsACopyAndKeepsTheOriginal()
    {
        var record = SomeRecords.AiProxy();
        record.Llm!.RequestPayload = new string('a', 9) + "\U0001F600";

        var cut = record.WithPayloadLimit(10);

        Assert.Equal(new string('a', 9), cut.Llm!.RequestPayload);
        Assert.True(cut.Llm.IsPayloadCut);
        Assert.Equal(11, record.Llm.RequestPayload!.Length);
        Assert.Same(record, record.WithPayloadLimit(11));
    }

    private static JsonObject Json(RequestRecord record, RecordParts parts) => JsonNode.Parse(Text(record, parts))!.AsObject();

    private static string Text(RequestRecord record, RecordParts parts)
    {
        using var json = new JsonLineWriter();
        RequestRecordWriter.Write(json, record, parts);
        return Encoding.UTF8.GetString(json.WrittenSpan);
    }
}
