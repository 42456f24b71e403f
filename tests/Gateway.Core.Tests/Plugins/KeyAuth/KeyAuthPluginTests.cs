using System.Text.Json.Nodes;
using Gateway.Core.Tests.Pipeline;
using static Gateway.Core.Tests.Plugins.Authentication.AuthScene;

namespace Gateway.Core.Tests.Plugins.KeyAuth;

/// <summary>Where keys are looked for, what they are worth, and what the upstream learns.</summary>
public sealed class KeyAuthPluginTests
{
    private const string Names = """{"key_names":["first","second"]}""";

    private const string InBody = """{"key_in_body":true}""";

    [Theory]
    [InlineData("{}", "/x", "apikey: ada-key")]
    [InlineData("{}", "/x", "APIKey: ada-key")]
    [InlineData("{}", "/x?apikey=ada-key", null)]
    [InlineData("{}", "/x?a=1&%61pikey=ada%2Dkey&b", null)]
    [InlineData("{}", "/x?apikey=unknown", "apikey: ada-key")]
    [InlineData(Names, "/x?first=ada-key", "second: unknown")]
    [InlineData(Names, "/x?second=ada-key", null)]
    [InlineData(Names, "/x?first", "second: ada-key")]
    [InlineData("""{"key_in_header":false}""", "/x?apikey=ada-key", "apikey: unknown")]
    [InlineData("""{"key_in_query":false}""", "/x?apikey=unknown", "apikey: ada-key")]
    public async Task Key_WhereItIsLookedFor_FindsTheConsumer(string config, string target, string? header)
    {
        await using var scene = await KeyAuthScene.StartAsync(config);

        var received = await scene.PassAsync(Request(target, header));

        Assert.Equal("ada", received.Headers["X-Consumer-Username"]);
    }

    [Theory]
    [InlineData("{}", "/x", null, "No API key found in request")]
    [InlineData("{}", "/x?apikey", null, "No API key found in request")]
    [InlineData("{}", "/x?apikey=", null, "No API key found in request")]
    [InlineData("{}", "/x?APIKEY=ada-key", null, "No API key found in request")]
    [InlineData("{}", "/x?apikey=ada-key", "apikey: ", "No API key found in request")]
    [InlineData("""{"key_in_header":false}""", "/x", "apikey: ada-key", "No API key found in request")]
    [InlineData("""{"key_in_query":false}""", "/x?apikey=ada-key", null, "No API key found in request")]
    [InlineData("{}", "/x?apikey=ada-key&apikey=ada-key", null, "Duplicate API key found")]
    [InlineData("{}", "/x?apikey=ada-key&apikey=", null, "Duplicate API key found")]
    [InlineData("{}", "/x", "apikey: unknown", "Unauthorized")]
    [InlineData("{}", "/x", "apikey: Ada-key", "Unauthorized")]
    [InlineData("{}", "/x?apikey=ada-key", "apikey: unknown", "Unauthorized")]
    [InlineData(Names, "/x?first=unknown", "second: ada-key", "Unauthorized")]
    public async Task Key_MissingTwiceOrUnknown_IsRefused(string config, string target, string? header, string message)
    {
        await using var scene = await KeyAuthScene.StartAsync(config);

        Assert.Equal((401, message, "Key"), await scene.RefuseAsync(Request(target, header)));
    }

    [Fact]
    public async Task Header_SentTwice_IsRefused()
    {
        await using var scene = await KeyAuthScene.StartAsync();

        Assert.Equal("HTTP/1.1 401 Unauthorized", (await RawClient.SendAsync(scene.Host, "GET / HTTP/1.1\r\napikey: ada-key\r\napikey: ada-key")).StatusLine);
        Assert.Equal("Duplicate API key found", (await scene.Host.NextRecordAsync()).ErrorMessage);
    }

    [Theory]
    [InlineData("my realm", "Key realm=\"my realm\"")]
    [InlineData("a\"b\\c\nd", "Key realm=\"a\\\"b\\\\c?d\"")]
    public async Task Refusal_WithARealm_NamesIt(string realm, string challenge)
    {
        await using var scene = await KeyAuthScene.StartAsync(new JsonObject { ["realm"] = realm }.ToJsonString());

        Assert.Equal((401, "Unauthorized", challenge), await scene.RefuseAsync(Request("/x?apikey=unknown", null)));
    }

    [Theory]
    [InlineData("over", false)]
    [InlineData("lasting", true)]
    [InlineData("endless", true)]
    public async Task Key_WithALifetime_IsGoodUntilItsEnd(string key, bool isGood)
    {
        await using var scene = await KeyAuthScene.StartAsync();

        if (isGood)
        {
            await scene.PassAsync(Request("/x", "apikey: " + key));
        }
        else
        {
            Assert.Equal((401, "Unauthorized", "Key"), await scene.RefuseAsync(Request("/x", "apikey: " + key)));
        }
    }

    [Fact]
    public async Task Identity_OfTheConsumer_TakesThePlaceOfWhatTheClientClaims()
    {
        await using var scene = await KeyAuthScene.StartAsync(InBody);

        var ada = await scene.PassAsync(Forge(Post("/x", "application/x-www-form-urlencoded", "apikey=ada%2B1+%C3%A4%2F%3D")));
        var bob = await scene.PassAsync(Forge(Request("/x", "apikey: bob-key")));

        Assert.Equal(IdentityOf(Ada, KeyAuthScene.AdasKeyId.ToString()), Identity(ada));
        Assert.Equal(IdentityOf(Bob, KeyAuthScene.BobsKeyId.ToString()), Identity(bob));
    }

    [Theory]
    [InlineData(null, "GET", false)]
    [InlineData(null, "OPTIONS", false)]
    [InlineData(false, "GET", false)]
    [InlineData(false, "OPTIONS", true)]
    public async Task Preflight_PassesOnlyWhenConfigured_AndWithoutAnIdentity(bool? runOnPreflight, string method, bool passes)
    {
        await using var scene = await KeyAuthScene.StartAsync(runOnPreflight is false ? """{"run_on_preflight":false}""" : "{}");
        var request = Forge(new HttpRequestMessage(new HttpMethod(method), "/x"));

        if (passes)
        {
            Assert.Equal("", Identity(await scene.PassAsync(request)));
        }
        else
        {
            Assert.Equal(401, (await scene.RefuseAsync(request)).Status);
        }
    }

    private static HttpRequestMessage Request(string target, string? header) =>
        header?.Split(": ") is [var name, var value] ? Get(target, (name, value)) : Get(target);
}
