using Gateway.Shared.Results;

namespace Gateway.Core.Llm.Providers;

/// <summary>Composes the address of an attempt from target, settings and request.</summary>
internal static class UpstreamAddressBuilder
{
    private const string DashscopeInternational = "https://dashscope-intl.aliyuncs.com";
    private const string DashscopeMainland = "https://dashscope.aliyuncs.com";

    /// <param name="options">The target's options with templates filled in.</param>
    /// <param name="baseUrl">Base URL setting of the provider; null: its public address.</param>
    /// <param name="request">What of the request takes part.</param>
    /// <returns>The address, or an error with the status for the client.</returns>
    public static Result<UpstreamAddress> Build(LlmTarget target, TargetOptions options, string? baseUrl, in AddressRequest request)
    {
        var profile = target.Provider;
        if (profile.Unsupported is { } reason)
        {
            return new LlmFault(501, reason);
        }

        string path;
        Uri origin;
        var prefix = "";
        if (options.UpstreamUrl is { Length: > 0 } url)
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https"))
            {
                return new LlmFault(500, "upstream_url of the target is not an http or https address");
            }

            origin = parsed;
            path = PathOfUrl(url);
            if (path.Length == 0 || (profile.HasNativeChatPath && path is "/api/chat" or "/api/generate"))
            {
                // Ollama serves its OpenAI-compatible path on the same address as its own protocol, which the gateway does not speak.
                if (PathOf(target, options, request) is not { } ofRouteType)
                {
                    return NotOffered(target);
                }

                path = ofRouteType;
            }
        }
        else
        {
            var address = baseUrl ?? BaseOf(profile, options);
            if (address is null)
            {
                return new LlmFault(500, $"provider '{profile.Name}' has no address of its own: set model.options.upstream_url");
            }

            if (address.Contains('{', StringComparison.Ordinal) || !Uri.TryCreate(address, UriKind.Absolute, out var parsed))
            {
                return new LlmFault(500, $"the address of provider '{profile.Name}' is incomplete: an instance name is missing or not a host name");
            }

            origin = parsed;
            prefix = parsed.AbsolutePath.TrimEnd('/');
            if (options.UpstreamPath is { Length: > 0 } upstreamPath)
            {
                path = upstreamPath;
            }
            else if (target.RouteType == RouteTypes.Preserve)
            {
                path = request.ClientPath;
            }
            else if (PathOf(target, options, request) is { } ofRouteType)
            {
                path = ofRouteType;
            }
            else
            {
                return NotOffered(target);
            }
        }

        if (target.RouteType == RouteTypes.Preserve && options.UpstreamUrl is not null)
        {
            path = options.UpstreamPath ?? request.ClientPath;
        }

        // Clients' base URLs end in /v1, the providers' own paths begin with it: written either way, it stands once.
        if (prefix.EndsWith("/v1", StringComparison.Ordinal) && path.StartsWith("/v1/", StringComparison.Ordinal))
        {
            prefix = prefix[..^3];
        }

