namespace Gateway.Shared.Schema;

/// <summary>The rules of routes across fields: protocols decide which conditions a route may and must have.</summary>
internal static class RouteChecks
{
    private static readonly string[][] Families = [["http", "https"], ["tcp", "tls", "udp"], ["tls_passthrough"], ["grpc", "grpcs"]];
    private static readonly string[] Stream = ["tcp", "tls", "tls_passthrough", "udp"];

    public static IReadOnlyList<EntityCheck> All { get; } =
    [
        EntityCheck.Custom("Protocols of different families cannot be mixed.", CheckFamilies),
        EntityCheck.Conditional("protocols", ["http", "https"], Then.Empty("sources"), "cannot set 'sources' when 'protocols' is 'http' or 'https'"),
        EntityCheck.Conditional("protocols", ["http", "https"], Then.Empty("destinations"), "cannot set 'destinations' when 'protocols' is 'http' or 'https'"),
        EntityCheck.Conditional("protocols", ["grpc", "grpcs"], Then.Empty("sources"), "cannot set 'sources' when 'protocols' is 'grpc' or 'grpcs'"),
        EntityCheck.Conditional("protocols", ["grpc", "grpcs"], Then.Empty("destinations"), "cannot set 'destinations' when 'protocols' is 'grpc' or 'grpcs'"),
        EntityCheck.Conditional("protocols", ["grpc", "grpcs"], Then.Empty("methods"), "cannot set 'methods' when 'protocols' is 'grpc' or 'grpcs'"),
        EntityCheck.Conditional("protocols", ["grpc", "grpcs"], Then.Equal("strip_path", "false"), "cannot set 'strip_path' when 'protocols' is 'grpc' or 'grpcs'"),
        .. new[] { "methods", "hosts", "paths", "headers" }.Select(field => EntityCheck.Conditional(
            "protocols", Stream, Then.Empty(field), $"cannot set '{field}' when 'protocols' is 'tcp', 'tls', 'tls_passthrough' or 'udp'")),
        EntityCheck.Custom("Server names need a protocol with TLS.", CheckSnis),
        EntityCheck.Custom("A route needs at least one condition.", CheckConditions),
    ];

    private static void CheckFamilies(CheckContext context)
    {
        var protocols = context.Texts("protocols");
        var used = Families.Where(f => f.Any(protocols.Contains)).ToList();
        if (used.Count > 1)
        {
            var sets = string.Join(", ", used.Select(f => $"('{string.Join("', '", f)}')"));
            context.Fail("protocols", $"these sets are mutually exclusive: {sets}");
        }
    }

    private static void CheckSnis(CheckContext context)
    {
        if (context.IsSet("snis") && !context.Texts("protocols").Any(p => p is "grpcs" or "https" or "tls" or "tls_passthrough"))
        {
            context.Fail("snis", "length must be 0");
            context.FailRecord("'snis' can only be set when 'protocols' is 'grpcs', 'https', 'tls' or 'tls_passthrough'");
        }
    }

    private static void CheckConditions(CheckContext context)
    {
        var protocols = context.Texts("protocols");
        if (Families.Count(f => f.Any(protocols.Contains)) != 1)
        {
            return;
        }

        if (protocols.Contains("https"))
        {
            Require(context, "'https'", "methods", "hosts", "headers", "paths", "snis");
        }
        else if (protocols.Contains("http"))
        {
            Require(context, "'http'", "methods", "hosts", "headers", "paths");
        }
        else if (protocols.Contains("grpcs"))
        {
            Require(context, "'grpcs'", "hosts", "headers", "paths", "snis");
        }
        else if (protocols.Contains("grpc"))
        {
            Require(context, "'grpc'", "hosts", "headers", "paths");
        }
        else if (protocols.Contains("tls_passthrough"))
        {
            Require(context, "'tls_passthrough'", "snis");
        }
        else
        {
            Require(context, "'tcp', 'tls' or 'udp'", "sources", "destinations", "snis");
        }
    }

    private static void Require(CheckContext context, string protocols, params string[] fields)
    {
        if (!fields.Any(context.IsSet))
        {
            var names = string.Join(", ", fields.Select(f => $"'{f}'"));
            context.FailRecord(fields.Length == 1
                ? $"must set {names} when 'protocols' is {protocols}"
                : $"must set one of {names} when 'protocols' is {protocols}");
        }
    }
}
