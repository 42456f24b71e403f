using System.Text;
using System.Text.Json.Nodes;
using static Gateway.Core.Tests.Plugins.Authentication.AuthScene;

namespace Gateway.Core.Tests.Plugins.Jwt;

/// <summary>Which tokens are believed, and why others are not.</summary>
public sealed class JwtPluginTests
{
    private const string Failed = "Bearer error=\"invalid_token\"";

    public static TheoryData<string> Algorithms => [.. JwtScene.Algorithms];

    public static TheoryData<string, string, string> BadTokens => new()
    {
        { "no token", "nonsense", "Bad token; invalid JSON" },
        { "two parts", "e30.e30", "Bad token; invalid JSON" },
        { "four parts", JwtScene.Token("""{"iss":"HS256"}""") + ".x", "Bad token; invalid JSON" },
        { "no JSON", JwtScene.Encode("{"u8.ToArray()) + ".e30.", "Bad token; invalid JSON" },
        { "no base64", "e30.!!!!.", "Bad token; invalid JSON" },
        { "no algorithm", JwtScene.Token("""{"iss":"HS256"}""", header: "{}"), "Bad token; invalid alg" },
        { "none", JwtScene.Token("""{"iss":"HS256"}""", "none"), "Bad token; invalid alg" },
        { "None", JwtScene.Token("""{"iss":"HS256"}""", header: """{"alg":"None"}""", signsAs: "none"), "Bad token; invalid alg" },
        { "number", JwtScene.Token("""{"iss":"HS256"}""", header: """{"alg":256}"""), "Bad token; invalid alg" },
        { "not supported", JwtScene.Token("""{"iss":"edwards"}""", header: """{"alg":"EdDSA"}"""), "Bad token; invalid alg" },
        { "claims are a list", JwtScene.Token("[]"), "Bad token; invalid claims" },
        { "no key", JwtScene.Token("""{"sub":"ada"}"""), "No mandatory 'iss' in claims" },
        { "empty key", JwtScene.Token("""{"iss":""}"""), "Invalid 'iss' in claims" },
        { "key is a number", JwtScene.Token("""{"iss":7}"""), "Invalid 'iss' in claims" },
        { "unknown key", JwtScene.Token("""{"iss":"nobody"}"""), "No credentials found for given 'iss'" },
        { "other algorithm", JwtScene.Token("""{"iss":"HS512"}"""), "Invalid algorithm" },
        { "public key as secret", JwtScene.Token("""{"iss":"RS256"}""", signsAs: "HS256 with the public key"), "Invalid algorithm" },
        { "other secret", JwtScene.Token("""{"iss":"base64"}"""), "Invalid signature" },
        { "no signature", JwtScene.Token("""{"iss":"HS256"}""", signsAs: "none"), "Invalid signature" },
        { "RS without signature", JwtScene.Token("""{"iss":"RS256"}""", "RS256", signsAs: "none"), "Invalid signature" },
        { "ES without signature", JwtScene.Token("""{"iss":"ES256"}""", "ES256", signsAs: "none"), "Invalid signature" },
        { "PS signed as RS", JwtScene.Token("""{"iss":"PS256"}""", "PS256", signsAs: "RS256"), "Invalid signature" },
        { "key of another curve", JwtScene.Token("""{"iss":"other curve"}""", "ES256"), "Invalid key/secret" },
        { "no public key", JwtScene.Token("""{"iss":"no key"}""", "RS256"), "Invalid key/secret" },
    };

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task Token_SignedWithTheCredential_FindsTheConsumer(string algorithm)
    {
        await using var scene = await JwtScene.StartAsync();
        var token = JwtScene.Token($$"""{"iss":"{{algorithm}}"}""", algorithm);

        Assert.Equal(IdentityOf(Ada, algorithm), Identity(await scene.PassAsync(Forge(Get("/x", ("Authorization", "Bearer " + token))))));
        Assert.Equal((401, "Invalid signature", Failed), await scene.RefuseAsync(Get("/x", ("Authorization", "Bearer " + Spoil(token)))));
    }

    [Theory]
    [MemberData(nameof(BadTokens))]
    public async Task Token_ThatIsNotGood_IsRefused(string name, string token, string message)
    {
        await using var scene = await JwtScene.StartAsync();

        Assert.Equal((name, 401, message, Failed), await Named(name, scene.RefuseAsync(Get("/x", ("Authorization", "Bearer " + token)))));
    }

