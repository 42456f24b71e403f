using System.Text.Json.Nodes;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features.Replay;
using Gateway.Shared.Logging;

namespace ConsoleWeb.Tests.Features.Replay;

public sealed class ReplayDraftTests
{
    private const string Body = """{"model":"gpt-target","messages":[]}""";

    [Fact]
    public void Read_NativeCall_AsksForTheModelThatTheClientAskedFor()
    {
        var draft = ReplayDraft.Read(Stored()).Value!;

        Assert.Equal(("""{"model":"gpt-asked","messages":[]}""", "gpt-asked", "/chat/completions?a=1", "http", "api.example"), (draft.Body, draft.Model, draft.Path, draft.Scheme, draft.Host));
    }

    [Fact]
    public void Read_ClientThatNamedNoModel_NamesNone() =>
        Assert.Equal("""{"messages":[]}""", ReplayDraft.Read(Stored(r => r["gatehouse"]!.AsObject().Remove("requested_model"))).Value!.Body);

    [Fact]
    public void Read_TranslatedCall_TakesTheClientsBodyAsItIs()
    {
        const string body = """{ "model": "claude-x" }""";
        var draft = ReplayDraft.Read(Stored(r =>
        {
            r["ai"]!["proxy"]!["payload"]!["client_request"] = body;
            r["gatehouse"]!["client_format"] = "anthropic_messages";
        })).Value!;

        Assert.Equal((body, "claude-x", "anthropic_messages"), (draft.Body, draft.Model, draft.Format));
    }

    [Fact]
    public void Read_Headers_KeepsWhatChangesTheApiAndNoCredential()
    {
        var draft = ReplayDraft.Read(Stored(r => r["request"]!["headers"] = JsonNode.Parse(
            """{"authorization":"REDACTED","x-consumer-id":"1","anthropic-beta":"a,b","openai-organization":"REDACTED","accept":"text/event-stream","cookie":"REDACTED","session_id":"s","x-forwarded-for":"1.2.3.4"}"""))).Value!;

        Assert.Equal(["accept: text/event-stream", "anthropic-beta: a,b"], draft.Headers.Select(h => $"{h.Key}: {h.Value}"));
    }

    [Theory]
    [InlineData("/p?key=REDACTED", "/p")]
    [InlineData("/p?a=1&api_key=REDACTED&b=2", "/p?a=1&b=2")]
    [InlineData("/p?a=REDACTEDx", "/p?a=REDACTEDx")]
    public void Read_Query_LosesTheCredentialsThatWereTakenOut(string uri, string path) =>
        Assert.Equal(path, ReplayDraft.Read(Stored(r => r["request"]!["uri"] = uri)).Value!.Path);

    [Theory]
    [InlineData("""["/chat"]""", "/chat/completions?a=1", "/completions?a=1")]
    [InlineData("""["/","/chat"]""", "/chat/completions", "/completions")]
    [InlineData("""["/chat/completions"]""", "/chat/completions?a=1", "?a=1")]
    [InlineData("""["/cha","~/chat$"]""", "/chat/completions", "/chat/completions")]
    [InlineData("""["/"]""", "/chat", "/chat")]
    public void PathBelowRoute_IsWhatTheRoutesPathLeaves(string paths, string uri, string expected)
    {
        var draft = ReplayDraft.Read(Stored(r =>
        {
            r["route"] = new JsonObject { ["paths"] = JsonNode.Parse(paths) };
            r["request"]!["uri"] = uri;
        })).Value!;

        Assert.Equal(expected, draft.PathBelowRoute());
    }

    public static TheoryData<string, string> Refused => new()
    {
        { "not stored", "log_payloads" },
        { "rejected", "refused this request before it was sent" },
        { "no model call", "Only calls of models" },
        { "cut by the gateway", "Only the beginning" },
        { "cut by the queue", "Only the beginning" },
        { "redacted", "redaction rules" },
        { "translated before", "only the translation was stored" },
        { "no object", "JSON object" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Read_NotWhole_SaysWhy(string what, string part)
    {
        var stored = Stored(
            r =>
            {
                var (proxy, gatehouse) = (r["ai"]!["proxy"]!.AsObject(), r["gatehouse"]!);
                var payload = proxy["payload"]!;
                switch (what)
                {
                    case "not stored" or "rejected" or "no model call":
                        proxy.Remove("payload");
                        break;
                    case "cut by the gateway":
                        payload["request"] = """{"model":"a","mess… [cut: 18 of 400 bytes kept]""";
                        break;
                    case "cut by the queue":
                        gatehouse["payload_cut"] = true;
                        break;
                    case "redacted":
                        gatehouse["redacted"] = new JsonArray("mail");
                        payload["request"] = """{"messages":["[redacted:mail]"]}""";
                        break;
                    case "translated before":
                        gatehouse["client_format"] = "anthropic_messages";
                        break;
                    default:
                        payload["request"] = "[]";
                        break;
                }
            },
            row => row with { IsLlm = what != "no model call", Outcome = what == "rejected" ? RequestOutcome.Rejected : RequestOutcome.Ok });

        var refused = ReplayDraft.Read(stored);

        Assert.Contains(part, Assert.IsType<ReplayImpossible>(refused.Error).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_RedactedAnswerOnly_IsWhole() =>
        Assert.False(ReplayDraft.Read(Stored(r => r["gatehouse"]!["redacted"] = new JsonArray("mail"))).IsError);

    internal static StoredRequest Stored(Action<JsonObject>? change = null, Func<RequestRow, RequestRow>? row = null)
    {
        var record = JsonNode.Parse("""
            {"request":{"method":"POST","uri":"/chat/completions?a=1","url":"http://api.example:8000/chat/completions?a=1","headers":{"content-type":"application/json"}},
             "ai":{"proxy":{"payload":{"request":"","response":"{}"}}},
             "gatehouse":{"client_format":"openai_chat","upstream_format":"openai_chat","requested_model":"gpt-asked"}}
            """)!.AsObject();
        record["ai"]!["proxy"]!["payload"]!["request"] = Body;
        change?.Invoke(record);
        var plain = new RequestRow { RequestId = "some", StartedAt = DateTimeOffset.UnixEpoch, Method = "POST", Path = "/chat/completions", IsLlm = true, Outcome = RequestOutcome.Ok };
        return new StoredRequest(row?.Invoke(plain) ?? plain, record);
    }
}
