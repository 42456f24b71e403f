using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Configuration;
using Gateway.Core.Tests.Pipeline;
using Gateway.Shared.Contracts;
using Gateway.Testing;

namespace Gateway.Core.Tests.Plugins.Authentication;

/// <summary>The real gateway with two consumers and an anonymous one, in front of an upstream that notes what arrives.</summary>
internal sealed class AuthScene(PluginHost host, GatewayConfig config) : IAsyncDisposable
{
    public static readonly ConsumerConfig Ada = new() { Id = Guid.NewGuid(), Username = "ada", CustomId = "c-1" };

    public static readonly ConsumerConfig Bob = new() { Id = Guid.NewGuid(), CustomId = "bob" };

    public static readonly ConsumerConfig Guest = new() { Id = Guid.NewGuid(), Username = "guest" };

    /// <summary>What a client may not say of itself.</summary>
    private static readonly string[] IdentityNames = ["X-Consumer-ID", "X-Consumer-Custom-ID", "X-Consumer-Username", "X-Credential-Identifier", "X-Anonymous-Consumer"];

    public GatewayHost Host => host.Gateway;

    /// <param name="credentials">Adds credentials and groups.</param>
    public static async Task<AuthScene> StartAsync(Func<GatewayConfig, GatewayConfig> credentials, params (string Name, string Config)[] plugins)
    {
        var upstream = await FakeUpstream.StartAsync();
        var config = GatewayHost.Config(plugins, "/");
        config = credentials(config with
        {
            Services = [config.Services[0] with { Host = "127.0.0.1", Port = upstream.Port }],
            Consumers = [Ada, Bob, Guest],
        });
        return new AuthScene(await PluginHost.StartAsync(config, upstream), config);
    }

    public static HttpRequestMessage Get(string target, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, target);
        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        return request;
    }

    public static HttpRequestMessage Post(string target, string contentType, string body)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        Assert.True(content.Headers.TryAddWithoutValidation("Content-Type", contentType));
        return new HttpRequestMessage(HttpMethod.Post, target) { Content = content };
    }

    /// <summary>Headers with which a client claims to be somebody.</summary>
    public static HttpRequestMessage Forge(HttpRequestMessage request)
    {
        foreach (var name in IdentityNames)
        {
            request.Headers.Add(name, "forged");
        }

        return request;
    }

    /// <summary>Changes the configuration while the gateway runs.</summary>
    public void Apply(Func<GatewayConfig, GatewayConfig> change) => Host.Apply(change(config));

    /// <summary>A request that must reach the upstream.</summary>
    public async Task<ReceivedRequest> PassAsync(HttpRequestMessage request)
    {
        var before = host.Forwarded.Count;
        using var response = await SendAsync(request);

        Assert.Equal((HttpStatusCode.OK, before + 1), (response.StatusCode, host.Forwarded.Count));
        return host.Forwarded[^1];
    }

    /// <summary>A request that must be refused without the upstream hearing of it.</summary>
    public async Task<(int Status, string? Message, string Challenge)> RefuseAsync(HttpRequestMessage request)
    {
        var before = host.Forwarded.Count;
        using var response = await SendAsync(request);

        Assert.Equal(before, host.Forwarded.Count);
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        return ((int)response.StatusCode, (string?)body["message"], response.Headers.WwwAuthenticate.ToString());
    }

    /// <summary>The identity headers that the upstream saw, as <c>name=value</c>.</summary>
    public static string Identity(ReceivedRequest received) =>
        string.Join(' ', IdentityNames.Where(received.Headers.ContainsKey).Select(n => $"{n}={received.Headers[n]}"));

    /// <summary>The identity headers of somebody who is known.</summary>
    public static string IdentityOf(ConsumerConfig consumer, string credential) => string.Join(' ', new[]
    {
        $"X-Consumer-ID={consumer.Id}",
        consumer.CustomId is null ? null : $"X-Consumer-Custom-ID={consumer.CustomId}",
        consumer.Username is null ? null : $"X-Consumer-Username={consumer.Username}",
        $"X-Credential-Identifier={credential}",
    }.Where(h => h is not null));

    public static string IdentityOfGuest => $"X-Consumer-ID={Guest.Id} X-Consumer-Username=guest X-Anonymous-Consumer=true";

    public ValueTask DisposeAsync() => host.DisposeAsync();

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        // The target goes out as it is written, escapes included.
        request.RequestUri = new Uri(
            Host.Address.GetLeftPart(UriPartial.Authority) + request.RequestUri!.OriginalString,
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        return Host.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
