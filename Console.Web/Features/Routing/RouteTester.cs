using System.Text.Json.Nodes;
using Gateway.Core.Configuration;
using Gateway.Core.Plugins;
using Gateway.Core.Routing;
using Gateway.Core.Upstreams;
using Gateway.Shared.Contracts;
using Gateway.Shared.Results;
using Gateway.Shared.Routing;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Features.Routing;

/// <summary>A request that is only thought of.</summary>
/// <param name="Url">Whole, or a path alone.</param>
internal sealed record ThoughtRequest(string Method, string Url)
{
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];
}

/// <summary>What would become of a request.</summary>
/// <param name="Route">The route that wins; null: none matches, and the answer is 404.</param>
/// <param name="IsDraft">Whether it is the route that is being edited.</param>
/// <param name="Upstream">Where it goes, unless a plugin says otherwise; null: nowhere.</param>
/// <param name="Plugins">Names, in the order in which they run.</param>
internal sealed record RouteVerdict(RouteConfig? Route, bool IsDraft, ServiceConfig? Service, string? Upstream, IReadOnlyList<string> Plugins);

/// <summary>Another route that takes the same requests.</summary>
/// <param name="Path">Path of the edited route that both match.</param>
/// <param name="IsWinner">Whether the other one gets them.</param>
internal sealed record RouteConflict(RouteConfig Other, string Path, bool IsWinner);

/// <summary>Asks the gateway's own router about requests that nobody sends, with a route as somebody is about to save it.</summary>
internal sealed class RouteTester(SnapshotHolder holder, PluginCatalog plugins, TimeProvider time)
{
    /// <param name="draft">A route as it stands in a form; null: what serves.</param>
    /// <param name="draftId">Its id; null: it is new.</param>
    public Result<RouteVerdict> Test(ThoughtRequest request, JsonObject? draft, Guid? draftId)
    {
        if (!TryRead(request, out var read, out var fault))
        {
            return new Error(fault);
        }

        var edited = draft is null ? null : Typed(draft, draftId);
        if (draft is not null && edited is null)
        {
            return new Error("The route has faults; save it or mend them first.");
        }

        if (holder.Current is not { } snapshot)
        {
            return new Error("The gateway does not serve yet.");
        }

        var router = edited is null ? snapshot.Router : new GatewayRouter([.. Others(snapshot, edited.Id), edited], snapshot.Config.Services);
        if (router.Match(read) is not { } match)
        {
            return new RouteVerdict(null, false, null, null, []);
        }

        var scope = new PluginScope(match.Route.Id, match.Service?.Id, null, null, read.IsHttps ? "https" : "http");
        var running = new List<string>();
        for (var i = 0; i < snapshot.Plugins.Count; i++)
        {
            if (snapshot.Plugins.Select(i, scope) is { } instance)
            {
                running.Add(instance.Name);
            }
        }

        return new RouteVerdict(match.Route, match.Route.Id == edited?.Id, match.Service, UpstreamOf(match, read.Path), running);
    }

    /// <summary>Other routes that take requests which the edited one takes, and who gets them. Looks at its paths that are no patterns.</summary>
    public IReadOnlyList<RouteConflict> FindConflicts(JsonObject draft, Guid? draftId)
    {
        if (Typed(draft, draftId) is not { } edited || holder.Current is not { } snapshot)
        {
            return [];
        }

        List<RouteConfig> others = [.. Others(snapshot, edited.Id)];
        var without = new GatewayRouter(others, snapshot.Config.Services);
        var with = new GatewayRouter([.. others, edited], snapshot.Config.Services);
        var found = new List<RouteConflict>();
        foreach (var path in edited.Paths?.Where(p => !p.StartsWith('~')) ?? ["/"])
        {
            var sample = Sample(edited, path);
            if (without.Match(sample) is { } other && !found.Exists(f => f.Other.Id == other.Route.Id))
            {
                found.Add(new RouteConflict(other.Route, path, with.Match(sample)?.Route.Id != edited.Id));
            }
        }

        return found;
    }

    private static IEnumerable<RouteConfig> Others(GatewaySnapshot snapshot, Guid id) => snapshot.Config.Routes.Where(r => r.Id != id);

    /// <summary>A request that the route takes by this path.</summary>
    private static RouteRequest Sample(RouteConfig route, string path)
    {
        var headers = new HeaderDictionary();
        foreach (var (name, values) in route.Headers ?? new Dictionary<string, IReadOnlyList<string>>())
        {
            headers[name] = First(values);
        }

        var host = (First(route.Hosts) ?? "any.invalid").Replace("*", "x", StringComparison.Ordinal).Split(':');
        var isHttps = !route.Protocols.Contains("http");
        var port = host.Length > 1 && int.TryParse(host[1], out var named) ? named : isHttps ? 443 : 80;
        return new RouteRequest(First(route.Methods) ?? HttpMethods.Get, host[0], port, path, headers, isHttps, First(route.Snis));
    }

    private static string? First(IReadOnlyList<string>? values) => values is [var first, ..] ? first : null;

    private static bool TryRead(ThoughtRequest request, out RouteRequest read, out string fault)
    {
        (read, fault) = (default, "");
        var text = request.Url.Trim();
        if (text.StartsWith('/'))
        {
            text = "http://localhost" + text;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            fault = "Enter a path such as /v1/chat, or a whole address.";
            return false;
        }

        var headers = new HeaderDictionary();
        foreach (var (name, value) in request.Headers)
        {
            headers.Append(name, value);
        }

        var isHttps = url.Scheme == Uri.UriSchemeHttps;
        var path = RequestPath.Normalise(url.PathAndQuery);
        read = new RouteRequest(request.Method.Trim().ToUpperInvariant(), url.Host, url.Port, path, headers, isHttps, isHttps ? url.Host : null);
        return true;
    }

    private static string? UpstreamOf(RouteMatch match, string path) => match.Service is { } service
        ? $"{service.Protocol}://{service.Host}{((service.Protocol, service.Port) is ("http", 80) or ("https", 443) ? "" : ":" + service.Port.ToString(System.Globalization.CultureInfo.InvariantCulture))}{UpstreamPath.Join(service.Path, path, match.MatchedPrefix, match.Route.StripPath)}"
        : null;

    private RouteConfig? Typed(JsonObject draft, Guid? id)
    {
        var document = draft.DeepClone().AsObject();
        document["id"] = (id ?? Guid.NewGuid()).ToString();
        var normalised = EntityKinds.Routes.Normalise(document, new NormaliseOptions { Time = time, SubSchemas = plugins });
        if (normalised.IsError)
        {
            return null;
        }

        // Of equals the older one wins: what is not stored yet will be younger than all, also than one of the same second.
        var route = SchemaJson.Deserialise<RouteConfig>(normalised.Value);
        return id is null ? route with { CreatedAt = long.MaxValue } : route;
    }
}
