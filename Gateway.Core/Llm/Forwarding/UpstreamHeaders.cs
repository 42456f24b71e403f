using System.Collections.Frozen;
using Gateway.Core.Llm.Providers;
using Gateway.Core.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Llm.Forwarding;

/// <summary>Headers of an upstream request: what of the client's goes along, and the target's credential.</summary>
internal static class UpstreamHeaders
{
    /// <summary>Credentials of the client and names that belong to the gateway. They never reach a provider.</summary>
    private static readonly FrozenSet<string> Never = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "authorization",
        "x-api-key",
        "api-key",
        "apikey",
        "x-goog-api-key",
        "cookie",
        "proxy-authorization",
        "proxy-authenticate",
        "chatgpt-account-id",
        "kong-admin-token",
        "kong-debug",
        "accept-encoding",
        "content-length",
        "content-type",
        "content-encoding",
        "forwarded",
        "trailer",
        "origin",
        "referer");

    /// <summary>Headers that mean something to one vendor only.</summary>
    private static readonly FrozenSet<string> NotAcrossFormats = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "anthropic-version",
        "anthropic-beta",
        "anthropic-dangerous-direct-browser-access",
        "x-app",
        "openai-organization",
        "openai-project",
        "openai-beta",
        "originator",
        "version",
        "session_id",
        "session-id",
        "conversation_id",
        "thread-id",
        "sec-fetch-mode",
        "accept-language");

    private static readonly string[] NotAcrossFormatsPrefixes = ["x-stainless-", "x-codex-", "x-claude-"];

    private static readonly string[] NeverPrefixes = ["x-consumer-", "x-credential-", "x-anonymous-", "x-authenticated-", "x-kong-", "x-forwarded-", "sec-websocket-"];

    /// <summary>Whether a header of the client goes to the upstream.</summary>
    /// <param name="isSameFormat">Whether client and upstream speak one format.</param>
    public static bool IsForwarded(string name, bool isSameFormat)
    {
        if (!HopByHop.IsForwarded(name) || Never.Contains(name) || HasPrefix(name, NeverPrefixes))
        {
            return false;
        }

        return isSameFormat || !(NotAcrossFormats.Contains(name) || HasPrefix(name, NotAcrossFormatsPrefixes));
    }

    /// <summary>Copies the client's headers that go along.</summary>
    public static void Copy(IHeaderDictionary source, HttpRequestMessage target, bool isSameFormat)
    {
        foreach (var (name, values) in source)
        {
            if (!IsForwarded(name, isSameFormat))
            {
                continue;
            }

            foreach (var value in values)
            {
                Add(target, name, value);
            }
        }
    }

    /// <summary>
    /// Puts the target's credential into the header, unless the client sent one there and may override it.
    /// </summary>
    /// <returns>Whether a credential that the gateway holds went out.</returns>
    public static bool Authenticate(IHeaderDictionary source, HttpRequestMessage target, TargetAuth auth, ProviderProfile provider)
    {
        var name = auth.HeaderName;
        var isOwn = auth is { ParamName: not null, ParamValue: not null };
        if (auth.AllowOverride && source[name ?? provider.AuthHeader] is { Count: > 0 } sent)
        {
            target.Headers.Remove(name ?? provider.AuthHeader);
            Add(target, name ?? provider.AuthHeader, sent.ToString());
            return isOwn;
        }

        if (name is not null && auth.HeaderValue is { } value)
        {
            target.Headers.Remove(name);
            Add(target, name, value);
            return true;
        }

        return isOwn;
    }

    public static void Add(HttpRequestMessage target, string name, string? value)
    {
        // A line break can only come from a plugin or a configured value and would start a header of its own.
        if (!string.IsNullOrEmpty(value) && value.AsSpan().IndexOfAny('\r', '\n', '\0') < 0)
        {
            target.Headers.TryAddWithoutValidation(name, value);
        }
    }

    private static bool HasPrefix(string name, string[] prefixes)
    {
        foreach (var prefix in prefixes)
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
