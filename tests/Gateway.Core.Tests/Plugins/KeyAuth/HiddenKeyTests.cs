using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Tests.Pipeline;
using static Gateway.Core.Tests.Plugins.Authentication.AuthScene;

namespace Gateway.Core.Tests.Plugins.KeyAuth;

/// <summary>Keys do not go upstream unless asked to, and nothing else of a request changes.</summary>
public sealed class HiddenKeyTests
{
    private const string Form = "application/x-www-form-urlencoded";
    private const string Json = "application/json";
    private const string Multipart = "multipart/form-data; boundary=\"b 1\"";
    private const string Part = "--b 1\r\nContent-Disposition: form-data; name=\"apikey\"\r\n\r\nada-key\r\n";
    private const string Other = "--b 1  \r\nContent-Type: text/plain\r\ncontent-disposition: form-data; name=other\r\n\r\n--b 1x\r\n\r\n";
    private const string File = "--b 1\r\nContent-Disposition: form-data; name=\"apikey\"; filename=\"f\"\r\n\r\nunknown\r\n";

    public static TheoryData<string, string, string> Bodies => new()
    {
        { Form, "apikey=ada-key", "" },
        { Form, "a=%41&apikey=ada-key&&b=+ä", "a=%41&&b=+ä" },
        { Form, "%61pikey=ada-key&apikeys=1", "apikeys=1" },
        { Form + "; charset=utf-8", "x&apikey=ada-key", "x" },
        { Json, """{"apikey":"ada-key"}""", "{}" },
        { Json, """ { "apikey" : "ada-key" , "a" : 1.0 } """, """ { "a" : 1.0 } """ },
        { Json, """{"a":{"apikey":"x"},"apikey":"ada-key","b":["é","\u00e9"]}""", """{"a":{"apikey":"x"},"b":["é","\u00e9"]}""" },
        { Json, """{"a":1, "api\u006bey":"ada\u002dkey"}""", """{"a":1}""" },
        { Json + "; charset=utf-8", "{\n  \"a\": 1,\n  \"apikey\": \"ada-key\"\n}\n", "{\n  \"a\": 1\n}\n" },
        { Multipart, Part + "--b 1--", "--b 1--" },
        { Multipart, "preamble\r\n" + Other + Part + File + "--b 1--\r\nepilogue", "preamble\r\n" + Other + File + "--b 1--\r\nepilogue" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Body_WithAKey_GoesOnWithoutIt(string type, string body, string expected)
    {
        await using var scene = await KeyAuthScene.StartAsync("""{"key_in_body":true}""");

        var received = await scene.PassAsync(Post("/x", type, body));

        Assert.Equal(("ada", expected), (received.Headers["X-Consumer-Username"], received.BodyText));
        Assert.Equal(Encoding.UTF8.GetByteCount(expected), int.Parse(received.Headers.GetValueOrDefault("Content-Length", "0"), null));
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Body_WithAKey_StaysWhenItIsNotHidden(string type, string body, string without)
    {
        await using var scene = await KeyAuthScene.StartAsync("""{"key_in_body":true,"hide_credentials":false}""");

        var received = await scene.PassAsync(Post("/x", type, body));

        Assert.Equal(body, received.BodyText);
        Assert.NotEqual(body, without);
    }

    [Theory]
    [InlineData(Form, "apikey=ada-key&apikey=ada-key", "Duplicate API key found")]
    [InlineData(Json, """{"apikey":"ada-key","apikey":"ada-key"}""", "Duplicate API key found")]
    [InlineData(Json, """{"apikey":["ada-key"]}""", "Duplicate API key found")]
    [InlineData(Multipart, Part + Part + "--b 1--", "Duplicate API key found")]
    [InlineData(Form, "", "No API key found in request")]
    [InlineData(Json, "", "No API key found in request")]
    [InlineData(Json, """{"apikey":7,"a":"apikey"}""", "No API key found in request")]
    [InlineData(Json, """{"apikey":"ada-key""", "No API key found in request")]
    [InlineData(Json, """{"apikey":"ada-key"}]""", "No API key found in request")]
    [InlineData(Json, """["apikey","ada-key"]""", "No API key found in request")]
    [InlineData(Json, """{"a":{"apikey":"ada-key"}}""", "No API key found in request")]
    [InlineData(Json, "{\"apikey\":\"\\ud800\"}", "No API key found in request")]
    [InlineData(Json, """{"apikey":""}""", "No API key found in request")]
    [InlineData(Multipart, File + "--b 1--", "No API key found in request")]
    [InlineData(Multipart, Part, "No API key found in request")]
    [InlineData("multipart/form-data", Part + "--b 1--", "No API key found in request")]
    [InlineData("text/plain", "apikey=ada-key", "No API key found in request")]
    [InlineData("nonsense", "apikey=ada-key", "No API key found in request")]
    [InlineData(Form, "apikey=unknown", "Unauthorized")]
    public async Task Body_WithoutOneGoodKey_IsRefused(string type, string body, string message)
    {
        await using var scene = await KeyAuthScene.StartAsync("""{"key_in_body":true}""");

        Assert.Equal((401, message, "Key"), await scene.RefuseAsync(Post("/x", type, body)));
    }

    [Fact]
    public async Task Body_WithAKey_IsNotReadUnlessConfigured()
    {
        await using var scene = await KeyAuthScene.StartAsync();

        Assert.Equal(401, (await scene.RefuseAsync(Post("/x", Form, "apikey=ada-key"))).Status);
        Assert.Equal("apikey=ada-key", (await scene.PassAsync(Post("/x?apikey=ada-key", Form, "apikey=ada-key"))).BodyText);
    }

    [Fact]
    public async Task Body_TooLongToSearch_Answers413()
    {
        await using var scene = await KeyAuthScene.StartAsync("""{"key_in_body":true}""");
        var head = $"POST / HTTP/1.1\r\nContent-Type: {Json}\r\nContent-Length: {(32 * 1024 * 1024) + 1}";

        Assert.StartsWith("HTTP/1.1 413 ", (await RawClient.SendAsync(scene.Host, head)).StatusLine, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "/x?apikey=ada-key", "/x", false)]
    [InlineData("{}", "/x?a=%41&apikey=ada-key&b", "/x?a=%41&b", false)]
    [InlineData("""{"key_in_query":false}""", "/x?apikey=kept", "/x?apikey=kept", false)]
    [InlineData("""{"key_in_header":false}""", "/x?apikey=ada-key", "/x", true)]
    [InlineData("""{"hide_credentials":false}""", "/x?apikey=ada-key", "/x?apikey=ada-key", true)]
    public async Task Key_InHeaderAndQuery_GoesFromEveryPlaceThatIsSearched(string config, string target, string expected, bool keepsHeader)
    {
        await using var scene = await KeyAuthScene.StartAsync(config);

        var received = await scene.PassAsync(Get(target, ("apikey", "ada-key")));

        Assert.Equal((expected, keepsHeader), (received.Target, received.Headers.ContainsKey("apikey")));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"hide_credentials":false}""")]
    public async Task Record_OfARequest_HoldsNoKey(string visibility)
    {
        var config = JsonNode.Parse(visibility)!.AsObject();
        config["key_names"] = new JsonArray("my-own-name");
        await using var scene = await KeyAuthScene.StartAsync(config.ToJsonString());

        await scene.PassAsync(Get("/x?my-own-name=ada-key&%6dy-own-name2=fine", ("my-own-name", "ada-key")));
        await scene.RefuseAsync(Get("/x?my-own-name=some-wrong-key", ("my-own-name", "some-wrong-key")));

        foreach (var record in new[] { await scene.Host.NextRecordAsync(), await scene.Host.NextRecordAsync() })
        {
            var text = string.Join('\n', record.RequestHeaders.Select(h => h.Value).Append(record.Uri).Append(record.UpstreamUri).Append(record.ErrorMessage));
            Assert.DoesNotContain("ada-key", text, StringComparison.Ordinal);
            Assert.DoesNotContain("some-wrong-key", text, StringComparison.Ordinal);
            Assert.Contains("my-own-name=REDACTED", record.Uri, StringComparison.Ordinal);
        }
    }
}
