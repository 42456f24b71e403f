using System.Text;
using Gateway.Core.Configuration;
using Gateway.Core.Tests.Pipeline;
using Gateway.Core.Tests.Plugins.Authentication;
using Gateway.Shared.Contracts;
using Gateway.Shared.Credentials;
using static Gateway.Core.Tests.Plugins.Authentication.AuthScene;

namespace Gateway.Core.Tests.Plugins.BasicAuth;

/// <summary>Which header names the user, which passwords are right, and what the upstream learns.</summary>
public sealed class BasicAuthPluginTests
{
    private const string Challenge = "Basic realm=\"service\"";

    private static readonly BasicAuthCredentialConfig AdasLogin = Login(Ada, "ada", PasswordHash.Create("a:b ü").ToString());

    private static readonly BasicAuthCredentialConfig BobsLogin = Login(Bob, "bób", "never hashed");

    [Theory]
    [InlineData("Authorization", "Basic", "ada:a:b ü", "ada")]
    [InlineData("Authorization", "basic", "ada:a:b ü", "ada")]
    [InlineData("Authorization", "BASIC ", "ada:a:b ü", "ada")]
    [InlineData("Proxy-Authorization", "Basic", "ada:a:b ü", "ada")]
    [InlineData("Authorization", "Basic", "bób:never hashed", "bób")]
    public async Task Login_ThatIsRight_FindsTheConsumer(string header, string scheme, string login, string user)
    {
        await using var scene = await StartAsync();

        var received = await scene.PassAsync(Forge(Get("/x", (header, Value(login, scheme)))));

        // The server reads headers as Latin-1 here; the bytes are what counts.
        var expected = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(user));
        Assert.Contains(Identity(received), new[] { user, expected }.Select(u => IdentityOf(user == "ada" ? Ada : Bob, u)));
        var record = await scene.Host.NextRecordAsync();
        Assert.Equal((user == "ada" ? AdasLogin : BobsLogin).Id, record.AuthenticatedEntity?.Id);
        Assert.DoesNotContain(Value(login)[6..], string.Join('\n', record.RequestHeaders.Select(h => h.Value)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Basic")]
    [InlineData("Basic ???")]
    [InlineData("Bearer some-token")]
    [InlineData("Basic YWRh")] // ada
    [InlineData("Basic OmE6YiDDvA==")] // :a:b ü
    [InlineData("Basic YWRhOv8=")] // Not UTF-8 after the colon.
    public async Task Header_WithoutALogin_IsRefused(string? value)
    {
        await using var scene = await StartAsync();

        Assert.Equal((401, "Unauthorized", Challenge), await scene.RefuseAsync(value is null ? Get("/x") : Get("/x", ("Authorization", value))));
    }

    [Theory]
    [InlineData("ada:a:b")]
    [InlineData("ada:")]
    [InlineData("Ada:a:b ü")]
    [InlineData("nobody:a:b ü")]
    [InlineData("bób:Never hashed")]
    public async Task Login_ThatIsWrong_IsRefusedEachTime(string login)
    {
        await using var scene = await StartAsync();

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal((401, "Unauthorized", Challenge), await scene.RefuseAsync(Get("/x", ("Authorization", Value(login)))));
        }
    }

    [Fact]
    public async Task Hash_AsPassword_IsWrong()
    {
        await using var scene = await StartAsync();

        Assert.Equal(401, (await scene.RefuseAsync(Get("/x", ("Authorization", Value($"ada:{AdasLogin.Password}"))))).Status);
    }

    [Fact]
    public async Task Password_ThatWasChanged_IsWrongAtOnce()
    {
        await using var scene = await StartAsync();
        var (old, changed) = (("Authorization", Value("ada:a:b ü")), ("Authorization", Value("ada:new")));
        await scene.PassAsync(Get("/x", old));
        Assert.Equal(401, (await scene.RefuseAsync(Get("/x", changed))).Status);

        scene.Apply(config => config with { BasicAuthCredentials = [AdasLogin with { Password = PasswordHash.Create("new").ToString() }] });

        Assert.Equal(401, (await scene.RefuseAsync(Get("/x", old))).Status);
        await scene.PassAsync(Get("/x", changed));
        scene.Apply(config => config with { BasicAuthCredentials = [] });
        Assert.Equal(401, (await scene.RefuseAsync(Get("/x", changed))).Status);
        scene.Apply(WithLogins);
        await scene.PassAsync(Get("/x", old));
    }

    [Theory]
    [InlineData("ada:a:b ü", "bób:never hashed", "ada")]
    [InlineData("nobody:x", "ada:a:b ü", "ada")]
    [InlineData("nobody:x", null, null)]
    [InlineData("ada:wrong", "bób:never hashed", null)]
    public async Task ProxyAuthorization_ComesFirst_WhenItNamesAKnownUser(string proxy, string? own, string? expected)
    {
        await using var scene = await StartAsync();
        var request = Get("/x", ("Proxy-Authorization", Value(proxy)));
        if (own is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", Value(own));
        }

        if (expected is null)
        {
            Assert.Equal(401, (await scene.RefuseAsync(request)).Status);
        }
        else
        {
            Assert.Equal(expected, (await scene.PassAsync(request)).Headers["X-Credential-Identifier"]);
        }
    }

    [Fact]
    public async Task Header_SentTwice_IsRefused()
    {
        await using var scene = await StartAsync();
        var line = $"Authorization: {Value("ada:a:b ü")}";

        Assert.Equal("HTTP/1.1 401 Unauthorized", (await RawClient.SendAsync(scene.Host, $"GET / HTTP/1.1\r\n{line}\r\n{line}")).StatusLine);
    }

    [Theory]
    [InlineData("{}", false)]
    [InlineData("""{"hide_credentials":false}""", true)]
    public async Task Credentials_GoUpstream_OnlyWhenTheyAreNotHidden(string config, bool goUpstream)
    {
        await using var scene = await StartAsync(config);

        var received = await scene.PassAsync(Get("/x", ("Authorization", Value("ada:a:b ü"))));

        Assert.Equal(goUpstream, received.Headers.ContainsKey("Authorization"));
    }

    [Fact]
    public async Task BearerToken_OfAnAnonymousRequest_StaysForTheUpstream()
    {
        await using var scene = await StartAsync("""{"anonymous":"guest"}""");

        var received = await scene.PassAsync(Forge(Get("/x", ("Authorization", "Bearer some-token"))));

        Assert.Equal("Bearer some-token", received.Headers["Authorization"]);
        Assert.Equal(IdentityOfGuest, Identity(received));
    }

    [Fact]
    public async Task Preflight_NeedsALoginToo()
    {
        await using var scene = await StartAsync("""{"realm":"my realm"}""");

        Assert.Equal((401, "Unauthorized", "Basic realm=\"my realm\""), await scene.RefuseAsync(new HttpRequestMessage(HttpMethod.Options, "/x")));
    }

    private static Task<AuthScene> StartAsync(string config = "{}") => AuthScene.StartAsync(WithLogins, ("basic-auth", config));

    private static GatewayConfig WithLogins(GatewayConfig config) => config with { BasicAuthCredentials = [AdasLogin, BobsLogin] };

    private static BasicAuthCredentialConfig Login(ConsumerConfig consumer, string user, string password) =>
        new() { Id = Guid.NewGuid(), Consumer = new EntityReference(consumer.Id), Username = user, Password = password };

    private static string Value(string login, string scheme = "Basic") => $"{scheme} {Convert.ToBase64String(Encoding.UTF8.GetBytes(login))}";
}
