using System.Text;
using Gateway.Core.Configuration;
using Gateway.Core.Tests.Plugins.KeyAuth;
using Gateway.Shared.Contracts;
using static Gateway.Core.Tests.Plugins.Authentication.AuthScene;

namespace Gateway.Core.Tests.Plugins.Authentication;

/// <summary>key-auth (Bob's key) and basic-auth (Ada's login) on one route.</summary>
public sealed class SeveralPluginsTests
{
    private const string Anonymous = """{"anonymous":"guest"}""";

    [Theory]
    [InlineData("{}", "{}", true, true, "ada")]
    [InlineData("{}", "{}", true, false, "401")]
    [InlineData("{}", "{}", false, true, "401")]
    [InlineData(Anonymous, Anonymous, true, true, "bob")]
    [InlineData(Anonymous, Anonymous, true, false, "bob")]
    [InlineData(Anonymous, Anonymous, false, true, "ada")]
    [InlineData(Anonymous, Anonymous, false, false, "guest")]
    [InlineData("{}", Anonymous, true, false, "bob")]
    [InlineData("{}", Anonymous, false, true, "401")]
    [InlineData(Anonymous, "{}", true, true, "ada")]
    [InlineData(Anonymous, "{}", true, false, "401")]
    [InlineData(Anonymous, "{}", false, true, "ada")]
    public async Task Plugins_WithoutAnonymous_MustAllSucceed_WithItOne(string keyAuth, string basicAuth, bool sendsKey, bool sendsLogin, string expected)
    {
        await using var scene = await AuthScene.StartAsync(WithBoth, ("key-auth", keyAuth), ("basic-auth", basicAuth));
        var request = Forge(Get("/x"));
        if (sendsKey)
        {
            request.Headers.Add("apikey", "bob-key");
        }

        if (sendsLogin)
        {
            request.Headers.Add("Authorization", "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes("ada:word")));
        }

        if (expected == "401")
        {
            Assert.Equal(401, (await scene.RefuseAsync(request)).Status);
            return;
        }

        Assert.Equal(
            expected switch { "ada" => IdentityOf(Ada, "ada"), "bob" => IdentityOf(Bob, KeyAuthScene.BobsKeyId.ToString()), _ => IdentityOfGuest },
            Identity(await scene.PassAsync(request)));
    }

    private static GatewayConfig WithBoth(GatewayConfig config) => KeyAuthScene.WithKeys(config) with
    {
        BasicAuthCredentials = [new() { Id = Guid.NewGuid(), Consumer = new EntityReference(Ada.Id), Username = "ada", Password = "word" }],
    };
}
