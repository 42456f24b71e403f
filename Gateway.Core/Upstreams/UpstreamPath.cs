namespace Gateway.Core.Upstreams;

/// <summary>Joins a service's path with what is left of the request's path.</summary>
internal static class UpstreamPath
{
    /// <param name="servicePath">Path of the service; null counts as <c>/</c>.</param>
    /// <param name="requestPath">Request path in normal form.</param>
    /// <param name="matched">The part that the route's path matched; empty when the route has no path.</param>
    /// <param name="stripPath">Whether the matched part is removed.</param>
    /// <remarks>Kong Gateway, path_handling v0; v1 is accepted by configuration and treated as v0 by this flavour of router.</remarks>
    public static string Join(string? servicePath, string requestPath, string matched, bool stripPath)
    {
        var service = string.IsNullOrEmpty(servicePath) ? "/" : servicePath;
        if (!stripPath)
        {
            return service.EndsWith('/') ? service + WithoutFirst(requestPath)
                : requestPath == "/" ? service
                : service + requestPath;
        }

        var postfix = Sanitise(matched.Length == 0 ? WithoutFirst(requestPath) : requestPath[matched.Length..]);
        if (service.EndsWith('/'))
        {
            return postfix.Length == 0
                ? service == "/" || requestPath.EndsWith('/') ? service : service[..^1]
                : postfix[0] == '/' ? service[..^1] + postfix : service + postfix;
        }

        return postfix.Length == 0
            ? requestPath.Length > 1 && requestPath.EndsWith('/') ? service + "/" : service
            : postfix[0] == '/' ? service + postfix : service + "/" + postfix;
    }

    /// <summary>A dot segment that appears only because the matched part was cut off must not climb.</summary>
    private static string Sanitise(string postfix) => postfix switch
    {
        "." or ".." => "",
        _ when postfix.StartsWith("./", StringComparison.Ordinal) => postfix[2..],
        _ when postfix.StartsWith("../", StringComparison.Ordinal) => postfix[3..],
        _ => postfix,
    };

    private static string WithoutFirst(string path) => path.Length > 0 ? path[1..] : path;
}