        var host = origin.HostNameType == UriHostNameType.IPv6 ? $"[{origin.DnsSafeHost}]" : origin.IdnHost;
        return new UpstreamAddress(origin.Scheme, host, origin.Port, RequestPath.Escape(prefix + "/" + path.TrimStart('/')), Query(target, options, request));
    }

    /// <summary>
    /// What follows the collection in the request's path, for route types with sub-resources: <c>/x/responses/abc/cancel</c> gives
    /// <c>abc/cancel</c>.
    /// </summary>
    /// <param name="upstreamPath">Path after <c>strip_path</c> and after plugins that replace it.</param>
    /// <param name="servicePath">Path of the service, which means nothing to a provider; null for none.</param>
    /// <param name="matchedPrefix">The part of the path that the route matched, when the route does not strip it; else empty.</param>
    /// <param name="collection"><c>responses</c>, <c>files</c>…</param>
    public static string Remainder(string upstreamPath, string? servicePath, string matchedPrefix, string collection)
    {
        var rest = CutPrefix(CutPrefix(upstreamPath, servicePath ?? ""), matchedPrefix).TrimStart('/');
        rest = CutSegment(rest, "v1");
        rest = CutSegment(rest, collection);
        return rest == "/" ? "" : rest;
    }

    private static string? BaseOf(ProviderProfile profile, TargetOptions options) => profile.Name switch
    {
        "azure" => options.AzureInstance is { } instance && IsHostLabel(instance) ? profile.BaseUrl!.Replace("{azure_instance}", instance, StringComparison.Ordinal) : profile.BaseUrl,
        "databricks" => options.DatabricksWorkspace is { } workspace && IsHostLabel(workspace)
            ? profile.BaseUrl!.Replace("{workspace_instance_id}", workspace, StringComparison.Ordinal)
            : profile.BaseUrl,
        "dashscope" => options.IsInternational ? DashscopeInternational : DashscopeMainland,
        _ => profile.BaseUrl,
    };

    private static string? PathOf(LlmTarget target, TargetOptions options, in AddressRequest request)
    {
        if (!target.Provider.Paths.TryGetValue(target.RouteType, out var path))
        {
            return null;
        }

        if (path.Contains('{', StringComparison.Ordinal))
        {
            var deployment = options.AzureDeploymentId ?? request.Model ?? "";
            path = path.Replace("{azure_deployment_id}", Uri.EscapeDataString(deployment), StringComparison.Ordinal);
        }

        return request.Remainder.Length == 0 ? path : $"{path}/{request.Remainder}";
    }

    private static string Query(LlmTarget target, TargetOptions options, in AddressRequest request)
    {
        var query = request.KeepsQuery ? request.Query : "";
        if (target.Provider.Name == "azure" && !HasParameter(query, "api-version"))
        {
            // The v1 address of Responses knows no dated versions.
            var version = target.RouteType == RouteTypes.Responses ? "preview" : options.AzureApiVersion;
            query = Append(query, "api-version", version);
        }

        var auth = target.Auth;
        if (auth is { ParamLocation: "query", ParamName: { } name, ParamValue: { } value } && !(auth.AllowOverride && HasParameter(query, name)))
        {
            query = Append(Without(query, name), name, value);
        }

        return query;
    }

    private static string Append(string query, string name, string value) =>
        $"{query}{(query.Length == 0 ? '?' : '&')}{Uri.EscapeDataString(name)}={Uri.EscapeDataString(value)}";

    private static bool HasParameter(string query, string name)
    {
        foreach (var part in query.TrimStart('?').Split('&'))
        {
            if (NameOf(part).Equals(name, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static string Without(string query, string name)
    {
        if (!HasParameter(query, name))
        {
            return query;
        }

        var kept = new List<string>();
        foreach (var part in query.TrimStart('?').Split('&'))
        {
            if (!NameOf(part).Equals(name, StringComparison.Ordinal))
            {
                kept.Add(part);
            }
        }

        return kept.Count == 0 ? "" : "?" + string.Join('&', kept);
    }

    private static string NameOf(string part)
    {
        var equals = part.IndexOf('=', StringComparison.Ordinal);
        return Uri.UnescapeDataString(equals < 0 ? part : part[..equals]);
    }

    /// <summary>The path as written in the setting; empty when the URL has none. <see cref="Uri"/> cannot tell that from a slash.</summary>
    private static string PathOfUrl(string url)
    {
        var authority = url.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = url.AsSpan(authority).IndexOfAny('?', '#');
        var whole = end < 0 ? url : url[..(authority + end)];
        var slash = whole.IndexOf('/', authority);
        return slash < 0 ? "" : whole[slash..];
    }

    private static string CutPrefix(string path, string prefix)
    {
        prefix = prefix.TrimEnd('/');
        return prefix.Length > 0 && path.StartsWith(prefix, StringComparison.Ordinal) && (path.Length == prefix.Length || path[prefix.Length] == '/')
            ? path[prefix.Length..]
            : path;
    }

    private static string CutSegment(string rest, string segment) =>
        rest.StartsWith(segment, StringComparison.Ordinal) && (rest.Length == segment.Length || rest[segment.Length] == '/')
            ? rest[segment.Length..].TrimStart('/')
            : rest;

    private static bool IsHostLabel(string value)
    {
        foreach (var c in value)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.'))
            {
                return false;
            }
        }

        return value.Length > 0;
    }

    private static LlmFault NotOffered(LlmTarget target) => new(501, $"provider '{target.Provider.Name}' does not offer {target.RouteType}");
}

/// <summary>What of a request takes part in the address.</summary>
/// <param name="Model">Resolved model; null when none is known.</param>
/// <param name="Remainder">Sub-resource below the route type's path, without leading slash; empty for none.</param>
/// <param name="ClientPath">Path of the client's request, for <c>preserve</c>.</param>
/// <param name="Query">Query with its question mark, or empty.</param>
/// <param name="KeepsQuery">False when the format is translated: the query belongs to the client's dialect.</param>
internal readonly record struct AddressRequest(string? Model, string Remainder, string ClientPath, string Query, bool KeepsQuery = true);
