using System.Buffers;
using System.Globalization;
using Gateway.Core.Logging.Replays;
using Gateway.Shared.Results;

namespace ConsoleWeb.Features.Replay;

/// <summary>Puts changes into a request that is to be sent.</summary>
internal sealed class ReplayBuilder(ReplayTargets targets)
{
    private static readonly SearchValues<char> PathCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/%?");

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <summary>Headers that belong to the connection or to this product.</summary>
    private static readonly HashSet<string> OwnHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        ReplayTickets.Header, "host", "content-length", "content-type", "content-encoding", "transfer-encoding", "connection", "keep-alive", "upgrade", "te", "trailer", "expect",
        "proxy-connection", "user-agent",
    };

    public Result<ReplayDraft> Apply(ReplayDraft draft, ReplayChanges changes)
    {
        var aimed = Aim(draft, changes);
        if (aimed.IsError)
        {
            return aimed;
        }

        var bodied = WithBody(aimed.Value, changes);
        return bodied.IsError ? bodied : WithHeaders(bodied.Value, changes);
    }

    private Result<ReplayDraft> Aim(ReplayDraft draft, ReplayChanges changes)
    {
        if (changes.Route is { Length: > 0 } name)
        {
            if (targets.Find(name) is not { } target)
            {
                return new ReplayChangeRefused("route", $"There is no route '{name}'.");
            }

            if (target is { HasPaths: true, Path: null } && string.IsNullOrEmpty(changes.Path))
            {
                return new ReplayChangeRefused("path", $"The paths of route '{target.Name}' are expressions; say which path to call.");
            }

            draft = draft with { Path = PathOf(draft, target), Scheme = target.Scheme, Host = target.Host ?? "localhost" };
        }

        if (changes.Path is not { Length: > 0 } path)
        {
            return draft;
        }

        return path[0] != '/' || path.AsSpan().ContainsAnyExcept(PathCharacters)
            ? new ReplayChangeRefused("path", "The path begins with a slash and has no blanks; other characters are percent-encoded.")
            : draft with { Path = path };
    }

    /// <summary>The address of the recorded request below another route.</summary>
    public static string PathOf(ReplayDraft draft, ReplayTarget target) =>
        target.Path is { } prefix ? prefix.TrimEnd('/') + draft.PathBelowRoute() is var path && path.StartsWith('/') ? path : "/" + path : draft.Path;

    private static Result<ReplayDraft> WithBody(ReplayDraft draft, ReplayChanges changes)
    {
        var text = string.IsNullOrWhiteSpace(changes.Body) ? draft.Body : changes.Body;
        var body = ReplayBody.Read(text);
        if (body.IsError)
        {
            return body.Error;
        }

        var model = ReplayBody.ModelOf(body.Value);
        return changes.Model is { Length: > 0 } wanted && wanted != model
            ? draft with { Body = ReplayBody.WithModel(body.Value, wanted), Model = wanted }
            : draft with { Body = text, Model = model };
    }

    private Result<ReplayDraft> WithHeaders(ReplayDraft draft, ReplayChanges changes)
    {
        var headers = draft.Headers.ToList();
        foreach (var (name, value) in changes.Headers)
        {
            if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(NameCharacters) || OwnHeaders.Contains(name))
            {
                return new ReplayChangeRefused("headers", $"The header '{name}' cannot be set.");
            }

            if (value.Any(c => c < ' ' || c > '~'))
            {
                return new ReplayChangeRefused("headers", $"The value of the header '{name}' has characters that a header cannot have.");
            }

            headers.RemoveAll(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase));
            headers.Add(new(name, value));
        }

        if (changes.Credential is { } credential)
        {
            var header = (changes.Route is { Length: > 0 } route ? targets.Find(route)?.KeyHeader : null) ?? KeyHeaderAt(draft.Path);
            if (targets.FindKey(credential) is not { } key)
            {
                return new ReplayChangeRefused("credential", string.Create(CultureInfo.InvariantCulture, $"There is no key {credential}."));
            }

            headers.RemoveAll(h => h.Key.Equals(header, StringComparison.OrdinalIgnoreCase));
            headers.Add(new(header, key));
        }

        return draft with { Headers = headers };
    }

    /// <summary>The header of the route that most likely serves a path.</summary>
    private string KeyHeaderAt(string path) => targets.List()
        .Where(t => t.Path is { } prefix && path.StartsWith(prefix.TrimEnd('/'), StringComparison.Ordinal))
        .OrderByDescending(t => t.Path!.Length).FirstOrDefault()?.KeyHeader ?? "apikey";
}
