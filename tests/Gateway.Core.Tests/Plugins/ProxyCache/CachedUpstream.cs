using System.Globalization;
using Gateway.Core.Configuration;
using Gateway.Core.Tests.Pipeline;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Tests.Plugins.ProxyCache;

/// <summary>A gateway with proxy-cache before an upstream that counts its answers.</summary>
internal sealed class CachedUpstream(FakeUpstream upstream, GatewayHost host) : IAsyncDisposable
{
    public FakeUpstream Upstream { get; } = upstream;

    public GatewayHost Host { get; } = host;

    /// <param name="change">Changes the head of answers, whose text is <c>answer</c> and their number.</param>
    public static Task<CachedUpstream> StartAsync(string config, Action<HttpContext>? change = null)
    {
        var count = 0;
        return StartAsync([("proxy-cache", config)], http =>
        {
            http.Response.ContentType = "text/plain";
            change?.Invoke(http);
            return HttpMethods.IsHead(http.Request.Method)
                ? Task.CompletedTask
                : http.Response.WriteAsync("answer " + Interlocked.Increment(ref count).ToString(CultureInfo.InvariantCulture));
        });
    }

    public static async Task<CachedUpstream> StartAsync(
        IEnumerable<(string Name, string Config)> plugins, Func<HttpContext, Task> answer, params (string Key, string Value)[] settings)
    {
        var upstream = await FakeUpstream.StartAsync(answer);
        return new CachedUpstream(upstream, await GatewayHost.StartAsync(Config(plugins, upstream.Port), settings));
    }

    public static GatewayConfig Config(IEnumerable<(string Name, string Config)> plugins, int port)
    {
        var config = GatewayHost.Config(plugins);
        return config with { Services = [config.Services[0] with { Host = "127.0.0.1", Port = port, Retries = 0 }] };
    }

    public Task<HttpResponseMessage> GetAsync(string path) => Host.Client.GetAsync(path, TestContext.Current.CancellationToken);

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => Host.Client.SendAsync(request, TestContext.Current.CancellationToken);

    /// <summary>The header X-Cache-Status of each answer, one call after the other.</summary>
    public Task<string[]> StatusesAsync(params string[] paths) => StatusesAsync([.. paths.Select(p => new HttpRequestMessage(HttpMethod.Get, p))]);

    /// <inheritdoc cref="StatusesAsync(string[])"/>
    public async Task<string[]> StatusesAsync(params HttpRequestMessage[] requests)
    {
        var statuses = new List<string>();
        foreach (var request in requests)
        {
            using (request)
            {
                using var answer = await SendAsync(request);
                statuses.Add(answer.Headers.GetValues("X-Cache-Status").Single());

                // Stored before the record is finished.
                await Host.NextRecordAsync();
            }
        }

        return [.. statuses];
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Upstream.DisposeAsync();
    }
}
