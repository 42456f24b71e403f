using Gateway.Core.Tests.Pipeline;
using static Gateway.Core.Tests.Plugins.Authentication.AuthScene;

namespace Gateway.Core.Tests.Plugins.Jwt;

/// <summary>Where tokens are looked for, and that no record holds one.</summary>
public sealed class TokenPlaceTests
{
    private const string Everywhere = """{"uri_param_names":["jwt","t"],"cookie_names":["c"],"header_names":["authorization","x-token"]}""";

    private static readonly string Good = JwtScene.Token("""{"iss":"HS256"}""");

    [Theory]
    [InlineData("/x?jwt=TOKEN", null, null)]
    [InlineData("/x?a=1&%6Awt=TOKEN", null, null)]
    [InlineData("/x?t=TOKEN", null, null)]
    [InlineData("/x?jwt=&t=TOKEN", null, null)]
    [InlineData("/x", "Cookie", "a=b; c=TOKEN")]
    [InlineData("/x", "Authorization", "Bearer TOKEN")]
    [InlineData("/x", "Authorization", "bearer   TOKEN")]
    [InlineData("/x", "X-Token", "Bearer TOKEN")]
    [InlineData("/x?jwt=TOKEN&t=TOKEN", "X-Token", "Bearer TOKEN")]
    [InlineData("/x?jwt=TOKEN", "Authorization", "Basic YTpi")]
    public async Task Token_InAConfiguredPlace_IsFound_AndGoesUpstream(string target, string? name, string? value)
    {
        await using var scene = await JwtScene.StartAsync(Everywhere);

        var received = await scene.PassAsync(Request(target, name, value));

        Assert.Contains(Good, received.Target + string.Join('\n', received.Headers.Values), StringComparison.Ordinal);
        var record = await scene.Host.NextRecordAsync();
        var text = string.Join('\n', record.RequestHeaders.Select(h => h.Value).Append(record.Uri).Append(record.UpstreamUri));
        Assert.DoesNotContain(Good, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/x", null, null, "Unauthorized", "Bearer")]
    [InlineData("/x?jwt=", null, null, "Unauthorized", "Bearer")]
    [InlineData("/x?JWT=TOKEN", null, null, "Unauthorized", "Bearer")]
    [InlineData("/x", "Authorization", "TOKEN", "Unauthorized", "Bearer")]
    [InlineData("/x", "Authorization", "Basic TOKEN", "Unauthorized", "Bearer")]
    [InlineData("/x", "Authorization", "Bearer", "Unauthorized", "Bearer")]
    [InlineData("/x", "X-Other", "Bearer TOKEN", "Unauthorized", "Bearer")]
    [InlineData("/x", "Cookie", "jwt=TOKEN", "Unauthorized", "Bearer")]
    [InlineData("/x?jwt=TOKEN&jwt=other", null, null, "Multiple tokens provided", "Bearer error=\"invalid_token\"")]
    [InlineData("/x?jwt=TOKEN", "Authorization", "Bearer other", "Multiple tokens provided", "Bearer error=\"invalid_token\"")]
    public async Task Token_NowhereOrTwice_IsRefused(string target, string? name, string? value, string message, string challenge)
    {
        await using var scene = await JwtScene.StartAsync(Everywhere);

        Assert.Equal((401, message, challenge), await scene.RefuseAsync(Request(target, name, value)));
    }

    [Fact]
    public async Task Header_SentTwice_CountsByItsFirstLine()
    {
        await using var scene = await JwtScene.StartAsync();

        var answer = await RawClient.SendAsync(scene.Host, $"GET / HTTP/1.1\r\nAuthorization: Bearer {Good}\r\nAuthorization: Bearer other");

        Assert.Equal("HTTP/1.1 200 OK", answer.StatusLine);
    }

    private static HttpRequestMessage Request(string target, string? name, string? value)
    {
        target = target.Replace("TOKEN", Good, StringComparison.Ordinal);
        return name is null ? Get(target) : Get(target, (name, value!.Replace("TOKEN", Good, StringComparison.Ordinal)));
    }
}
