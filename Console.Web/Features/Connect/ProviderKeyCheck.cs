using System.Globalization;
using System.Net;
using Gateway.Core.Llm.Providers;
using Gateway.Core.Upstreams;
using Microsoft.Extensions.Options;

namespace ConsoleWeb.Features.Connect;

/// <summary>What a provider says to a key.</summary>
/// <param name="IsAccepted">Null: it cannot be told.</param>
internal sealed record KeyVerdict(bool? IsAccepted, string Text);

/// <summary>Asks a provider for its list of models, which costs nothing and needs a key.</summary>
internal sealed class ProviderKeyCheck(UpstreamClients clients, IOptions<ProviderOptions> options, TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    /// <param name="headerValue">The key as its header takes it.</param>
    public async Task<KeyVerdict> CheckAsync(string provider, string headerValue, CancellationToken cancellationToken)
    {
        var title = AgentPreset.ProviderTitle(provider);
        if (ProviderCatalog.Find(provider) is not { } profile || (options.Value.FindBaseUrl(provider) ?? profile.BaseUrl) is not { } address || address.Contains('{'))
        {
            return new(null, $"{title} has no address of its own to ask; the first request will show.");
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, address.TrimEnd('/') + "/v1/models");
        request.Headers.TryAddWithoutValidation(profile.AuthHeader, headerValue);
        if (provider == "anthropic")
        {
            request.Headers.TryAddWithoutValidation("anthropic-version", "2023-06-01");
        }

        var started = time.GetTimestamp();
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Longest);
            using var answer = await clients.Get(verifyTls: null, TimeSpan.FromSeconds(10)).SendAsync(request, limit.Token);
            return Read(title, answer.StatusCode, time.GetElapsedTime(started));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new(null, $"{title} cannot be reached from this machine: {(exception is OperationCanceledException ? "no answer in 15 seconds" : exception.Message)}");
        }
    }

    internal static KeyVerdict Read(string title, HttpStatusCode status, TimeSpan time) => (int)status switch
    {
        >= 200 and < 300 => new(true, $"{title} took the key in {time.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture)} ms."),
        401 or 403 => new(false, $"{title} refused the key ({(int)status})."),
        429 => new(true, $"{title} knows the key, but its quota is used up (429)."),
        var other => new(null, $"{title} answered {other}, which says nothing about the key."),
    };
}
