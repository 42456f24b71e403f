using System.Security.Cryptography;
using System.Text;
using Gateway.Core.Pipeline;

namespace Gateway.Core.Plugins.RateLimiting;

/// <summary>Finds who shares a limit.</summary>
internal static class RateIdentifier
{
    /// <summary>A longer value of a header is kept as its hash: clients choose it, and it stays in memory.</summary>
    private const int MaxLength = 100;

    public static string Of(GatewayContext context, RateLimitingConfig config) => Find(context, config) ?? context.Record.ClientIp;

    private static string? Find(GatewayContext context, RateLimitingConfig config)
    {
        switch (config.LimitBy)
        {
            case "consumer":
                return (context.Consumer?.Id ?? context.Credential?.Id)?.ToString();
            case "consumer-group":
                return context.Scope.ConsumerGroupIds is [var first, ..] ? first.ToString() : null;
            case "credential":
                return context.Credential?.Id.ToString();
            case "service":
                return context.Service?.Id.ToString();
            case "path":
                return context.NormalizedPath == config.Path ? config.Path : null;
            case "header":
                return config.HeaderName is { } name && context.Http.Request.Headers[name].ToString() is { Length: > 0 } value ? OfHeader(value) : null;
            default:
                return null;
        }
    }

    // The prefix keeps a header from posing as a client address.
    private static string OfHeader(string value) =>
        "header:" + (value.Length <= MaxLength ? value : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value))));
}
