using System.Text.RegularExpressions;

namespace Gateway.Shared.Routing;

/// <summary>
/// An expression of a route at work. The linear-time engine takes up to 600 KB and some milliseconds to build for each expression (measured
/// on .NET 10), too much for thousands of them; the backtracking engine takes next to nothing, but a request can make it run away. So an
/// expression starts in the second with a short limit, and the first text that exceeds the limit moves it to the first for good.
/// Both engines find the same match.
/// </summary>
public sealed class RouteExpression
{
    /// <summary>A usual path takes microseconds.</summary>
    private static readonly TimeSpan BacktrackingLimit = TimeSpan.FromMilliseconds(5);

    private readonly string _pattern;
    private volatile Regex _regex;

    private RouteExpression(string pattern)
    {
        _pattern = pattern;
        _regex = new Regex(pattern, RegexOptions.CultureInvariant, BacktrackingLimit);
        Groups = RoutePattern.GroupsInOrder(_regex);
    }

    /// <summary>See <see cref="RoutePattern.GroupsInOrder"/>.</summary>
    public IReadOnlyList<string> Groups { get; }

    /// <summary>The expression of a path, anchored at its start; null when it does not compile.</summary>
    /// <param name="pattern">The expression without the leading <c>~</c>.</param>
    public static RouteExpression? ForPath(string pattern) => Create(RoutePattern.OfPath(pattern));

    /// <summary>The expression of a header value (after <c>~*</c>), for values in lower case; null when it does not compile.</summary>
    public static RouteExpression? ForHeader(string pattern) => Create(RoutePattern.OfHeader(pattern));

    /// <summary>An expression that must match a whole text; null when it does not compile.</summary>
    public static RouteExpression? ForWhole(string pattern) => Create(RoutePattern.OfWhole(pattern));

    /// <returns>The match, or null: not found, or not within the time limit of the linear engine.</returns>
    public Match? Find(string text) => Run(text, static (regex, t) => regex.Match(t)) is { Success: true } match ? match : null;

    public bool IsMatch(string text) => Run(text, static (regex, t) => regex.IsMatch(t));

    private static RouteExpression? Create(string pattern)
    {
        try
        {
            return new RouteExpression(pattern);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private T? Run<T>(string text, Func<Regex, string, T> run)
    {
        var regex = _regex;
        try
        {
            return run(regex, text);
        }
        catch (RegexMatchTimeoutException) when (!regex.Options.HasFlag(RegexOptions.NonBacktracking))
        {
            if (!RoutePattern.TryCompile(_pattern, out var linear, out _))
            {
                return default;
            }

            _regex = linear;
            return Run(text, run);
        }
        catch (RegexMatchTimeoutException)
        {
            return default;
        }
    }
}
