using Gateway.Core.Llm.Forwarding;
using Gateway.Core.Llm.Providers;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Tests.Llm.Forwarding;

public sealed class UpstreamHeadersTests
{
    [Theory]
    [InlineData(null, false, "Bearer ours", true)]
    [InlineData(null, true, "Bearer ours", true)]
    [InlineData("Bearer theirs", false, "Bearer ours", true)]
    [InlineData("Bearer theirs", true, "Bearer theirs", false)]
    public void Authenticate_ClientCredential_FollowsTheOverrideRule(string? sent, bool allowOverride, string expected, bool holdsKey)
    {
        var source = new HeaderDictionary();
        if (sent is not null)
        {
            source["Authorization"] = sent;
        }

        using var message = new HttpRequestMessage();
        UpstreamHeaders.Copy(source, message, isSameFormat: true);
        var held = UpstreamHeaders.Authenticate(
            source,
            message,
            new TargetAuth { HeaderName = "Authorization", HeaderValue = "Bearer ours", AllowOverride = allowOverride },
            ProviderCatalog.Find("openai")!);

        Assert.Equal(expected, Assert.Single(message.Headers.NonValidated["Authorization"]));
        Assert.Equal(holdsKey, held);
    }

    [Fact]
    public void Authenticate_NoCredentialConfigured_SendsNone()
    {
        using var message = new HttpRequestMessage();
        var source = new HeaderDictionary { ["Authorization"] = "Bearer theirs" };
        UpstreamHeaders.Copy(source, message, isSameFormat: true);

        Assert.False(UpstreamHeaders.Authenticate(source, message, TargetAuth.None, ProviderCatalog.Find("vllm")!));
        Assert.Empty(message.Headers);
    }

    [Theory]
    [InlineData("authorization")]
    [InlineData("x-api-key")]
    [InlineData("api-key")]
    [InlineData("x-goog-api-key")]
    [InlineData("cookie")]
    [InlineData("proxy-authorization")]
    [InlineData("chatgpt-account-id")]
    [InlineData("x-consumer-id")]
    [InlineData("x-credential-identifier")]
    [InlineData("x-forwarded-for")]
    [InlineData("connection")]
    [InlineData("te")]
    [InlineData("transfer-encoding")]
    [InlineData("upgrade")]
    [InlineData("accept-encoding")]
    [InlineData("host")]
    public void IsForwarded_CredentialOrConnectionHeader_Never(string name) => Assert.False(UpstreamHeaders.IsForwarded(name, isSameFormat: true));

    [Theory]
    [InlineData("anthropic-version")]
    [InlineData("anthropic-beta")]
    [InlineData("anthropic-dangerous-direct-browser-access")]
    [InlineData("x-app")]
    [InlineData("x-stainless-lang")]
    [InlineData("openai-organization")]
    [InlineData("openai-project")]
    [InlineData("openai-beta")]
    [InlineData("originator")]
    [InlineData("version")]
    [InlineData("session_id")]
    [InlineData("conversation_id")]
    [InlineData("sec-fetch-mode")]
    [InlineData("accept-language")]
    public void IsForwarded_DialectHeader_OnlyWithinItsFormat(string name)
    {
        Assert.True(UpstreamHeaders.IsForwarded(name, isSameFormat: true));
        Assert.False(UpstreamHeaders.IsForwarded(name, isSameFormat: false));
    }

    [Theory]
    [InlineData("user-agent")]
    [InlineData("traceparent")]
    [InlineData("idempotency-key")]
    public void IsForwarded_NeutralHeader_Always(string name) => Assert.True(UpstreamHeaders.IsForwarded(name, isSameFormat: false));
}
