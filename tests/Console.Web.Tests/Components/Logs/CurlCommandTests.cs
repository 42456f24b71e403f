using System.Text.Json.Nodes;
using ConsoleWeb.Features.Requests;

namespace ConsoleWeb.Tests.Components.Logs;

public sealed class CurlCommandTests
{
    [Fact]
    public void Write_Call_NamesTheKeyAndQuotesTheBody()
    {
        var record = JsonNode.Parse(
            """
            {"request":{"method":"POST","uri":"/codex?x=1","headers":{"host":"localhost","content-length":"9","authorization":"REDACTED","content-type":"application/json","x-api-key":"REDACTED"}},
             "ai":{"proxy":{"payload":{"request":"{\"a\":\"it's\"}"}}}}
            """)!.AsObject();

        Assert.Equal(
            """
            curl 'http://localhost:8000/codex?x=1' \
              -H "authorization: Bearer $API_KEY" \
              -H 'content-type: application/json' \
              -H "x-api-key: $API_KEY" \
              -d '{"a":"it'\''s"}'
            """.ReplaceLineEndings("\n"),
            CurlCommand.Write(record, "http://localhost:8000/"));
    }

    [Fact]
    public void Write_TranslatedCall_HasTheBodyOfTheClient()
    {
        var record = JsonNode.Parse("""{"request":{"method":"POST","uri":"/x"},"ai":{"proxy":{"payload":{"request":"{\"up\":1}","client_request":"{\"client\":1}"}}}}""")!.AsObject();

        Assert.EndsWith("""-d '{"client":1}'""", CurlCommand.Write(record, "http://p"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "curl 'http://p/x'")]
    [InlineData("DELETE", "curl 'http://p/x' -X 'DELETE'")]
    public void Write_NoBody_NamesTheMethodOnlyWhenCurlWouldNot(string method, string expected) =>
        Assert.Equal(expected, CurlCommand.Write(new JsonObject { ["request"] = new JsonObject { ["method"] = method, ["uri"] = "/x" } }, "http://p"));

    [Fact]
    public void Write_HostileValues_CannotLeaveTheirQuotes()
    {
        var record = new JsonObject { ["request"] = new JsonObject { ["method"] = "GET", ["uri"] = "/';rm -rf ~;'", ["headers"] = new JsonObject { ["x-a"] = "$(id)'`id`" } } };

        Assert.Equal("curl 'http://p/'\\'';rm -rf ~;'\\''' \\\n  -H 'x-a: $(id)'\\''`id`'", CurlCommand.Write(record, "http://p"));
    }
}
