using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Llm;
using Gateway.Core.Logging;
using Gateway.Shared.Logging;
using Gateway.Testing.Faults;

namespace Gateway.Core.Tests.Faults;

/// <summary>
/// Every fault of an upstream on every way through the gateway: the client gets what its format demands, a broken answer never looks
/// whole, the upstream is called once, and one record tells what happened.
/// </summary>
public sealed class UpstreamFaultTableTests(FaultLab lab) : IClassFixture<FaultLab>
{
    public static TheoryData<string, string> Cases =>
        [.. UpstreamFaultRows.All.Values.SelectMany(row => Way.All.Where(row.IsPossible), (row, way) => new TheoryDataRow<string, string>(row.Name, way.ToString()))];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Upstream_GoesWrong_ClientAndRecordAreTold(string fault, string name)
    {
        var row = UpstreamFaultRows.All[fault];
        var way = Way.Find(name);
        var before = lab.Upstream.CallCount;

        var (answer, record) = await lab.CallAsync(way, row.Place, row.Script(way), row.Lines);

        var expected = row.Expected(way);
        AssertShape(way, expected, answer);
        Assert.Equal((expected.Outcome, expected.Detail), (record.Outcome, record.OutcomeDetail));
        Assert.Equal((row.Calls, 1), (lab.Upstream.CallCount - before, record.Tries.Count));
        if (answer is not null)
        {
            Assert.Equal(record.RequestId, answer.RequestId ?? record.RequestId);
            Assert.Equal(record.Status, answer.Status);
        }

        Assert.Equal(0, lab.Gateway.WaitingRecords);
        AssertTellsNothing(answer);
        AssertIsLine(record);
        row.Check?.Invoke(way, answer, record);
    }

    private static void AssertShape(Way way, Expected expected, WireAnswer? answer)
    {
        if (expected.Shape == Shape.CutOrError && answer is not { Status: >= 400 })
        {
            Assert.False(answer?.IsWhole == true && !IsErrorEvent(way, answer), $"{answer?.Status} {answer?.Text}");
            return;
        }

        Assert.NotNull(answer);
        switch (expected.Shape)
        {
            case Shape.Same:
                Assert.Equal((expected.Status, true), (answer.Status, answer.IsWhole));
                if (expected.Body is not { Length: 0 } || way.Answer.Bytes.Length == 0)
                {
                    Assert.Equal(Show(expected.Body ?? way.Answer.Bytes), Show(answer.Body.Bytes));
                }

                break;
            case Shape.Translated:
                Assert.Equal((200, true), (answer.Status, answer.IsWhole));
                Assert.Equal("Hello wörld", TextOf(way, answer));
                Assert.Equal(way.IsStream, answer.Text.Contains(way.EndMark, StringComparison.Ordinal));
                break;
            case Shape.Error or Shape.ForwardedError or Shape.CutOrError:
                Assert.Equal((expected.Status, true), (answer.Status, answer.IsWhole));
                AssertErrorBody(way, answer);
                break;
            case Shape.Cut:
                Assert.Equal((200, false), (answer.Status, answer.IsWhole));
                Assert.StartsWith(Show(way.Answer.Bytes.AsSpan(0, way.Answer.Edge)), Show(answer.Body.Bytes), StringComparison.Ordinal);
                break;
            case Shape.ErrorEvent:
                Assert.Equal((200, true), (answer.Status, answer.IsWhole));
                Assert.True(IsErrorEvent(way, answer), answer.Text);
                Assert.Contains("Hello ", answer.Text, StringComparison.Ordinal);
                break;
        }
    }

    private static bool IsErrorEvent(Way way, WireAnswer answer)
    {
        var last = answer.Text.TrimEnd('\n').Split("\n\n")[^1];
        var isError = way.Client == LlmFormat.AnthropicMessages ? last.StartsWith("event: error\ndata: {\"type\":\"error\",", StringComparison.Ordinal) : last.StartsWith("data: {\"error\":", StringComparison.Ordinal);
        return isError && !answer.Text.Contains(way.EndMark, StringComparison.Ordinal);
    }

    internal static void AssertErrorBody(Way way, WireAnswer answer)
    {
        if (way.IsPlain)
        {
            Assert.Contains("request_id", answer.Text, StringComparison.Ordinal);
            return;
        }

        Assert.StartsWith("application/json", answer.Head.Find("Content-Type"), StringComparison.Ordinal);
        var error = JsonNode.Parse(answer.Text)!.AsObject();
        Assert.NotEqual("", error["error"]!["message"]!.GetValue<string>());
        if (way.Client == LlmFormat.AnthropicMessages)
        {
            Assert.Equal("error", error["type"]!.GetValue<string>());
            Assert.Matches("_error$|^request_too_large$", error["error"]!["type"]!.GetValue<string>());
        }
    }

    /// <summary>Nobody outside learns who is behind the gateway, nor what key it holds, nor how it is made.</summary>
    private static void AssertTellsNothing(WireAnswer? answer)
    {
        if (answer is not null)
        {
            var all = $"{answer.Head.FirstLine}\n{string.Join('\n', answer.Head.Lines.Where(l => !l.StartsWith("Location", StringComparison.Ordinal)))}\n{answer.Text}";
            Assert.DoesNotContain(FaultLab.Key, all, StringComparison.Ordinal);
            Assert.DoesNotContain("127.0.0.1", all, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", all, StringComparison.Ordinal);
            Assert.DoesNotContain("Exception", all, StringComparison.Ordinal);
        }
    }

    /// <summary>Whatever the upstream sent, the record is one line of valid JSON without the gateway's key.</summary>
    private static void AssertIsLine(RequestRecord record)
    {
        using var json = new JsonLineWriter();
        RequestRecordWriter.Write(json, record, RecordParts.Entities | RecordParts.Payloads | RecordParts.Aliases);

        var line = Encoding.UTF8.GetString(json.WrittenSpan);
        Assert.NotNull(JsonNode.Parse(line));
        Assert.DoesNotContain('\n', line);
        Assert.DoesNotContain(FaultLab.Key, line, StringComparison.Ordinal);
    }

    private static string TextOf(Way way, WireAnswer answer)
    {
        if (!way.IsStream)
        {
            var body = JsonNode.Parse(answer.Text)!;
            return (way.Client == LlmFormat.AnthropicMessages ? body["content"]![0]!["text"] : body["choices"]![0]!["message"]!["content"])!.GetValue<string>();
        }

        var text = new StringBuilder();
        foreach (var line in answer.Text.Split('\n').Where(l => l.StartsWith("data: {", StringComparison.Ordinal)))
        {
            var data = JsonNode.Parse(line["data: ".Length..])!;
            var piece = way.Client == LlmFormat.AnthropicMessages
                ? data["delta"]?["text"]
                : data["choices"] is JsonArray { Count: > 0 } choices ? choices[0]!["delta"]?["content"] : null;
            text.Append(piece?.GetValue<string>());
        }

        return text.ToString();
    }

    private static string Show(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