    [Fact]
    public async Task Refusal_IsJsonWithoutRequestId_WhateverTheClientAccepts()
    {
        await using var scene = await JwtScene.StartAsync("""{"realm":"my \"realm\""}""");

        using var response = await scene.Host.Client.SendAsync(Get("/x", ("Accept", "text/html")), TestContext.Current.CancellationToken);

        Assert.Equal("""{"message":"Unauthorized"}""", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("""Bearer realm="my \"realm\"" """.Trim(), response.Headers.WwwAuthenticate.ToString());
        Assert.Equal("""Bearer realm="my \"realm\"", error="invalid_token" """.Trim(), (await scene.RefuseAsync(Get("/x?jwt=nonsense"))).Challenge);
        var record = await scene.Host.NextRecordAsync();
        Assert.Equal((401, "unauthenticated", "Unauthorized"), (record.Status, record.OutcomeDetail, record.ErrorMessage));
    }

    [Theory]
    [InlineData("""{"key_claim_name":"kid"}""", """{"kid":"HS256"}""", null)]
    [InlineData("""{"key_claim_name":"kid"}""", "{}", """{"alg":"HS256","kid":"HS256"}""")]
    [InlineData("""{"key_claim_name":"kid"}""", """{"kid":"HS256"}""", """{"alg":"HS256","kid":"nobody"}""")]
    [InlineData("""{"secret_is_base64":true}""", """{"iss":"base64"}""", null)]
    public async Task Key_IsReadAsConfigured(string config, string claims, string? header)
    {
        await using var scene = await JwtScene.StartAsync(config);

        await scene.PassAsync(Get("/x", ("Authorization", "Bearer " + JwtScene.Token(claims, header: header))));
    }

    [Theory]
    [InlineData("""{"claims_to_verify":["exp"]}""", "\"exp\":NOW+60", null)]
    [InlineData("""{"claims_to_verify":["exp"]}""", "\"exp\":NOW-1", """{"exp":"token expired"}""")]
    [InlineData("""{"claims_to_verify":["exp"]}""", "\"nbf\":NOW+60", """{"exp":"must be a number"}""")]
    [InlineData("""{"claims_to_verify":["exp"]}""", "\"exp\":\"NOW+60\"", """{"exp":"must be a number"}""")]
    [InlineData("""{"claims_to_verify":["nbf"]}""", "\"nbf\":NOW-1.5", null)]
    [InlineData("""{"claims_to_verify":["nbf"]}""", "\"nbf\":NOW+60", """{"nbf":"token not valid yet"}""")]
    [InlineData("""{"claims_to_verify":["exp","nbf"]}""", "\"exp\":NOW-60,\"nbf\":NOW+60", """{"exp":"token expired","nbf":"token not valid yet"}""")]
    [InlineData("{}", "\"exp\":NOW-60,\"nbf\":NOW+60", null)]
    [InlineData("""{"claims_to_verify":["exp"],"maximum_expiration":100}""", "\"exp\":NOW+90", null)]
    [InlineData("""{"claims_to_verify":["exp"],"maximum_expiration":100}""", "\"exp\":NOW+200", """{"exp":"exceeds maximum allowed expiration"}""")]
    [InlineData("""{"maximum_expiration":100}""", "\"sub\":1", """{"exp":"exceeds maximum allowed expiration"}""")]
    public async Task Times_OfAToken_AreCheckedAsConfigured(string config, string claims, string? expected)
    {
        await using var scene = await JwtScene.StartAsync(config);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var token = JwtScene.Token($"{{\"iss\":\"HS256\",{Resolve(claims, now)}}}");

        using var response = await scene.Host.Client.SendAsync(Get("/x?jwt=" + token), TestContext.Current.CancellationToken);

        Assert.Equal(expected is null ? 200 : 401, (int)response.StatusCode);
        Assert.Equal(expected ?? "ok", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Anonymous_TakesTheRequestsWithoutAGoodToken()
    {
        await using var scene = await JwtScene.StartAsync("""{"anonymous":"guest"}""");

        Assert.Equal(IdentityOfGuest, Identity(await scene.PassAsync(Forge(Get("/x")))));
        Assert.Equal(IdentityOfGuest, Identity(await scene.PassAsync(Get("/x?jwt=nonsense"))));
        Assert.Equal(IdentityOf(Ada, "HS256"), Identity(await scene.PassAsync(Get("/x?jwt=" + JwtScene.Token("""{"iss":"HS256"}""")))));
    }

    [Theory]
    [InlineData("{}", false)]
    [InlineData("""{"run_on_preflight":false}""", true)]
    public async Task Preflight_PassesOnlyWhenConfigured(string config, bool passes)
    {
        await using var scene = await JwtScene.StartAsync(config);
        var request = new HttpRequestMessage(HttpMethod.Options, "/x");

        if (passes)
        {
            await scene.PassAsync(request);
        }
        else
        {
            Assert.Equal((401, "Unauthorized", "Bearer"), await scene.RefuseAsync(request));
        }
    }

    [Theory]
    [InlineData("""{"maximum_expiration":60}""", "must contain: exp")]
    [InlineData("""{"maximum_expiration":60,"claims_to_verify":["nbf"]}""", "must contain: exp")]
    [InlineData("""{"maximum_expiration":60,"claims_to_verify":["exp"]}""", null)]
    [InlineData("""{"maximum_expiration":0}""", null)]
    [InlineData("""{"maximum_expiration":-1}""", "value should be between 0 and 31536000")]
    [InlineData("""{"claims_to_verify":["sub"]}""", "expected one of: exp, nbf")]
    [InlineData("""{"header_names":["a b"]}""", "bad header name 'a b'")]
    public void Config_IsChecked(string config, string? fault)
    {
        var faults = PluginConfigs.Faults("jwt", config);

        Assert.True(fault is null ? faults.Length == 0 : faults.Contains(fault, StringComparison.Ordinal), faults);
    }

    private static async Task<(string, int, string?, string)> Named(string name, Task<(int Status, string? Message, string Challenge)> refusal)
    {
        var (status, message, challenge) = await refusal;
        return (name, status, message, challenge);
    }

    /// <summary>Another token with the same signature.</summary>
    private static string Spoil(string token)
    {
        var parts = token.Split('.');
        var claims = JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(parts[1]))!;
        claims["admin"] = true;
        return $"{parts[0]}.{JwtScene.Encode(Encoding.UTF8.GetBytes(claims.ToJsonString()))}.{parts[2]}";
    }

    private static string Resolve(string claims, long now) =>
        System.Text.RegularExpressions.Regex.Replace(claims, "NOW([+-][0-9.]+)", m => (now + double.Parse(m.Groups[1].Value, null)).ToString(null, System.Globalization.CultureInfo.InvariantCulture));
}
